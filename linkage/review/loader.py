"""What the loader signs: a decision for every open case that a run withdrew or changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from linkage.review.cases import Action, Decision, State
from linkage.review.loading import LoadPlan, state_after_refresh
from linkage.review.people import SYSTEM

CONTENT_CHANGED = "CONTENT_CHANGED"
"""Reason of a refresh: records, pairs, compared fields, kind or scope are no longer the same."""


def loader_decisions(plan: LoadPlan, lengths: Mapping[int, int], *, run_id: str, now: datetime) -> tuple[Decision, ...]:
    """Return the decisions that stand for ``plan``, in the order of case numbers.

    ``lengths``: by case number, how many decisions the case has; absent means none.
    """
    withdrawn = [
        Decision(
            case=gone.case.id,
            seq=lengths.get(gone.case.id, 0) + 1,
            action=Action.WITHDRAW,
            actor=SYSTEM,
            from_state=gone.case.state,
            to_state=State.DITARIK,
            at=now,
            reason=gone.reason,
            successor=gone.successor,
            run_id=run_id,
        )
        for gone in plan.withdrawn
    ]
    refreshed = [
        Decision(
            case=case.id,
            seq=lengths.get(case.id, 0) + 1,
            action=Action.REFRESH,
            actor=SYSTEM,
            from_state=case.state,
            to_state=state_after_refresh(case, arrival.case.scope),
            at=now,
            reason=CONTENT_CHANGED,
            run_id=run_id,
        )
        for case, arrival in plan.refreshed
    ]
    return tuple(sorted(withdrawn + refreshed, key=lambda change: change.case))
