"""For supervisors: how much work there is, what needs attention, how people agree, publications that were stopped."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import Field, StringConstraints
from starlette.responses import RedirectResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.errors import CaseConflictError, LinkageError, UsageError
from linkage.review.backlog import AGE_DAYS
from linkage.review.cases import State
from linkage.review.people import Role
from linkage.web.forms import Line, Posted, Text, Token
from linkage.web.pages import page
from linkage.web.refusals import status_of
from linkage.web.services import Services
from linkage.web.views.lines import lines
from linkage.web.views.manage_page import CENTRE, office_of
from linkage.web.views.supervise_page import is_share, supervise_page, waiting_stops
from linkage.web.visiting import Serving, Visiting, check_form, needs

LISTED: Final = 50
"""Cases that a list of this page tells of at most."""

router = APIRouter(prefix="/pengawas", dependencies=[Depends(needs(Role.PENGAWAS))])

Number = Annotated[int, Field(ge=1, le=2**62)]
Office = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{2}|[0-9]{4}|pusat)?$")]
Done = Literal["", "tugaskan", "lepas", "kunci", "terbit"]


class CaseForm(Posted):
    """Which case. ``idem``: the key under which the step is taken once."""

    number: Number
    idem: Token


class AssignForm(CaseForm):
    """Who gets it."""

    who: Line


class ReasonForm(Posted):
    """Why a publication is let pass."""

    reason: Text


@router.get("")
def show_overview(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the backlog and the flow of the supervisor's region."""
    overview = services.oversight.overview(visitor.user, visitor.preferences.time_zone)
    return page(
        request,
        "supervise.html",
        shown=supervise_page(overview),
        age_days=AGE_DAYS,
        stops=len(waiting_stops(services.queue.stopped(by=visitor.user.name))),
    )


@router.get("/perhatian")
def show_attention(
    request: Request,
    visitor: Visiting,
    services: Serving,
    selesai: Annotated[Done, Query()] = "",
    kasus: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Show what needs attention: cases that rose, wait, came back or are held."""
    return _attention(request, visitor, services, done=selesai, number=kasus)


@router.get("/kesepakatan")
def show_agreement(
    request: Request, visitor: Visiting, services: Serving, kantor: Annotated[Office, Query()] = ""
) -> Response:
    """Show how far each steward of an office agrees with others; the supervisor's own office unless one is chosen."""
    offices = sorted({one.scope.code for one in services.queue.users(by=visitor.user.name)})
    office = office_of(kantor, visitor.user.scope)
    return page(
        request,
        "supervise_agreement.html",
        agreements=services.oversight.agreement(visitor.user, office),
        offices=offices,
        chosen=office,
        centre=CENTRE,
    )


@router.get("/terbitan")
def show_stops(
    request: Request, visitor: Visiting, services: Serving, selesai: Annotated[Done, Query()] = ""
) -> Response:
    """Show the publications that were stopped."""
    return _stops(request, visitor, services, done=selesai)


@router.post("/tugaskan", dependencies=[Depends(check_form)])
def assign(request: Request, form: Annotated[AssignForm, Form()], visitor: Visiting, services: Serving) -> Response:
    """Give a case to one person."""
    try:
        services.queue.assign(form.number, form.who, by=visitor.user.name, idem=form.idem)
    except (CaseConflictError, UsageError) as error:
        return _attention(request, visitor, services, problem=error, number=form.number, who=form.who)
    return _done("tugaskan", form.number)


@router.post("/lepas", dependencies=[Depends(check_form)])
def release(request: Request, form: Annotated[CaseForm, Form()], visitor: Visiting, services: Serving) -> Response:
    """Take a case from who holds it."""
    try:
        services.queue.release(form.number, by=visitor.user.name, idem=form.idem)
    except (CaseConflictError, UsageError) as error:
        return _attention(request, visitor, services, problem=error, number=form.number)
    return _done("lepas", form.number)


@router.post("/berjawaban-pasti", dependencies=[Depends(check_form)])
def seed(request: Request, form: Annotated[CaseForm, Form()], visitor: Visiting, services: Serving) -> Response:
    """Let a confirmed case be read as a known one."""
    try:
        services.queue.seed(form.number, by=visitor.user.name)
    except (CaseConflictError, UsageError) as error:
        return _attention(request, visitor, services, problem=error, number=form.number)
    return _done("kunci", form.number)


@router.post("/terbitan/{number}/loloskan", dependencies=[Depends(check_form)])
def release_publication(
    request: Request,
    number: Annotated[int, Path(ge=1, le=2**62)],
    form: Annotated[ReasonForm, Form()],
    visitor: Visiting,
    services: Serving,
) -> Response:
    """Let a stopped publication pass."""
    try:
        services.queue.release_publication(number, reason=form.reason, by=visitor.user.name)
    except (CaseConflictError, UsageError) as error:
        return _stops(request, visitor, services, problem=error, typed=form.reason, number=number)
    return RedirectResponse("/pengawas/terbitan?selesai=terbit", 303)


def _attention(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    problem: LinkageError | None = None,
    done: Done = "",
    number: int | None = None,
    who: str = "",
) -> Response:
    queue, user, now = services.queue, visitor.user, datetime.now(UTC)

    def listed(state: State) -> object:
        found = queue.list(by=user.name, state=state, within=user.scope.code, limit=LISTED)
        return lines(found, reader=user.name, preferences=visitor.preferences, now=now)

    stewards = [one for one in queue.users(by=user.name) if one.active and Role.PETUGAS in one.roles]
    return page(
        request,
        "supervise_attention.html",
        status=status_of(problem) if problem else 200,
        problem=problem or "",
        done=done,
        number_given=number,
        who=who,
        raised=queue.raised(by=user.name, limit=LISTED),
        held=queue.holdings(by=user.name)[:LISTED],
        asked=listed(State.MENUNGGU_DOKUMEN),
        returned=listed(State.DIKEMBALIKAN),
        stewards=stewards[:500],
        listed=LISTED,
        fresh=partial(secrets.token_urlsafe, 16),
        now=now,
    )


def _stops(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    problem: LinkageError | None = None,
    done: Done = "",
    typed: str = "",
    number: int | None = None,
) -> Response:
    return page(
        request,
        "supervise_stops.html",
        status=status_of(problem) if problem else 200,
        problem=problem or "",
        done=done,
        typed=typed,
        number_given=number,
        stops=services.queue.stopped(by=visitor.user.name),
        is_share=is_share,
    )


def _done(what: Done, number: int) -> Response:
    return RedirectResponse(f"/pengawas/perhatian?selesai={what}&kasus={number}", 303)
