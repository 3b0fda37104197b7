"""The table of states, and the one rule book of who may do what to a case.

:data:`TRANSITIONS` is the table; ``docs/review-states.md`` is drawn from it. :func:`take` turns a case
and a command into the decision to append, or refuses; it opens nothing, so every store of the queue
applies the same rules. Errors name the case's number and never a record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from linkage.errors import NotPermittedError, UsageError
from linkage.review.cases import (
    KINDS,
    SHARED_NIK,
    Action,
    Case,
    Decision,
    Different,
    Judgement,
    Scope,
    Standing,
    State,
    Verdict,
    family_of,
)

SYSTEM: Final = "sistem"
"""The loader signs with this name; no user may."""

Role = Literal["petugas", "penyetuju", "sistem"]


@dataclass(frozen=True)
class Transition:
    """From any of ``sources`` to one of ``targets``."""

    sources: tuple[State, ...]
    targets: tuple[State, ...]
    role: Role
    says: str


_WORK: Final = (State.BARU, State.DITUGASKAN, State.DALAM_VERIFIKASI, State.DIKEMBALIKAN)

TRANSITIONS: Final[Mapping[Action, Transition]] = MappingProxyType(
    {
        Action.ASSIGN: Transition(_WORK, (State.DITUGASKAN,), "petugas", "the case is given to one person"),
        Action.START: Transition(_WORK, (State.DALAM_VERIFIKASI,), "petugas", "a person takes the case up"),
        Action.PROPOSE: Transition(_WORK, (State.DIUSULKAN,), "petugas", "a verdict is proposed"),
        Action.APPROVE: Transition((State.DIUSULKAN,), (State.DISETUJUI,), "penyetuju", "a second person agrees"),
        Action.RETURN: Transition(
            (State.DIUSULKAN,), (State.DIKEMBALIKAN,), "penyetuju", "a second person asks for more work"
        ),
        Action.REJECT: Transition(
            (State.DIUSULKAN,), (State.DITOLAK,), "penyetuju", "a second person refuses; the records stay as they are"
        ),
        Action.DIFFERENT: Transition(
            _WORK, (State.BUKAN_GANDA, State.KEMBAR), "petugas", "not the same person; KEMBAR when they are twins"
        ),
        Action.REFRESH: Transition(
            (State.DIUSULKAN,),
            (State.DIKEMBALIKAN,),
            "sistem",
            "a run changed the case's content, so the proposal no longer holds; other open states stay",
        ),
        Action.WITHDRAW: Transition(
            (*_WORK, State.DIUSULKAN), (State.DITARIK,), "sistem", "a run no longer finds the case, or another took it"
        ),
    }
)

OPEN: Final = frozenset(state for rule in TRANSITIONS.values() for state in rule.sources)
"""States from which something can still happen."""

FINAL: Final = frozenset(State) - OPEN
"""States that stay."""

_ANSWERS: Final = (Action.APPROVE, Action.RETURN, Action.REJECT)

VERDICTS: Final[Mapping[str, Verdict]] = MappingProxyType(
    {kind: Verdict.SPLIT if kind == SHARED_NIK else Verdict.DUPLICATE for kind in KINDS}
)
"""What may be proposed for each kind: a shared NIK is split, never merged."""


@dataclass(frozen=True)
class Command:
    """What a person asks for. ``version`` is the version they looked at; ``None`` accepts the present one."""

    action: Action
    actor: str
    reason: str = ""
    verdict: Verdict | None = None
    surviving_record: str | None = None
    assignee: str | None = None
    version: int | None = None


def take(case: Case, command: Command, *, scope: Scope, now: datetime) -> Decision:
    """Return the decision to append to ``case``.

    Raises :class:`NotPermittedError` for a foreign region, one's own proposal, another's assignment or a
    verdict the kind forbids, and :class:`UsageError` for a step the state does not allow, a version that is
    no longer the present one, or an argument that makes no sense.
    """
    where = f"case {case.id}"
    actor = user_name(command.actor)
    check_scope(case.id, case.scope, scope)
    _check_step(case, command, where)
    rule = TRANSITIONS[command.action]
    target = rule.targets[0]
    if command.action is Action.DIFFERENT and command.reason == Different.TWINS:
        target = State.KEMBAR
    proposal = None
    if command.action in _ANSWERS:
        proposal = _proposal(case, actor, where)
    elif command.action is Action.PROPOSE:
        _check_proposal(case, command, where)
    elif command.action is Action.DIFFERENT and case.kind == SHARED_NIK:
        raise NotPermittedError("persons on one NIK are split, not dismissed", where=where, remedy="Propose split")
    if command.action in (Action.START, Action.PROPOSE, Action.DIFFERENT) and case.assignee not in (None, actor):
        raise NotPermittedError("the case is assigned to someone else", where=where, remedy="Assign it anew first")
    assignee = user_name(command.assignee) if command.assignee is not None else None
    return Decision(
        case=case.id,
        seq=len(case.history) + 1,
        action=command.action,
        actor=actor,
        from_state=case.state,
        to_state=target,
        at=now,
        reason=_free_text(command.reason, where),
        verdict=proposal.verdict if proposal else command.verdict,
        surviving_record=proposal.surviving_record if proposal else command.surviving_record,
        assignee=actor if command.action is Action.START else assignee,
        proposal_seq=proposal.seq if proposal else None,
        proposer=proposal.actor if proposal else None,
    )


def judgements(case: Case, decision: Decision) -> tuple[Judgement, ...]:
    """Return what ``decision`` settles: one judgement for each pair the case puts forward, or none."""
    if decision.action is Action.DIFFERENT:
        settled = Standing.DIFFERENT
    elif decision.action is Action.APPROVE:
        settled = Standing.DIFFERENT if decision.verdict is Verdict.SPLIT else Standing.SAME
    elif decision.action is Action.REJECT:
        settled = Standing.REJECTED
    else:
        return ()
    return tuple(
        Judgement(pair.left_id, pair.right_id, family_of(case.kind), settled, pair.fingerprint, case.id)
        for pair in case.pairs
        if pair.standing.live
    )


def assignee_after(case: Case, decision: Decision) -> str | None:
    """Return who holds the case once ``decision`` is taken."""
    return decision.assignee if decision.assignee is not None else case.assignee


def check_scope(number: int, case_scope: str, scope: Scope) -> None:
    """Raise :class:`NotPermittedError` unless ``scope`` covers the case's own scope."""
    if not scope.covers(case_scope):
        raise NotPermittedError(
            "the case belongs to another tier or region", where=f"case {number}", remedy="Ask the office it belongs to"
        )


