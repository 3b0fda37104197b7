"""The queue: where the day begins, and the next case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linkage.review.people import Role
from linkage.web.forms import Posted
from linkage.web.holding import take_next
from linkage.web.pages import page
from linkage.web.visiting import Serving, Visiting, check_form, needs

router = APIRouter()


class NextForm(Posted):
    """``examine``: a proposal to answer instead of a case to work on."""

    examine: bool = False


@router.get("/")
def home(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show where the visitor's day begins."""
    return page(request, "home.html", counts=services.queue.counts(by=visitor.user.name))


@router.post(
    "/kasus/berikut", dependencies=[Depends(check_form), Depends(needs(Role.PETUGAS, Role.PENYETUJU))]
)  # fmt: skip
def next_case(
    request: Request, form: Annotated[NextForm, Form()], visitor: Visiting, services: Serving
) -> RedirectResponse:
    """Hand the next case out."""
    return RedirectResponse(take_next(services, visitor, examine=form.examine), 303)
