"""The form to sign in, shown wherever nobody is signed in."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import HTMLResponse

from linkage.errors import LinkageError
from linkage.web.pages import page
from linkage.web.trial import trial_stewards
from linkage.web.visiting import services_of


def sign_in_page(
    request: Request, *, status: int = 200, problem: LinkageError | None = None, onward: str = "/"
) -> HTMLResponse:
    """Return the form. ``problem``: why the last attempt failed; ``onward``: the page to go on with."""
    services = services_of(request)
    return page(
        request,
        "sign_in.html",
        status=status,
        problem=problem,
        onward=onward,
        stewards=trial_stewards(services.queue) if services.settings.trial else (),
        oidc=bool(services.settings.oidc_issuer),
    )
