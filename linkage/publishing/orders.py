"""What a publication asks of offices, from what it looked at: the records that its decisions are about, as sent."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from linkage.reference.asking import usulan_of
from linkage.reference.build import Draft, Touched
from linkage.reference.decisions import Decided, decisions_of
from linkage.reference.demands import Sent
from linkage.reference.store import Reference
from linkage.reference.tables import DECISIONS, USULAN


def usulan_changes(reference: Reference, draft: Draft, looked_at: Touched, news: Sequence[Decided]) -> pa.Table:
    """Return the usulan that a publication adds and changes, with a column ``change``."""
    named = {record for group in draft.groups for record in group.record_ids}
    named |= {record for group in draft.groups for decided, _ in group.by for record in decided.record_ids}
    undone = reference.read(USULAN) if news else None
    if undone is not None:
        cases = pa.array([one.reverts for one in news if one.reverts is not None], pa.int64())
        again = undone.filter(pc.is_in(undone.column("case"), value_set=cases))
        named |= set(again.column("record_id").to_pylist())
    sent = _sent(looked_at, named)
    return usulan_of(news, draft.groups, sent, undone, looked_at.bearers, _taken_back(reference, news))


def _taken_back(reference: Reference, news: Sequence[Decided]) -> dict[int, frozenset[str]]:
    """Return the records that each decision was about which is undone, by case."""
    cases = pa.array([one.reverts for one in news if one.reverts is not None], pa.int64())
    decided = reference.read(DECISIONS) if len(cases) else None
    if decided is None:
        return {}
    named = decisions_of(decided.filter(pc.is_in(decided.column("case"), value_set=cases)))
    return {
        case: frozenset().union(*(one.record_ids for one in named if one.case == case)) for case in cases.to_pylist()
    }


def _sent(looked_at: Touched, named: set[str]) -> dict[str, Sent]:
    residents = looked_at.residents
    wanted = pc.is_in(residents.column("record_id"), value_set=pa.array(sorted(named), pa.string()))
    return {
        row["record_id"]: Sent(
            region=row["region"] or "",
            given_id=row["given_id"],
            open=row["open"],
            values={name: row[name] for name in looked_at.fields if row[name]},
        )
        for row in residents.filter(wanted).to_pylist()
    }
