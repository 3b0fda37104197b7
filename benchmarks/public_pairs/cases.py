"""From a public list of cases to the records that a run may see, and the answers expected beside them."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa

Row = Mapping[str, str]

MATCH: Final = 1
NO_MATCH: Final = 0
OPEN: Final = -1
"""What a case expects: one person, two, or that people look at it."""

ANSWERS: Final = {
    "match": MATCH,
    "no_match": NO_MATCH,
    "not a match": NO_MATCH,
    "possible_match": OPEN,
    "possible match": OPEN,
    "not sure": OPEN,
}
PAIRS_FILE: Final = "immreg_miis/pairs_F2.csv.gz"
SEED_FILE: Final = "cdc_recordlinker/nbs_seed.csv.gz"
TEST_FILE: Final = "cdc_recordlinker/better_test.csv.gz"
_NAMED: Final = re.compile(r"([DS])-[\w.]+:([A-Z0-9_]+):([A-Z]+)-([A-Z]+)")
_BASES: Final = {"S": "alike", "D": "apart"}
_PERSON: Final = ("BIRTHDATE", "FIRST", "LAST", "SUFFIX", "MAIDEN", "RACE", "ETHNICITY", "GENDER")
_PLACE: Final = ("ADDRESS", "CITY", "STATE", "COUNTY", "ZIP")
_SEEN: Final = (*_PERSON, *_PLACE, "SSN")
"""What an engine may see of these people. ``ID`` is not among them: the set's own test does not compare it either."""
_DATE_FORMS: Final = ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y", "%Y/%m/%d", "%m-%d-%Y")


@dataclass(frozen=True)
class Cases:
    """Records and the pairs of them that somebody has answered.

    ``tables``: one to deduplicate, or two to link; ids in ``rec_id``. ``left``, ``right``: ids of each case's pair, in
    link LEFT's first. ``expected``: MATCH, NO_MATCH or OPEN. ``kinds``: what a case tests, none or several.
    ``searched``: a case asks for a record among all of LEFT, not of one pair only. ``notes``: what was left out.
    """

    name: str
    tables: tuple[pa.Table, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    expected: tuple[int, ...]
    kinds: tuple[tuple[str, ...], ...]
    searched: bool
    notes: tuple[str, ...]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as they are written; cells beyond the header are dropped."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return [{name: row[name] or "" for name in row if name} for row in csv.DictReader(file)]


def immunisation_pairs(data: Path) -> Cases:
    """Return the listed pairs of patients, every distinct row once: a row stands in many pairs, as their ideal.

    Copies of a row would be duplicates that nobody has judged. So a pair of one and the same row is no case, and a pair
    listed twice is one case.
    """
    listed = read_rows(data / PAIRS_FILE)
    columns = [name.removesuffix("_a") for name in listed[0] if name.endswith("_a")]
    numbers: dict[tuple[str, ...], str] = {}
    found: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}
    same = 0
    for row in listed:
        sides = [tuple(row[f"{name}_{side}"] for name in columns) for side in "ab"]
        ids = [numbers.setdefault(side, f"r{len(numbers) + 1:05d}") for side in sides]
        if ids[0] == ids[1]:
            same += 1
            continue
        pair = (min(ids), max(ids))
        answer = ANSWERS[row["expect"].strip().lower()]
        kinds = tuple(dict.fromkeys((*found.get(pair, (0, ()))[1], *kinds_of_test(row["test"]))))
        if pair in found and found[pair][0] != answer:
            answer = OPEN
        found[pair] = answer, kinds
    again = len(listed) - same - len(found)
    return Cases(
        name="immreg_miis",
        tables=(_table(list(numbers.values()), columns, [dict(zip(columns, row, strict=True)) for row in numbers]),),
        left=tuple(left for left, _ in found),
        right=tuple(right for _, right in found),
        expected=tuple(answer for answer, _ in found.values()),
        kinds=tuple(kinds for _, kinds in found.values()),
        searched=False,
        notes=(
            f"{len(listed):,} listed pairs, {len(numbers):,} distinct rows",
            f"{same:,} pairs of one and the same row and {again:,} pairs listed again are no cases",
        ),
    )


def kinds_of_test(name: str) -> tuple[str, ...]:
    """Return what the name of a listed pair tells: the difference made, and how complete the poorer records are.

    A difference is made between two records of one person (alike) or of two (apart). Other names are cases that a
    registry collected.
    """
    named = _NAMED.fullmatch(name.strip())
    if named is None:
        return ("collected",)
    base, test, *grades = named.groups()
    return (f"{_BASES[base]}: {test}", *(f"a record {grade}" for grade in sorted(set(grades))))


def seeded_people(data: Path) -> Cases:
    """Return seeded people (LEFT) and the records to find among them (RIGHT); a case's pair is with the person named.

    ``Match Id`` is the truth and is hidden, and so is ``ID``, the number of a person in the system they come from.
    """
    seed, test = read_rows(data / SEED_FILE), read_rows(data / TEST_FILE)
    people = {row["Match Id"]: (f"s{number:05d}", row) for number, row in enumerate(seed, 1)}
    ids = [f"t{number:05d}" for number in range(1, len(test) + 1)]
    return Cases(
        name="cdc_recordlinker",
        tables=(
            _table([name for name, _ in people.values()], _SEEN, [row for _, row in people.values()]),
            _table(ids, _SEEN, test),
        ),
        left=tuple(people[row["Match Id"]][0] for row in test),
        right=tuple(ids),
        expected=tuple(ANSWERS[row["Expected Result"].strip().lower()] for row in test),
        kinds=tuple(kinds_of_difference(people[row["Match Id"]][1], row) for row in test),
        searched=True,
        notes=(f"{len(seed):,} people, {len(test):,} records to find among them",),
    )


def kinds_of_difference(person: Row, found: Row) -> tuple[str, ...]:
    """Return in which columns a record lacks or changes what the person named has, and in how many."""
    kinds = []
    for name in _SEEN:
        if _plain(name, person[name]) != _plain(name, found[name]):
            kinds.append(f"{name} {'changed' if found[name] else 'missing'}")
    count = ("nothing differs", "one column differs", "two columns differ")[min(len(kinds), 2)]
    return ("three or more columns differ" if len(kinds) > 2 else count, *kinds)


def _plain(column: str, text: str) -> str:
    """Return a value without case, punctuation and the way a date is written."""
    if column == "BIRTHDATE":
        for form in _DATE_FORMS:
            try:
                # The seed has years of two digits, so more cannot be compared.
                return datetime.strptime(text, form).strftime("%y%m%d")
            except ValueError:
                continue
    return re.sub(r"[\W_]+", "", text.replace("\\n", "")).casefold()


def _table(ids: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> pa.Table:
    values = {name: pa.array([row[name] or None for row in rows], pa.string()) for name in columns}
    return pa.table({"rec_id": pa.array(ids, pa.string()), **values})
