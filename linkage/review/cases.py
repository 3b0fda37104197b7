"""What the review queue holds: cases, their pairs, decisions and judgements. Values only; no SQL, no clock.

A *case* is a group of records that may be one person, or that contradict each other. It has a number
of its own in the queue (``id``) beside the ``case_id`` the engine computed, because records come and go
between runs while a steward's case stays the same. What people decide is remembered per *pair* of
records, with a keyed fingerprint of the compared fields, and so outlives cases, runs and models.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from linkage.review.resolution import PersonOut
from linkage.review.shown import Kin, Marked, Survivor
from linkage.words.explained import Explained

SHARED_NIK: Final = "SHARED_NIK"
KINDS: Final = (SHARED_NIK, "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED")
"""Kinds of case a run can bring, as in the schema of ``cases.parquet``."""

REVERT: Final = "REVERT"
"""The kind of a case that asks to undo a published decision; opened by a steward, never by a run."""

REOPENED: Final = "REOPENED_FIELDS_CHANGED"
"""Reason added by the queue: the case holds a pair that was settled before one of its fields changed."""


class State(StrEnum):
    """Where a case stands, under the names the offices use."""

    BARU = "BARU"
    DITUGASKAN = "DITUGASKAN"
    DALAM_VERIFIKASI = "DALAM_VERIFIKASI"
    MENUNGGU_DOKUMEN = "MENUNGGU_DOKUMEN"
    DIUSULKAN = "DIUSULKAN"
    DIKEMBALIKAN = "DIKEMBALIKAN"
    DISETUJUI = "DISETUJUI"
    DITOLAK = "DITOLAK"
    DILAKSANAKAN_SIAK = "DILAKSANAKAN_SIAK"
    TERKONFIRMASI = "TERKONFIRMASI"
    BUKAN_GANDA = "BUKAN_GANDA"
    KEMBAR = "KEMBAR"
    WAFAT = "WAFAT"
    PINDAH_BELUM_TUNTAS = "PINDAH_BELUM_TUNTAS"
    ANOMALI = "ANOMALI"
    DIBATALKAN = "DIBATALKAN"
    DITARIK = "DITARIK"


class Action(StrEnum):
    """What can happen to a case after it was added. ``start`` is of the first version: in old histories, never new."""

    ASSIGN = "assign"
    CLAIM = "claim"
    EXAMINE = "examine"
    RELEASE = "release"
    PROPOSE = "propose"
    TAKE_BACK = "take_back"
    DIFFERENT = "different"
    SET_ASIDE = "set_aside"
    NEED = "need"
    ASK = "ask"
    ANSWER = "answer"
    ESCALATE = "escalate"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    REOPEN = "reopen"
    CARRY_OUT = "carry_out"
    CONFIRM = "confirm"
    REVERT = "revert"
    REFRESH = "refresh"
    WITHDRAW = "withdraw"
    START = "start"


class Verdict(StrEnum):
    """What a proposal says; which persons there are stands in its ``persons``.

    ``duplicate``: one person (or, in a larger case, several persons of whom at least one has several records).
    ``resolve``: one person, the value of each contradicting field chosen. ``finish_move``: one person, who lives where
    the surviving record says. ``split``: several persons on one NIK, of whom the owner keeps it. ``revert``: what an
    earlier case decided is undone.
    """

    DUPLICATE = "duplicate"
    RESOLVE = "resolve"
    FINISH_MOVE = "finish_move"
    SPLIT = "split"
    REVERT = "revert"


class Aside(StrEnum):
    """Why a case is no question of persons, and the state it ends in."""

    WAFAT = "WAFAT"
    PINDAH_BELUM_TUNTAS = "PINDAH_BELUM_TUNTAS"
    ANOMALI = "ANOMALI"


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
    """How a pair inside a case stands: put forward for decision, or settled before and shown as context.

    ``undecided`` is a judgement alone: an earlier one was taken back, so the pair is put forward again.
    """

    PROPOSED = "proposed"
    REOPENED = "reopened"
    SAME = "same"
    DIFFERENT = "different"
    REJECTED = "rejected"
    ASIDE = "aside"
    UNDECIDED = "undecided"

    @property
    def live(self) -> bool:
        """Whether the next decision on the case is about this pair."""
        return self in (Standing.PROPOSED, Standing.REOPENED)


class Family(StrEnum):
    """Kinds that may take each other's place: questions about a person, about a NIK, and about a decision."""

    PERSON = "person"
    SHARED = "shared"
    REVERT = "revert"


