"""What the review queue holds: cases, their pairs, decisions and judgements. Values only; no SQL, no clock.

A *case* is a group of records that may be one person, or that contradict each other. It has a number
of its own in the queue (``id``) beside the ``case_id`` the engine computed, because records come and go
between runs while a steward's case stays the same. What people decide is remembered per *pair* of
records, with a keyed fingerprint of the compared fields, and so outlives cases, runs and models.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

from linkage.errors import InvariantError, UsageError

SHARED_NIK: Final = "SHARED_NIK"
KINDS: Final = (SHARED_NIK, "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED")
"""Kinds of case, as in the schema of ``cases.parquet``."""

REOPENED: Final = "REOPENED_FIELDS_CHANGED"
"""Reason added by the queue: the case holds a pair that was settled before one of its fields changed."""


class State(StrEnum):
    """Where a case stands, under the names the offices use."""

    BARU = "BARU"
    DITUGASKAN = "DITUGASKAN"
    DALAM_VERIFIKASI = "DALAM_VERIFIKASI"
    DIUSULKAN = "DIUSULKAN"
    DIKEMBALIKAN = "DIKEMBALIKAN"
    DISETUJUI = "DISETUJUI"
    DITOLAK = "DITOLAK"
    BUKAN_GANDA = "BUKAN_GANDA"
    KEMBAR = "KEMBAR"
    DITARIK = "DITARIK"


class Action(StrEnum):
    """What can happen to a case after it was added."""

    ASSIGN = "assign"
    START = "start"
    PROPOSE = "propose"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    DIFFERENT = "different"
    REFRESH = "refresh"
    WITHDRAW = "withdraw"


class Verdict(StrEnum):
    """What a proposal says: one person with several records, or several persons on one NIK."""

    DUPLICATE = "duplicate"
    SPLIT = "split"


class Different(StrEnum):
    """Why records that look alike are not one person."""

    TWINS = "twins"
    SIBLINGS = "siblings"
    NAMESAKES = "namesakes"
    OTHER = "other"


class Withdrawal(StrEnum):
    """Why the loader took an open case out of the queue."""

    NO_LONGER_FOUND = "NO_LONGER_FOUND"
    SUPERSEDED = "SUPERSEDED"
    DECIDED_ELSEWHERE = "DECIDED_ELSEWHERE"


class Standing(StrEnum):
    """How a pair inside a case stands: put forward for decision, or settled before and shown as context."""

    PROPOSED = "proposed"
    REOPENED = "reopened"
    SAME = "same"
    DIFFERENT = "different"
    REJECTED = "rejected"

    @property
    def live(self) -> bool:
        """Whether the next decision on the case is about this pair."""
        return self in (Standing.PROPOSED, Standing.REOPENED)


class Family(StrEnum):
    """Kinds that may take each other's place: questions about a person, and about a NIK."""

    PERSON = "person"
    SHARED = "shared"


def family_of(kind: str) -> Family:
    """Return the family of a kind of case."""
    return Family.SHARED if kind == SHARED_NIK else Family.PERSON


_REGION = re.compile(r"\A(?:[0-9]{2}|[0-9]{4})?\Z")


def is_scope(code: str) -> bool:
    """Return whether ``code`` is a regency (4 digits), a province (2) or the nation (empty)."""
    return _REGION.match(code) is not None


@dataclass(frozen=True)
class Scope:
    """The region a user may decide for: ``""`` the nation, ``"32"`` a province, ``"3273"`` a regency."""

    code: str

    def __post_init__(self) -> None:
        if not is_scope(self.code):
            raise UsageError(
                "a region must be empty, or a code of 2 or 4 digits", where="scope", remedy="Use 32 or 3273"
            )

    def covers(self, scope: str) -> bool:
        """Return whether a case of this ``scope`` may be decided from here."""
        return scope.startswith(self.code)


Evidence = tuple[tuple[str, str], ...]
"""(comparison, level name) for each comparison, in the order of the spec."""


@dataclass(frozen=True)
class PairIn:
    """A pair of a case as a run found it. ``left_id < right_id`` by UTF-8 bytes.

    ``fingerprint``: keyed digest of the compared fields (:mod:`linkage.review.fingerprint`).
    """

    left_id: str
    right_id: str
    fingerprint: bytes
    match_probability: float
    match_weight_log2: float
    evidence: Evidence = ()


