"""One case: shown, taken up, opened further, kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from linkage.review.people import Role
from linkage.web.forms import Line, Posted, Text
from linkage.web.holding import take_up
from linkage.web.pages import page
from linkage.web.views.case_page import case_page
from linkage.web.visiting import Serving, Visiting, check_form, needs

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=2**62)]


class TakeForm(Posted):
    """``examine``: a proposal to answer instead of a case to work on."""

    examine: bool = False


class OpenForm(Posted):
    """Which values of which record (its number in the case) are to be opened, and why."""

    record: int
    field: list[Line]
    reason: Text


@router.get("/kasus/{number}")
def show_case(
    request: Request,
    number: Number,
    visitor: Visiting,
    services: Serving,
    bobot: Annotated[bool, Query()] = False,
    selesai: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Show a case; that the visitor saw it is noted. ``bobot``: with the score, which is shown when asked for."""
    return _shown(request, number, visitor, services, score=bobot, done=selesai, opened={})


@router.post("/kasus/{number}/ambil", dependencies=[Depends(check_form)])
def take_case(
    number: Number, form: Annotated[TakeForm, Form()], visitor: Visiting, services: Serving
) -> RedirectResponse:
    """Take a case up by its number."""
    take_up(services, visitor, number, examine=form.examine)
    return RedirectResponse(f"/kasus/{number}", 303)


@router.post("/kasus/{number}/perpanjang", dependencies=[Depends(check_form)])
def renew(number: Number, form: Annotated[Posted, Form()], visitor: Visiting, services: Serving) -> JSONResponse:
    """Prolong the lease while the page is in use; answers until when."""
    until: datetime = services.queue.renew(
        number, services.accounts.held(visitor.session_key, number) or "", by=visitor.user.name
    )
    return JSONResponse({"until": until.isoformat()})


@router.post(
    "/kasus/{number}/buka-data",
    dependencies=[Depends(check_form), Depends(needs(Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS))],
)
def open_values(
    request: Request, number: Number, form: Annotated[OpenForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Show a case with some protected values open; which and why is noted."""
    ids = services.queue.get(number, by=visitor.user.name).record_ids
    record = ids[form.record - 1] if 1 <= form.record <= len(ids) else ""
    opened = services.queue.open_fields(number, record, form.field, form.reason, by=visitor.user.name)
    return _shown(request, number, visitor, services, score=False, done=None, opened={record: opened})


def _shown(request, number, visitor, services, *, score, done, opened):  # type: ignore[no-untyped-def]
    case = services.queue.view(number, by=visitor.user.name)
    return page(
        request,
        "case.html",
        shown=case_page(
            case,
            visitor,
            held=services.accounts.held(visitor.session_key, number) is not None,
            opened=opened,
            score=score,
        ),
        done=done,
    )
