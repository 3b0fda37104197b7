"""Cases on paper and in files: masked, for a stated purpose, and noted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from pydantic import StringConstraints
from starlette.responses import HTMLResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.review.cases import Case, State
from linkage.review.exports import ExportForm
from linkage.web.api.told import case_out
from linkage.web.forms import Posted, Text
from linkage.web.limits import Limited
from linkage.web.pages import language_of, page
from linkage.web.routes.case import Number
from linkage.web.views.case_page import case_page
from linkage.web.views.export_file import MEDIA, Mark, export_file
from linkage.web.visiting import Serving, Visiting, check_form

router = APIRouter(dependencies=[Depends(check_form)])

Region = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4})?$")]


class PrintForm(Posted):
    """What the sheet is for."""

    purpose: Text


class ExportedForm(Posted):
    """What the file is for, its form, and which cases: as the list of the queue is filtered."""

    purpose: Text
    form: Literal["csv", "xlsx", "jsonl"]
    state: State | Literal[""] = ""
    kind: Literal["", "SHARED_NIK", "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED", "REVERT"] = ""
    within: Region = ""


@router.post("/kasus/{number}/cetak")
def print_case(
    request: Request, number: Number, form: Annotated[PrintForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Show the evidence of a case as a sheet of paper; that it left is noted."""
    services.limits.check(Limited.EXPORT, visitor.user.name)

    def sheet(cases: Sequence[Case]) -> bytes:
        return bytes(_sheet(request, cases[0], visitor, form.purpose).body)

    content = services.queue.export([number], sheet, form=ExportForm.PRINT, purpose=form.purpose, by=visitor.user.name)
    return HTMLResponse(content)


@router.post("/antrean/ekspor")
def export_cases(
    request: Request, form: Annotated[ExportedForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Answer with a file of the cases that the filter names, as many as the settings allow; that they left is noted."""
    services.limits.check(Limited.EXPORT, visitor.user.name)
    chosen = ExportForm(form.form)
    listed = services.queue.list(
        by=visitor.user.name,
        state=State(form.state) if form.state else None,
        kind=form.kind or None,
        within=form.within,
        limit=services.settings.export_rows,
    )
    kept: list[int] = []
    rows = 0
    for case in listed:
        rows += case.records
        if rows > services.settings.export_rows:
            break
        kept.append(case.id)
    mark = Mark(visitor.user.name, datetime.now(UTC))
    language = language_of(request, visitor)
    content = services.queue.export(
        kept,
        lambda cases: export_file(cases, chosen, mark, language),
        form=chosen,
        purpose=form.purpose,
        by=visitor.user.name,
    )
    name = f'attachment; filename="kasus-{mark.at:%Y%m%d-%H%M%S}.{chosen.value}"'
    return Response(content, media_type=MEDIA[chosen], headers={"Content-Disposition": name})


def _sheet(request: Request, case: Case, visitor: Visitor, purpose: str) -> HTMLResponse:
    now = datetime.now(UTC)
    shown = case_page(
        case, visitor.user, visitor.preferences, language=language_of(request, visitor), now=now, score=True
    )  # fmt: skip
    told = case_out(case, visitor.user, now=now, score=True).model_dump_json(exclude={"steps", "held_by", "held_until"})
    return page(
        request,
        "sheet.html",
        shown=shown,
        purpose=purpose,
        printed_at=now,
        digest=hashlib.sha256(told.encode()).hexdigest(),
        done=None,
    )
