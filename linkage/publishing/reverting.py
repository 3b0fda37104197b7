"""Asking to undo a published decision: what that would change, and the case in which two people decide it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from linkage.errors import UsageError
from linkage.nightly.steward import Step, decide
from linkage.reference.decisions import Decided, decisions_of
from linkage.reference.store import Reference
from linkage.reference.tables import DECISIONS, MEMBERSHIP
from linkage.review.cases import Action, Verdict
from linkage.review.settings import DEFAULTS, QueueSettings
from linkage.review.sql import SqlQueue


@dataclass(frozen=True)
class Undoing:
    """What undoing a decision would part: the person its records are now, and the ``own`` persons they would be again.

    ``case``: the case that asks for it, None when it was only looked at.
    """

    decided: Decided
    persons: tuple[str, ...]
    own: tuple[str, ...]
    case: int | None = None


def undoing(reference: Reference, case: int) -> Undoing:
    """Return what undoing the decision of a case would part.

    Raises:
        UsageError: no decision of this case is published, or it was undone before.
    """
    told = decisions_of(reference.read(DECISIONS))
    found = [one for one in told if one.case == case and not one.confirmed and one.verdict is not Verdict.REVERT]
    if not found or any(one.reverts == case for one in told):
        raise UsageError(
            "no decision of this case is published, or it was undone",
            where=f"case {case}",
            remedy="A decision that is not published yet is reopened: linkage queue decide N reopen",
        )
    rows = reference.read(MEMBERSHIP, keys=pa.array(sorted(found[-1].record_ids), pa.string()))
    members = [] if rows is None else rows.to_pylist()
    return Undoing(
        found[-1],
        tuple(sorted({one["person_id"] for one in members})),
        tuple(sorted({one["own_id"] for one in members})),
    )


def ask_to_undo(
    queue: SqlQueue,
    reference: Reference,
    case: int,
    *,
    reason: str,
    different: bool,
    by: str,
    settings: QueueSettings = DEFAULTS,
    now: datetime | None = None,
) -> Undoing:
    """Open a case that asks to undo a published decision, and propose so; another person answers it.

    ``different``: what was one person is to be called several, so that it is not proposed again.
    """
    found = undoing(reference, case)
    claim = queue.open_revert(case, by=by, now=now)
    persons = tuple(record for record in sorted(found.decided.record_ids)) if different else ()
    step = Step(Action.PROPOSE, reason=reason, verdict=Verdict.REVERT.value, persons=persons)
    decide(queue, claim.case.id, step, by=by, settings=settings, now=now)
    return Undoing(found.decided, found.persons, found.own, claim.case.id)
