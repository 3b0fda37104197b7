"""What lies around the cases: a person's own desk and day, requests between offices, the age of what is open.

Values, and what is worked out from a history alone; no SQL, no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from linkage.review.cases import Action, CaseSummary, Count, Decision, State

PAUSE: Final = timedelta(minutes=10)
"""Who takes no step for so long has paused; and no answer counts as having taken longer."""

LAST_PROPOSALS: Final = 300
"""Of so many last proposals of a person it is told which came back; those before are anybody's to go on with."""

AGES: Final = (7, 30, 90)
"""The bounds, in days, between the bands in which the age of open cases is told."""


@dataclass(frozen=True)
class Desk:
    """What a person has to do with. ``held``: cases handed to them now, the soonest to lapse first. The rest by turn:
    ``given``: cases kept for them; ``returned``: what they proposed and an approver sent back; ``waiting``: cases that
    wait for something they are to bring, or for an answer they asked for."""

    held: tuple[CaseSummary, ...] = ()
    given: tuple[CaseSummary, ...] = ()
    returned: tuple[CaseSummary, ...] = ()
    waiting: tuple[CaseSummary, ...] = ()


@dataclass(frozen=True)
class Step:
    """Something a person did to a case."""

    case: int
    action: Action
    at: datetime


@dataclass(frozen=True)
class Worked:
    """What a person did in a time. ``steps``: how often which, without what they took back themselves.

    ``median_seconds``: from taking a case up to answering it, each answer counting at most :data:`PAUSE`; None without
    an answer. ``unbroken_since``: when they began to work without a pause; None if they are not at work.
    """

    steps: tuple[tuple[Action, int], ...]
    median_seconds: float | None
    unbroken_since: datetime | None


@dataclass(frozen=True)
class Request:
    """A question from one office to another about its record. ``due_at``: until when; ``answered_at``: None while open.

    ``question`` and ``answer`` are the words of ``asked_by`` and of the office ``region``.
    """

    case: CaseSummary
    region: str
    asked_by: str
    asked_at: datetime
    due_at: datetime | None
    question: str
    answered_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True)
class AgeCount:
    """How many open cases were opened at least ``days`` and less than ``below`` days ago; None: no bound."""

    days: int
    below: int | None
    cases: int


@dataclass(frozen=True)
class AgedCount:
    """A count, and how many of its cases are open and of each band of age, the youngest first."""

    count: Count
    ages: tuple[int, ...]


def counts_within(counted: Iterable[AgedCount], code: str) -> tuple[Count, ...]:
    """Return how many cases of a region and below stand where, sorted by kind, state, office; "" is the nation."""
    found = [one.count for one in counted if one.count.office.startswith(code)]
    return tuple(sorted(found, key=lambda count: (count.kind, count.state, count.office, count.waiting)))


def ages_within(counted: Iterable[AgedCount], code: str, now: datetime) -> tuple[AgeCount, ...]:
    """Return how old the open cases of a region and below are, the youngest band first; "" is the nation."""
    bands = age_bands(now)
    sums = [0] * len(bands)
    for one in counted:
        if one.count.office.startswith(code):
            sums = [cases + more for cases, more in zip(sums, one.ages, strict=True)]
    return tuple(AgeCount(days, below, cases) for (days, below, _, _), cases in zip(bands, sums, strict=True))


_ANSWERS: Final = (
    Action.PROPOSE, Action.DIFFERENT, Action.SET_ASIDE, Action.APPROVE, Action.RETURN, Action.REJECT,
)  # fmt: skip
_TAKING_UP: Final = (Action.CLAIM, Action.EXAMINE)
_UNTOLD: Final = (*_TAKING_UP, Action.RELEASE, Action.START)
"""Steps that move no case on: they are work, but no result."""
_TAKEN_BACK: Final = {
    Action.TAKE_BACK: (Action.PROPOSE,),
    Action.REOPEN: (Action.DIFFERENT, Action.SET_ASIDE),
}


def worked(steps: Iterable[Step], *, now: datetime) -> Worked:
    """Return what the steps of one person amount to; those of one instant in the given order.

    A decision that the person took back counts as little as its taking back; a case they reopened that they had not
    just decided themselves counts.
    """
    ordered = sorted(steps, key=lambda step: step.at)
    told: list[Step] = []
    taken_up: dict[int, datetime] = {}
    seconds: list[float] = []
    for step in ordered:
        if step.action in _TAKING_UP:
            taken_up[step.case] = step.at
        elif step.action in _ANSWERS and step.case in taken_up:
            seconds.append(min(step.at - taken_up.pop(step.case), PAUSE).total_seconds())
        undone = _undone(told, step)
        if undone is not None:
            told.remove(undone)
        elif step.action not in _UNTOLD and step.action is not Action.TAKE_BACK:
            told.append(step)
    counted = Counter(step.action for step in told)
    listed = tuple((action, counted[action]) for action in Action if counted[action])
    return Worked(listed, median(seconds) if seconds else None, _unbroken([step.at for step in ordered], now))


def _undone(told: Sequence[Step], step: Step) -> Step | None:
    """Return the person's decision that a step takes back, None when it takes none."""
    last = next((one for one in reversed(told) if one.case == step.case), None)
    return last if last is not None and last.action in _TAKEN_BACK.get(step.action, ()) else None


def _unbroken(instants: Sequence[datetime], now: datetime) -> datetime | None:
    since: datetime | None = None
    later = now
    for at in reversed(instants):
        if later - at > PAUSE:
            break
        since = later = at
    return since


def requests_in(case: CaseSummary, history: Iterable[Decision]) -> tuple[Request, ...]:
    """Return the questions of the round in which a case waits, or from which the last answer brought it back.

    ``history``: the case's decisions in their order. As :meth:`linkage.review.cases.Case.asked`, with what was said.
    """
    asked: dict[str, Request] = {}
    for entry in history:
        if entry.action is Action.ASK and entry.region is not None:
            asked[entry.region] = Request(
                case, entry.region, entry.actor, entry.at, entry.due_at, entry.reason
            )  # fmt: skip
        elif entry.action is Action.ANSWER and entry.region in asked:
            asked[entry.region] = replace(asked[entry.region], answered_at=entry.at, answer=entry.reason)
        elif entry.to_state is not State.MENUNGGU_DOKUMEN:
            asked.clear()
    return tuple(asked.values())


def age_bands(now: datetime) -> tuple[tuple[int, int | None, datetime | None, datetime | None], ...]:
    """Return (days, below, opened after, opened not after) of each band, the youngest first; None: no bound."""
    bounds = (0, *AGES)
    above: tuple[int | None, ...] = (*AGES, None)
    return tuple(
        (
            days,
            below,
            None if below is None else now - timedelta(days=below),
            None if days == 0 else now - timedelta(days=days),
        )
        for days, below in zip(bounds, above, strict=True)
    )
