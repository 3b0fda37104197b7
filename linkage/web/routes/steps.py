"""The steps of a case, each a form that is posted once: what follows is the next case, or the same one again."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.errors import CaseConflictError, LinkageError, UsageError
from linkage.review.cases import Action, Aside, Different, Verdict
from linkage.review.people import Role
from linkage.review.rules import Command
from linkage.review.transitions import TRANSITIONS
from linkage.web.forms import Line, Posted, Text, Token
from linkage.web.holding import after_step, take_next
from linkage.web.proposing import persons_of
from linkage.web.refusals import refused_page
from linkage.web.routes.case import Number
from linkage.web.services import Services
from linkage.web.undoing import undo
from linkage.web.visiting import Serving, Visiting, check_form

router = APIRouter(prefix="/kasus/{number}", dependencies=[Depends(check_form)])


class StepForm(Posted):
    """``version``: of the case that was looked at; ``idem``: the key under which the step is taken once. ``onward``:
    go on with the next case, or stay with this one."""

    version: int
    idem: Token
    reason: Text = ""
    onward: Literal["next", "case"] = "case"


class ProposeForm(StepForm):
    """``part``: of each record in order, the number of its person; ``keeps``: records whose NIK stays; ``value``:
    ``field:record`` for chosen values; records by their number in the case."""

    verdict: Verdict
    part: tuple[int, ...] = ()
    keeps: tuple[int, ...] = ()
    value: tuple[Line, ...] = ()


class DifferentForm(StepForm):
    """Why the records are of different persons."""

    why: Different


class AsideForm(StepForm):
    """Why the case is no question of persons."""

    why: Aside


class DueForm(StepForm):
    """``due``: until when; ``who``: who brings what is missing."""

    due: date
    who: Line = ""


class AskForm(StepForm):
    """Which office is asked, and until when."""

    region: Line
    due: date | None = None


class AssignForm(StepForm):
    """Who gets the case."""

    who: Line


@router.post("/usulkan")
def propose(
    request: Request, number: Number, form: Annotated[ProposeForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Propose which persons there are."""
    case = services.queue.view(number, by=visitor.user.name)
    try:
        persons = persons_of(case, form.verdict, parts=form.part, keeps=form.keeps, values=form.value)
    except UsageError as error:
        return refused_page(request, error, typed=form.reason, back=f"/kasus/{number}")
    return _step(request, number, visitor, services, form, Action.PROPOSE, verdict=form.verdict, persons=persons)


@router.post("/bukan-ganda")
def different(
    request: Request, number: Number, form: Annotated[DifferentForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Say that the records are of different persons."""
    return _step(request, number, visitor, services, form, Action.DIFFERENT, reason=form.why)


@router.post("/kesampingkan")
def set_aside(
    request: Request, number: Number, form: Annotated[AsideForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Say that it is no question of persons."""
    return _step(request, number, visitor, services, form, Action.SET_ASIDE, reason=form.why)


@router.post("/tunggu")
def need(
    request: Request, number: Number, form: Annotated[DueForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Wait for documents until a day."""
    due, who = _end_of(form.due, visitor), form.who or None
    return _step(request, number, visitor, services, form, Action.NEED, due_at=due, assignee=who)


@router.post("/tanya")
def ask(
    request: Request, number: Number, form: Annotated[AskForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Ask the office of one of the records."""
    due = _end_of(form.due, visitor) if form.due else None
    return _step(request, number, visitor, services, form, Action.ASK, region=form.region, due_at=due)


@router.post("/jawab")
def answer(
    request: Request, number: Number, form: Annotated[StepForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Answer for one's own office."""
    own = visitor.user.scope.code
    return _step(request, number, visitor, services, form, Action.ANSWER, region=own)


@router.post("/tugaskan")
def assign(
    request: Request, number: Number, form: Annotated[AssignForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Give the case to one person."""
    return _step(request, number, visitor, services, form, Action.ASSIGN, assignee=form.who)


_PLAIN: dict[str, Action] = {
    "lepas": Action.RELEASE,
    "teruskan": Action.ESCALATE,
    "setujui": Action.APPROVE,
    "kembalikan": Action.RETURN,
    "tolak": Action.REJECT,
    "buka-kembali": Action.REOPEN,
    "laksanakan": Action.CARRY_OUT,
    "konfirmasi": Action.CONFIRM,
}
"""Steps that need no more than a reason, by their path."""


@router.post("/langkah/{step}")
def plain_step(
    request: Request,
    number: Number,
    step: Literal["lepas", "teruskan", "setujui", "kembalikan", "tolak", "buka-kembali", "laksanakan", "konfirmasi"],
    form: Annotated[StepForm, Form()],
    visitor: Visiting,
    services: Serving,
) -> Response:
    """Take a step that needs no more than a reason."""
    return _step(request, number, visitor, services, form, _PLAIN[step])


@router.post("/urungkan")
def undo_step(
    request: Request, number: Number, form: Annotated[Posted, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Take the visitor's own last decision back, while nobody went on from it."""
    try:
        undo(services, visitor, number)
    except CaseConflictError as error:
        return refused_page(request, error, back=f"/kasus/{number}")
    return RedirectResponse(f"/kasus/{number}{after_step(number, Action.TAKE_BACK)}", 303)


@router.post("/pembatalan")
def open_revert(number: Number, form: Annotated[Posted, Form()], visitor: Visiting, services: Serving) -> Response:
    """Open a case that asks to undo a published decision."""
    claim = services.queue.open_revert(number, by=visitor.user.name)
    services.accounts.hold(visitor.session_key, claim.case.id, claim.token)
    return RedirectResponse(f"/kasus/{claim.case.id}", 303)


def _step(
    request: Request,
    number: int,
    visitor: Visitor,
    services: Services,
    form: StepForm,
    action: Action,
    **given: object,
) -> Response:
    """Take the step; a refusal gives back what was typed, for it must not be lost."""
    given.setdefault("reason", form.reason)
    token = services.accounts.held(visitor.session_key, number)
    command = Command(action, version=form.version, idem=form.idem, token=token, **given)  # type: ignore[arg-type]
    try:
        services.queue.take(number, command, by=visitor.user.name)
    except LinkageError as error:
        return refused_page(request, error, typed=form.reason, back=f"/kasus/{number}")
    # The token is forgotten once: of two forms that came at a time one goes on.
    first = token is not None and services.accounts.let_go(visitor.session_key, number)
    if form.onward == "next" and not first and TRANSITIONS[action].lease:
        # The same form came twice, and the first has taken the next case already: a second one would lie about.
        return RedirectResponse(f"/{after_step(number, action)}", 303)
    return RedirectResponse(_onward(services, visitor, number, form, action), 303)


def _onward(services: Services, visitor: Visitor, number: int, form: StepForm, action: Action) -> str:
    examine = action in (Action.APPROVE, Action.RETURN, Action.REJECT)
    # Who only supervises is handed no cases: refused one now, they would believe that their step was not taken.
    if form.onward == "next" and (Role.PENYETUJU if examine else Role.PETUGAS) in visitor.user.roles:
        return take_next(services, visitor, examine=examine, after=after_step(number, action))
    return f"/kasus/{number}{after_step(number, action)}"


def _end_of(day: date, visitor: Visitor) -> datetime:
    """Return the last minute of a day where the visitor is; offices count in days."""
    return datetime.combine(day, time(23, 59), ZoneInfo(visitor.preferences.time_zone))
