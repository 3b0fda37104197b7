"""The steps of people: taking a case up, holding it, deciding; each in one transaction with one audit row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review import rows
from linkage.review.cases import REVERT, Action, Case, Claim, Decision, Lease, Standing, State
from linkage.review.leases import check_lease, new_token, token_digest
from linkage.review.people import Role, User, user_name
from linkage.review.rules import Command, take
from linkage.review.sql import readings, times
from linkage.review.sql.cases import Handed, check_proposed, found, masked_case, sightings_of
from linkage.review.sql.session import Change
from linkage.review.sql.storing import body, changes_of, command_digest, guarded, open_with, store
from linkage.review.sql.walls import beyond
from linkage.review.tables import (
    case_pair,
    case_record,
    case_region,
    counter,
    decision,
    queue_user,
    record_value,
    review_case,
)
from linkage.review.transitions import TRANSITIONS, WORKING

_UNDER_KEY: Final = sa.select(decision).where(
    decision.c.actor == sa.bindparam("actor"), decision.c.idem == sa.bindparam("idem")
)
_REGENCY_DIGITS: Final = 4
"""Digits of a regency's code, below which there is no office."""


def claim(change: Change, case: int | None, *, examine: bool, values: bool = True) -> Handed | None:
    """Hand a case to a user: the one named, else the next in turn; None when there is nothing for them.
    ``values``: with the values of its records; without them it counts as seen all the same."""
    user = change.person
    role = Role.PENYETUJU if examine else Role.PETUGAS
    if role not in user.roles:
        raise NotPermittedError(
            f"this needs the role {role}", where=f"user {user.name}", key="role.needed", filled={"roles": role}
        )
    if not examine:
        again = readings.hand_out(change) if case is None else readings.hand_again(change, case)
        if again is not None:
            return again
    number = next_case(change, user, role) if case is None else case
    if number is None and role is Role.PETUGAS and times.admit(change, user.scope.code):
        number = next_case(change, user, role)
    if number is None:
        return None
    chosen = found(change, number)
    if examine:
        _check_unread(change, number)
    command = Command(Action.EXAMINE if examine else Action.CLAIM)
    taken = take(chosen, command, by=user, now=change.now, settings=change.settings)
    return _hand(change, chosen, taken, values=values)


def next_case(change: Change, user: User, role: Role) -> int | None:
    """Return the case whose turn is first: what the user was given, the own tier, then those below."""
    code = user.scope.code
    asked = {"desk": role.value, "name": user.name, "now": change.now, "code": code, "beyond": beyond(code)}
    number: int | None = change.connection.execute(_next_query(role, len(code)), asked).scalar_one()
    return number


@cache
def _next_query(role: Role, digits: int) -> sa.Select[Any]:
    """Return the query of :func:`next_case` for the users of a role and tier: to put it together takes longer than to
    run it."""
    columns = review_case.c
    name: sa.BindParameter[str] = sa.bindparam("name")
    now: sa.BindParameter[datetime] = sa.bindparam("now")
    free = sa.and_(
        columns.desk == sa.bindparam("desk"),
        sa.or_(columns.lease_until.is_(None), columns.lease_until <= now),
        sa.or_(columns.due_at.is_(None), columns.due_at <= now),
    )
    order = (columns.turn_at, columns.id)
    code: sa.BindParameter[str] = sa.bindparam("code")
    after: sa.BindParameter[str] = sa.bindparam("beyond")
    below = sa.and_(columns.office >= code, columns.office < after) if digits else sa.true()
    first: list[sa.Select[tuple[int]]] = []
    if role is Role.PETUGAS:
        # What is on a desk is not closed; saying so lets the small index of open assigned cases serve.
        first.append(_first(sa.and_(free, columns.assignee == name, columns.closed_at.is_(None), below), *order))
        anyone = sa.or_(columns.assignee.is_(None), columns.assignee == name, columns.assigned_until <= now)
    else:
        anyone = _not_worked_on()
    # The own office as a range that comes first in the order: only the index that begins with it is sorted like that.
    # The other one of a desk would be taken where the planner believes that it is nearly empty, and read to its end.
    own = below if digits == _REGENCY_DIGITS else sa.and_(columns.office >= code, columns.office <= code)
    first.append(_first(sa.and_(free, anyone, own), columns.office, *order))
    if digits < _REGENCY_DIGITS:
        first.append(_first(sa.and_(free, anyone, below), *order))
    # One round trip: what coalesce does not need it does not look for. A limit in the text is one the planner knows.
    return sa.select(sa.func.coalesce(*(query.scalar_subquery() for query in first), sa.null()))


