"""What a publication asks of offices, from what it looked at: the records that its decisions are about, as sent."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from linkage.reference.asking import usulan_of
from linkage.reference.build import Draft, Touched
from linkage.reference.decisions import Decided
from linkage.reference.demands import Sent
from linkage.reference.store import Reference
from linkage.reference.tables import USULAN


def usulan_changes(reference: Reference, draft: Draft, looked_at: Touched, news: Sequence[Decided]) -> pa.Table:
    """Return the usulan that a publication adds and changes, with a column ``change``."""
    named = {record for group in draft.groups for record in group.record_ids}
    named |= {record for group in draft.groups for decided, _ in group.by for record in decided.record_ids}
    undone = reference.read(USULAN) if news else None
    if undone is not None:
        cases = pa.array([one.reverts for one in news if one.reverts is not None], pa.int64())
        again = undone.filter(pc.is_in(undone.column("case"), value_set=cases))
        named |= set(again.column("record_id").to_pylist())
    return usulan_of(news, draft.groups, _sent(looked_at, named), undone, looked_at.bearers)


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
