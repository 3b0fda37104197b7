"""The way to an office's own sign-in and back."""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.errors import SignInRefusedError
from linkage.web.oidc import Provider, journey
from linkage.web.refusals import status_of
from linkage.web.services import Services
from linkage.web.signing_in import sign_in_page
from linkage.web.visiting import COOKIE, Serving, begin_session, keep_session, visitor_or_none

router = APIRouter(prefix="/masuk/oidc")

_RETURNS = "/masuk/oidc/kembali"


@router.get("")
def leave(
    request: Request, services: Serving, visitor: Annotated[Visitor | None, Depends(visitor_or_none)]
) -> Response:
    """Send the browser to the office's sign-in. Who is signed in stays so: a link elsewhere must not end a session."""
    if visitor is not None:
        return RedirectResponse("/", 303)
    way = journey(services.secret)
    response = RedirectResponse(_provider(request, services).address(way), 303)
    keep_session(response, way.cookie)
    return response


@router.get("/kembali")
def come_back(
    request: Request,
    services: Serving,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Sign in whom the office vouches for, if a user is linked to them."""
    provider = _provider(request, services)
    try:
        way = journey(services.secret, request.cookies.get(COOKIE, ""))
        subject = provider.subject(way, code=code, state=state)
        signed = services.accounts.sign_in_trusted(subject)
    except SignInRefusedError as error:
        return sign_in_page(request, status=status_of(error), problem=error)
    response = RedirectResponse("/", 303)
    begin_session(request, services, response, signed.token)
    return response


def _provider(request: Request, services: Services) -> Provider:
    settings = services.settings
    if not settings.oidc_issuer:
        raise HTTPException(404)
    base = settings.address.rstrip("/") or str(request.base_url).rstrip("/")
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client,
        os.environ.get(settings.oidc_secret_env, "") if settings.oidc_secret_env else "",
        returns=base + _RETURNS,
        acr=settings.oidc_acr,
    )
