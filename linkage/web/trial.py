"""A trial on invented data, served to one's own machine alone: stewards who are there at once and need no password."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from linkage.errors import NotPermittedError
from linkage.review.people import Role, Scope, User
from linkage.review.sql import SqlQueue
from linkage.web.forms import Line
from linkage.web.visiting import Serving, keep_session

router = APIRouter()

_KEEPER: Final = User("percobaan", Scope(""), frozenset({Role.PENGELOLA, Role.AUDITOR}))
_WORK: Final = frozenset({Role.PETUGAS})
_ANSWER: Final = frozenset({Role.PENYETUJU})
_LEAD: Final = frozenset({Role.PENGAWAS, Role.PETUGAS})
_HOURS: Final = 40.0


def trial_users(queue: SqlQueue) -> tuple[User, ...]:
    """Return the stewards of a trial, added where they are missing: of the regency with most cases, its province, and
    the centre, each with who works and who approves. A queue whose first user was another is left as it is.
    """
    known = {user.name for user in queue.users(by=_KEEPER.name)} if _kept(queue) else set()
    wanted = _wanted(queue)
    for user in wanted:
        if user.name not in known:
            queue.set_user(user, by=None if user is _KEEPER else _KEEPER.name)
    return wanted


def _kept(queue: SqlQueue) -> bool:
    try:
        queue.user(_KEEPER.name)
    except NotPermittedError:
        return False
    return True


def _wanted(queue: SqlQueue) -> tuple[User, ...]:
    cases: Counter[str] = Counter()
    for count in queue.counts(by=None):
        if len(count.office) == 4:
            cases[count.office] += count.cases
    regency = min(cases, key=lambda code: (-cases[code], code), default="")
    users = [_KEEPER]
    for tier, code in (("kota", regency), ("provinsi", regency[:2]), ("pusat", "")):
        if code or tier == "pusat":
            users += [
                User(f"petugas.{tier}", Scope(code), _WORK, hours=_HOURS),
                User(f"penyetuju.{tier}", Scope(code), _ANSWER, hours=_HOURS),
                User(f"pengawas.{tier}", Scope(code), _LEAD),
            ]
    return tuple(users)


@router.post("/percobaan")
def sign_in_on_trial(name: Annotated[Line, Form()], services: Serving) -> RedirectResponse:
    """Sign in as one of the trial's stewards."""
    if not services.settings.trial or name not in {user.name for user in _wanted(services.queue)}:
        raise HTTPException(404)
    subject = f"trial:{name}"
    services.accounts.link_oidc(name, subject, by=_KEEPER.name)
    signed = services.accounts.sign_in_trusted(subject)
    response = RedirectResponse("/", 303)
    keep_session(response, signed.token)
    return response
