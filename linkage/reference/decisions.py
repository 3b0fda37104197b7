"""What people have decided, as the reference keeps it: which decisions hold, and what they say of records.

A decision is never taken out. One of kind ``revert`` makes an earlier one hold no longer, so what holds follows from
the list alone, whatever the order in which decisions were undone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

import pyarrow as pa

from linkage.change_log import CHANGE
from linkage.reference.tables import DECISIONS_SCHEMA, bare
from linkage.review.cases import Verdict
from linkage.review.effects import Effect
from linkage.review.resolution import PersonOut, from_json, pairs_of, to_json

Pair = tuple[str, str]


@dataclass(frozen=True)
class Decided:
    """One approved decision; the columns of :data:`linkage.reference.tables.DECISIONS_SCHEMA`."""

    effect: int
    case: int
    kind: str
    verdict: Verdict
    reverts: int | None
    confirmed: bool
    at: datetime
    persons: tuple[PersonOut, ...]

    @property
    def record_ids(self) -> frozenset[str]:
        """The records it is about."""
        return frozenset(record for person in self.persons for record in person.record_ids)


@dataclass(frozen=True)
class Holding:
    """What holds after all decisions.

    ``decisions``: approved and not undone, oldest first. ``different``: pairs of records that an undoing called
    different persons, with its number. ``confirmed``: cases that the centre confirmed. ``open_again``: of an undoing
    that left the question open, (when, records): nobody has asked it again before the next night.
    """

    decisions: tuple[Decided, ...]
    different: tuple[tuple[int, Pair], ...]
    confirmed: frozenset[int]
    open_again: tuple[tuple[datetime, frozenset[str]], ...]

    @property
    def cases(self) -> frozenset[int]:
        """The cases whose decision holds."""
        return frozenset(decided.case for decided in self.decisions)


def holding(decided: Iterable[Decided]) -> Holding:
    """Return what holds after these decisions, in whatever order they are given."""
    ordered = sorted(decided, key=lambda one: one.effect)
    undone = {one.reverts: one for one in ordered if one.verdict is Verdict.REVERT}
    approved = [one for one in ordered if one.verdict is not Verdict.REVERT and not one.confirmed]
    different: list[tuple[int, Pair]] = []
    open_again: list[tuple[datetime, frozenset[str]]] = []
    for one in approved:
        by = undone.get(one.case)
        if by is None:
            continue
        if by.persons:
            different += [(by.effect, (left, right)) for left, right in combinations(sorted(one.record_ids), 2)]
        else:
            open_again.append((by.at, one.record_ids))
    holds = tuple(one for one in approved if one.case not in undone)
    same = _called_the_same(holds, frozenset().union(*(pair for _, pair in different)))
    return Holding(
        decisions=holds,
        different=tuple(sorted((number, pair) for number, pair in different if pair not in same)),
        confirmed=frozenset(one.case for one in ordered if one.confirmed and one.case not in undone),
        open_again=tuple(open_again),
    )


def _called_the_same(holds: Iterable[Decided], records: frozenset[str]) -> frozenset[Pair]:
    """Return the pairs of some records that decisions which hold call the same: undoing another leaves them so."""
    near = (one for one in holds if records and not records.isdisjoint(one.record_ids))
    return frozenset((left, right) for one in near for left, right, same in pairs_of(one.persons) if same)


def decided_of(effect: Effect) -> Decided:
    """Return what the reference keeps of an effect of the queue: everything but who took it."""
    return Decided(
        effect=effect.id,
        case=effect.case,
        kind=effect.kind,
        verdict=effect.verdict,
        reverts=effect.reverts,
        confirmed=effect.confirmed,
        at=effect.at,
        persons=effect.persons,
    )


def decisions_table(decided: Sequence[Decided]) -> pa.Table:
    """Return decisions as rows of the table, with a column ``change``."""
    rows = [
        {
            "effect": one.effect,
            "case": one.case,
            "kind": one.kind,
            "verdict": one.verdict.value,
            "reverts": one.reverts,
            "confirmed": one.confirmed,
            "at": one.at.isoformat(),
            "persons": json.dumps(to_json(one.persons), sort_keys=True),
        }
        for one in decided
    ]
    table = pa.Table.from_pylist(rows, schema=bare(DECISIONS_SCHEMA))
    return table.append_column(CHANGE, pa.array(["added"] * len(rows), pa.string()))


def decisions_of(table: pa.Table | None) -> tuple[Decided, ...]:
    """Return the decisions in rows of the table; the reverse of :func:`decisions_table`."""
    return () if table is None else tuple(map(_decided, table.select(DECISIONS_SCHEMA.names).to_pylist()))


def _decided(row: dict[str, Any]) -> Decided:
    return Decided(
        **{
            **row,
            "verdict": Verdict(row["verdict"]),
            "at": datetime.fromisoformat(row["at"]),
            "persons": from_json(json.loads(row["persons"])),
        }
    )
