"""What people were told, against what is stored: whether each case went through one line of steps, one after another.

Every step of a case is stored with its number, so the order of the steps needs no search (the idea is Elle's: let the
operations leave their order in the data). What is left to ask is whether that order could be what people saw: nothing
they were told of is missing or different, nothing is stored that nobody asked for or that was refused, no step stands
before one that had been answered when it was asked for, each step was allowed where it stands, and each refusal was
right at some place where it may have stood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from linkage.review.cases import Action, Decision, State
from linkage.review.transitions import CLOSED, OPEN

OK: Final = "ok"
REFUSED: Final = "refused"
"""Told that the case is not as believed (``CaseConflictError``)."""
LOST: Final = "lost"
"""No answer was heard: the step may have been taken or not."""
DENIED: Final = "denied"
"""Refused for another reason, which the history does not judge; nothing may be stored."""

_OUTCOMES: Final = (OK, REFUSED, LOST, DENIED)

CLAIMS: Final = (Action.CLAIM, Action.EXAMINE)


@dataclass(frozen=True)
class Operation:
    """One call: ``began`` and ``ended`` on a clock all callers share, ``now`` as the caller gave it.

    ``case``: None when nobody knows which one a lost claim handed out. ``token``: what a claim gave, or a step showed.
    ``seq``: the number of the step, of the answer.
    """

    user: str
    action: str
    began: float
    ended: float | None
    outcome: str
    now: datetime
    case: int | None = None
    token: str | None = None
    idem: str | None = None
    seq: int | None = None


RENEW: Final = "renew"


@dataclass(frozen=True)
class _Moment:
    """A case between two of its steps. ``token`` is None when who holds the case never heard it."""

    state: State = State.BARU
    owner: str | None = None
    token: str | None = None
    until: datetime | None = None

    def allows(self, call: Operation) -> bool:
        held = self.owner is not None and self.until is not None and call.now < self.until
        if call.action in CLAIMS:
            asked = (State.DIUSULKAN,) if call.action == Action.EXAMINE else OPEN - {State.DIUSULKAN}
            return self.state in asked and (not held or self.owner == call.user)
        if call.action == Action.REOPEN:
            return self.state in CLOSED
        mine = held and self.owner == call.user and self.token in (None, call.token)
        if call.action == RENEW:
            return mine
        return mine and self.state is (State.DIUSULKAN if call.action in _ANSWERS else State.DALAM_VERIFIKASI)


_ANSWERS: Final = (Action.APPROVE, Action.REJECT, Action.RETURN)


def violations(calls: Iterable[Operation], stored: Mapping[int, Sequence[Decision]], *, lease: timedelta) -> list[str]:
    """Return what is wrong, a sentence each.

    ``stored``: the steps of each case, by number. ``lease``: how long a claim, or its renewal, holds.
    """
    calls = list(calls)
    by_case: defaultdict[int, list[Operation]] = defaultdict(list)
    for call in calls:
        for case in [call.case] if call.case is not None else stored if call.outcome == LOST else []:
            by_case[case].append(call)
    kept = {entry.idem for history in stored.values() for entry in history if entry.idem is not None}
    found = [
        f"{call.user}: {call.action} was {call.outcome}, yet it is stored"
        for call in calls
        if call.outcome in (REFUSED, DENIED) and call.idem in kept
    ]
    found += [f"{call.user}: {call.action} was {call.outcome}" for call in calls if call.outcome not in _OUTCOMES]
    for case in sorted({*by_case, *stored}):
        found += [f"case {case}: {wrong}" for wrong in _wrong(by_case[case], stored.get(case, ()), lease)]
    return found


def _wrong(calls: Sequence[Operation], steps: Sequence[Decision], lease: timedelta) -> Iterator[str]:
    told = {call.seq: call for call in calls if call.outcome == OK and call.seq is not None}
    yield from (f"step {seq} was told to {told[seq].user} and is lost" for seq in sorted(told) if seq > len(steps))
    taken = [call for entry in steps if (call := _asked(calls, entry)) is not None]
    if len(taken) < len(steps):
        yield "a step is stored that nobody asked for, or that was told otherwise"
        return
    renewals = [call for call in calls if call.action == RENEW and call.outcome in (OK, LOST)]
    moments, latest = [_Moment()], float("-inf")
    for entry, call in zip(steps, taken, strict=True):
        if call.ended is not None and call.ended < latest:
            yield f"step {entry.seq} had been answered before a step it follows was asked for"
        latest = max(latest, call.began)
        shortest, longest = _held(moments[-1], renewals, call, lease)
        before = longest if longest.owner == call.user else shortest
        if not before.allows(call):
            yield f"step {entry.seq} ({entry.action} by {entry.actor}) was not allowed there"
        moments.append(_after(entry, call, lease))
    for call in calls:
        if call.outcome == REFUSED:
            first = max((number for number, step in enumerate(taken, 1) if _before(step, call)), default=0)
            last = max((number for number, step in enumerate(taken, 1) if not _before(call, step)), default=0)
            could = [_held(moment, renewals, call, lease) for moment in moments[first : max(first, last) + 1]]
            if all(moment.allows(call) for either in could for moment in either):
                yield f"{call.action} by {call.user} was refused and was allowed all the time"


def _asked(calls: Iterable[Operation], entry: Decision) -> Operation | None:
    """Return the call that led to a step: the one that was told of it, else one that heard nothing."""
    asked = (entry.actor, entry.action, entry.idem, entry.at)
    same = [call for call in calls if (call.user, call.action, call.idem, call.now) == asked]
    told = [call for call in same if call.outcome == OK and call.seq == entry.seq]
    return next(iter(told + [call for call in same if call.outcome == LOST]), None)


def _before(one: Operation, other: Operation) -> bool:
    return one.ended is not None and one.ended < other.began


def _held(moment: _Moment, renewals: Iterable[Operation], call: Operation, lease: timedelta) -> tuple[_Moment, _Moment]:
    """Return the moment with its lease as short, and as long, as it may have been when ``call`` was decided."""
    if moment.until is None:
        return moment, moment
    own = [one for one in renewals if one.user == moment.owner and moment.token in (None, one.token)]
    surely = [one.now + lease for one in own if one.outcome == OK and _before(one, call)]
    perhaps = [one.now + lease for one in own if not _before(call, one)]
    # A renewal sets the end anew; by a clock that went back it may be earlier.
    return (
        replace(moment, until=min([moment.until, *perhaps]) if not surely else min([surely[-1], *perhaps])),
        replace(moment, until=max([moment.until, *perhaps])),
    )


def _after(entry: Decision, call: Operation, lease: timedelta) -> _Moment:
    if entry.action in CLAIMS:
        return _Moment(entry.to_state, entry.actor, call.token if call.outcome == OK else None, call.now + lease)
    return _Moment(entry.to_state)
