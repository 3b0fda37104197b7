"""The one rule book of who may do what to a case.

:func:`take` turns a case and a command into the decision to append, or refuses; it opens nothing, so every store of
the queue applies the same rules. Errors name the case's number and never a record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review.cases import (
    REVERT,
    SHARED_NIK,
    Action,
    Aside,
    Case,
    Decision,
    Different,
    State,
    Verdict,
)
from linkage.review.leases import check_lease, held
from linkage.review.people import Role, Scope, User, user_name
from linkage.review.proposals import check_settled, proposed_persons
from linkage.review.reasons import free_text, plain_key
from linkage.review.resolution import PersonOut
from linkage.review.settings import DEFAULTS, QueueSettings
from linkage.review.transitions import TRANSITIONS, VERDICTS, WORKING, Transition


@dataclass(frozen=True)
class Command:
    """What a person asks for.

    ``version`` is the version they looked at; ``None`` accepts the present one. ``token``: that of their lease.
    ``idem``: a key of the user's own under which the command is carried out once. ``persons``: with ``propose``; empty
    means that all records are one person. ``assignee``: who gets the case, or is to bring what is needed. ``region``:
    the office asked, or answering. ``due_at``: until when.
    """

    action: Action
    reason: str = ""
    verdict: Verdict | None = None
    persons: tuple[PersonOut, ...] = ()
    assignee: str | None = None
    region: str | None = None
    due_at: datetime | None = None
    version: int | None = None
    token: str | None = None
    idem: str | None = None


def sees(case: Case, by: User) -> bool:
    """Return whether a user may see a case: its office, or one of its records, belongs to the user's region."""
    return by.scope.covers(case.office) or any(by.scope.covers(region) for region in case.regions)


def take(case: Case, command: Command, *, by: User, now: datetime, settings: QueueSettings = DEFAULTS) -> Decision:
    """Return the decision to append to ``case``, which the user may see.

    Raises :class:`NotPermittedError` for a region or role that may not, one's own proposal, or a verdict the kind
    forbids; :class:`CaseConflictError` for a step the state does not allow, a version that is no longer the present
    one, or a lease that is another's or over; :class:`UsageError` for an argument that makes no sense.
    """
    where = f"case {case.id}"
    if command.action not in TRANSITIONS:
        raise UsageError("the step is of an old version and taken no more", where=where, key="step.outdated")
    rule = TRANSITIONS[command.action]
    _check_user(case, command, by, rule, where)
    _check_moment(case, command, by, rule, now, where)
    decision = Decision(
        case=case.id,
        seq=len(case.history) + 1,
        action=command.action,
        actor=by.name,
        from_state=case.state,
        to_state=_target(case, command, by),
        at=now,
        reason=free_text(command.reason, where=where),
        idem=None if command.idem is None else plain_key(command.idem, where=where),
    )
    complete = _COMPLETE.get(command.action)
    return decision if complete is None else complete(case, command, decision, by, settings)


def _check_user(case: Case, command: Command, by: User, rule: Transition, where: str) -> None:
    if rule.roles == (Role.SISTEM,):
        raise NotPermittedError(f"{command.action} is the system's alone", where=where, key="step.system")
    if not by.active:
        raise NotPermittedError("the user is no longer active", where=f"user {by.name}", key="user.inactive")
    if not by.roles & set(rule.roles):
        roles = [role for role in rule.roles if role is not Role.SISTEM]
        raise NotPermittedError(
            f"{command.action} needs the role {' or '.join(roles)}",
            where=where,
            key="role.missing",
            filled={"action": command.action, "roles": ",".join(roles)},
        )
    if command.action is Action.ANSWER:
        if by.scope.code != command.region:
            raise NotPermittedError("only the office that was asked answers", where=where, key="answer.foreign")
        return
    if not by.scope.covers(case.office):
        raise NotPermittedError(
            "the case belongs to another tier or region",
            where=where,
            remedy="Ask the office it belongs to",
            key="case.foreign",
            filled={"office": case.office},
        )
    if command.action is Action.CONFIRM and by.scope.code:
        raise NotPermittedError("only the centre confirms", where=where, key="confirm.centre")


