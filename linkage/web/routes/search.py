"""Searching within one's region: by NIK, by the number of a case, by the id of a record. Every search is noted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.review.cases import CaseSummary
from linkage.review.nik_digest import nik_digest
from linkage.review.people import Role
from linkage.web.forms import Line, Posted
from linkage.web.limits import Limited
from linkage.web.pages import page
from linkage.web.services import Services
from linkage.web.views.lines import lines
from linkage.web.visiting import Serving, Visiting, check_form, needs

router = APIRouter()

_LONGEST_NUMBER: Final = 18

By = Literal["nik", "kasus", "data"]
"""What is searched by: a resident's number, the number of a case, the id of a record."""


class SearchForm(Posted):
    """What is searched, and by what. It is posted, so that it stands in no address and no history."""

    by: By = "nik"
    wanted: Line = ""


_MAY = Depends(needs(Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS, Role.AUDITOR))


@router.get("/cari", dependencies=[_MAY])
def show_search(request: Request, visitor: Visiting) -> Response:
    """Show the form."""
    return _page(request, "nik")


@router.post("/cari", dependencies=[Depends(check_form), _MAY])
def search(request: Request, form: Annotated[SearchForm, Form()], visitor: Visiting, services: Serving) -> Response:
    """Show the cases that were found; the number of a case leads to the case. What was typed is not shown again."""
    if form.by == "kasus":
        number = form.wanted.lstrip("#").strip()
        if not number.isascii() or not number.isdigit() or len(number) > _LONGEST_NUMBER or int(number) < 1:
            return _page(request, "kasus", problem="not_a_number")
        return RedirectResponse(f"/kasus/{int(number)}", 303)
    if form.by == "data":
        if not form.wanted:
            return _page(request, "data", problem="nothing_typed")
        services.limits.check(Limited.SEARCH, visitor.user.name)
        return _found(request, visitor, "data", services.queue.find_record(form.wanted, by=visitor.user.name))
    return _by_nik(request, form.wanted, visitor, services)


def _by_nik(request: Request, wanted: str, visitor: Visitor, services: Services) -> Response:
    digest = nik_digest(services.secret, wanted)
    if digest is None:
        return _page(request, "nik", problem="no_nik")
    services.limits.check(Limited.SEARCH, visitor.user.name)
    return _found(request, visitor, "nik", services.queue.find(digest, by=visitor.user.name))


def _found(request: Request, visitor: Visitor, by: By, cases: tuple[CaseSummary, ...]) -> Response:
    shown = lines(cases, reader=visitor.user.name, preferences=visitor.preferences, now=datetime.now(UTC))
    return page(request, "search.html", by=by, problem="", found=shown)


def _page(request: Request, by: By, *, problem: str = "") -> Response:
    return page(request, "search.html", status=422 if problem else 200, by=by, problem=problem, found=None)
