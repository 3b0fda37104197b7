"""Which persons there are among the records of a case: what a steward proposes and an approver agrees to.

A *resolution* parts the records of a case into persons. It says, for each person, which record's NIK stays and,
where values contradict each other, which record's value is taken. Pairs of records follow from it: the same person
within a part, different persons across parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from linkage.errors import UsageError


@dataclass(frozen=True)
class PersonOut:
    """One person among the records of a case.

    ``record_ids``: sorted, one or more. ``keeps``: the record whose NIK stays; None when the person gets a new one (a
    split NIK) or nothing is to be chosen (a single record). ``fields``: (field, record whose value is taken), sorted by
    field; fields not named follow the rules of survivorship.
    """

    record_ids: tuple[str, ...]
    keeps: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


def check_persons(persons: Sequence[PersonOut], record_ids: Sequence[str], *, where: str) -> None:
    """Raise :class:`UsageError` unless ``persons`` part ``record_ids``, sorted by first record, each choice inside."""
    if sorted(record for person in persons for record in person.record_ids) != sorted(record_ids):
        raise UsageError("every record of the case must be in exactly one person", where=where, key="persons.partition")
    for person in persons:
        inside = set(person.record_ids)
        if list(person.record_ids) != sorted(inside):
            raise UsageError("the records of a person must be sorted, each once", where=where, key="persons.order")
        if person.keeps is not None and person.keeps not in inside:
            raise UsageError("the surviving record is not one of its person's", where=where, key="persons.keeps")
        names = [field for field, _ in person.fields]
        if names != sorted(set(names)):
            raise UsageError("the chosen fields must be sorted, each once", where=where, key="persons.order")
        if not all(record in inside for _, record in person.fields):
            raise UsageError(
                "a field's value is taken from a record that is not the person's", where=where, key="persons.field"
            )
    firsts = [person.record_ids[0] for person in persons]
    if firsts != sorted(firsts):
        raise UsageError("the persons must be sorted by their first record", where=where, key="persons.order")


def one_person(record_ids: Sequence[str], keeps: str | None = None) -> tuple[PersonOut, ...]:
    """Return the resolution in which all records are one person."""
    return (PersonOut(tuple(sorted(record_ids)), keeps),)


def pairs_of(persons: Sequence[PersonOut]) -> Iterator[tuple[str, str, bool]]:
    """Yield (left id, right id, whether they are one person) for every pair of records."""
    part = {record: number for number, person in enumerate(persons) for record in person.record_ids}
    for left, right in combinations(sorted(part), 2):
        yield left, right, part[left] == part[right]


def to_json(persons: Sequence[PersonOut]) -> list[dict[str, Any]]:
    """Return the resolution as plain JSON."""
    return [
        {"records": list(person.record_ids), "keeps": person.keeps, "fields": [list(pair) for pair in person.fields]}
        for person in persons
    ]


def from_json(persons: Sequence[Mapping[str, Any]]) -> tuple[PersonOut, ...]:
    """Return the resolution in plain JSON; the reverse of :func:`to_json`."""
    return tuple(
        PersonOut(
            tuple(person["records"]),
            person["keeps"],
            tuple((field, record) for field, record in person["fields"]),
        )
        for person in persons
    )
