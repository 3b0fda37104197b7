"""What a supervisor sees of the work: how much there is and how old, what comes and goes, what rose a tier, who holds
what. Values only; no SQL, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from linkage.errors import UsageError
from linkage.review.cases import CaseSummary, State

AGE_DAYS: Final = (7, 30, 90, 180)
"""Days since a case was opened, where one age band ends and the next begins. The last is where the least urgent case
should have been decided."""

MOST_SPANS: Final = 60
"""Spans of time that are told at once."""


@dataclass(frozen=True)
class Backlog:
    """How many open cases of a kind stand in a state. ``region``: one step below the region that was asked about, or
    that region itself where its own office decides. ``age``: the band, from 0, by :data:`AGE_DAYS`. ``oldest``: when
    the oldest of them was opened."""

    kind: str
    state: State
    region: str
    waiting: bool
    age: int
    cases: int
    oldest: datetime


@dataclass(frozen=True)
class Flow:
    """What came and went from ``start`` (included) to ``end`` (not): cases opened, decided by people and not reopened
    since, and taken out by the system."""

    start: datetime
    end: datetime
    opened: int
    decided: int
    withdrawn: int


@dataclass(frozen=True)
class Raised:
    """An open case that a higher tier decides than the one it was found for. ``reason``: what who passed it on said, or
    the system's code; both empty where no step of the history tells of it."""

    case: CaseSummary
    actor: str
    reason: str
    at: datetime | None


@dataclass(frozen=True)
class Holding:
    """A case that somebody holds now. ``since``: when they took it up."""

    case: int
    kind: str
    state: State
    office: str
    holder: str
    since: datetime
    until: datetime


def age_of(opened_at: datetime, now: datetime) -> int:
    """Return the age band, from 0, of a case that was opened then."""
    return sum(opened_at <= now - timedelta(days=days) for days in AGE_DAYS)


def region_below(office: str, scope: str) -> str:
    """Return the region under which the work of an office is counted for who looks at ``scope``: one tier below."""
    return office[: min(len(scope) + 2, 4)]


def spans(bounds: Sequence[datetime]) -> tuple[tuple[datetime, datetime], ...]:
    """Return the spans between instants; :class:`UsageError` unless there are some, in order, and not too many."""
    between = tuple(pairwise(bounds))
    if not 0 < len(between) <= MOST_SPANS or any(start >= end for start, end in between):
        raise UsageError(
            f"2 to {MOST_SPANS + 1} instants in order are needed",
            where="throughput",
            key="throughput.spans",
            filled={"most": MOST_SPANS},
        )
    return between