def _check_moment(case: Case, command: Command, by: User, rule: Transition, now: datetime, where: str) -> None:
    if command.version is not None and command.version != case.version:
        lease = case.lease
        if rule.lease and lease is not None and lease.live(now) and lease.owner != by.name:
            raise held(case.id, lease)  # Why it has changed: somebody else has it now.
        raise CaseConflictError(
            "the case has changed since it was shown", where=where, remedy="Look at it again", key="case.changed"
        )
    if case.state not in rule.sources:
        allowed = ", ".join(rule.sources)
        raise CaseConflictError(
            f"the case is {case.state}; {command.action} needs one of {allowed}",
            where=where,
            remedy="Look at it again",
            key="case.state",
            filled={"state": case.state, "action": command.action},
        )
    if rule.lease or (command.action in _HOLDERS and not _steps_in(command.action, by, case)):
        check_lease(case, by.name, command.token, now=now)
    if command.action is Action.RELEASE and (case.lease is None or not case.lease.live(now)):
        raise CaseConflictError("nobody holds the case", where=where, key="lease.none")
    if command.action in (Action.CLAIM, Action.EXAMINE, Action.TAKE_BACK):
        lease = case.lease
        if lease is not None and lease.live(now) and lease.owner != by.name:
            raise held(case.id, lease)
    if command.action in _REASONED and not command.reason.strip():
        raise UsageError("a reason is needed", where=where, remedy="Say why", key="reason.needed")


_HOLDERS: Final = (Action.RELEASE, Action.ASK, Action.ESCALATE)
"""Steps of who holds the case, that a supervisor may take without holding it."""

_REASONED: Final = (
    Action.RETURN, Action.REJECT, Action.NEED, Action.ASK, Action.ANSWER, Action.ESCALATE, Action.REOPEN,
    Action.SET_ASIDE,
)  # fmt: skip


def _steps_in(action: Action, by: User, case: Case) -> bool:
    """Whether the user may act without a lease: a supervisor, or who asks one more office while the case waits."""
    if action is Action.ASK:
        return case.state is State.MENUNGGU_DOKUMEN and case.assignee == by.name
    return Role.PENGAWAS in by.roles


def _target(case: Case, command: Command, by: User) -> State:
    if command.action is Action.DIFFERENT and command.reason == Different.TWINS:
        return State.KEMBAR
    if command.action is Action.SET_ASIDE and command.reason in set(Aside):
        return State(command.reason)
    if command.action is Action.ANSWER:
        return State.DITUGASKAN if case.asked() <= {by.scope.code} else State.MENUNGGU_DOKUMEN
    if command.action is Action.RELEASE:
        return case.state
    return TRANSITIONS[command.action].targets[0]


