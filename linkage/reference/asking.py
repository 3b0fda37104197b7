"""What a publication asks of offices anew, and what it no longer asks: decisions against what was asked before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.reference.decisions import Decided
from linkage.reference.demands import Demand, Key, Person, Sent, demands_of, key_of, persons_of
from linkage.reference.persons import Group
from linkage.reference.usulan import CLOSING, UNDOING, Action, Status, Usulan, usulan_of_table, usulan_table
from linkage.review.cases import Verdict
from linkage.review.survivorship import NIK

_LAST: Final = 9
"""Undoing comes after what is asked anew."""


def usulan_of(
    news: Sequence[Decided],
    persons: Sequence[Group],
    sent: Mapping[str, Sent],
    standing: pa.Table | None,
    bearers: Mapping[str, frozenset[str]] = MappingProxyType({}),
    taken_back: Mapping[int, frozenset[str]] = MappingProxyType({}),
) -> pa.Table:
    """Return the usulan that a publication adds and changes, with a column ``change``, sorted by id.

    Of every record that does not stay exactly one end is asked for, however many decisions say so. What an undone
    decision asked for is cancelled; where it had been carried out, the office is asked to undo it, unless another
    decision still wants the same. Pure: the same decisions and records give the same rows and ids.

    Args:
        news: the decisions that the publication takes up.
        persons: who is one person after them, at least those with a record that ``news`` is about, or an undone
            decision was about; others change nothing.
        sent: every record that decisions about these persons name.
        standing: the rows of the usulan that count now, None for none.
        bearers: for each NIK of these records, by its digits, the open records that bear it, whosever they are.
        taken_back: by case, the records that each decision was about which ``news`` undoes. What was asked of them may
            stand in the name of another decision that had joined others to the same person.
    """
    undone = {one.reverts: one for one in news if one.verdict is Verdict.REVERT and one.reverts is not None}
    of_undone = _rows(standing, "case", [str(case) for case in undone])
    told = {record for one in news if not one.confirmed for record in one.record_ids}
    told |= {one.record_id for one in of_undone}.union(*taken_back.values())
    near = [group for group in persons if not told.isdisjoint(group.record_ids)]
    told = told.union(*(group.record_ids for group in near))
    found = persons_of(near, sent)
    asked = _rows(standing, "record_id", sorted(told))
    changes = _Changes(found, {one.key: one for one in demands_of(found, sent, bearers)}, undone, news, taken_back)
    changes.compare([one for one in asked if one.status is not Status.DIBATALKAN])
    cancelled = [replace(one, status=Status.DIBATALKAN, note="") for one in changes.cancelled]
    return usulan_table(_numbered(changes.added, sent, standing), cancelled).sort_by("usulan_id")


@dataclass(frozen=True, repr=False)
class _Added:
    """A row without its number. ``undoes``: what was carried out, None for a demand."""

    demand: Demand
    status: Status = Status.DIUSULKAN
    undoes: Usulan | None = None


class _Changes:
    """What is added and cancelled. ``news``: the decisions that are taken up; ``taken_back``: as :func:`usulan_of`."""

    def __init__(
        self,
        persons: Sequence[Person],
        wanted: Mapping[Key, Demand],
        undone: Mapping[int, Decided],
        news: Sequence[Decided],
        taken_back: Mapping[int, frozenset[str]],
    ) -> None:
        self._wanted = wanted
        self._undone = undone
        self._newest_first = sorted(news, key=lambda one: -one.effect)
        self._about = {
            one.effect: one.record_ids | taken_back.get(one.reverts or 0, frozenset()) for one in self._newest_first
        }
        self._staying = {person.stays.taken_from for person in persons}
        self.added: list[_Added] = []
        self.cancelled: list[Usulan] = []

    def compare(self, asked: Sequence[Usulan]) -> None:
        """Compare what stands with what is wanted, record by record and field by field."""
        by_key: dict[Key, list[Usulan]] = {}
        for one in asked:
            if one.action not in UNDOING:
                by_key.setdefault(key_of(one.action, one.record_id, one.field), []).append(one)
        for key in sorted(by_key.keys() | self._wanted.keys()):
            self._one(by_key.get(key, []), self._wanted.get(key))
        again = {(one.demand.record_id, one.demand.field) for one in self.added if one.undoes is None}
        for one in asked:
            if one.action in UNDOING and one.status is not Status.DILAKSANAKAN and (one.record_id, one.field) in again:
                self.cancelled.append(one)

    def _one(self, rows: Sequence[Usulan], wanted: Demand | None) -> None:
        own = [one for one in rows if one.case in self._undone]
        others = [one for one in rows if one.case not in self._undone]
        answered = wanted is not None and any(_answers(one, wanted) for one in others)
        gone = [*own, *(one for one in others if self._falls(one, wanted))]
        self.cancelled += gone
        if wanted is not None and not answered:
            done = any(one.status is Status.DILAKSANAKAN and _answers(one, wanted) for one in own)
            self.added.append(_Added(wanted, Status.DILAKSANAKAN if done else Status.DIUSULKAN))
        if wanted is None:
            self.added += [self._undoing(one) for one in gone if one.status is Status.DILAKSANAKAN]

    def _falls(self, one: Usulan, wanted: Demand | None) -> bool:
        """Whether what a decision that holds asked for is asked no longer."""
        if wanted is not None:
            return one.status is not Status.DILAKSANAKAN and not _answers(one, wanted)
        # A correction that is wanted no longer may have been made: the extract says so before the office does.
        return one.action is not Action.PEMBETULAN or one.record_id not in self._staying

    def _undoing(self, one: Usulan) -> _Added:
        about = (decided for decided in self._newest_first if one.record_id in self._about[decided.effect])
        by = self._undone.get(one.case) or next(about, self._newest_first[0])
        action = Action.AKTIVASI_KEMBALI if one.action in CLOSING else Action.PEMBATALAN
        demand = Demand(
            action,
            one.record_id,
            one.region,
            by,
            one.nik_stays,
            field=one.field,
            value_now=one.value_new,
            value_new=one.value_now,
            order=_LAST,
        )
        return _Added(demand, undoes=one)


def _answers(one: Usulan, wanted: Demand) -> bool:
    """Whether an usulan asks what is wanted. What ended a record, or gave a NIK, is done whichever NIK stays now."""
    if one.action is not wanted.action:
        return False
    if one.status is Status.DILAKSANAKAN and one.action is not Action.PEMBETULAN:
        return True
    if one.action is Action.PEMBETULAN:
        return one.value_new == wanted.value_new
    return (one.nik_stays, one.region) == (wanted.nik_stays, wanted.region)


def _rows(standing: pa.Table | None, column: str, wanted: Sequence[str]) -> tuple[Usulan, ...]:
    """Return the standing rows with one of these values in a column, by id."""
    if standing is None or not wanted:
        return ()
    found = standing.filter(pc.is_in(standing.column(column).cast(pa.string()), value_set=pa.array(wanted)))
    return usulan_of_table(found.sort_by("usulan_id"))


def _numbered(added: Sequence[_Added], sent: Mapping[str, Sent], standing: pa.Table | None) -> Iterator[Usulan]:
    """Yield rows with their ids: within a decision by record, then in the order of what is asked of it."""
    ordered = sorted(
        added,
        key=lambda one: (one.demand.by.effect, one.demand.record_id, one.demand.order, one.demand.field),
    )
    effects = sorted({str(one.demand.by.effect) for one in added})
    issued: dict[int, int] = {}
    for row in _rows(standing, "effect", effects):
        issued[row.effect] = max(issued.get(row.effect, 0), int(row.usulan_id.partition("-")[2]))
    for effect, rows in groupby(ordered, key=lambda one: one.demand.by.effect):
        for number, one in enumerate(rows, issued.get(effect, 0) + 1):
            yield _row(f"U{effect}-{number}", one, sent)


def _row(usulan_id: str, one: _Added, sent: Mapping[str, Sent]) -> Usulan:
    demand, undoes = one.demand, one.undoes
    record = sent.get(demand.record_id)
    nik = None if record is None else record.nik or record.values.get(NIK)
    return Usulan(
        usulan_id=usulan_id,
        effect=demand.by.effect,
        case=demand.by.case,
        region=demand.region,
        action=demand.action,
        record_id=demand.record_id,
        given_id=undoes.given_id if undoes else record.given_id if record else None,
        nik=undoes.nik if undoes else nik,
        nik_stays=demand.nik_stays,
        field=demand.field,
        value_now=demand.value_now,
        value_new=demand.value_new,
        status=one.status,
    )
