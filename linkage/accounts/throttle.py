"""How often somebody may try to sign in.

An attempt is counted before it is looked at and forgotten when it succeeds, so that many at once are no more than many
after each other. What is counted lasts a fixed time from the first failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from linkage.accounts.settings import AccountSettings
from linkage.accounts.tables import sign_in_attempt

ACCOUNT: Final = "account"
ADDRESS: Final = "address"


def begin(
    connection: sa.Connection, settings: AccountSettings, subjects: Sequence[str], now: datetime
) -> tuple[float | None, bool]:
    """Count an attempt under each of the subjects.

    Return the seconds until attempts are looked at again, None when this one is, and whether this one is the last.
    """
    waits: list[float] = []
    last = False
    # Always in one order, else two attempts might wait for each other for ever.
    for subject in sorted(subjects):
        failures, since = connection.execute(_counted(connection.dialect.name, subject, now, settings)).one()
        limit = settings.attempts if subject.startswith(f"{ACCOUNT}:") else settings.address_attempts
        last = last or failures == limit
        if failures > limit:
            waits.append(max((since + settings.window - now).total_seconds(), 1.0))
    return max(waits, default=None), last


def succeed(connection: sa.Connection, subjects: Sequence[str]) -> None:
    """Forget what an account failed before; an address, behind which others sit, only this attempt."""
    columns = sign_in_attempt.c
    for subject in sorted(subjects):
        if subject.startswith(f"{ACCOUNT}:"):
            connection.execute(sa.delete(sign_in_attempt).where(columns.subject == subject))
        else:
            fewer = sa.update(sign_in_attempt).where(columns.subject == subject, columns.failures > 0)
            connection.execute(fewer.values(failures=columns.failures - 1))


def forget_old(connection: sa.Connection, settings: AccountSettings, now: datetime) -> None:
    """Delete what no longer counts, but for rows that somebody else is at."""
    old = sa.select(sign_in_attempt.c.subject).where(sign_in_attempt.c.since <= now - settings.window)
    free = old.with_for_update(skip_locked=True)
    connection.execute(sa.delete(sign_in_attempt).where(sign_in_attempt.c.subject.in_(free)))


def _counted(dialect: str, subject: str, now: datetime, settings: AccountSettings) -> sa.Executable:
    columns = sign_in_attempt.c
    # A clock that was set back must not shut anybody out until it has caught up.
    anew = sa.or_(columns.since <= now - settings.window, columns.since > now)
    again = {
        "failures": sa.case((anew, 1), else_=columns.failures + 1),
        "since": sa.case((anew, now), else_=columns.since),
    }
    first = {"subject": subject, "failures": 1, "since": now}
    if dialect == "postgresql":
        on_postgresql = postgresql.insert(sign_in_attempt).values(first)
        return on_postgresql.on_conflict_do_update(index_elements=[columns.subject], set_=again).returning(
            columns.failures, columns.since
        )
    on_sqlite = sqlite.insert(sign_in_attempt).values(first)
    return on_sqlite.on_conflict_do_update(index_elements=[columns.subject], set_=again).returning(
        columns.failures, columns.since
    )