def _assign(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    if command.assignee is None:
        raise UsageError(
            "nobody is named",
            where=f"case {case.id}",
            remedy="Name the person who gets the case",
            key="assign.nobody",
        )
    return replace(decision, assignee=user_name(command.assignee))


def _claim(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    where, now = f"case {case.id}", decision.at
    if case.assignee not in (None, by.name) and case.assigned_until is not None and now < case.assigned_until:
        raise CaseConflictError(
            "the case is assigned to someone else",
            where=where,
            remedy="Ask your supervisor",
            key="case.assigned",
            holder=case.assignee,
            until=case.assigned_until,
        )
    if case.due_at is not None and now < case.due_at and case.assignee not in (None, by.name):
        raise CaseConflictError(
            f"the case waits until {case.due_at:%Y-%m-%d}",
            where=where,
            remedy="Take another",
            key="case.waiting",
            holder=case.assignee,
            until=case.due_at,
        )
    return decision


def _examine(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    _check_fresh_eyes(case, by)
    return decision


def _propose(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    return replace(decision, verdict=command.verdict, persons=proposed_persons(case, command.verdict, command.persons))


def _take_back(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    if _last_proposal(case).actor != by.name:
        raise NotPermittedError(
            "only who proposed takes a proposal back",
            where=f"case {case.id}",
            key="proposal.foreign",
            filled={"person": _last_proposal(case).actor},
        )
    return decision


def _answer_proposal(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    _check_fresh_eyes(case, by)
    proposal = _last_proposal(case)
    if command.action is Action.APPROVE and proposal.verdict is not Verdict.REVERT:
        check_settled(case, proposal.persons)
    return replace(
        decision,
        verdict=proposal.verdict,
        persons=proposal.persons,
        proposal_seq=proposal.seq,
        proposer=proposal.actor,
    )


def _different(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    where = f"case {case.id}"
    if command.reason not in set(Different):
        raise UsageError(
            f"the reason must be one of {', '.join(Different)}",
            where=where,
            key="different.reason",
            filled={"reasons": ",".join(Different)},
        )
    if case.kind in (SHARED_NIK, REVERT):
        raise NotPermittedError(
            f"a case of kind {case.kind} is not dismissed",
            where=where,
            remedy=f"Propose {VERDICTS[case.kind][0]}",
            key="different.kind",
            filled={"kind": case.kind, "verdicts": VERDICTS[case.kind][0]},
        )
    return decision


def _set_aside(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    if command.reason not in set(Aside):
        raise UsageError(
            f"the reason must be one of {', '.join(Aside)}",
            where=f"case {case.id}",
            key="set_aside.reason",
            filled={"reasons": ",".join(Aside)},
        )
    if case.kind == REVERT:
        raise NotPermittedError(
            "a case of kind REVERT is not set aside", where=f"case {case.id}", key="set_aside.revert"
        )
    return decision


def _need(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    if command.due_at is None:
        raise UsageError("a day to come is needed", where=f"case {case.id}", remedy="Say until when", key="due.needed")
    _check_due(command.due_at, decision.at, settings, f"case {case.id}")
    owner = by.name if command.assignee is None else user_name(command.assignee)
    return replace(decision, assignee=owner, due_at=command.due_at)


def _ask(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    where, region = f"case {case.id}", command.region
    if not region or region not in case.regions or region == by.scope.code:
        raise UsageError("no record of the case is of that region, or it is your own", where=where, key="ask.region")
    if region in case.asked():
        raise CaseConflictError(
            "that office has been asked already", where=where, key="ask.again", filled={"office": region}
        )
    due = command.due_at or decision.at + timedelta(days=settings.ask_days)
    _check_due(due, decision.at, settings, where)
    return replace(decision, assignee=by.name, region=region, due_at=due)


def _check_due(due: datetime, now: datetime, settings: QueueSettings, where: str) -> None:
    if not now < due <= now + timedelta(days=settings.patient_days):
        raise UsageError(
            f"the day must be one of the next {settings.patient_days:g} days",
            where=where,
            remedy="Say until when",
            key="due.range",
            filled={"days": f"{settings.patient_days:g}"},
        )


def _answer(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    if by.scope.code not in case.asked():
        raise CaseConflictError(
            "your office has not been asked, or has answered", where=f"case {case.id}", key="answer.none"
        )
    return replace(decision, region=by.scope.code, assignee=case.assignee)


def _escalate(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    parent = Scope(case.office).parent
    if parent is None:
        raise UsageError("nobody is above the centre", where=f"case {case.id}", key="escalate.centre")
    return replace(decision, office=parent.code)


def _reopen(case: Case, command: Command, decision: Decision, by: User, settings: QueueSettings) -> Decision:
    where = f"case {case.id}"
    closing = case.history[-1]
    if Role.PENGAWAS not in by.roles and closing.actor != by.name:
        raise NotPermittedError(
            "only who decided, or a supervisor, reopens a case",
            where=where,
            key="reopen.foreign",
            filled={"person": closing.actor},
        )
    if case.published:
        raise CaseConflictError(
            "the decision is published", where=where, remedy="Ask for it to be reverted", key="reopen.published"
        )
    if case.kind == REVERT:
        raise NotPermittedError("a case of kind REVERT is not reopened", where=where, key="reopen.revert")
    return decision


_COMPLETE: Final = MappingProxyType(
    {
        Action.ASSIGN: _assign,
        Action.CLAIM: _claim,
        Action.EXAMINE: _examine,
        Action.PROPOSE: _propose,
        Action.TAKE_BACK: _take_back,
        Action.DIFFERENT: _different,
        Action.SET_ASIDE: _set_aside,
        Action.NEED: _need,
        Action.ASK: _ask,
        Action.ANSWER: _answer,
        Action.ESCALATE: _escalate,
        Action.APPROVE: _answer_proposal,
        Action.RETURN: _answer_proposal,
        Action.REJECT: _answer_proposal,
        Action.REOPEN: _reopen,
    }
)


def _has_worked(case: Case, user: str) -> bool:
    return any(entry.actor == user and entry.action in WORKING for entry in case.history)


def _check_fresh_eyes(case: Case, by: User) -> None:
    # Not the latest proposal alone: who worked on a case as a steward never approves in it.
    if _has_worked(case, by.name):
        raise NotPermittedError(
            "who worked on a case does not answer in it",
            where=f"case {case.id}",
            remedy="Another person must look at it",
            key="four_eyes.worked",
        )


def _last_proposal(case: Case) -> Decision:
    return next(entry for entry in reversed(case.history) if entry.action is Action.PROPOSE)
