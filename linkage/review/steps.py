"""What a user may do with a case now, found by trying the rules of the queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review.cases import SHARED_NIK, Action, Aside, Case, Different, Lease, Standing, State, Verdict
from linkage.review.leases import new_token, token_digest
from linkage.review.people import Role, User
from linkage.review.resolution import PersonOut
from linkage.review.rules import Command, take
from linkage.review.settings import DEFAULTS, QueueSettings
from linkage.review.transitions import TRANSITIONS, VERDICTS

_UNDONE: Final = (State.DISETUJUI, State.DILAKSANAKAN_SIAK, State.TERKONFIRMASI)
TAKING_UP: Final = (Action.CLAIM, Action.EXAMINE)
_WITHOUT_HOLDING: Final = (
    Action.ASSIGN, Action.CLAIM, Action.EXAMINE, Action.TAKE_BACK, Action.ANSWER, Action.REOPEN, Action.CARRY_OUT,
    Action.CONFIRM,
)  # fmt: skip


def open_steps(case: Case, by: User, *, now: datetime) -> tuple[Action, ...]:
    """Return the steps the user may take now, in the order of the table of states.

    A step that needs the case in hand counts when the user holds it, or could take it up at once. ``revert`` stands
    for opening a case that asks to undo this one.
    """
    token = new_token()
    held = _in_hand(case, by, token, now)
    return tuple(action for action in TRANSITIONS if _open(action, case, held, token, by, now))


def _open(action: Action, case: Case, held: Case | None, token: str, by: User, now: datetime) -> bool:
    taken = case.lease is not None and case.lease.live(now)
    mine = taken and case.lease is not None and case.lease.owner == by.name
    if action is Action.REVERT:
        return _may_undo(case, by)
    if (action in TAKING_UP and mine) or (action is Action.RELEASE and not taken):
        return False
    if any(_allowed(case, command, by, now) for command in _tries(case, action, by, None, now)):
        return True
    if held is None or action in _WITHOUT_HOLDING:
        return False
    return any(_allowed(held, command, by, now) for command in _tries(held, action, by, token, now))


def offices_to_ask(case: Case, by: User) -> frozenset[str]:
    """Return the offices of other records that have not been asked, or have answered."""
    return case.regions - case.asked() - {"", by.scope.code}


def _may_undo(case: Case, by: User) -> bool:
    return case.published and case.state in _UNDONE and Role.PETUGAS in by.roles and by.scope.covers(case.office)


def taken_up(
    case: Case, action: Action, by: User, token: str, *, now: datetime, settings: QueueSettings = DEFAULTS
) -> Case:
    """Return the case as it would be once the user held it by ``action``, a claim or an examination, under ``token``.

    Refusals as in :func:`linkage.review.rules.take`; nothing is changed.
    """
    taken = take(case, Command(action), by=by, now=now, settings=settings)
    lease = Lease(by.name, token_digest(token), now + timedelta(hours=1))
    return replace(case, state=taken.to_state, lease=lease, history=(*case.history, taken))


def _in_hand(case: Case, by: User, token: str, now: datetime) -> Case | None:
    """Return the case as it would be once the user holds it; None where they could not."""
    if case.lease is not None and case.lease.live(now) and case.lease.owner == by.name:
        return replace(case, lease=replace(case.lease, token_digest=token_digest(token)))
    try:
        action = Action.EXAMINE if case.state is State.DIUSULKAN else Action.CLAIM
        return taken_up(case, action, by, token, now=now)
    except (NotPermittedError, CaseConflictError, UsageError):
        return None


def _allowed(case: Case, command: Command, by: User, now: datetime) -> bool:
    try:
        take(case, command, by=by, now=now)
    except (NotPermittedError, CaseConflictError, UsageError):
        return False
    return True


def _tries(case: Case, action: Action, by: User, token: str | None, now: datetime) -> Iterator[Command]:
    """Yield commands with invented arguments, one of which the rules accept if the step is open to the user."""
    tomorrow = now + timedelta(days=1)
    if action is Action.PROPOSE:
        for verdict in VERDICTS[case.kind]:
            yield Command(action, reason="?", verdict=verdict, persons=parting(case, verdict), token=token)
    elif action is Action.ASK:
        for region in sorted(offices_to_ask(case, by)):
            yield Command(action, reason="?", region=region, due_at=tomorrow, token=token)
    else:
        codes: dict[Action, str] = {Action.DIFFERENT: Different.OTHER, Action.SET_ASIDE: Aside.ANOMALI}
        reason = codes.get(action, "?")
        own = by.scope.code if action is Action.ANSWER else None
        yield Command(action, reason=reason, assignee=by.name, region=own, due_at=tomorrow, token=token)


def parting(case: Case, verdict: Verdict) -> tuple[PersonOut, ...]:
    """Return persons that a proposal of this verdict could name: as few as earlier decisions allow, of a shared NIK as
    many."""
    if verdict is Verdict.REVERT:
        return ()
    asked = {(pair.left_id, pair.right_id) for pair in case.pairs if pair.standing.live}
    settled = {(one.left_id, one.right_id): one.standing for one in case.words if one.case != case.id}
    settled = {pair: standing for pair, standing in settled.items() if pair not in asked}
    groups: list[list[str]] = []
    for record in case.record_ids:
        known = [(group, {settled.get((one, record)) for one in group}) for group in groups]
        same = [group for group, standings in known if Standing.SAME in standings]
        alone = verdict is Verdict.SPLIT or case.kind == SHARED_NIK
        fitting = [] if alone else [group for group, standings in known if Standing.DIFFERENT not in standings]
        group = next(iter(same + fitting), None)
        if group is None:
            groups.append([record])
        else:
            group.append(record)
    owner = verdict is Verdict.SPLIT
    return tuple(
        PersonOut(tuple(group), group[0] if number == 0 or (not owner and len(group) > 1) else None)
        for number, group in enumerate(groups)
    )
