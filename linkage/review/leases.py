"""Leases: who holds a case. The token is a secret of 256 random bits; the queue keeps its digest alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from linkage.errors import CaseConflictError
from linkage.review.cases import Case, Lease


def new_token() -> str:
    """Return a fresh token, URL-safe."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what the queue keeps of a token: 64 hex digits. A random token needs no key and no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_lease(case: Case, user: str, token: str | None, *, now: datetime) -> None:
    """Raise :class:`CaseConflictError`, which says who holds the case, unless ``user`` holds it with ``token``."""
    where = f"case {case.id}"
    lease = case.lease
    if lease is None or not lease.live(now):
        raise CaseConflictError(
            "nobody holds the case, or your time with it ran out", where=where, remedy="Claim it", key="lease.over"
        )
    if lease.owner != user:
        raise held(case.id, lease)
    if token is None or not hmac.compare_digest(lease.token_digest, token_digest(token)):
        raise CaseConflictError(
            "you opened the case again elsewhere",
            where=where,
            remedy="Go on there, or claim it anew",
            key="lease.elsewhere",
        )


def held(number: int, lease: Lease) -> CaseConflictError:
    """Return the refusal that says who holds a case and until when."""
    return CaseConflictError(
        f"{lease.owner} holds the case until {lease.until:%H:%M} UTC",
        where=f"case {number}",
        remedy="Wait for them, or take the next case",
        key="lease.held",
        holder=lease.owner,
        until=lease.until,
    )
