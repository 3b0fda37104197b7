"""Signing in and out, and setting an account up with a one-time code."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import RedirectResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.errors import CredentialRefusedError, SignInRefusedError
from linkage.web.forms import Line, Posted, Token
from linkage.web.pages import page
from linkage.web.refusals import status_of
from linkage.web.signing_in import sign_in_page
from linkage.web.visiting import COOKIE, Serving, begin_session, check_form, drop_session, visitor_or_none

router = APIRouter()


class _Opening(BaseModel):
    """A form of somebody who is not signed in: there is no session yet that could be misused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignInForm(_Opening):
    """Who wants in. ``onward``: the page they came for."""

    name: Line
    password: Token
    code: Line = ""
    onward: Line = "/"


class InvitedForm(_Opening):
    """A one-time code, and once it is known to be good, what the account is set up with."""

    invitation: Token
    password: Token = ""
    again: Token = ""
    code: Line = ""


@router.get("/masuk")
def show_sign_in(request: Request, visitor: Annotated[Visitor | None, Depends(visitor_or_none)]) -> Response:
    """Show the form to sign in."""
    return _home() if visitor else sign_in_page(request)


@router.post("/masuk")
def sign_in(request: Request, form: Annotated[SignInForm, Form()], services: Serving) -> Response:
    """Sign in with name, password and the code of the second factor."""
    address = request.client.host if request.client else ""
    try:
        signed = services.accounts.sign_in(form.name, form.password, form.code, address=address)
    except SignInRefusedError as error:
        return sign_in_page(request, status=status_of(error), problem=error, onward=form.onward)
    response = _home(form.onward)
    begin_session(request, services, response, signed.token)
    return response


@router.post("/keluar", dependencies=[Depends(check_form)])
def sign_out(request: Request, form: Annotated[Posted, Form()], services: Serving) -> Response:
    """Sign out."""
    services.accounts.sign_out(request.cookies[COOKIE])
    response = RedirectResponse("/masuk", 303)
    drop_session(response)
    return response


@router.get("/undangan")
def show_invitation(request: Request) -> Response:
    """Ask for the one-time code; it is typed, so that it stands in no address."""
    return page(request, "invitation.html", invited=None, invitation="", problem="", picture="")


@router.post("/undangan")
def take_invitation(request: Request, form: Annotated[InvitedForm, Form()], services: Serving) -> Response:
    """Show what the second factor needs, then set the account up."""
    try:
        invited = services.accounts.open_invitation(form.invitation)
    except SignInRefusedError as error:
        return page(
            request, "invitation.html", status=status_of(error), invited=None, invitation="", problem=error, picture=""
        )
    problem: SignInRefusedError | CredentialRefusedError | str = ""
    if form.password and form.password != form.again:
        problem = "passwords_differ"
    elif form.password:
        try:
            services.accounts.accept(form.invitation, form.password, form.code)
            return RedirectResponse("/masuk", 303)
        except (SignInRefusedError, CredentialRefusedError) as error:
            problem = error
    return page(
        request,
        "invitation.html",
        status=422 if problem else 200,
        invited=invited,
        invitation=form.invitation,
        problem=problem,
        picture=_picture(invited.totp_uri),
    )


def _home(onward: str = "/") -> RedirectResponse:
    # Only a path of this page: a name of another host would begin with two strokes, or with a scheme.
    own = onward.startswith("/") and not onward.startswith(("//", "/\\")) and onward.isprintable()
    return RedirectResponse(onward if own else "/", 303)


def _picture(uri: str) -> str:
    """Return the second factor's address as an SVG that telephones can read."""
    out = BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", xmldecl=False, svgns=True, scale=5, omitsize=True)
    return out.getvalue().decode()
