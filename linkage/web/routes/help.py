"""Help: each kind of case with an example, the states, the keys, and the words of the offices."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from linkage.web.pages import language_of, page
from linkage.web.views.case_keys import keys_of
from linkage.web.views.help_page import STATES, examples
from linkage.web.visiting import Visiting

router = APIRouter()


@router.get("/bantuan")
def show_help(request: Request, visitor: Visiting) -> Response:
    """Show the help, in the visitor's language."""
    preferences, shown = visitor.preferences, examples(language_of(request, visitor))
    return page(
        request,
        "help.html",
        examples=shown,
        kinds=tuple(shown),
        states=STATES,
        keys=keys_of(preferences),
    )
