"""The package's table of regencies beside another compilation: ``LINKAGE_DATA=... python -m benchmarks.region_table``.

Reads ``id_region/wilayah_2025.csv.gz`` (codes in force) and ``id_region/wilayah_history_level123.csv.gz`` (codes of all
editions since 2015) in that folder, and prints a table for ``benchmarks/results.md``.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.standardise.regions.districts import district_table
from linkage.standardise.regions.resolve import regency_of_name
from linkage.standardise.regions.table import RegionTable, region_table

LEVELS = {2: "provinces", 4: "regencies", 6: "sub-districts"}


@dataclass(frozen=True)
class Comparison:
    """Codes of one level in force: how many here and there, those only on one side, names that differ."""

    here: int
    there: int
    only_here: tuple[int, ...]
    only_there: tuple[int, ...]
    names: tuple[tuple[int, str, str], ...]


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compare(here: Mapping[int, str], there: Mapping[int, str]) -> Comparison:
    both = sorted(here.keys() & there.keys())
    return Comparison(
        len(here),
        len(there),
        tuple(sorted(here.keys() - there.keys())),
        tuple(sorted(there.keys() - here.keys())),
        tuple((code, here[code], there[code]) for code in both if here[code] != there[code]),
    )


def in_force(table: RegionTable) -> dict[int, dict[int, str]]:
    """Names by code, by number of digits."""
    provinces = {code: item.name for code, item in table.provinces.items() if item.valid}
    districts = {code: item.name for code, item in district_table().items() if item.valid}
    return {2: provinces, 4: {code: table.regencies[code].name for code in table.current}, 6: districts}


def retired(history: list[dict[str, str]], table: RegionTable) -> tuple[list[int], list[int], list[int]]:
    """Retired regency codes of the other source: all, those unknown here, those that lead to another name here."""
    regencies = {
        int(row["code"].replace(".", "")): row["last_name"]
        for row in history
        if (row["level"], row["current"]) == ("2", "0")
    }
    unknown = [code for code in regencies if code not in table.regencies]
    known = [code for code in regencies if code in table.regencies]
    others = [code for code in known if regency_of_name(full(regencies[code])) != table.regencies[code].newest]
    return sorted(regencies), unknown, others


def full(name: str) -> str:
    return re.sub(r"^KAB\. ", "KABUPATEN ", name)


def main() -> None:
    if "LINKAGE_DATA" not in os.environ:
        sys.exit("set LINKAGE_DATA to the folder that holds id_region")
    folder = Path(os.environ["LINKAGE_DATA"]) / "id_region"
    table = region_table()
    listed = rows(folder / "wilayah_2025.csv.gz")
    print(
        "| level | in force here | there | only here | only there | names that differ |", "|---|" + "---|" * 5, sep="\n"
    )
    differing = []
    for digits, level in LEVELS.items():
        there = {
            int(row["code"].replace(".", "")): row["name"]
            for row in listed
            if len(row["code"].replace(".", "")) == digits
        }
        found = compare(in_force(table)[digits], there)
        sides = len(found.only_here), len(found.only_there)
        print(f"| {level} | {found.here} | {found.there} | {sides[0]} | {sides[1]} | {len(found.names)} |")
        differing += [f"only here: {code}" for code in found.only_here]
        differing += [f"only there: {code}" for code in found.only_there]
        differing += [f"{code}: {ours} / {theirs}" for code, ours, theirs in found.names]
    everything, unknown, others = retired(rows(folder / "wilayah_history_level123.csv.gz"), table)
    ours = {code for code, item in table.regencies.items() if not item.valid}
    known = len(everything) - len(unknown)
    older = len(ours - set(everything))
    print(f"\nRegency codes retired since 2015: {len(everything)} there; {known} of them known here,", end=" ")
    print(f"{known - len(others)} with the successor of that name.", end=" ")
    print(f"Retired codes here: {len(ours)}; {older} of them older than the other list.\n")
    print(*differing, *(f"not known here: {code}" for code in unknown), sep="\n")


if __name__ == "__main__":
    main()