@dataclass(frozen=True)
class CaseIn:
    """A case as a run found it: the columns of ``cases.parquet`` and the pairs inside the case."""

    case_id: str
    kind: str
    scope: str
    priority: float
    record_ids: tuple[str, ...]
    reasons: tuple[str, ...]
    pairs: tuple[PairIn, ...]


@dataclass(frozen=True)
class Pair(PairIn):
    """A pair inside a case of the queue."""

    standing: Standing = Standing.PROPOSED


@dataclass(frozen=True)
class Decision:
    """Something that happened to a case; appended, never changed.

    ``seq`` counts from 1 within the case. ``proposal_seq`` and ``proposer`` name the proposal that an
    approval, return or rejection answers. ``successor`` is the case that took a superseded one's place.
    """

    case: int
    seq: int
    action: Action
    actor: str
    from_state: State
    to_state: State
    at: datetime
    reason: str = ""
    verdict: Verdict | None = None
    surviving_record: str | None = None
    assignee: str | None = None
    proposal_seq: int | None = None
    proposer: str | None = None
    successor: int | None = None
    run_id: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What was settled about one pair of records; the latest one for a pair counts."""

    left_id: str
    right_id: str
    family: Family
    standing: Standing
    fingerprint: bytes
    case: int


@dataclass(frozen=True)
class CaseSummary:
    """A line of the queue."""

    id: int
    case_id: str
    kind: str
    scope: str
    priority: float
    state: State
    version: int
    reasons: tuple[str, ...]
    records: int
    assignee: str | None
    opened_at: datetime


@dataclass(frozen=True)
class Case:
    """A case with its records, pairs and history. ``version`` grows with every change a person must know of."""

    id: int
    case_id: str
    kind: str
    scope: str
    priority: float
    state: State
    version: int
    reasons: tuple[str, ...]
    assignee: str | None
    run_id: str
    opened_at: datetime
    closed_at: datetime | None
    record_ids: tuple[str, ...]
    pairs: tuple[Pair, ...]
    history: tuple[Decision, ...]


@dataclass(frozen=True)
class Count:
    """How many cases of a kind stand in a state within a scope."""

    kind: str
    state: State
    scope: str
    cases: int


@dataclass(frozen=True)
class LoadResult:
    """What a load did. Cases given = ``added + kept + suppressed``; ``refreshed`` counts kept cases whose content
    changed. ``withdrawn`` and ``superseded`` count cases that left the queue, the latter with a successor.
    """

    added: int
    kept: int
    withdrawn: int
    superseded: int
    suppressed: int
    refreshed: int = 0


def check_case(case: CaseIn) -> None:
    """Raise :class:`InvariantError` unless ``case`` keeps the contract of a case (names no record)."""
    problem = _problem(case) or next(filter(None, (_pair_problem(pair) for pair in case.pairs)), None)
    if problem is None:
        inside = set(case.record_ids)
        ends = [(pair.left_id, pair.right_id) for pair in case.pairs]
        if len(set(ends)) != len(ends):
            problem = "a pair is given twice"
        elif not all(left in inside and right in inside for left, right in ends):
            problem = "a pair holds a record that is not in the case"
    if problem is not None:
        raise InvariantError(problem, where=f"case {case.case_id}")


def _problem(case: CaseIn) -> str | None:
    records = case.record_ids
    if case.kind not in KINDS:
        return f"the kind must be one of {', '.join(KINDS)}"
    if not is_scope(case.scope):
        return "the scope must be empty, or 2 or 4 digits"
    if not 0.0 <= case.priority <= 1.0:
        return "the priority must lie between 0 and 1"
    if len(records) < 2 or any(a >= b for a, b in pairwise(records)):
        return "the record ids must be two or more, distinct and sorted"
    if any("\0" in record for record in records):
        return "a record id holds a NUL character"
    return None


def _pair_problem(pair: PairIn) -> str | None:
    if not pair.left_id < pair.right_id:
        return "left_id must be smaller than right_id"
    if not pair.fingerprint:
        return "a pair has no fingerprint"
    if not 0.0 <= pair.match_probability <= 1.0 or math.isnan(pair.match_weight_log2):
        return "a pair's probability or weight is no number in range"
    return None
