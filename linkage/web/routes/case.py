"""One case: shown, taken up, opened further, kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review.cases import Action, Case
from linkage.review.people import Role
from linkage.review.refusals import refusal
from linkage.web.forms import Line, Posted, Text
from linkage.web.holding import take_up
from linkage.web.limits import Limited
from linkage.web.pages import language_of, page
from linkage.web.refusals import refused_page, status_of
from linkage.web.services import Services
from linkage.web.undoing import UNDOABLE
from linkage.web.views.case_page import case_page, clock
from linkage.web.visiting import Serving, Visiting, check_form, needs

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=2**62)]


class TakeForm(Posted):
    """``examine``: a proposal to answer instead of a case to work on."""

    examine: bool = False


class OpenForm(Posted):
    """Which values are to be opened, and why. ``record``: of which record, by its number in the case; 0: of all."""

    field: list[Line]
    reason: Text
    record: int = 0


@router.get("/kasus/{number}")
def show_case(
    request: Request,
    number: Number,
    visitor: Visiting,
    services: Serving,
    bobot: Annotated[bool, Query()] = False,
    selesai: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    tadi: Annotated[Action | None, Query()] = None,
) -> Response:
    """Show a case; that the visitor saw it is noted. ``bobot``: with the score, which is shown when asked for;
    ``selesai``: the case that was just left, ``tadi``: by which step."""
    case = services.queue.view(number, by=visitor.user.name)
    return _shown(request, case, visitor, services, score=bobot, done=selesai, step=tadi)


@router.post("/kasus/{number}/ambil", dependencies=[Depends(check_form)])
def take_case(
    request: Request, number: Number, form: Annotated[TakeForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Take a case up by its number."""
    try:
        take_up(services, visitor, number, examine=form.examine)
    except CaseConflictError as error:
        return refused_page(request, error, back=f"/kasus/{number}")
    return RedirectResponse(f"/kasus/{number}", 303)


@router.post("/kasus/{number}/perpanjang", dependencies=[Depends(check_form)])
def renew(
    request: Request, number: Number, form: Annotated[Posted, Form()], visitor: Visiting, services: Serving
) -> JSONResponse:
    """Prolong the lease while the page is in use; answers until when, or who holds the case now and what to do."""
    language = language_of(request, visitor)
    zone = visitor.preferences.time_zone
    token = services.accounts.held(visitor.session_key, number) or ""
    try:
        until = services.queue.renew(number, token, by=visitor.user.name)
    except (CaseConflictError, NotPermittedError, UsageError) as error:
        said = refusal(error, language)
        ends = clock(said.until, zone) if said.until else ""
        problem = " ".join(filter(None, (said.problem, f"({ends})" if ends else "")))
        return JSONResponse({"problem": problem, "remedy": said.remedy}, status_of(error))
    return JSONResponse({"until": until.isoformat(), "clock": clock(until, zone)})


@router.post(
    "/kasus/{number}/buka-data",
    dependencies=[Depends(check_form), Depends(needs(Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS))],
)
def open_values(
    request: Request, number: Number, form: Annotated[OpenForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Show a case with some protected values open; which and why is noted. They are shown in this answer alone."""
    name = visitor.user.name
    services.limits.check(Limited.OPEN, name)
    case = services.queue.view(number, by=name)
    if not 0 <= form.record <= len(case.records):
        raise UsageError("the case holds no such record", where=f"case {number}", key="record.unknown")
    opened: dict[str, Mapping[str, str]] = {}
    for place, record in enumerate(case.records, start=1):
        may = record.own or visitor.user.scope.covers(case.office)
        if form.record not in (0, place) or (form.record == 0 and not may):
            continue
        held = dict(record.values)
        fields = [field for field in form.field if held.get(field)]
        if fields or form.record == place:
            opened[record.record_id] = services.queue.open_fields(
                number, record.record_id, fields, form.reason, by=name
            )
    if not opened:
        raise UsageError("no field is named", where=f"case {number}", key="field.unknown")
    return _shown(request, case, visitor, services, opened=opened)


def _shown(
    request: Request,
    case: Case,
    visitor: Visitor,
    services: Services,
    *,
    score: bool = False,
    done: int | None = None,
    step: Action | None = None,
    opened: Mapping[str, Mapping[str, str]] | None = None,
) -> Response:
    shown = case_page(
        case,
        visitor.user,
        visitor.preferences,
        language=language_of(request, visitor),
        now=datetime.now(UTC),
        token=services.accounts.held(visitor.session_key, case.id),
        opened=opened,
        score=score,
        settings=services.queue_settings,
    )
    return page(request, "case.html", shown=shown, done=done, step=step, undoable=step is None or step in UNDOABLE)
