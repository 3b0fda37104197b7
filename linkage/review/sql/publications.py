"""Publications that were stopped: kept until a supervisor whose region covers them lets them pass, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review.people import Role
from linkage.review.publications import Stop, StopReason, checked, reasons_digest, reasons_json, reasons_of
from linkage.review.reasons import needed_text
from linkage.review.sql.backlog import with_role
from linkage.review.sql.session import Change, Look
from linkage.review.sql.walls import begins
from linkage.review.tables import publication_stop

_READERS = frozenset({Role.PENGAWAS})


def stop(change: Change, number: int, reasons: Iterable[StopReason], region: str) -> bool:
    """Stop a publication; False when it was stopped before, whose reasons then stand."""
    told = checked(number, reasons, region)
    if change.user is not None:
        raise NotPermittedError("only the system stops a publication", where=f"publication {number}", key="step.system")
    if _find(change, number) is not None:
        return False
    values = {"number": number, "region": region, "reasons": reasons_json(told), "stopped_at": change.now}
    change.connection.execute(sa.insert(publication_stop), [values])
    change.append(
        {
            "action": "stop_publication",
            "at": change.now.isoformat(),
            "publication": number,
            "reasons": reasons_digest(told),
            "region": region,
        }
    )
    return True


def release(change: Change, number: int, reason: str) -> Stop:
    """Let a stopped publication pass and return how it stands now.

    Raises :class:`NotPermittedError` for who is no supervisor; :class:`UsageError` without a reason, or for a
    publication that was not stopped or is another region's; :class:`CaseConflictError` when it was let pass before.
    """
    where = f"publication {number}"
    user = with_role(change, _READERS)
    why = needed_text(reason, where=where)
    row = _find(change, number)
    if row is None or not user.scope.covers(row.region):
        raise UsageError(
            "no publication of this number was stopped for you",
            where=where,
            remedy="Look at the list again",
            key="publication.unknown",
        )
    if row.released_at is not None:
        raise CaseConflictError(
            f"{row.released_by} has let it pass already",
            where=where,
            remedy="There is nothing left to do",
            key="publication.passed",
            filled={"person": row.released_by},
        )
    once = sa.and_(publication_stop.c.number == number, publication_stop.c.released_at.is_(None))
    released = {"released_at": change.now, "released_by": user.name, "reason": why}
    change.connection.execute(sa.update(publication_stop).where(once).values(released))
    change.append(
        {
            "action": "resume_publication",
            "actor": user.name,
            "at": change.now.isoformat(),
            "publication": number,
            "region": row.region,
            "why": hashlib.sha256(why.encode()).hexdigest(),
        }
    )
    return Stop(number, row.region, reasons_of(row.reasons), row.stopped_at, change.now, user.name, why)


def stopped(look: Look, limit: int) -> tuple[Stop, ...]:
    """Return the stopped publications of the supervisor's region: those that wait first, then the newest."""
    user, columns = with_role(look, _READERS), publication_stop.c
    query = (
        sa.select(publication_stop)
        .where(begins(columns.region, user.scope.code))
        .order_by(columns.released_at.is_not(None), columns.number.desc())
        .limit(limit)
    )
    return tuple(_stop_of(row) for row in look.connection.execute(query))


def stops(look: Look, after: int) -> tuple[Stop, ...]:
    """Return the publications beyond ``after`` that were stopped, by number."""
    number = publication_stop.c.number
    query = sa.select(publication_stop).where(number > after).order_by(number)
    return tuple(_stop_of(row) for row in look.connection.execute(query))


def is_released(look: Look, number: int) -> bool:
    """Return whether nothing holds a publication back: it was never stopped, or was let pass."""
    row = _find(look, number)
    return row is None or row.released_at is not None


def _find(look: Look, number: int) -> sa.Row[Any] | None:
    query = sa.select(publication_stop).where(publication_stop.c.number == number)
    return look.connection.execute(query).one_or_none()


def _stop_of(row: sa.Row[Any]) -> Stop:
    given = (row.released_at, row.released_by, row.reason)
    return Stop(row.number, row.region, reasons_of(row.reasons), row.stopped_at, *given)
