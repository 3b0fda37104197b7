"""Short hands: who has an account, and what they type."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pyotp

from linkage.accounts.accounts import Accounts
from linkage.accounts.sessions import SignedIn
from linkage.accounts.settings import AccountSettings
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


def sign_in(accounts: Accounts, name: str, secret: str, now: datetime, **other: str) -> SignedIn:
    """Sign in as the page does, with what the phone shows."""
    typed = {"password": PASSWORD, "totp_code": digits(secret, now), "address": OFFICE, **other}
    return accounts.sign_in(name, typed["password"], typed["totp_code"], address=typed["address"], now=now)


def with_settings(accounts: Accounts, **changed: object) -> Accounts:
    """The same accounts under other settings."""
    return Accounts(accounts._sessions, replace(QUICK, **changed), SECRET)  # type: ignore[arg-type]
