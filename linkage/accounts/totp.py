"""The second factor: six digits that a phone makes from a shared secret and the time (RFC 6238)."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

import pyotp

ISSUER: Final = "Tunggal"
SECONDS: Final = 30
DRIFT: Final = 1
"""How many steps of 30 seconds a phone's clock may be off."""


def new_secret() -> str:
    """Return a secret of 160 bits, in base 32 as it is typed into a phone."""
    return pyotp.random_base32()


def uri_of(secret: str, name: str) -> str:
    """Return what a phone reads from a square code."""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=name, issuer_name=ISSUER)


def matching_step(secret: str, digits: str, now: datetime) -> int | None:
    """Return the step whose digits these are, None when they are of no step about now.

    Digits may be typed in groups. All steps are looked at, so that the time tells nothing.
    """
    typed = "".join(digits.split()).encode(errors="replace")
    made = pyotp.TOTP(secret, interval=SECONDS)
    current = int(now.timestamp()) // SECONDS
    found = None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(made.generate_otp(step).encode(), typed):
            found = step
    return found
