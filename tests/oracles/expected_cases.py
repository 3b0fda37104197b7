"""The kinds of case that the truth calls for, record by record and pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations


@dataclass(frozen=True)
class Written:
    """A record as written, beside the person it is truly about."""

    person: int
    nik: int = 0
    region: int = 0
    enrolled: bool = False
    active: bool = True
    birth: date = date(1990, 3, 4)
    sex: int = 0


def is_default(day: date) -> bool:
    return day.year <= 2005 and (day.day == 15 or (day.month, day.day) in {(12, 31), (7, 1), (1, 1)})


def births_contradict(one: date, other: date) -> bool:
    years = abs(one.year - other.year)
    if is_default(one) or is_default(other):
        return years not in (0, 100)
    if one == other:
        return False
    if years == 0 and (one.month, one.day) == (other.day, other.month):
        return False
    return not (years == 100 and (one.month, one.day) == (other.month, other.day))


def row_of_pair(one: Written, other: Written) -> tuple[int, str]:
    """Return the row of the design's table, and the kind it stands for."""
    if one.nik and one.nik == other.nik:
        if one.region >= 0 and other.region >= 0 and one.region != other.region:
            return 2, "OPEN_MOVE"
        if one.sex != other.sex or births_contradict(one.birth, other.birth):
            return 3, "CONFLICT"
        return 4, "DUPLICATE"
    if one.enrolled and other.enrolled and one.nik and other.nik:
        return 5, "BOTH_ENROLLED"
    return 6, "DUPLICATE"


def expected_slowly(records: Sequence[Written]) -> list[set[str]]:
    """Return the kinds of case expected of each record."""
    kinds: list[set[str]] = [set() for _ in records]
    active = [at for at, record in enumerate(records) if record.active]
    for nik in {records[at].nik for at in active} - {0}:
        holders = [at for at in active if records[at].nik == nik]
        if len({records[at].person for at in holders}) > 1:
            for at in holders:
                kinds[at].add("SHARED_NIK")
    for person in {records[at].person for at in active}:
        own = [at for at in active if records[at].person == person]
        if len(own) > 1:
            kind = min(row_of_pair(records[one], records[other]) for one, other in combinations(own, 2))[1]
            for at in own:
                kinds[at].add(kind)
    return kinds
