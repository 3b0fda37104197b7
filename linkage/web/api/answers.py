"""What the API answers with. Values are masked as on the page; instants are UTC in ISO 8601."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from linkage.review.cases import Action, State, Verdict
from linkage.review.people import Role

RecordId = Annotated[str, Field(description="opaque; never made of a resident's values")]
Region = Annotated[str, Field(description='code of a regency (4 digits) or province (2), "" for the nation or unknown')]


class Answer(BaseModel):
    """What every answer is: exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Refused(Answer):
    """Why a request was not carried out; nothing was changed. ``key`` is stable, the sentences are for people."""

    problem: str
    remedy: str = ""
    key: str = ""
    fields: list[str] = []
    holder: str | None = None
    until: datetime | None = None


class SessionOut(Answer):
    """A session: send ``Authorization: Bearer`` with its token."""

    token: str
    user: str


class UserOut(Answer):
    """Who is signed in."""

    name: str
    region: Region
    roles: list[Role]


class SummaryOut(Answer):
    """A line of the queue, as on the page."""

    id: int
    kind: str
    scope: Region
    office: Region
    priority: float
    state: State
    version: int
    reasons: list[str]
    records: int
    assignee: str | None
    held_by: str | None
    held_until: datetime | None
    due_at: datetime | None
    opened_at: datetime
    turn_at: datetime
    waiting: bool


class PageOut(Answer):
    """Some lines of the queue. The next ones are asked for with ``after_turn`` and ``after_case``; null at the end."""

    cases: list[SummaryOut]
    after_turn: datetime | None
    after_case: int | None


class CountOut(Answer):
    """How many cases of a kind stand in a state at an office."""

    kind: str
    state: State
    office: Region
    waiting: bool
    cases: int


class KinOut(Answer):
    """Another member of a record's family; ``also``: records of the case in whose family they stand too."""

    values: dict[str, str]
    also: list[RecordId]


class RecordOut(Answer):
    """A record; ``own``: of the user's region."""

    id: RecordId
    region: Region
    own: bool
    values: dict[str, str]
    family: list[KinOut]


class PairOut(Answer):
    """Two records and what speaks for and against one person. Scores are null unless they are asked for."""

    left: RecordId
    right: RecordId
    standing: str
    evidence: dict[str, str]
    match_probability: float | None
    match_weight_log2: float | None


class PartOut(Answer):
    """A piece of a value as it may be shown."""

    text: str
    kind: Literal["same", "changed", "space"]


class MarkOut(Answer):
    """A record's value, cut where it differs from another's."""

    field: str
    record: RecordId
    parts: list[PartOut]


class SurvivorOut(Answer):
    """Whose value stays by the rules, were all records one person, and why."""

    field: str
    record: RecordId
    rule: str
    at: date | None


class PersonIn(Answer):
    """One person among the records of a case; ``keeps``: the record whose NIK stays; ``fields``: record by field."""

    records: list[RecordId]
    keeps: RecordId | None = None
    fields: dict[str, RecordId] = {}


class DecisionOut(Answer):
    """Something that happened to a case."""

    seq: int
    action: Action
    actor: str
    from_state: State
    to_state: State
    at: datetime
    reason: str
    verdict: Verdict | None
    persons: list[PersonIn]
    assignee: str | None
    region: str | None
    office: str | None
    due_at: datetime | None
    proposal_seq: int | None
    proposer: str | None
    successor: int | None


class CaseOut(Answer):
    """A case as the user may see it, and the steps that are open to them now."""

    id: int
    kind: str
    scope: Region
    office: Region
    state: State
    version: int
    reasons: list[str]
    assignee: str | None
    held_by: str | None
    held_until: datetime | None
    due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    waiting: bool
    published: bool
    reverts: int | None
    run: str
    model: str
    records: list[RecordOut]
    pairs: list[PairOut]
    agreements: dict[str, Literal["same", "differs", "unknown"]]
    marks: list[MarkOut]
    survivors: list[SurvivorOut]
    history: list[DecisionOut]
    steps: list[Action]


class ClaimOut(Answer):
    """A case that was handed out: steps on it carry ``token`` until the lease is over."""

    case: CaseOut
    token: str
    until: datetime


class RenewedOut(Answer):
    """Until when the lease now holds."""

    until: datetime


class OpenedOut(Answer):
    """Protected values in full, by field."""

    values: dict[str, str]
