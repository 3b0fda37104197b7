"""Writing a decision and all that follows from it: judgements, outbox, the case itself."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from linkage.errors import CaseConflictError, InvariantError
from linkage.review import rows
from linkage.review.cases import KINDS, REVERT, Action, Case, Decision, State, family_of
from linkage.review.leases import token_digest
from linkage.review.outcomes import holding_after, judgements, office_after
from linkage.review.people import SYSTEM
from linkage.review.resolution import to_json
from linkage.review.rules import Command
from linkage.review.sql import effects
from linkage.review.sql.cases import whole_case
from linkage.review.sql.session import Change
from linkage.review.tables import case_record, review_case
from linkage.review.transitions import CLOSED, TRANSITIONS

UNCHANGED: Final = (
    sa.update(review_case)
    .where(review_case.c.id == sa.bindparam("known_id"), review_case.c.version == sa.bindparam("known_version"))
    .values(version=review_case.c.version + sa.bindparam("step", type_=sa.Integer))
)
HELD: Final = UNCHANGED.where(
    review_case.c.lease_owner == sa.bindparam("known_owner"),
    review_case.c.lease_token == sa.bindparam("known_token"),
    review_case.c.lease_until > sa.bindparam("known_now"),
)


def store(change: Change, case: Case, taken: Decision, command: Command | None = None) -> None:
    """Write a decision and all that follows from it."""
    original = _original(change, case, taken)
    undone = () if original is None else (_undoing(change, original, case),)
    if taken.action is Action.REOPEN:
        _check_reopened(change, case)
    asked = None if command is None else command_digest(case.id, taken.actor, command)
    change.append(body(taken), [taken, *undone], judgements=judgements(case, taken, original), asked=asked)
    effects.put(change, taken)
    if taken.action is Action.REOPEN:
        effects.cancel(change, case)
    guard = command.token if command is not None and TRANSITIONS[taken.action].lease else None
    guarded(change, case, guard, changes_of(change, case, taken))
    if original is not None:
        guarded(change, original, None, {**_closing(original, change.now), "state": State.DIBATALKAN.value})


def body(taken: Decision) -> dict[str, str | int | None]:
    """Return what the audit row says of a decision."""
    return {
        "action": taken.action,
        "actor": taken.actor,
        "at": taken.at.isoformat(),
        "case": taken.case,
        "from": taken.from_state,
        "to": taken.to_state,
    }


def changes_of(change: Change, case: Case, taken: Decision) -> dict[str, Any]:
    """Return the columns of the case that a decision changes."""
    holding = holding_after(case, taken, change.settings)
    values: dict[str, Any] = {
        "state": taken.to_state.value,
        "desk": rows.desk_of(taken.to_state, waiting=False),
        "waiting": False,
        "assignee": holding.assignee,
        "assigned_until": holding.assigned_until,
        "due_at": holding.due_at,
        "office": office_after(case, taken),
        "closed_at": change.now if taken.to_state in CLOSED else None,
    }
    if taken.from_state in CLOSED and taken.to_state in CLOSED:
        values["closed_at"] = case.closed_at
    # While a case waits, its turn stands where it will be due, so that it is in nobody's way; then it is due at once.
    if holding.due_at is not None:
        values["turn_at"] = max(case.turn_at, holding.due_at)
    elif case.due_at is not None:
        values["turn_at"] = min(case.turn_at, change.now)
    if holding.lease_ends:
        values |= {"lease_owner": None, "lease_token": None, "lease_until": None}
    return values


def _closing(case: Case, now: datetime) -> dict[str, Any]:
    return {"desk": None, "closed_at": case.closed_at or now}


def guarded(change: Change, case: Case, token: str | None, values: dict[str, Any]) -> None:
    """Change a case if it still is as it was read; with a token, only while the lease of that token holds."""
    step = 0 if set(values) == {"lease_until"} else 1
    known: dict[str, Any] = {"known_id": case.id, "known_version": case.version, "step": step}
    if token is not None:
        known |= {"known_owner": change.actor, "known_token": token_digest(token), "known_now": change.now}
    done = change.connection.execute(UNCHANGED if token is None else HELD, known | values)
    if done.rowcount != 1:
        raise InvariantError("the case changed under a lock that should have held it", where=f"case {case.id}")


def _original(change: Change, case: Case, taken: Decision) -> Case | None:
    """Return the case whose decision this one undoes, if it does."""
    if case.reverts is None or taken.action is not Action.APPROVE:
        return None
    original = whole_case(change.connection, case.reverts)
    if original is None or original.state not in TRANSITIONS[Action.REVERT].sources:
        raise CaseConflictError(
            "the decision it undoes no longer stands",
            where=f"case {case.id}",
            key="revert.gone",
            filled={"case": case.reverts},
        )
    return original


def _undoing(change: Change, original: Case, case: Case) -> Decision:
    return Decision(
        case=original.id,
        seq=len(original.history) + 1,
        action=Action.REVERT,
        actor=SYSTEM,
        from_state=original.state,
        to_state=State.DIBATALKAN,
        at=change.now,
        successor=case.id,
    )


def _check_reopened(change: Change, case: Case) -> None:
    """Refuse to ask again what an open case of the same family asks about one of the records."""
    columns = review_case.c
    kinds = [kind for kind in (*KINDS, REVERT) if family_of(kind) is family_of(case.kind)]
    query = (
        sa.select(sa.func.min(columns.id))
        .join(case_record, case_record.c.case == columns.id)
        .where(case_record.c.record_id.in_(case.record_ids), columns.closed_at.is_(None), columns.kind.in_(kinds))
    )
    other = change.connection.execute(query).scalar_one()
    if other is not None:
        raise CaseConflictError(
            f"case {other} took its place",
            where=f"case {case.id}",
            remedy="Work on that one",
            key="case.replaced",
            filled={"case": other},
        )


def open_with(change: Change, case_id: str) -> int | None:
    """Return the number of the open case with this ``case_id``, None when there is none."""
    columns = review_case.c
    query = sa.select(columns.id).where(columns.case_id == case_id, columns.closed_at.is_(None))
    number: int | None = change.connection.execute(query).scalar_one_or_none()
    return number


def command_digest(case: int, actor: str, command: Command) -> bytes:
    """Return a digest of what a command asks for; its version and token are of the moment, not of the question."""
    asked = [
        *(case, actor, command.action, command.reason, command.verdict, to_json(command.persons)),
        *(command.assignee, command.region, command.due_at.isoformat() if command.due_at else None),
    ]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=True).encode()).digest()