def family_of(kind: str) -> Family:
    """Return the family of a kind of case."""
    if kind == REVERT:
        return Family.REVERT
    return Family.SHARED if kind == SHARED_NIK else Family.PERSON


Evidence = tuple[tuple[str, str], ...]
"""(comparison, level name) for each comparison, in the order of the spec."""


@dataclass(frozen=True)
class PairIn:
    """A pair of a case as a run found it. ``left_id < right_id`` by UTF-8 bytes.

    ``fingerprint``: keyed digest of the compared fields (:mod:`linkage.review.fingerprint`). ``explained``: the
    evidence in sentences and bits, without its single features; None where it was not kept.
    """

    left_id: str
    right_id: str
    fingerprint: bytes
    match_probability: float
    match_weight_log2: float
    evidence: Evidence = ()
    explained: Explained | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class RecordIn:
    """A record of a case as a run found it.

    ``region``: code of the regency that sent it, "" when unknown. ``values``: what stewards may compare, by plain
    column name, missing ones left out. ``nik_digest``: keyed digest by which a NIK is searched; None without a NIK.
    ``family``: the other members of the record's family card, as far as they are kept.
    """

    record_id: str
    region: str = ""
    values: tuple[tuple[str, str], ...] = ()
    nik_digest: bytes | None = None
    family: tuple[Kin, ...] = ()


@dataclass(frozen=True)
class CaseIn:
    """A case as a run found it: the columns of ``cases.parquet``, its records and the pairs inside the case."""

    case_id: str
    kind: str
    scope: str
    priority: float
    records: tuple[RecordIn, ...]
    reasons: tuple[str, ...]
    pairs: tuple[PairIn, ...]

    @property
    def record_ids(self) -> tuple[str, ...]:
        """The ids of the records, sorted."""
        return tuple(record.record_id for record in self.records)


@dataclass(frozen=True)
class Pair(PairIn):
    """A pair inside a case of the queue."""

    standing: Standing = Standing.PROPOSED


@dataclass(frozen=True)
class Record:
    """A record of a case as one user may see it: ``values`` and ``family`` are masked already; ``own``: the user covers
    its region."""

    record_id: str
    region: str
    values: tuple[tuple[str, str], ...]
    own: bool
    family: tuple[Kin, ...] = ()


@dataclass(frozen=True)
class Lease:
    """Who holds a case, until when. The token is kept as a digest (SHA-256, hex) only."""

    owner: str
    token_digest: str
    until: datetime

    def live(self, now: datetime) -> bool:
        """Whether the lease still holds at ``now``."""
        return now < self.until


@dataclass(frozen=True)
class Decision:
    """Something that happened to a case; appended, never changed.

    ``seq`` counts from 1 within the case. ``proposal_seq`` and ``proposer`` name the proposal that an
    approval, return or rejection answers. ``persons``: the persons a proposal or approval sees in the records.
    ``region``: the office asked or answering. ``due_at``: when what is waited for should be here. ``office``: the tier
    that decides from here on, set when it changed. ``successor`` is the case that took a superseded one's place,
    or that reverts this one. ``idem``: the caller's key under which the command is carried out once.
    ``surviving_record`` is set only on decisions of the first version, which told no persons.
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
    persons: tuple[PersonOut, ...] = ()
    assignee: str | None = None
    region: str | None = None
    office: str | None = None
    due_at: datetime | None = None
    proposal_seq: int | None = None
    proposer: str | None = None
    successor: int | None = None
    run_id: str | None = None
    idem: str | None = None
    surviving_record: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What was settled about one pair of records; the latest one for a pair and family counts."""

    left_id: str
    right_id: str
    family: Family
    standing: Standing
    fingerprint: bytes
    case: int


