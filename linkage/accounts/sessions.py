"""Sessions of the page: kept here and not in a cookie, so that they can be ended.

The browser holds a token, the database its digest. A session ends when it is not used for a while, at its longest
after some hours, when its user signs out, and with the user's work: see :mod:`linkage.accounts.tables`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from linkage.accounts.keys import digest
from linkage.accounts.preferences import Preferences
from linkage.accounts.settings import AccountSettings
from linkage.accounts.tables import account, held_case, web_session
from linkage.review import rows
from linkage.review.people import User
from linkage.review.sql.session import DATABASE_CLOCK
from linkage.review.tables import queue_user

TOKEN_BYTES: Final = 32
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is known when a session was last used: each request would else be a write."""

# What every request asks is put together once: that takes longer than to ask it.
_WITH_ALL: Final = (
    sa.select(
        queue_user,
        *(web_session.c.region.label("began_in"), web_session.c.trusted, web_session.c.seen_at),
        *(web_session.c.expires_at, account.c.language, account.c.time_zone, account.c.shortcuts_on),
        account.c["keys"].label("shortcuts"),
    )
    .join_from(web_session, account, web_session.c.name == account.c.name)
    .join(queue_user, queue_user.c.name == account.c.name)
    .where(web_session.c.key == sa.bindparam("key"))
)
_FOUND: Final = _WITH_ALL.add_columns(DATABASE_CLOCK.label("asked_at"))
_OWN: Final = sa.and_(held_case.c.session == sa.bindparam("session_key"), held_case.c.case == sa.bindparam("number"))
_TOKEN: Final = sa.select(held_case.c.token).where(_OWN)
_LET_GO: Final = sa.delete(held_case).where(_OWN)


def _holding(insert: Callable[[sa.Table], Any]) -> Any:
    live = sa.select(
        web_session.c.key,
        sa.bindparam("number", type_=sa.BigInteger).label("case"),
        sa.bindparam("lease_token", type_=sa.String).label("token"),
    ).where(web_session.c.key == sa.bindparam("session_key"))
    columns = (held_case.c.session, held_case.c.case, held_case.c.token)
    given = insert(held_case).from_select(columns, live)
    # In one statement: two tabs of a session may take a case up at once.
    return given.on_conflict_do_update(index_elements=columns[:2], set_={"token": given.excluded.token})


_HELD_POSTGRESQL: Final = _holding(postgresql.insert)
_HELD_SQLITE: Final = _holding(sqlite.insert)


@dataclass(frozen=True)
class SignedIn:
    """A new session. ``token`` is for the browser's cookie and told once; ``user`` as the queue knows them now."""

    token: str
    user: User

    def __repr__(self) -> str:
        return f"SignedIn(user={self.user.name!r})"


@dataclass(frozen=True)
class Visitor:
    """Who asks. ``session_key`` names the session in the database, ``csrf`` is the secret its forms carry; ``trusted``:
    another service vouched for the user, who has no password to change here."""

    user: User
    session_key: str
    preferences: Preferences
    csrf: str
    trusted: bool

    def __repr__(self) -> str:
        return f"Visitor(user={self.user.name!r})"


@dataclass(frozen=True)
class SessionInfo:
    """A session that is live, as its owner and who keeps the list of users may see it."""

    key: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    trusted: bool


def begin(connection: sa.Connection, settings: AccountSettings, user: User, now: datetime, *, trusted: bool) -> str:
    """Store a new session and return its token; sessions that are over are deleted on the way."""
    over = sa.or_(web_session.c.expires_at <= now, web_session.c.seen_at <= now - settings.idle)
    connection.execute(sa.delete(web_session).where(over))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {"key": digest(token), "name": user.name, "region": user.scope.code, "trusted": trusted}
    times = {"started_at": now, "seen_at": now, "expires_at": now + settings.longest}
    connection.execute(sa.insert(web_session), values | times)
    return token


def find(connection: sa.Connection, clock: sa.ColumnElement[datetime], key: str) -> sa.Row[Any] | None:
    """Return a session with its user and preferences, and the time as ``asked_at``, in one query."""
    query = _FOUND if clock is DATABASE_CLOCK else _WITH_ALL.add_columns(clock.label("asked_at"))
    return connection.execute(query, {"key": key}).one_or_none()


def is_live(row: sa.Row[Any], settings: AccountSettings) -> bool:
    """Return whether the session of a row from :func:`find` still holds, for a user who still works where it began."""
    idle = row.asked_at - row.seen_at >= settings.idle
    return bool(row.active and row.region == row.began_in and not idle and row.asked_at < row.expires_at)


def preferences_of(row: sa.Row[Any]) -> Preferences:
    """Return the preferences of a row that has them, the keys as ``shortcuts``."""
    return Preferences(row.language, row.shortcuts_on, row.shortcuts, row.time_zone)


def user_of(row: sa.Row[Any]) -> User:
    """Return the user of a row from :func:`find`."""
    return rows.user_of(row)


def renew(connection: sa.Connection, token: str, now: datetime) -> str | None:
    """Give a session a new token and return it; None when there is no such session."""
    old = web_session.c.key == digest(token)
    row = connection.execute(sa.select(web_session).where(old)).one_or_none()
    if row is None:
        return None
    renewed = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(sa.insert(web_session), {**row._mapping, "key": digest(renewed), "seen_at": now})
    moved = sa.update(held_case).where(held_case.c.session == digest(token))
    connection.execute(moved.values(session=digest(renewed)))
    connection.execute(sa.delete(web_session).where(old))
    return renewed


def end(connection: sa.Connection, name: str, *, keep: str | None = None) -> int:
    """End the sessions of a user but for the one of the token ``keep``, and return how many."""
    ended = sa.delete(web_session).where(web_session.c.name == name)
    if keep is not None:
        ended = ended.where(web_session.c.key != digest(keep))
    count: int = connection.execute(ended).rowcount
    return count


def live_sessions(
    connection: sa.Connection, clock: sa.ColumnElement[datetime], settings: AccountSettings, name: str
) -> tuple[SessionInfo, ...]:
    """Return the live sessions of a user, the one last used first."""
    kept = web_session.c
    query = (
        sa.select(kept.key, kept.started_at, kept.seen_at, kept.expires_at, kept.trusted, clock.label("asked_at"))
        .where(kept.name == name)
        .order_by(kept.seen_at.desc(), kept.key)
    )
    return tuple(
        SessionInfo(row.key, row.started_at, row.seen_at, row.expires_at, row.trusted)
        for row in connection.execute(query)
        if row.asked_at < row.expires_at and row.asked_at - row.seen_at < settings.idle
    )


def hold(connection: sa.Connection, key: str, case: int, token: str) -> bool:
    """Keep the token of a case's lease with a session, in place of an older one; False when the session is over."""
    kept = _HELD_POSTGRESQL if connection.dialect.name == "postgresql" else _HELD_SQLITE
    given = {"session_key": key, "number": case, "lease_token": token}
    return bool(connection.execute(kept, given).rowcount)


def held(connection: sa.Connection, key: str, case: int) -> str | None:
    """Return the token a session holds of a case's lease, None when it holds none."""
    return connection.execute(_TOKEN, {"session_key": key, "number": case}).scalar_one_or_none()


def let_go(connection: sa.Connection, key: str, case: int) -> bool:
    """Forget the token a session holds of a case; False when it held none."""
    return bool(connection.execute(_LET_GO, {"session_key": key, "number": case}).rowcount)
