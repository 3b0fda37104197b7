"""Short hands: who has an account, and what they type."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyotp
import sqlalchemy as sa

from linkage.accounts.accounts import Accounts
from linkage.accounts.sessions import SignedIn
from linkage.accounts.settings import AccountSettings
from linkage.accounts.tables import metadata
from linkage.review.sql import SqlQueue
from linkage.review.tables import audit
from tests.oracles.queue_cases import NOON

SECRET = b"a secret of the project, long enough"
PASSWORD = "sembilan kuda lumping"
QUICK = AccountSettings(argon2_time_cost=1, argon2_memory_kib=8, attempts=3, address_attempts=6)
OFFICE = "192.0.2.7"


def after(**time: float) -> datetime:
    """An instant after noon."""
    return NOON + timedelta(**time)


def digits(secret: str, now: datetime) -> str:
    """What a phone shows."""
    return pyotp.TOTP(secret).at(now)


def set_up(accounts: Accounts, name: str, *, by: str | None = None, now: datetime = NOON) -> str:
    """Invite a user, let them accept, and return the secret in their phone."""
    code = accounts.invite(name, by=by, now=now)
    secret = accounts.open_invitation(code, now=now).totp_secret
    accounts.accept(code, PASSWORD, digits(secret, now), now=now)
    return secret


def sign_in(
    accounts: Accounts,
    name: str,
    secret: str,
    now: datetime,
    *,
    password: str = PASSWORD,
    shown: str | None = None,
    address: str = OFFICE,
) -> SignedIn:
    """Sign in with what the phone shows, unless something else is ``shown``."""
    typed = digits(secret, now) if shown is None else shown
    return accounts.sign_in(name, password, typed, address=address, now=now)


def others(queue: SqlQueue, **changed: Any) -> Accounts:
    """Accounts of a queue under other settings."""
    return Accounts(queue.sessions, replace(QUICK, **changed), SECRET)


def told(queue: SqlQueue) -> list[dict[str, Any]]:
    """The bodies of the audit chain, oldest first, without the setting up of the staff."""
    with queue.engine.connect() as connection:
        bodies = connection.execute(sa.select(audit.c.body).order_by(audit.c.seq)).scalars().all()
    return [body for body in map(json.loads, bodies) if body["action"] != "user"]


def everything(queue: SqlQueue) -> str:
    """All that the tables of accounts hold, as text."""
    with queue.engine.connect() as connection:
        rows = [connection.execute(sa.select(table)).all() for table in metadata.sorted_tables]
    return repr(rows)
