"""What follows from a decision: what is settled about each pair, whose the case is, which office decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from linkage.review.cases import REVERT, Action, Case, Decision, Judgement, PairIn, Standing, State, family_of
from linkage.review.resolution import pairs_of
from linkage.review.settings import DEFAULTS, QueueSettings

_SETTLES: Final = MappingProxyType(
    {
        Action.DIFFERENT: Standing.DIFFERENT,
        Action.REJECT: Standing.REJECTED,
        Action.SET_ASIDE: Standing.ASIDE,
    }
)


def judgements(case: Case, decision: Decision, original: Case | None = None) -> tuple[Judgement, ...]:
    """Return what ``decision`` settles: one judgement for each pair the case puts forward, or none.

    ``original``: for the approval of a case of kind REVERT, the case it undoes.
    """
    if original is not None:
        standing = Standing.DIFFERENT if decision.persons else Standing.UNDECIDED
        return _taken_back(original, standing, case.id)
    if case.kind == REVERT:
        return ()  # what is not undone stands as it is
    if decision.action is Action.REOPEN:
        return _taken_back(case, Standing.UNDECIDED, case.id)
    live = [pair for pair in case.pairs if pair.standing.live]
    if decision.action is Action.APPROVE:
        same = {(left, right): one for left, right, one in pairs_of(decision.persons)}
        told = {_ends(pair): Standing.SAME if same[_ends(pair)] else Standing.DIFFERENT for pair in live}
    elif decision.action in _SETTLES:
        told = {_ends(pair): _SETTLES[decision.action] for pair in live}
    else:
        return ()
    return _judged(case, case.id, told)


def _taken_back(case: Case, standing: Standing, by: int) -> tuple[Judgement, ...]:
    """Judge anew what a case settled and nothing has settled since; what others decided about its pairs stands, and of
    what counts for them only the case's own word is taken back."""
    counting = frozenset(case.words)
    return tuple(
        replace(judged, standing=standing if judged in counting else Standing.UNDECIDED, case=by)
        for judged in case.settled
        if judged.case == case.id
    )


def office_after(case: Case, decision: Decision) -> str:
    """Return which office decides once ``decision`` is taken."""
    return decision.office if decision.office is not None else case.office


@dataclass(frozen=True)
class Holding:
    """Whose a case is: to whom it was given and until when, until when it waits, and whether the lease goes on."""

    assignee: str | None
    assigned_until: datetime | None
    due_at: datetime | None
    lease_ends: bool


def holding_after(case: Case, decision: Decision, settings: QueueSettings = DEFAULTS) -> Holding:
    """Return whose the case is once ``decision`` is taken. A lease ends with every step but the taking up itself."""
    action = decision.action
    patience = timedelta(days=settings.assignment_days)
    if action in (Action.CLAIM, Action.EXAMINE):
        mine = case.assignee == decision.actor or action is Action.EXAMINE
        kept = (case.assignee, case.assigned_until) if mine else (None, None)
        return Holding(*kept, None if action is Action.CLAIM else case.due_at, lease_ends=False)
    if action is Action.RELEASE:
        return Holding(case.assignee, case.assigned_until, case.due_at, lease_ends=True)
    if action is Action.TAKE_BACK:
        return Holding(decision.actor, decision.at + patience, None, lease_ends=True)
    if action is Action.ASSIGN or decision.to_state is State.DITUGASKAN:
        return Holding(decision.assignee, decision.at + patience, None, lease_ends=True)
    if decision.to_state is State.MENUNGGU_DOKUMEN:
        due = max(filter(None, (decision.due_at, case.due_at if action is not Action.NEED else None)), default=None)
        who = decision.assignee or case.assignee
        return Holding(who, None if due is None else due + patience, due, lease_ends=True)
    return Holding(None, None, None, lease_ends=True)


def _ends(pair: PairIn) -> tuple[str, str]:
    return pair.left_id, pair.right_id


def _judged(case: Case, number: int, told: Mapping[tuple[str, str], Standing]) -> tuple[Judgement, ...]:
    family = family_of(case.kind)
    return tuple(
        Judgement(pair.left_id, pair.right_id, family, told[_ends(pair)], pair.fingerprint, number)
        for pair in case.pairs
        if _ends(pair) in told
    )
