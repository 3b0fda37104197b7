"""Erasing records from the queue: their values go from every case, what was decided about them stays.

A case that waits for a decision about an erased record is withdrawn: the next run asks anew about the records that are
left. Decisions, judgements and sightings hold record ids and keyed fingerprints, and stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from linkage.errors import NotPermittedError
from linkage.review import rows
from linkage.review.cases import Action, Decision, Family, State, family_of
from linkage.review.people import SYSTEM, Role, User
from linkage.review.reasons import needed_text
from linkage.review.sql.session import Change, chunks
from linkage.review.tables import audit, case_pair, case_record, decision, queue_user, record_value, review_case
from linkage.review.transitions import TRANSITIONS

ERASE: Final = "erase"
ERASED: Final = "ERASED"
"""Why the system withdraws a case: a record of it was erased."""

_SQLITE_LETS_GO: Final = ("PRAGMA secure_delete=ON", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
_POSTGRESQL_LETS_GO: Final = (
    "RESET ROLE",
    "VACUUM (FULL) record_value",
    "VACUUM (FULL) case_record",
    "VACUUM (FULL) case_pair",
)

_FREE: Final = {
    "desk": None,
    "waiting": False,
    "assignee": None,
    "assigned_until": None,
    "due_at": None,
    "lease_owner": None,
    "lease_token": None,
    "lease_until": None,
}


def erase(change: Change, record_ids: Sequence[str], approved_by: str, reason: str, fields: Sequence[str]) -> int:
    """Delete the values of records, note it in the audit chain, and return the cases that held one of them.

    Raises :class:`NotPermittedError` unless it is asked by one ``pengelola`` of the nation and approved by another.
    The same again, asked at the same instant, does nothing.
    """
    wanted = sorted(set(record_ids))
    why = needed_text(reason, where="erasure")
    _four_eyes(change, approved_by)
    body = {
        "action": ERASE,
        "actor": change.actor,
        "approver": approved_by,
        "at": change.now.isoformat(),
        "fields": ",".join(sorted(fields)),
        "reason": why,
        "records": ",".join(wanted),
    }
    if _noted(change, body):
        return 0
    cases = _cases_with(change, wanted, closed_only=bool(fields))
    withdrawn = [] if fields else _withdraw(change, cases)
    _empty(change, wanted, cases)
    _leave_families(change, wanted, cases if fields else None)
    change.append({**body, "held": len(cases)}, withdrawn)
    return len(cases)


def _four_eyes(change: Change, approved_by: str) -> None:
    row = change.connection.execute(sa.select(queue_user).where(queue_user.c.name == approved_by)).one_or_none()
    approver = None if row is None or not row.active else rows.user_of(row)
    for user in (change.person, approver):
        if user is None or not _keeps_the_nation(user):
            raise NotPermittedError(
                f"an erasure is asked for and approved by two who have the role {Role.PENGELOLA} for the nation",
                where="erasure",
                remedy="See: linkage queue user list",
                key="erase.role",
            )
    if approved_by == change.actor:
        raise NotPermittedError(
            "nobody approves what they ask for themselves",
            where="erasure",
            remedy="Let another one approve it",
            key="erase.oneself",
        )


def _keeps_the_nation(user: User) -> bool:
    return Role.PENGELOLA in user.roles and user.scope.code == ""


def _noted(change: Change, body: dict[str, str]) -> bool:
    """Tell whether this very erasure was done before: a run that was killed is started again."""
    begins = f'{{"action":"{ERASE}",'
    query = sa.select(audit.c.body).where(sa.func.substr(audit.c.body, 1, len(begins)) == begins)
    told = (json.loads(text) for text in change.connection.execute(query).scalars())
    return any(body.items() <= one.items() for one in told)


def _cases_with(change: Change, record_ids: Sequence[str], *, closed_only: bool) -> list[int]:
    held = sa.select(case_record.c.case).join(review_case)
    if closed_only:
        held = held.where(review_case.c.closed_at.is_not(None))
    found: set[int] = set()
    for piece in chunks(record_ids):
        found.update(change.connection.execute(held.where(case_record.c.record_id.in_(piece))).scalars())
    return sorted(found)


def _withdraw(change: Change, cases: Sequence[int]) -> list[Decision]:
    """Withdraw those of the cases that wait for a decision, and return the steps; a request to undo stays."""
    sources = [state.value for state in TRANSITIONS[Action.WITHDRAW].sources]
    numbers = sa.select(decision.c.case, sa.func.max(decision.c.seq).label("last")).group_by(decision.c.case).subquery()
    done: list[Decision] = []
    for piece in chunks(cases):
        query = (
            sa.select(review_case.c.id, review_case.c.kind, review_case.c.state, numbers.c.last)
            .outerjoin(numbers, numbers.c.case == review_case.c.id)
            .where(review_case.c.id.in_(piece), review_case.c.state.in_(sources))
            .order_by(review_case.c.id)
        )
        for row in change.connection.execute(query).all():
            if family_of(row.kind) is Family.REVERT:
                continue
            state = State(row.state)
            done.append(
                Decision(row.id, (row.last or 0) + 1, Action.WITHDRAW, SYSTEM, state, State.DITARIK, change.now, ERASED)
            )
    for piece in chunks([one.case for one in done]):
        change.connection.execute(
            sa.update(review_case)
            .where(review_case.c.id.in_(piece))
            .values(state=State.DITARIK.value, version=review_case.c.version + 1, closed_at=change.now, **_FREE)
        )
    return done


def _empty(change: Change, record_ids: Sequence[str], cases: Sequence[int]) -> None:
    execute = change.connection.execute
    for some in chunks(cases):
        for piece in chunks(record_ids):
            execute(
                sa.delete(record_value).where(record_value.c["case"].in_(some), record_value.c.record_id.in_(piece))
            )
            execute(
                sa.update(case_record)
                .where(case_record.c["case"].in_(some), case_record.c.record_id.in_(piece))
                .values(brief=[], nik_digest=None)
            )
            either = sa.or_(case_pair.c.left_id.in_(piece), case_pair.c.right_id.in_(piece))
            execute(
                sa.update(case_pair)
                .where(case_pair.c["case"].in_(some), either)
                .values(evidence=[], explained=sa.null())
            )


def _leave_families(change: Change, record_ids: Sequence[str], cases: Sequence[int] | None) -> None:
    """Take records out of the families of others: of all cases, or of these alone."""
    text = sa.cast(record_value.c.family, sa.Text)
    found = (
        row
        for record in record_ids
        for row in change.connection.execute(
            sa.select(record_value).where(text.contains(f'"{record}"', autoescape=True))
        ).mappings()
    )
    held = {(row["case"], row["record_id"]): dict(row) for row in found if cases is None or row["case"] in cases}
    gone = set(record_ids)
    for (case, owner), row in held.items():
        left = [kin for kin in row["family"] if kin[0] not in gone]
        # Who works on the queue may replace these rows, and not change them.
        change.connection.execute(
            sa.delete(record_value).where(record_value.c["case"] == case, record_value.c.record_id == owner)
        )
        change.connection.execute(sa.insert(record_value), {**row, "family": left or None})


def scrub(engine: sa.Engine) -> None:
    """Make the database let go of what was deleted: freed pages and the write-ahead log still hold it until then.

    On PostgreSQL the login must own the tables; the tables are locked meanwhile.
    """
    quick = engine.execution_options(isolation_level="AUTOCOMMIT")
    with quick.connect() as connection:
        if engine.dialect.name == "sqlite":
            driver: Any = connection.connection.driver_connection
            for statement in _SQLITE_LETS_GO:
                driver.execute(statement).fetchall()
            return
        try:
            for statement in _POSTGRESQL_LETS_GO:
                connection.execute(sa.text(statement))
        finally:
            connection.invalidate()  # it works as its login now, whom the walls may not bind
