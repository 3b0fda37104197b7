"""Invitations: a code that is told to a person once, by which they set a password and a second factor."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from linkage.accounts import sessions, totp
from linkage.accounts.keys import Keys, digest
from linkage.accounts.preferences import Preferences
from linkage.accounts.settings import AccountSettings
from linkage.accounts.tables import account, account_code
from linkage.errors import NotPermittedError, UsageError
from linkage.review import rows
from linkage.review.people import Role, User
from linkage.review.sql.session import Change
from linkage.review.tables import queue_user

CODE_BYTES: Final = 20
_GROUP: Final = 4


@dataclass(frozen=True)
class Invited:
    """Who was invited, and the second factor to set up: its secret in base 32, and as a phone reads it."""

    name: str
    totp_secret: str
    totp_uri: str

    def __repr__(self) -> str:
        return f"Invited(name={self.name!r})"


def new_code() -> str:
    """Return a code of 160 bits, in groups that can be read out on the telephone."""
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def code_digest(typed: str) -> str:
    """Return the digest of a code, however it was typed: in small letters, with spaces, without lines."""
    return digest("".join(filter(str.isalnum, typed)).upper())


def invite(change: Change, keys: Keys, settings: AccountSettings, name: str) -> str:
    """Store an invitation in place of what the account had: password, second factor, sessions, an older invitation.

    Raises:
        NotPermittedError: no active user of this name; who asks does not keep the list of that region, or asks for
            themselves; nobody is named, though somebody who keeps the list has an account.
    """
    user = active_user(change.connection, name)
    if user is None:
        raise NotPermittedError(
            "no active user of this name", where="user", remedy="See linkage queue user", key="user.stranger"
        )
    _check_keeper(change, user)
    connection = change.connection
    connection.execute(sa.delete(account_code).where(account_code.c.name == user.name))
    nothing = {"password_hash": None, "totp_secret": None, "totp_step": None}
    if not connection.execute(sa.update(account).where(account.c.name == user.name).values(nothing)).rowcount:
        connection.execute(sa.insert(account), new_account(user.name))
    code = new_code()
    values = {
        "name": user.name,
        "digest": code_digest(code),
        "totp_secret": keys.encrypt(totp.new_secret(), user.name),
        "expires_at": change.now + timedelta(hours=settings.code_hours),
    }
    connection.execute(sa.insert(account_code), values)
    ended = sessions.end(connection, user.name)
    note(change, "invite", user=user.name, sessions=ended)
    return code


def find(connection: sa.Connection, clock: sa.ColumnElement[datetime], code: str) -> sa.Row[Any] | None:
    """Return the invitation of a code (its time as ``asked_at``); None when it is over, or its user is not active."""
    query = (
        sa.select(account_code, clock.label("asked_at"))
        .join(queue_user, queue_user.c.name == account_code.c.name)
        .where(account_code.c.digest == code_digest(code), queue_user.c.active, account_code.c.expires_at > clock)
    )
    return connection.execute(query).one_or_none()


def use_up(change: Change, code: str) -> bool:
    """Delete an invitation; False when another was faster, or its time is over."""
    codes = account_code.c
    found = sa.delete(account_code).where(codes.digest == code_digest(code), codes.expires_at > change.now)
    return bool(change.connection.execute(found).rowcount)


def new_account(name: str, subject: str | None = None) -> dict[str, Any]:
    """Return the row of an account that has no password yet."""
    usual = Preferences()
    own = {"language": usual.language, "time_zone": usual.time_zone, "shortcuts_on": usual.shortcuts_on}
    return {"name": name, "subject": subject, "keys": dict(usual.keys), **own}


def active_user(connection: sa.Connection, name: str) -> User | None:
    """Return an active user of the queue, None when there is none of this name."""
    query = sa.select(queue_user).where(queue_user.c.name == name, queue_user.c.active)
    row = connection.execute(query).one_or_none()
    return None if row is None else rows.user_of(row)


def note(change: Change, action: str, **more: str | int | None) -> None:
    """Append a row of the audit chain on an account."""
    change.append({"action": action, "actor": change.actor, "at": change.now.isoformat(), **more})


def check_keeps_list(change: Change, region: str, name: str) -> None:
    """Refuse who does not keep the list of users of a region."""
    keeper = change.person
    if Role.PENGELOLA not in keeper.roles or not keeper.scope.covers(region):
        raise NotPermittedError(
            "only who keeps the list of users of that region does this",
            where=f"user {name}",
            remedy="Ask a pengelola",
            key="account.keeper",
        )


def _check_keeper(change: Change, user: User) -> None:
    if change.user is None:
        if Role.PENGELOLA not in user.roles:
            raise UsageError(
                "who is invited by nobody must keep the list of users",
                where=f"user {user.name}",
                remedy="Say who asks",
                key="account.unsigned",
            )
        if _somebody_keeps_list(change.connection):
            raise NotPermittedError(
                "only the first account needs nobody to invite it",
                where=f"user {user.name}",
                remedy="Say who asks",
                key="account.first",
            )
        return
    check_keeps_list(change, user.scope.code, user.name)
    if change.user.name == user.name:
        # A session left open must not be a way to a new password without the old one.
        raise NotPermittedError(
            "nobody invites themselves",
            where=f"user {user.name}",
            remedy="Ask another pengelola",
            key="account.oneself",
        )


def _somebody_keeps_list(connection: sa.Connection) -> bool:
    proven = sa.or_(account.c.password_hash.is_not(None), account.c.subject.is_not(None))
    query = sa.select(queue_user).join(account, account.c.name == queue_user.c.name).where(queue_user.c.active, proven)
    return any(Role.PENGELOLA in rows.user_of(row).roles for row in connection.execute(query))
