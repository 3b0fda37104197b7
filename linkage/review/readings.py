"""Reading again: a blind second reading of a sample of decisions, and cases whose answer is known.

Both come to a steward as any other case, without its history, and what the steward answers is compared with the first
answer, or the known one. What comes out says how far people agree; it is no ranking.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from statistics import NormalDist, fmean, stdev
from typing import Final

from linkage.evaluation.intervals import wilson_interval
from linkage.review.cases import Action, Case, Decision, Lease, Standing, State
from linkage.review.resolution import PersonOut, pairs_of

FEWEST: Final = 10
"""Of fewer cases no share is told: it would say more about chance than about a person."""


class Purpose(StrEnum):
    """Why a case is read again."""

    SECOND = "second"
    KNOWN = "known"


@dataclass(frozen=True)
class Answer:
    """What somebody said of a case: which persons there are, or, empty, that it is no question of persons."""

    persons: tuple[PersonOut, ...]


@dataclass(frozen=True)
class Reading:
    """A finished reading. ``agrees``: the reader sees the same persons as ``expected``."""

    id: int
    case: int
    purpose: Purpose
    reader: str
    first_reader: str | None
    expected: Answer
    answer: Answer
    agrees: bool
    at: datetime


@dataclass(frozen=True)
class Agreement:
    """How far one steward agrees with others. Shares are None below ten cases; intervals are 95 per cent.

    ``known``, ``second``: readings of each purpose; ``known_share``, ``second_share``: of those, the agreeing ones.
    ``drift``: how much more often than the model expected the steward called records one person, from -1 to 1.
    """

    actor: str
    decisions: int
    known: int
    known_share: float | None
    known_interval: tuple[float, float] | None
    second: int
    second_share: float | None
    second_interval: tuple[float, float] | None
    drift: float | None
    drift_interval: tuple[float, float] | None


def draw(secret: bytes, *parts: str | int) -> float:
    """Return a number from 0 to 1 (1 excluded) that only who knows ``secret`` can foresee; the same for the same parts.

    The first 53 bits of an HMAC-SHA-256 of the parts.
    """
    text = "\0".join(str(part) for part in parts).encode()
    number = int.from_bytes(hmac.digest(secret, text, hashlib.sha256)[:8], "big")
    return (number >> 11) / 2.0**53


def sampled(case: int, seq: int, share: float, secret: bytes) -> bool:
    """Return whether decision ``seq`` of a case is among the ``share`` (0 to 1) that is read again.

    With ``secret`` unknown nobody can tell before, so nobody can be more careful with those. A larger share keeps all
    of a smaller one.
    """
    return draw(secret, "second reading", case, seq) < share


def answer_of(decision: Decision, case: Case) -> Answer | None:
    """Return what a decision says of its case; None when it answers nothing (``release``, ``need``, ``ask`` ...).

    ``different`` is about the pairs put forward: records that were called one person before stay one.
    """
    if decision.action in (Action.PROPOSE, Action.APPROVE):
        return Answer(decision.persons)
    if decision.action is Action.DIFFERENT:
        return Answer(_settled(case))
    return Answer(()) if decision.action is Action.SET_ASIDE else None


def agrees(expected: Answer, answer: Answer) -> bool:
    """Return whether two answers see the same persons, and, where both say who owns a shared NIK, the same owner.

    Which record of one person stays, and which values are taken, is a matter of survivorship and not asked here.
    """
    mine, other = _parts(expected), _parts(answer)
    if mine != other:
        return False
    owners = _owner(expected), _owner(answer)
    return None in owners or owners[0] == owners[1]


def blind(case: Case, reader: str, lease: Lease, *, at: datetime) -> Case:
    """Return a decided case as if ``reader`` had just taken it up for the first time at ``at``.

    Its pairs stand as they were put forward, nobody has decided, and the history holds the reader's claim alone, as
    that of a new case would.
    """
    first = Decision(case.id, 1, Action.CLAIM, reader, State.BARU, State.DALAM_VERIFIKASI, at)
    return replace(
        case,
        state=State.DALAM_VERIFIKASI,
        version=2,
        office=case.scope,
        assignee=None,
        assigned_until=None,
        lease=lease,
        due_at=None,
        closed_at=None,
        waiting=False,
        history=(first,),
        published=False,
    )


def one_person_share(decision: Decision, case_pairs: Sequence[tuple[str, str]]) -> float:
    """Return which share (0 to 1) of the pairs put forward a decision called one person."""
    same = {(left, right) for left, right, one in pairs_of(decision.persons) if one}
    return sum(pair in same for pair in case_pairs) / len(case_pairs)


def agreement_of(
    actor: str, *, decisions: int, readings: Iterable[Reading], judged: Sequence[tuple[float, float]]
) -> Agreement:
    """Return how far ``actor`` agrees with others.

    ``readings``: those in which the actor read, or in which the actor's own decision was read by another: to a second
    reading both contribute equally. ``judged``: for each case the actor answered as a question of persons, (observed,
    expected) share of its pairs that are one person, by the actor and by the model's probabilities.

    Shares have Wilson's interval. Drift is the mean of observed - expected, a case counting once however many pairs it
    has, with the interval of a mean (normal quantile).
    """
    told = tuple(readings)
    known = [one.agrees for one in told if one.purpose is Purpose.KNOWN and one.reader == actor]
    second = [one.agrees for one in told if one.purpose is Purpose.SECOND and actor in (one.reader, one.first_reader)]
    known_share, known_interval = _share(known)
    second_share, second_interval = _share(second)
    drift, drift_interval = _drift([observed - expected for observed, expected in judged])
    return Agreement(
        actor=actor,
        decisions=decisions,
        known=len(known),
        known_share=known_share,
        known_interval=known_interval,
        second=len(second),
        second_share=second_share,
        second_interval=second_interval,
        drift=drift,
        drift_interval=drift_interval,
    )


def _settled(case: Case) -> tuple[PersonOut, ...]:
    """Return the persons of a case none of whose pairs put forward is one person.

    A pair put forward inside what was joined before contradicts the joining, whose records then stand alone.
    """
    asked = [(pair.left_id, pair.right_id) for pair in case.pairs if pair.standing.live]
    before = [(pair.left_id, pair.right_id) for pair in case.pairs if pair.standing is Standing.SAME]
    for judged in case.words:
        if judged.standing is Standing.SAME and judged.case != case.id:
            before.append((judged.left_id, judged.right_id))
    part = {record: frozenset({record}) for record in case.record_ids}
    for left, right in before:
        if (left, right) not in asked:
            joined = part[left] | part[right]
            part.update(dict.fromkeys(joined, joined))
    split = {part[left] & part[right] for left, right in asked}
    for record in frozenset().union(*split):
        part[record] = frozenset({record})
    return tuple(PersonOut(records) for records in sorted({tuple(sorted(records)) for records in part.values()}))


def _parts(answer: Answer) -> frozenset[tuple[str, ...]]:
    return frozenset(person.record_ids for person in answer.persons)


def _owner(answer: Answer) -> tuple[str, ...] | None:
    """The person who keeps the NIK, where exactly one of several does."""
    keeping = [person.record_ids for person in answer.persons if person.keeps is not None]
    return keeping[0] if len(answer.persons) > 1 and len(keeping) == 1 else None


def _share(agreed: Sequence[bool]) -> tuple[float | None, tuple[float, float] | None]:
    if len(agreed) < FEWEST:
        return None, None
    interval = wilson_interval(sum(agreed), len(agreed))
    return fmean(agreed), (interval.low, interval.high)


def _drift(differences: Sequence[float]) -> tuple[float | None, tuple[float, float] | None]:
    if len(differences) < FEWEST:
        return None, None
    mean = fmean(differences)
    reach = NormalDist().inv_cdf(0.975) * stdev(differences) / math.sqrt(len(differences))
    return mean, (max(mean - reach, -1.0), min(mean + reach, 1.0))
