"""Where a place lies: village, sub-district, regency, province or country, and the codes above it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import kernel
from linkage.spec import OlderRegions
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.places.places import BELOW, HOSPITAL
from linkage.standardise.places.table import PlaceTable, place_table
from linkage.standardise.regions.resolve import bare_names
from linkage.standardise.regions.table import region_table

COUNTRY_AREA: Final = 1_000
"""Area codes from here on are countries; below, provinces."""
_JAKARTA: Final = 31
_PROVINCE_SIZE: Final = 100


class PlaceKind(IntEnum):
    """What a canonical place is. A town that is no regency's name counts as a sub-district."""

    UNKNOWN = 0
    VILLAGE = 1
    DISTRICT = 2
    REGENCY = 3
    PROVINCE = 4
    COUNTRY = 5
    HOSPITAL = 6


@dataclass(frozen=True)
class PlaceLevels:
    """Where a canonical place lies.

    ``regencies``: codes in force of the regencies that bear the name (BANDUNG: 3204 and 3273), or in which a town or
    sub-district of that name lies; several where the name is not one place alone. ``province``: its code, 0 where
    there are several or none. ``country``: empty for Indonesia and for what is not known.
    """

    kind: PlaceKind = PlaceKind.UNKNOWN
    regencies: tuple[int, ...] = ()
    province: int = 0
    country: str = ""


@dataclass(frozen=True)
class PlaceColumn:
    """Where the places of a column lie, arrays over its distinct canonical values (n_values,).

    ``kinds`` uint8, :class:`PlaceKind`. ``areas`` int32: the province, from :data:`COUNTRY_AREA` on a country, 0
    where it is not certain. ``towns`` int32: the one regency that a place is or lies in, 0 where it is not certain;
    a kabupaten and the kota of its name, and the parts of Jakarta, count as one and have the least code.
    ``offsets`` int64 (n_values + 1,) and ``regencies`` int32: all regencies in question, ascending, of which a
    record's own region may be one; for a place called like a regency those with a sub-district of that name come too.
    """

    kinds: UInt8
    areas: Int32
    towns: Int32
    offsets: Int64
    regencies: Int32


def place_hierarchy(canonical: str, *, region: int = 0, older: OlderRegions = ()) -> PlaceLevels:
    """Return where a canonical place (as :func:`standardise_place` writes it) lies.

    ``region``: the record's own regency, 0 when unknown. Of several sub-districts of one name, the one that lies there
    is meant.
    """
    table = place_table(older)
    levels = _levels(canonical, table)
    below = table.districts.get(_bare(canonical), ())
    if region in below and region not in levels.regencies:
        return PlaceLevels(PlaceKind.DISTRICT, (region,), region // _PROVINCE_SIZE)
    if region in levels.regencies and levels.kind in (PlaceKind.DISTRICT, PlaceKind.VILLAGE):
        return PlaceLevels(levels.kind, (region,), region // _PROVINCE_SIZE)
    return levels


def place_levels(places: pa.StringArray, older: OlderRegions = ()) -> PlaceColumn:
    """Return where distinct canonical places (n_values,), no nulls, lie, without regard to any record's region."""
    table = place_table(older)
    groups = town_groups(older)
    areas = {country: COUNTRY_AREA + at for at, country in enumerate(sorted(set(table.countries.values())))}
    listed = places.to_pylist()
    levels = [_levels(name, table) for name in listed]
    candidates = [
        sorted({*item.regencies, *table.districts.get(_bare(name), ())})
        for name, item in zip(listed, levels, strict=True)
    ]
    offsets = np.zeros(len(listed) + 1, np.int64)
    np.cumsum([len(item) for item in candidates], out=offsets[1:])
    return PlaceColumn(
        kinds=np.array([item.kind for item in levels], np.uint8),
        areas=np.array([areas[item.country] if item.country else item.province for item in levels], np.int32),
        towns=np.array([_one_town(item.regencies, groups) for item in levels], np.int32),
        offsets=offsets,
        regencies=np.array([code for item in candidates for code in item], np.int32),
    )


@cache
def town_groups(older: OlderRegions = ()) -> npt.NDArray[np.int32]:
    """Return int32 (10,000,), by regency code in force: the code that stands for it, 0 for what is none.

    A birth place does not say whether KAB. BANDUNG or KOTA BANDUNG is meant, so they count as one; the cities of
    Jakarta too.
    """
    groups = np.zeros(10_000, np.int32)
    least: dict[tuple[int, str], int] = {}
    table = place_table(older)
    for code, name in sorted(bare_names(region_table(older)).items()):
        province = code // _PROVINCE_SIZE
        canonical = table.by_joined[name.replace(" ", "")]
        key = (province, "" if province == _JAKARTA else canonical)
        groups[code] = least.setdefault(key, code)
    groups.setflags(write=False)
    return groups


def record_towns(codes: Int32, regions: Int32, column: PlaceColumn, older: OlderRegions = ()) -> Int32:
    """Return int32 (n_records,): the town (as in :class:`PlaceColumn`) of every record's place, 0 when not certain.

    ``codes`` int32 (n_records,), -1 for missing, into the values of ``column``; ``regions`` int32 (n_records,), the
    record's own regency, 0 for unknown: where one of the regencies in question is it, that one is meant, but a
    regency by name is meant before a sub-district elsewhere.
    """
    return _record_towns(
        codes, regions, column.kinds, column.towns, column.offsets, column.regencies, town_groups(older)
    )


@kernel
def _record_towns(
    codes: Int32, regions: Int32, kinds: UInt8, towns: Int32, offsets: Int64, regencies: Int32, groups: Int32
) -> Int32:
    found = np.zeros(codes.shape[0], np.int32)
    for record in range(codes.shape[0]):
        code = codes[record]
        if code < 0:
            continue
        found[record] = towns[code]
        if regions[record] > 0:
            for place in range(offsets[code], offsets[code + 1]):
                if regencies[place] == regions[record]:
                    found[record] = groups[regions[record]]
    return found


def _levels(canonical: str, table: PlaceTable) -> PlaceLevels:
    if country := table.countries.get(canonical):
        return PlaceLevels(PlaceKind.COUNTRY, country=country)
    if codes := table.regencies.get(canonical):
        return PlaceLevels(PlaceKind.REGENCY, codes, _one_province(codes))
    if province := table.provinces.get(canonical, 0):
        return PlaceLevels(PlaceKind.PROVINCE, province=province)
    bare = _bare(canonical)
    if canonical.startswith(BELOW["village"] + " "):
        return PlaceLevels(PlaceKind.VILLAGE)
    if codes := tuple(sorted({*table.towns.get(canonical, ()), *table.districts.get(bare, ())})):
        return PlaceLevels(PlaceKind.DISTRICT, codes, _one_province(codes))
    return PlaceLevels(PlaceKind.HOSPITAL if canonical.startswith(HOSPITAL) else PlaceKind.UNKNOWN)


def _bare(canonical: str) -> str:
    return canonical.removeprefix(BELOW["district"] + " ")


def _one_province(codes: tuple[int, ...]) -> int:
    provinces = {code // _PROVINCE_SIZE for code in codes}
    return provinces.pop() if len(provinces) == 1 else 0


def _one_town(codes: tuple[int, ...], groups: npt.NDArray[np.int32]) -> int:
    towns = {int(groups[code]) for code in codes}
    return towns.pop() if len(towns) == 1 else 0
