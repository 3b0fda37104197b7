"""Everybody's own: language, time zone, keys, password, sessions, and what one's roles allow."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import Field, StringConstraints
from starlette.responses import RedirectResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.errors import CredentialRefusedError, LinkageError, NotPermittedError, SignInRefusedError, UsageError
from linkage.review.people import Role
from linkage.web.forms import Posted, Token
from linkage.web.pages import ZONES, page
from linkage.web.refusals import status_of
from linkage.web.services import Services
from linkage.web.views.case_keys import DEFAULT_KEYS
from linkage.web.views.profile_page import KeyLine, changed, current, is_sound, key_lines
from linkage.web.visiting import COOKIE, Serving, Visiting, check_form

router = APIRouter(prefix="/profil")

Done = Literal["", "tampilan", "tombol", "sandi", "sesi"]
Key = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10)]


class LookForm(Posted):
    """How the page looks and sounds."""

    language: Literal["id", "en"]
    time_zone: Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
    shortcuts_on: bool = False


class KeysForm(Posted):
    """A key for each action, in the order of :data:`DEFAULT_KEYS`. ``usual``: all of them as they usually are."""

    key: list[Key] = Field(default=[], max_length=100)
    usual: bool = False


class PasswordForm(Posted):
    """The old password, and the new one twice."""

    old: Token
    new: Token
    again: Token


@router.get("")
def show_profile(
    request: Request, visitor: Visiting, services: Serving, selesai: Annotated[Done, Query()] = ""
) -> Response:
    """Show one's own settings."""
    return _profile(request, visitor, services, done=selesai)


@router.post("/tampilan", dependencies=[Depends(check_form)])
def set_look(request: Request, form: Annotated[LookForm, Form()], visitor: Visiting, services: Serving) -> Response:
    """Choose language, time zone, and whether keys are on."""
    wanted = replace(
        visitor.preferences, language=form.language, time_zone=form.time_zone, shortcuts_on=form.shortcuts_on
    )
    services.accounts.set_preferences(visitor.user.name, wanted)
    return RedirectResponse("/profil?selesai=tampilan", 303)


@router.post("/tombol", dependencies=[Depends(check_form)])
def set_keys(request: Request, form: Annotated[KeysForm, Form()], visitor: Visiting, services: Serving) -> Response:
    """Choose the keys; two actions that want one key are told, and nothing is stored."""
    typed = {} if form.usual else dict(zip(DEFAULT_KEYS, form.key, strict=False))
    lines = key_lines(typed)
    if not is_sound(lines) or (not form.usual and len(form.key) != len(DEFAULT_KEYS)):
        return _profile(request, visitor, services, problem="keys", lines=lines)
    services.accounts.set_preferences(visitor.user.name, replace(visitor.preferences, keys=changed(lines)))
    return RedirectResponse("/profil?selesai=tombol", 303)


@router.post("/kata-sandi", dependencies=[Depends(check_form)])
def set_password(
    request: Request, form: Annotated[PasswordForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Change the password, which ends one's other sessions."""
    if form.new != form.again:
        return _profile(request, visitor, services, problem="passwords_differ")
    try:
        services.accounts.set_password(visitor.user.name, form.old, form.new, keep=request.cookies[COOKIE])
    except SignInRefusedError:
        # Not as when signing in: the session goes on, and only what was typed is wrong.
        return _profile(request, visitor, services, problem="old_password")
    except (CredentialRefusedError, NotPermittedError, UsageError) as error:
        return _profile(request, visitor, services, problem=error)
    return RedirectResponse("/profil?selesai=sandi", 303)


@router.post("/sesi-lain", dependencies=[Depends(check_form)])
def end_others(request: Request, form: Annotated[Posted, Form()], visitor: Visiting, services: Serving) -> Response:
    """End all sessions of one's own but this one."""
    services.accounts.end_sessions(visitor.user.name, by=visitor.user.name, keep=request.cookies[COOKIE])
    return RedirectResponse("/profil?selesai=sesi", 303)


def _profile(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    done: Done = "",
    problem: LinkageError | Literal["", "keys", "passwords_differ", "old_password"] = "",
    lines: tuple[KeyLine, ...] | None = None,
) -> Response:
    status = status_of(problem) if isinstance(problem, LinkageError) else 422 if problem else 200
    return page(
        request,
        "profile.html",
        status=status,
        problem=problem,
        done=done,
        lines=lines or current(visitor.preferences),
        sessions=services.accounts.sessions_of(visitor.user.name),
        zones=ZONES,
        own_roles=[role for role in Role if role in visitor.user.roles],
    )
