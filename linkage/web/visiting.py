"""Who asks: the visitor behind a session's cookie, what their role lets them ask, and the token of their forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.responses import Response

from linkage.accounts.sessions import Visitor
from linkage.errors import NotPermittedError
from linkage.review.people import Role
from linkage.web.services import Services

COOKIE: Final = "__Host-sesi"
"""The one cookie there is. The prefix makes browsers refuse it unless it is secure and of this host alone."""

_SALT: Final = 16


class NotSignedInError(Exception):
    """Nobody is signed in, or no longer; the page answers with the form to do so."""


class ForgedFormError(Exception):
    """A form came without the token of its session."""


def services_of(request: Request) -> Services:
    """Return what the application works with."""
    services: Services = request.app.state.services
    return services


async def _serving(request: Request) -> Services:
    # What waits for nothing is no thread's work: to wait for one takes longer than to do it.
    return services_of(request)


Serving = Annotated[Services, Depends(_serving)]


def visitor_or_none(request: Request, services: Serving) -> Visitor | None:
    """Return who is signed in, or None."""
    token = request.cookies.get(COOKIE)
    visitor = services.accounts.visitor(token) if token else None
    request.state.visitor = visitor
    return visitor


async def visitor_of(visitor: Annotated[Visitor | None, Depends(visitor_or_none)]) -> Visitor:
    """Return who is signed in; :class:`NotSignedInError` when nobody is."""
    if visitor is None:
        raise NotSignedInError
    return visitor


Visiting = Annotated[Visitor, Depends(visitor_of)]


async def check_form(request: Request, visitor: Visiting) -> None:
    """Refuse a form that does not carry the token of the visitor's session."""
    form = await request.form()
    given = form.get("csrf") or request.headers.get("x-csrf", "")
    if not isinstance(given, str) or not matches(visitor, given):
        raise ForgedFormError


def needs(*roles: Role) -> Callable[[Visitor], Awaitable[None]]:
    """Return a dependency that refuses who holds none of ``roles``. What else a role may, the queue itself decides."""

    async def check(visitor: Visiting) -> None:
        check_role(visitor, *roles)

    return check


def check_role(visitor: Visitor, *roles: Role) -> None:
    """Refuse who holds none of ``roles``."""
    if not visitor.user.roles & set(roles):
        raise NotPermittedError(
            f"this needs the role {' or '.join(roles)}",
            where="page",
            key="role.needed",
            filled={"roles": ",".join(roles)},
        )


def form_token(visitor: Visitor) -> str:
    """Return a token for a form of this response: salted, so that compressed pages tell nothing of it."""
    salt = secrets.token_bytes(_SALT)
    return (salt + _signed(visitor, salt)).hex()


def matches(visitor: Visitor, given: str) -> bool:
    """Return whether a form's token is of the visitor's session."""
    try:
        raw = bytes.fromhex(given)
    except ValueError:
        return False
    return hmac.compare_digest(raw[_SALT:], _signed(visitor, raw[:_SALT]))


def _signed(visitor: Visitor, salt: bytes) -> bytes:
    return hmac.digest(visitor.csrf.encode(), salt, hashlib.sha256)


def keep_session(response: Response, token: str) -> None:
    """Give the browser the session's cookie."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="lax", path="/")


def begin_session(request: Request, services: Services, response: Response, token: str) -> None:
    """Give the browser a new session's cookie. The session it had until now ends, so that no two are its own."""
    if before := request.cookies.get(COOKIE):
        services.accounts.sign_out(before)
    keep_session(response, token)


def drop_session(response: Response) -> None:
    """Take the session's cookie back."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax", path="/")