def standing_words(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Return the judgement that counts of each pair, by pair: the latest one that was not taken back.

    ``judgements``: oldest first. ``undecided`` takes back the word of its own family alone, and counts itself where no
    other family has one: who undoes what was said about a NIK leaves standing what was said about the persons.
    """
    latest: dict[tuple[str, str], dict[Family, Judgement]] = {}
    for judged in judgements:
        words = latest.setdefault((judged.left_id, judged.right_id), {})
        words.pop(judged.family, None)
        words[judged.family] = judged
    return tuple(_counting(tuple(latest[pair].values())) for pair in sorted(latest))


def _counting(words: Sequence[Judgement]) -> Judgement:
    return next((word for word in reversed(words) if word.standing is not Standing.UNDECIDED), words[-1])


@dataclass(frozen=True)
class CaseSummary:
    """A line of the queue.

    ``office`` decides; ``turn_at`` is the order of the queue; ``waiting`` cases are not handed out until the stewards'
    hours reach them.
    """

    id: int
    case_id: str
    kind: str
    scope: str
    office: str
    priority: float
    state: State
    version: int
    reasons: tuple[str, ...]
    records: int
    assignee: str | None
    held_by: str | None
    held_until: datetime | None
    due_at: datetime | None
    opened_at: datetime
    turn_at: datetime
    waiting: bool


@dataclass(frozen=True)
class Case:
    """A case with its records, pairs and history. ``version`` grows with every change a person must know of.

    ``scope`` is the common region of its records, ``office`` the tier that decides (the scope, or above it once
    escalated). ``model`` and ``run_id`` say what found it. ``reverts``: the case a REVERT case asks to undo.
    ``published``: its approved decision has been handed to the national reference. ``agreements``: for each field
    whether the records' whole values are ``same``, ``differs`` or ``unknown`` (one is missing), for masking must hide
    no evidence; empty where the values themselves are not shown. ``marks`` and ``survivors``: where values differ, and
    which would stay, likewise. ``settled``: the latest judgement of each pair of its records in each family, by pair,
    then oldest first, whichever case it was taken in and whether or not the run put the pair forward here; which of a
    pair counts: ``words``.
    """

    id: int
    case_id: str
    kind: str
    scope: str
    office: str
    priority: float
    state: State
    version: int
    reasons: tuple[str, ...]
    assignee: str | None
    assigned_until: datetime | None
    lease: Lease | None
    due_at: datetime | None
    run_id: str
    model: str
    opened_at: datetime
    closed_at: datetime | None
    turn_at: datetime
    waiting: bool
    records: tuple[Record, ...]
    pairs: tuple[Pair, ...]
    history: tuple[Decision, ...]
    reverts: int | None = None
    published: bool = False
    agreements: tuple[tuple[str, str], ...] = ()
    marks: tuple[Marked, ...] = ()
    survivors: tuple[Survivor, ...] = ()
    settled: tuple[Judgement, ...] = field(default=(), compare=False)

    @property
    def record_ids(self) -> tuple[str, ...]:
        """The ids of the records, sorted."""
        return tuple(record.record_id for record in self.records)

    @property
    def regions(self) -> frozenset[str]:
        """The regencies whose records are in the case; "" stands for an unknown one."""
        return frozenset(record.region for record in self.records)

    @property
    def words(self) -> tuple[Judgement, ...]:
        """The judgement that counts of each settled pair, by pair."""
        return standing_words(self.settled)

    def asked(self) -> frozenset[str]:
        """Return the offices that were asked since the case last waited and have not answered."""
        open_questions: set[str] = set()
        for entry in self.history:
            if entry.action is Action.ASK and entry.region is not None:
                open_questions.add(entry.region)
            elif entry.action is Action.ANSWER and entry.region is not None:
                open_questions.discard(entry.region)
            elif entry.to_state is not State.MENUNGGU_DOKUMEN:
                open_questions.clear()
        return frozenset(open_questions)


@dataclass(frozen=True)
class Claim:
    """A case that was handed to a user: hold ``token`` to act on it until ``until``."""

    case: Case
    token: str
    until: datetime


@dataclass(frozen=True)
class Count:
    """How many cases of a kind stand in a state at an office; ``waiting`` ones are not handed out yet."""

    kind: str
    state: State
    office: str
    waiting: bool
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