def _first(condition: sa.ColumnElement[bool], *order: sa.Column[Any]) -> sa.Select[tuple[int]]:
    return sa.select(review_case.c.id).where(condition).order_by(*order).limit(sa.literal_column("1"))


def renew(change: Change, case: int, token: str) -> datetime:
    """Prolong a lease that is still held, and return until when."""
    reading = readings.renew(change, case, token)
    if reading is not None:
        return reading
    user, held = change.person, found(change, case)
    check_lease(held, user.name, token, now=change.now)
    until = change.now + change.settings.lease
    guarded(change, held, token, {"lease_until": until})
    return until


def carry_out(change: Change, case: int, command: Command) -> Decision:
    """Carry a command out on a case and return the decision."""
    user = change.person
    if command.action in (Action.CLAIM, Action.EXAMINE):
        raise UsageError(
            "a case is claimed, not commanded", where=f"case {case}", remedy="Call claim", key="step.claim"
        )
    before = _asked_before(change, case, command)
    if before is not None:
        return before
    answered = readings.answer(change, case, command)
    if answered is not None:
        return answered
    held = found(change, case)
    if command.action in (Action.APPROVE, Action.RETURN, Action.REJECT):
        _check_unread(change, case)
    _check_assignee(change, held, command)
    taken = take(held, command, by=user, now=change.now, settings=change.settings)
    check_proposed(change, held, taken)
    store(change, held, taken, command)
    readings.after_decision(change, held, taken)
    return taken


def open_revert(change: Change, case: int) -> Handed:
    """Open a case that asks to undo a published decision, and hand it to the user."""
    user, original = change.person, found(change, case)
    where = f"case {case}"
    if Role.PETUGAS not in user.roles or not user.scope.covers(original.office):
        raise NotPermittedError(
            "only a steward of the office that decides asks for it",
            where=where,
            key="revert.office",
            filled={"office": original.office},
        )
    if original.state not in TRANSITIONS[Action.REVERT].sources:
        raise CaseConflictError(
            f"the case is {original.state}; there is nothing to undo",
            where=where,
            key="revert.state",
            filled={"state": original.state},
        )
    if not original.published:
        early = original.state is State.DISETUJUI
        raise CaseConflictError(
            "the decision is not published yet",
            where=where,
            remedy="Reopen the case instead" if early else "It can be undone once it is",
            key="revert.reopen" if early else "revert.unpublished",
        )
    if original.kind == REVERT:
        raise NotPermittedError(
            "what was undone is found again by the next run, not reverted", where=where, key="revert.revert"
        )
    name = f"revert-{case}"
    if open_with(change, name) is not None:
        raise CaseConflictError(
            "it has been asked for already", where=where, remedy="See the open case", key="revert.asked"
        )
    number = change.connection.execute(sa.select(counter.c.value).where(counter.c.name == "case")).scalar_one() + 1
    change.connection.execute(sa.update(counter).where(counter.c.name == "case").values(value=number))
    columns = review_case.c
    same = [columns.scope, columns.office, columns.priority, columns.reasons, columns.records, columns.run_id,
            columns.model, columns.content, columns.snapshot]  # fmt: skip
    _copy(change, review_case, case, same, {
        "id": number, "case_id": name, "kind": REVERT, "state": State.BARU.value, "version": 1, "waiting": False,
        "desk": Role.PETUGAS.value, "opened_at": change.now, "turn_at": change.now, "reverts": case,
    })  # fmt: skip
    for table in (case_record, case_region, record_value, case_pair):
        own = [column for column in table.c if column.name not in ("case", "standing")]
        new = {"standing": Standing.PROPOSED.value} if table is case_pair else {}
        _copy(change, table, case, own, {"case": number, **new})
    opened = found(change, number)
    return _hand(change, opened, take(opened, Command(Action.CLAIM), by=user, now=change.now, settings=change.settings))