_USER = re.compile(r"\A[a-z0-9][a-z0-9._@-]{0,99}\Z")


def user_name(name: str) -> str:
    """Return ``name`` in lower case, so that one person cannot be two; refuse anything but a plain user name."""
    plain = name.strip().lower()
    if not _USER.match(plain) or plain == SYSTEM:
        raise UsageError("a user name is letters a to z, digits and . _ @ -, and not the system's own", where="actor")
    return plain


def _check_step(case: Case, command: Command, where: str) -> None:
    rule = TRANSITIONS[command.action]
    if rule.role == SYSTEM:
        raise NotPermittedError(f"{command.action} is the loader's alone", where=where)
    if command.version is not None and command.version != case.version:
        raise UsageError("the case has changed since it was shown", where=where, remedy="Look at it again")
    if case.state not in rule.sources:
        allowed = ", ".join(rule.sources)
        raise UsageError(
            f"the case is {case.state}; {command.action} needs one of {allowed}", where=where, remedy="Look at it again"
        )
    if command.action is Action.DIFFERENT and command.reason not in set(Different):
        raise UsageError(f"the reason must be one of {', '.join(Different)}", where=where)
    if command.action in (Action.RETURN, Action.REJECT) and not command.reason.strip():
        raise UsageError("a reason is needed", where=where, remedy="Say what is missing or wrong")
    if command.action is Action.ASSIGN and command.assignee is None:
        raise UsageError("nobody is named", where=where, remedy="Name the person who gets the case")


def _check_proposal(case: Case, command: Command, where: str) -> None:
    if command.verdict is not VERDICTS[case.kind]:
        raise NotPermittedError(
            f"a case of kind {case.kind} cannot be proposed as {command.verdict}",
            where=where,
            remedy=f"Propose {VERDICTS[case.kind]}",
        )
    if command.surviving_record is not None and command.surviving_record not in case.record_ids:
        raise UsageError("the surviving record is not in the case", where=where)
    if command.verdict is Verdict.DUPLICATE and any(pair.standing is Standing.DIFFERENT for pair in case.pairs):
        raise NotPermittedError("two of its records were called different before", where=where)


def _proposal(case: Case, actor: str, where: str) -> Decision:
    proposals = [decision for decision in case.history if decision.action is Action.PROPOSE]
    # Not the latest proposal alone: who worked on a case as a steward never approves in it.
    if any(decision.actor == actor for decision in proposals):
        raise NotPermittedError(
            "who proposed in a case cannot answer in it", where=where, remedy="Another person must look at it"
        )
    return proposals[-1]


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _free_text(text: str, where: str) -> str:
    if len(text) > 2000 or _CONTROL.search(text):
        raise UsageError("the reason is longer than 2000 characters or holds control characters", where=where)
    return text.strip()
