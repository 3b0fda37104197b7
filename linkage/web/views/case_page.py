"""The case page: everything it shows, made from a case as its visitor may see it. No template decides anything."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from linkage.accounts.preferences import Preferences
from linkage.errors import CaseConflictError, LinkageError, NotPermittedError, UsageError
from linkage.review.cases import Action, Case, State
from linkage.review.leases import token_digest
from linkage.review.masking import visible
from linkage.review.people import Role, Scope, User
from linkage.review.rules import Command, take
from linkage.review.settings import DEFAULTS, QueueSettings
from linkage.review.steps import TAKING_UP, offices_to_ask, open_steps
from linkage.review.terminal_layout import Style
from linkage.review.terminal_records import evidence_words
from linkage.review.transitions import CLOSED, VERDICTS
from linkage.review.words import word
from linkage.web.pages import ZONES
from linkage.web.views.case_evidence import PairEvidence, evidence
from linkage.web.views.case_families import FamilyOf, families
from linkage.web.views.case_fields import Head, Opened, Row, heads, rows
from linkage.web.views.case_history import Entry, Question, Settled, entries, proposal, questions, settled
from linkage.web.views.case_keys import keys_of
from linkage.web.views.case_outcome import Outcome, Taken, outcome, taken_by_rule
from linkage.web.views.case_timeline import Timeline, timelines
from linkage.words.levels import Language

FORTNIGHT: Final = timedelta(days=14)
"""How far ahead a form that waits suggests to wait."""


@dataclass(frozen=True)
class Holding:
    """Who holds a case, until when; ``clock``: the time of day in the visitor's time zone. ``here``: this session of
    the visitor; ``elsewhere``: another of theirs."""

    owner: str
    until: datetime
    clock: str
    here: bool
    elsewhere: bool


@dataclass(frozen=True)
class CasePage:
    """What the page shows.

    ``decides``: the case is for the visitor's office to decide; otherwise they were asked, and see their own record
    and the other's in brief. ``steps``: what may be done now. ``outcomes``: for each verdict that may be proposed, what
    it would say. ``taking``: the case may be taken up (``claim``) or the proposal in it (``examine``), "" for neither.
    ``blocked``: why nothing can be done, None where something can. ``due_in``: days until it is due, counted in the
    visitor's time zone. ``exports``: they may print it. ``keys``: which key does what, empty when they are off.
    """

    number: int
    kind: str
    state: State
    office: str
    scope: str
    version: int
    assignee: str | None
    reasons: tuple[str, ...]
    reverts: int | None
    published: bool
    waiting: bool
    run_id: str
    model: str
    holding: Holding | None
    decides: bool
    closed: bool
    due_at: datetime | None
    due_in: int | None
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    pairs: tuple[PairEvidence, ...]
    families: tuple[FamilyOf, ...]
    timelines: tuple[Timeline, ...]
    history: tuple[Entry, ...]
    questions: tuple[Question, ...]
    settled: tuple[Settled, ...]
    proposal: Entry | None
    taken: tuple[Taken, ...]
    asked: Question | None
    steps: frozenset[str]
    outcomes: tuple[Outcome, ...]
    taking: str
    blocked: LinkageError | None
    offices: tuple[str, ...]
    above: str | None
    openable: tuple[str, ...]
    exports: bool
    opened: bool
    score: bool
    keys: Mapping[str, str]
    today: date
    soon: date
    latest: date

    def fresh(self) -> str:
        """Return a key under which one form is taken once, however often it is sent."""
        return secrets.token_urlsafe(16)

    @property
    def differing(self) -> int:
        """How many fields differ."""
        return sum(row.agreement == "differs" for row in self.rows)


def case_page(
    case: Case,
    user: User,
    preferences: Preferences,
    *,
    language: Language,
    now: datetime,
    token: str | None = None,
    opened: Opened | None = None,
    score: bool = False,
    settings: QueueSettings = DEFAULTS,
) -> CasePage:
    """Return what the page shows of a case. ``token``: that of the lease which the visitor's session holds, if any."""
    decides = user.scope.covers(case.office)
    holding = _holding(case, user, token, now, preferences.time_zone)
    steps = _steps(case, user, holding, now)
    taking = _taking(case, user, holding, now)
    zone = ZoneInfo(preferences.time_zone)
    today = now.astimezone(zone).date()
    shown = rows(case, user, opened or {}, language)
    top = heads(case, user)
    told = questions(case)
    waiting = proposal(case, language) if decides else None
    open_question = [one for one in told if one.answer is None and one.region == user.scope.code in case.asked()]
    parent = Scope(case.office).parent
    return CasePage(
        number=case.id,
        kind=case.kind,
        state=case.state,
        office=case.office,
        scope=case.scope,
        version=case.version,
        assignee=case.assignee,
        reasons=_reasons(case.reasons, language),
        reverts=case.reverts,
        published=case.published,
        waiting=case.waiting,
        run_id=case.run_id,
        model=case.model[:12],
        holding=holding,
        decides=decides,
        closed=case.state in CLOSED,
        due_at=case.due_at,
        due_in=None if case.due_at is None else (case.due_at.astimezone(zone).date() - today).days,
        heads=top,
        rows=shown,
        pairs=evidence(case, language, score=score) if decides else (),
        families=families(case, language),
        timelines=timelines(case, language),
        history=entries(case, language),
        questions=told,
        settled=settled(case) if decides else (),
        proposal=waiting,
        taken=() if waiting is None else taken_by_rule(case, shown, waiting),
        asked=open_question[-1] if open_question else None,
        steps=steps,
        outcomes=tuple(_outcomes(case, steps, shown)),
        taking=taking,
        blocked=None if steps or taking else _why_not(case, user, now),
        offices=tuple(sorted(offices_to_ask(case, user))),
        above=None if parent is None else parent.code,
        openable=tuple(dict.fromkeys(field for head in top for field in head.openable)) if _opens(user) else (),
        exports=_opens(user),
        opened=bool(opened),
        score=score and decides,
        keys=keys_of(preferences),
        today=today,
        soon=today + FORTNIGHT,
        latest=today + timedelta(days=int(settings.patient_days) - 1),
    )


