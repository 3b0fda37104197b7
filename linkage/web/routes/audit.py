"""For auditors: whether the audit chain is whole, who saw a record, and what was done beside the work on cases."""

from __future__ import annotations

from threading import Lock
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from linkage.accounts.sessions import Visitor
from linkage.errors import LinkageError, LockHeldError, NotPermittedError, UsageError
from linkage.review.audit import AuditReport
from linkage.review.people import Role
from linkage.review.sightings import SEEN, Sighting
from linkage.web.forms import Line, Posted
from linkage.web.pages import page
from linkage.web.refusals import status_of
from linkage.web.services import Services
from linkage.web.visiting import Serving, Visiting, check_form, needs

LISTED: Final = 50
"""Acts of one page."""

MOST_SEEN: Final = 1_000
"""Sightings of one record that a page tells of at most, the latest."""

router = APIRouter(prefix="/pengelola/audit")
_verifying = Lock()


class SeenForm(Posted):
    """The id of a record; typed and sent, so that it stands in no address."""

    record: Line


@router.get("", dependencies=[Depends(needs(Role.PENGELOLA, Role.AUDITOR))])
def show_audit(
    request: Request,
    visitor: Visiting,
    services: Serving,
    sebelum: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Show the head of the chain and the latest acts. ``sebelum``: only those older than this row."""
    return _audit(request, visitor, services, after=sebelum)


@router.post("/periksa", dependencies=[Depends(check_form), Depends(needs(Role.AUDITOR))])
def verify(request: Request, form: Annotated[Posted, Form()], visitor: Visiting, services: Serving) -> Response:
    """Check the whole chain, one check at a time."""
    if not _verifying.acquire(blocking=False):
        busy = LockHeldError(
            "the chain is being checked already", where="audit", remedy="Wait for that", key="audit.busy"
        )
        return _audit(request, visitor, services, problem=busy)
    try:
        report = services.queue.verify()
    finally:
        _verifying.release()
    return _audit(request, visitor, services, report=report)


@router.post("/siapa", dependencies=[Depends(check_form), Depends(needs(Role.AUDITOR))])
def who_saw(request: Request, form: Annotated[SeenForm, Form()], visitor: Visiting, services: Serving) -> Response:
    """Show who saw a record, when, what of it, and why."""
    try:
        sightings = services.queue.seen(form.record, by=visitor.user.name)
    except (NotPermittedError, UsageError) as error:
        return _audit(request, visitor, services, problem=error)
    return _audit(request, visitor, services, sightings=sightings)


def _audit(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    after: int | None = None,
    problem: LinkageError | None = None,
    report: AuditReport | None = None,
    sightings: tuple[Sighting, ...] | None = None,
) -> Response:
    return page(
        request,
        "audit.html",
        status=status_of(problem) if problem else 200,
        problem=problem or "",
        head=services.queue.head(),
        report=report,
        sightings=None if sightings is None else sightings[-MOST_SEEN:][::-1],
        most_seen=MOST_SEEN,
        seen_only=SEEN,
        acts=services.queue.acts(by=visitor.user.name, after=after, limit=LISTED),
        first=after is None,
    )