def _copy(change: Change, table: sa.Table, case: int, kept: list[sa.Column[Any]], new: dict[str, Any]) -> None:
    """Insert a copy of a case's rows of ``table``: columns ``kept`` as they are, those of ``new`` as given."""
    key = table.c.id if table is review_case else table.c["case"]
    literals = [sa.literal(value, table.c[name].type) for name, value in new.items()]
    rows_of = sa.select(*kept, *literals).where(key == case)
    names = [column.name for column in kept] + list(new)
    change.connection.execute(sa.insert(table).from_select(names, rows_of))


def _hand(change: Change, case: Case, taken: Decision, *, values: bool = True) -> Handed:
    """Store that the user holds a case from now on."""
    token, until = new_token(), change.now + change.settings.lease
    lease = Lease(taken.actor, token_digest(token), until)
    seen, whole = masked_case(change, case) if values else (case, None)
    change.append(body(taken), [taken], sightings_of(change, seen))
    changed = changes_of(change, case, taken)
    changed |= {"lease_owner": lease.owner, "lease_token": lease.token_digest, "lease_until": until}
    guarded(change, case, None, changed)
    after = replace(
        seen,
        state=taken.to_state,
        version=case.version + 1,
        assignee=changed["assignee"],
        assigned_until=changed["assigned_until"],
        due_at=changed["due_at"],
        turn_at=changed.get("turn_at", case.turn_at),
        waiting=False,
        lease=lease,
        history=(*case.history, taken),
    )
    return Handed(Claim(after, token, until), whole)


def _not_worked_on() -> sa.ColumnElement[bool]:
    """Return that the user ``name`` has neither worked on a case nor read it blind, and so may answer its proposal."""
    own = sa.select(sa.literal(1)).where(
        decision.c.case == review_case.c.id,
        decision.c.actor == sa.bindparam("name"),
        decision.c.action.in_(sorted(WORKING)),
    )
    return sa.and_(sa.not_(own.exists()), sa.not_(readings.read_by(sa.bindparam("name"))))


def _check_unread(change: Change, case: int) -> None:
    """Refuse an approver who answered a blind reading of the case: they have said already which persons there are."""
    if readings.has_read(change.connection, case, change.person.name):
        raise NotPermittedError(
            "who read a case again does not answer in it",
            where=f"case {case}",
            remedy="Another person must look at it",
            key="four_eyes.read",
        )


def _check_assignee(change: Change, case: Case, command: Command) -> None:
    """Refuse to give a case to somebody who could not work on it: it would be kept from everybody else."""
    if command.assignee is None:
        return
    query = sa.select(queue_user).where(queue_user.c.name == user_name(command.assignee), queue_user.c.active)
    row = change.connection.execute(query).one_or_none()
    named = None if row is None else rows.user_of(row)
    if named is None or Role.PETUGAS not in named.roles or not named.scope.covers(case.office):
        raise UsageError("no steward of the case's office has this name", where=f"case {case.id}", key="assign.office")


def _asked_before(change: Change, case: int, command: Command) -> Decision | None:
    """Return the decision that the same command under the same ``idem`` led to before."""
    if command.idem is None:
        return None
    row = change.connection.execute(_UNDER_KEY, {"actor": change.actor, "idem": command.idem}).one_or_none()
    if row is None:
        return None
    if bytes(row.asked) != command_digest(case, change.actor, command):
        raise UsageError(
            "the key was used for another command", where=f"case {case}", remedy="Use a fresh key", key="key.used"
        )
    return rows.decision_of(row)
