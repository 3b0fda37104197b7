"""A trial on invented data, served to one's own machine alone: stewards who are there at once and need no password."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from linkage.errors import ConfigurationError, NotPermittedError, SignInRefusedError
from linkage.review.people import Role, Scope, User
from linkage.review.sql import SqlQueue
from linkage.web.forms import Line
from linkage.web.i18n import chosen_language
from linkage.web.visiting import Serving, begin_session

router = APIRouter()

_KEEPER: Final = User("percobaan", Scope(""), frozenset({Role.PENGELOLA, Role.AUDITOR}))
_ROLES: Final = {
    "petugas": frozenset({Role.PETUGAS}),
    "penyetuju": frozenset({Role.PENYETUJU}),
    "pengawas": frozenset({Role.PENGAWAS, Role.PETUGAS}),
}
_NAMES: Final = (*(f"{work}.{tier}" for tier in ("kota", "provinsi", "pusat") for work in _ROLES), _KEEPER.name)
_HOURS: Final = 40.0
_REGENCY: Final = 4


def trial_users(queue: SqlQueue) -> tuple[User, ...]:
    """Return the stewards of a trial, added where they are missing: of a regency with many cases, its province, and
    the centre, each with who works, who approves and who supervises. A queue that others keep is left to them.

    Raises:
        ConfigurationError: the queue has users already, and none of them is the trial's.
    """
    if not _is_there(queue, _KEEPER.name):
        try:
            queue.set_user(_KEEPER, by=None)
        except NotPermittedError as error:
            raise ConfigurationError(
                "a trial cannot be held on a queue that people work on",
                where="[web] mode",
                remedy="Remove the key: its users sign in with a password of their own (linkage queue invite NAME)",
            ) from error
    known = {user.name for user in queue.users(by=_KEEPER.name)}
    for user in _wanted(queue):
        if user.name not in known:
            queue.set_user(user, by=_KEEPER.name)
    return trial_stewards(queue)


def trial_stewards(queue: SqlQueue) -> tuple[User, ...]:
    """Return the trial's stewards as the queue knows them, from the regency up, the keeper of the users last."""
    found = [user for user in queue.users(by=_KEEPER.name) if user.name in _NAMES and user.active]
    return tuple(sorted(found, key=lambda user: _NAMES.index(user.name)))


def _is_there(queue: SqlQueue, name: str) -> bool:
    try:
        queue.user(name)
    except NotPermittedError:
        return False
    return True


def _wanted(queue: SqlQueue) -> Iterator[User]:
    cases: Counter[str] = Counter()
    for count in queue.counts(by=None):
        cases[count.office] += count.cases
    # Where the province has cases of its own, all three tiers do; else the province helps with its regency's.
    regencies = (code for code in cases if len(code) == _REGENCY)
    regency = min(regencies, key=lambda code: (code[:2] not in cases, -cases[code], code), default="")
    regions = {"kota": regency, "provinsi": regency[:2], "pusat": ""}
    for tier, code in regions.items():
        if code or tier == "pusat":
            for work, roles in _ROLES.items():
                yield User(f"{work}.{tier}", Scope(code), roles, hours=_HOURS)


class TrialForm(BaseModel):
    """Who is picked."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Line


@router.post("/percobaan")
def sign_in_on_trial(request: Request, form: Annotated[TrialForm, Form()], services: Serving) -> RedirectResponse:
    """Sign in as one of the trial's stewards, who goes on in the language in which they were chosen."""
    name = form.name
    if not services.settings.trial or name not in _NAMES:
        raise HTTPException(404)
    subject = f"trial {name}"
    try:
        signed = services.accounts.sign_in_trusted(subject)
    except SignInRefusedError:
        services.accounts.link_oidc(name, subject, by=_KEEPER.name)
        signed = services.accounts.sign_in_trusted(subject)
    language = chosen_language(request.query_params.get("bahasa"), request.headers.get("accept-language", ""))
    services.accounts.set_preferences(name, replace(services.accounts.preferences(name), language=language))
    response = RedirectResponse("/", 303)
    begin_session(request, services, response, signed.token)
    return response
