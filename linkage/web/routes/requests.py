"""Requests between offices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from linkage.web.pages import page
from linkage.web.views.requests_page import asked
from linkage.web.visiting import Serving, Visiting

router = APIRouter()

MOST: Final = 100
"""Cases of a list at most."""


@router.get("/permintaan")
def show_requests(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show what other offices ask the visitor's own, and what it asked others."""
    queue, user, now = services.queue, visitor.user, datetime.now(UTC)
    return page(
        request,
        "requests.html",
        to_us=asked(queue.requests(by=user.name, limit=MOST), preferences=visitor.preferences, now=now),
        from_us=asked(queue.questions(by=user.name, limit=MOST), preferences=visitor.preferences, now=now),
        most=MOST,
    )
