"""A line of the queue, from a whole case."""

from __future__ import annotations

from linkage.review.cases import Case, CaseSummary


def summary(case: Case) -> CaseSummary:
    """The line of the queue for a case."""
    lease = case.lease
    return CaseSummary(
        *(case.id, case.case_id, case.kind, case.scope, case.office, case.priority, case.state, case.version),
        reasons=case.reasons,
        records=len(case.records),
        assignee=case.assignee,
        held_by=None if lease is None else lease.owner,
        held_until=None if lease is None else lease.until,
        due_at=case.due_at,
        opened_at=case.opened_at,
        turn_at=case.turn_at,
        waiting=case.waiting,
    )
