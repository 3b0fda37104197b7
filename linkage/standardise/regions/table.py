"""The table of provinces and regencies, with the codes that were retired and what replaced them.

A spec may add older codes that the package's own table lacks (``older_regions``).

Codes are those of the Ministry of Home Affairs (Kemendagri), never those of the statistics office (BPS): 94 is Papua
Tengah here and Papua there. Source and licence of the data: ``data/README.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources

from linkage.errors import SpecError
from linkage.spec import OlderRegion, OlderRegions


@dataclass(frozen=True)
class Regency:
    """A regency (kabupaten, 01-69) or city (kota, 71-99) code such as 3273.

    ``name`` as in the official list, empty where only the existence of the code is known. ``valid``: in force
    today. ``newest``: the code that replaced it, itself when valid, 0 when the successor is not known.
    ``valid_from``, ``valid_until``: the first day in force, and the first day no longer in force, by the date of the
    law; None when not recorded, or still in force. ``law``: those laws.
    """

    code: int
    name: str
    valid: bool
    newest: int
    valid_from: date | None = None
    valid_until: date | None = None
    law: str = ""


@dataclass(frozen=True)
class Province:
    """A province code such as 32. ``predecessors``: provinces it was split from, the whole chain.

    ``valid_from``: the date of the ``law`` that made it, None when not recorded.
    """

    code: int
    name: str
    valid: bool
    predecessors: frozenset[int]
    valid_from: date | None = None
    law: str = ""


@dataclass(frozen=True)
class FormerName:
    """An official name that a regency code had until a day (not included), and the regulation that changed it."""

    name: str
    valid_until: date
    law: str


@dataclass(frozen=True)
class RegionTable:
    """Provinces and regencies by code, retired ones included, and names people use for them beside the official one.

    ``province_aliases`` and ``regency_aliases``: upper-case spelling to code. ``former_names`` by code, oldest first.
    """

    provinces: Mapping[int, Province]
    regencies: Mapping[int, Regency]
    province_aliases: Mapping[str, int]
    regency_aliases: Mapping[str, int]
    former_names: Mapping[int, tuple[FormerName, ...]]

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
        name, known, successor = item.name.strip(), shipped.regencies.get(item.code), shipped.regencies[item.newest]
        ended = known or Regency(item.code, "", False, 0, None, successor.valid_from, successor.law)
        regencies[item.code] = replace(ended, name=name or successor.name, newest=item.newest)
        if name:
            names[name.upper()] = item.newest
    return RegionTable(
        shipped.provinces,
        dict(sorted(regencies.items())),
        shipped.province_aliases,
        {**names, **shipped.regency_aliases},
        shipped.former_names,
    )


@cache
def _shipped() -> RegionTable:
    regencies = {
        int(row["code"]): Regency(
            int(row["code"]),
            row["name"],
            row["valid"] == "1",
            int(row["newest"] or 0),
            _day(row["valid_from"]),
            _day(row["valid_until"]),
            row["law"],
        )
        for row in _rows("regions.csv")
    }
    provinces = {
        int(row["code"]): Province(
            int(row["code"]),
            row["name"],
            row["valid"] == "1",
            frozenset(map(int, row["predecessors"].split())),
            _day(row["valid_from"]),
            row["law"],
        )
        for row in _rows("regions_provinces.csv")
    }
    aliases: dict[int, dict[str, int]] = {2: {}, 4: {}}
    for row in _rows("regions_aliases.csv"):
        aliases[len(row["code"])][row["name"]] = int(row["code"])
    former: dict[int, tuple[FormerName, ...]] = {}
    for row in sorted(_rows("regions_names.csv"), key=lambda row: row["valid_until"]):
        code = int(row["code"])
        former[code] = (
            *former.get(code, ()),
            FormerName(row["name"], date.fromisoformat(row["valid_until"]), row["law"]),
        )
    return RegionTable(provinces, regencies, aliases[2], aliases[4], former)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("linkage.standardise") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
