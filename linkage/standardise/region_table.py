"""The table of provinces and regencies, with the codes that were retired and what replaced them.

Codes are those of the Ministry of Home Affairs (Kemendagri), never those of the statistics office (BPS): 94 is Papua
Tengah here and Papua there. Source and licence of the data: ``data/README.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


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


@cache
def region_table() -> RegionTable:
    """Return the table that ships with the package, read once."""
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
