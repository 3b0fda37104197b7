"""Short hands for decisions and records of invented persons, as the reference takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from linkage.reference.asking import usulan_of
from linkage.reference.decisions import Decided, holding
from linkage.reference.demands import Sent
from linkage.reference.persons import groups
from linkage.reference.tables import CHANGE
from linkage.reference.usulan import Usulan, usulan_of_table
from linkage.review.cases import Verdict
from linkage.review.resolution import PersonOut

DAWN = datetime(2026, 11, 1, tzinfo=UTC)


def nik(number: int, *, region: str = "3273") -> str:
    """A NIK that can be one."""
    return f"{region}01010180{number:04d}"


def sent(number: int, *, region: str = "3273", still: bool = True, given: str | None = None, **values: str) -> Sent:
    """A record as its office sent it; its NIK is of its number unless another is given."""
    told = {"nik": nik(number), "nama": "RATNA", "tanggal_lahir": "1980-01-01", **values}
    return Sent(region, given or f"K{number}", still, {name: value for name, value in told.items() if value})


def person(*records: str, keeps: str | None = None, **fields: str) -> PersonOut:
    """A person among the records of a case."""
    return PersonOut(tuple(sorted(records)), keeps, tuple(sorted(fields.items())))


def decided(
    effect: int,
    *persons: PersonOut,
    case: int | None = None,
    kind: str = "DUPLICATE",
    verdict: Verdict = Verdict.DUPLICATE,
    reverts: int | None = None,
    confirmed: bool = False,
) -> Decided:
    """A decision; its case has its number unless another is given."""
    return Decided(
        effect,
        effect if case is None else case,
        kind,
        verdict,
        reverts,
        confirmed,
        DAWN + timedelta(hours=effect),
        tuple(sorted(persons, key=lambda one: one.record_ids)),
    )


def revert(effect: int, case: int) -> Decided:
    """The decision that undoes a case's."""
    return decided(effect, kind="REVERT", verdict=Verdict.REVERT, reverts=case)


def merge(effect: int, *records: str, keeps: str, **fields: str) -> Decided:
    """One person of these records; ``fields``: from which record a value was chosen."""
    return decided(effect, person(*records, keeps=keeps, **fields))


def standing(table: pa.Table | None, moved: pa.Table) -> pa.Table:
    """The rows that count once those of a publication came to a table: the last under each id."""
    rows = {} if table is None else {row["usulan_id"]: row for row in table.to_pylist()}
    rows |= {row["usulan_id"]: row for row in moved.drop_columns([CHANGE]).to_pylist()}
    return pa.Table.from_pylist(list(rows.values()), schema=moved.drop_columns([CHANGE]).schema)


def taken_back(every: Sequence[Decided], news: Sequence[Decided]) -> dict[int, frozenset[str]]:
    """The records of the decisions that are undone, by case."""
    undone = {one.reverts for one in news}
    return {one.case: one.record_ids for one in every if one.case in undone}


def asked(nights: Iterable[Sequence[Decided]], records: Mapping[str, Sent]) -> tuple[Usulan, ...]:
    """What is asked after publications that took up these decisions, one after the other; by id."""
    table: pa.Table | None = None
    every: list[Decided] = []
    for news in nights:
        every += news
        rows = usulan_of(news, groups(holding(every)), records, table, taken_back=taken_back(every, news))
        table = standing(table, rows)
    return () if table is None else usulan_of_table(table.sort_by("usulan_id"))
