"""The table of provinces and regencies, with the codes that were retired and what replaced them.

A spec may add older codes that the package's own table lacks (``older_regions``).

Codes are those of the Ministry of Home Affairs (Kemendagri), never those of the statistics office (BPS): 94 is Papua
Tengah here and Papua there. Source and licence of the data: ``data/README.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from linkage.errors import SpecError
from linkage.spec import OlderRegion, OlderRegions


@dataclass(frozen=True)
class Regency:
    """A regency (kabupaten, 01-69) or city (kota, 71-99) code such as 3273.

    ``name`` as in the official list, empty where only the existence of the code is known. ``valid``: in force
    today. ``newest``: the code that replaced it, itself when valid, 0 when the successor is not known.
    """

    code: int
    name: str
    valid: bool
    newest: int


@dataclass(frozen=True)
class Province:
    """A province code such as 32. ``predecessors``: provinces it was split from, the whole chain."""

    code: int
    name: str
    valid: bool
    predecessors: frozenset[int]


@dataclass(frozen=True)
class RegionTable:
    """Provinces and regencies by code, retired ones included, and names people use for them beside the official one.

    ``province_aliases`` and ``regency_aliases``: upper-case spelling to code.
    """

    provinces: Mapping[int, Province]
    regencies: Mapping[int, Regency]
    province_aliases: Mapping[str, int]
    regency_aliases: Mapping[str, int]

    @property
    def ever(self) -> frozenset[int]:
        """Every regency code that is or was in force, as far as the table knows."""
        return frozenset(self.regencies)

    @property
    def current(self) -> tuple[int, ...]:
        """The regency codes in force, ascending."""
        return tuple(code for code, regency in self.regencies.items() if regency.valid)


def region_table(older: OlderRegions = ()) -> RegionTable:
    """Return the table that ships with the package, with these older codes added; the same object for the same codes.

    What ``older`` says of a retired code goes before the table. Its names lead to the regency that replaced it, where
    the table has no other place of that name.

    Raises:
        SpecError: an older code is in force today, lies in a province that never was, or its successor is not in force.
    """
    return _extended(older) if older else _shipped()


def check_older_region(item: OlderRegion, where: str) -> None:
    """Refuse an older code that does not fit the table that ships with the package.

    Raises:
        SpecError: it is in force today, lies in a province that never was, or its successor is not in force.
    """
    shipped = _shipped()
    known, successor = shipped.regencies.get(item.code), shipped.regencies.get(item.newest)
    if known is not None and known.valid:
        raise SpecError(f"{item.code} is in force today", where=where, remedy="List only codes of former times")
    if item.code // 100 not in shipped.provinces:
        raise SpecError(f"{item.code}: there never was a province {item.code // 100:02d}", where=where)
    if successor is None or not successor.valid:
        raise SpecError(
            f"{item.newest} is not a regency code in force", where=where, remedy="newest is a code of today"
        )


@cache
def _extended(older: OlderRegions) -> RegionTable:
    shipped = _shipped()
    regencies, names = dict(shipped.regencies), dict[str, int]()
    for item in older:
        check_older_region(item, f"older_regions {item.code}")
        name = item.name.strip()
        regencies[item.code] = Regency(item.code, name or shipped.regencies[item.newest].name, False, item.newest)
        if name:
            names[name.upper()] = item.newest
    return RegionTable(
        shipped.provinces,
        dict(sorted(regencies.items())),
        shipped.province_aliases,
        {**names, **shipped.regency_aliases},
    )


@cache
def _shipped() -> RegionTable:
    regencies = {
        int(row["code"]): Regency(int(row["code"]), row["name"], row["valid"] == "1", int(row["newest"] or 0))
        for row in _rows("regions.csv")
    }
    provinces = {
        int(row["code"]): Province(
            int(row["code"]), row["name"], row["valid"] == "1", frozenset(map(int, row["predecessors"].split()))
        )
        for row in _rows("regions_provinces.csv")
    }
    aliases: dict[int, dict[str, int]] = {2: {}, 4: {}}
    for row in _rows("regions_aliases.csv"):
        aliases[len(row["code"])][row["name"]] = int(row["code"])
    return RegionTable(provinces, regencies, aliases[2], aliases[4])


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("linkage.standardise") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
