"""The order of the queue: whose turn it is, how many cases an office's stewards can decide, which have to wait.

Three things make a case pressing: what it does to citizens while it is undecided, how much of the answer is still
open, and how long it has lain there. The first two are known when the case is opened and say how long it may
lie (its *patience*, in days)::

    urgency  = priority x (1 + doubt) / 2                       from 0 to 1
    patience = patient_days x (urgent_days / patient_days) ** urgency

``priority`` is the engine's expected harm: the harm of the kind times the probability that the case is one
(:data:`linkage.decision.cases.HARM`). ``doubt`` is the entropy of its most doubtful pair (:func:`doubt_of`): where the
model knows least a person's answer tells most. No doubt halves the urgency and does not cancel it: every case needs
people, and one that is certain does certain harm. Patience falls by the same *factor* for each step of urgency, for
what matters between one day and two does not between 170 and 171.

The third is never computed, for the *turn* of a case is an instant, opening + patience, and the earliest turn goes
first. To be one day older is worth as much as one day of patience, today and in a year; no row has to change as time
passes, and the next case is the first row of an index.

**Nothing starves.** A case opened at ``t`` has its turn at ``T <= t + patient_days``. Whatever is handed out before it
has a turn no later than ``T``, and since patience is never below ``urgent_days`` it was opened no later than
``T - urgent_days``. So a case is overtaken only by cases opened before ``t + patient_days - urgent_days``, whatever
arrives after: it is handed out after at most as many claims as there are cases opened by that day, each counted once
for every time it is handed out and given back. A case whose urgency a later run sees otherwise keeps ``t``, and so the
bound; so does one that has to wait for stewards' hours, for places are given in turn too, and whoever had one when it
came was opened before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linkage.review.cases import REVERT, Pair, PairIn
from linkage.review.settings import QueueSettings

DAYS_A_WEEK = 7


def doubt_of(pairs: Iterable[PairIn]) -> float:
    """Return how open the answer is: the largest binary entropy, in bits (0 to 1), of the pairs to be decided.

    A pair settled before is no doubt. Where no pair is known at all, everything is open: 1.
    """
    known = tuple(pairs)
    live = (pair for pair in known if not isinstance(pair, Pair) or pair.standing.live)
    return max((_entropy(pair.match_probability) for pair in live), default=0.0 if known else 1.0)


def turn_at(opened_at: datetime, *, kind: str, priority: float, doubt: float, settings: QueueSettings) -> datetime:
    """Return the turn of a case: it goes before all cases with a later one.

    ``priority`` and ``doubt`` lie between 0 and 1. A case of kind REVERT says that a decision in force is wrong, and
    has the full urgency. The turn lies between ``urgent_days`` and ``patient_days`` after ``opened_at``.
    """
    urgency = 1.0 if kind == REVERT else priority * (1.0 + doubt) / 2.0
    longest, shortest = settings.patient_days, settings.urgent_days
    days = longest * (shortest / longest) ** urgency
    return opened_at + timedelta(days=min(max(days, shortest), longest))


def capacity(hours: float | None, settings: QueueSettings) -> int | None:
    """Return how many cases the stewards of an office can decide within the horizon; None: not bound.

    ``hours``: those a week of all its stewards together, None when nobody stated any. Who works at all can decide one.
    """
    if hours is None:
        return None
    cases = hours * settings.cases_per_hour * settings.horizon_days / DAYS_A_WEEK
    return max(math.floor(cases), 1) if hours else 0


@dataclass(frozen=True, order=True)
class Place:
    """A case in the line for its office: the earliest turn first, of equal ones the lower number."""

    turn_at: datetime
    id: int
    office: str


def admitted(waiting: Iterable[Place], places: int | None) -> tuple[int, ...]:
    """Return the numbers of the waiting cases of one office that are to be handed out, in turn; None: all of them."""
    return tuple(case.id for case in sorted(waiting)[:places])


def place_new(rooms: Mapping[str, int | None], new_cases: Sequence[Place]) -> frozenset[int]:
    """Return the numbers of those new cases that have to wait.

    ``rooms``: by office, the places that nobody who waits already has a claim to; None, or an office that is not in it:
    not bound.
    """
    lines: dict[str, list[Place]] = {}
    for case in new_cases:
        if rooms.get(case.office) is not None:
            lines.setdefault(case.office, []).append(case)
    let_in = {number for office, line in lines.items() for number in admitted(line, rooms[office])}
    return frozenset(case.id for line in lines.values() for case in line) - let_in


def _entropy(probability: float) -> float:
    if not 0.0 < probability < 1.0:
        return 0.0
    other = 1.0 - probability
    return -(probability * math.log2(probability) + other * math.log2(other))