OPENERS: Final = frozenset({Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS})
"""Who may open protected values, and take a case out on paper."""


def _opens(user: User) -> bool:
    return bool(user.roles & OPENERS)


def clock(at: datetime, zone: str) -> str:
    """Return the time of day, as ``09.30 WIB``."""
    return f"{at.astimezone(ZoneInfo(zone)):%H.%M} {ZONES[zone]}"


def _holding(case: Case, user: User, token: str | None, now: datetime, zone: str) -> Holding | None:
    lease = case.lease
    if lease is None or not lease.live(now):
        return None
    mine = lease.owner == user.name
    here = mine and token is not None and token_digest(token) == lease.token_digest
    return Holding(lease.owner, lease.until, clock(lease.until, zone), here, mine and not here)


_FREELY = frozenset(
    {Action.ASSIGN, Action.TAKE_BACK, Action.ANSWER, Action.REOPEN, Action.CARRY_OUT, Action.CONFIRM, Action.REVERT}
)
"""Steps for which nobody needs to hold the case."""

_SUPERVISING = frozenset({Action.RELEASE, Action.ESCALATE, Action.ASK})
"""Steps that a supervisor takes without holding the case."""


def _steps(case: Case, user: User, holding: Holding | None, now: datetime) -> frozenset[str]:
    """Return what the visitor may do at once: what needs the case in hand only where this session holds it."""
    allowed = frozenset(open_steps(case, user, now=now)) - set(TAKING_UP)
    if holding is not None and holding.here:
        return frozenset(str(action) for action in allowed)
    free = _FREELY | (_SUPERVISING if Role.PENGAWAS in user.roles else frozenset())
    if case.state is State.MENUNGGU_DOKUMEN and case.assignee == user.name:
        free |= {Action.ASK}
    return frozenset(str(action) for action in allowed & free)


def _taking(case: Case, user: User, holding: Holding | None, now: datetime) -> str:
    if holding is not None and holding.here:
        return ""
    if holding is not None and holding.elsewhere:
        return Action.EXAMINE.value if case.state is State.DIUSULKAN else Action.CLAIM.value
    return next((action.value for action in open_steps(case, user, now=now) if action in TAKING_UP), "")


def _why_not(case: Case, user: User, now: datetime) -> LinkageError | None:
    """Return why the case cannot be taken up; None when it could be, or is closed and so asks nothing of anybody."""
    if case.state in CLOSED:
        return None
    action = Action.EXAMINE if case.state is State.DIUSULKAN else Action.CLAIM
    try:
        take(case, Command(action), by=user, now=now)
    except (CaseConflictError, NotPermittedError, UsageError) as error:
        return error
    return None


def _outcomes(case: Case, steps: frozenset[str], shown: Sequence[Row]) -> list[Outcome]:
    if Action.PROPOSE not in steps:
        return []
    return [outcome(case, verdict, shown) for verdict in VERDICTS[case.kind]]


def _reasons(codes: Sequence[str], language: Language) -> tuple[str, ...]:
    """Return why the case was opened in words; of a comparison's level the words for both."""
    told: list[str] = []
    for code in codes:
        comparison, colon, level = code.partition(":")
        found = evidence_words(((comparison, level),), Style(language=language)) if colon else []
        told.append(visible(found[0] if found else word("reasons", code, language)))
    return tuple(told)
