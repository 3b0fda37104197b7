"""What is refused becomes a page that says what happened and what to do, or JSON that says the same."""

from __future__ import annotations

import logging
import re
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from linkage.errors import (
    CaseConflictError,
    LinkageError,
    LockHeldError,
    NotPermittedError,
    OutputError,
    ServiceUnavailableError,
    SignInRefusedError,
    TooOftenError,
    UnknownCaseError,
    UsageError,
)
from linkage.review.refusals import refusal
from linkage.web.pages import language_of, page
from linkage.web.signing_in import sign_in_page
from linkage.web.visiting import ForgedFormError, NotSignedInError

API: Final = "/api/"

_STATUS: Final[tuple[tuple[type[LinkageError], int], ...]] = (
    (SignInRefusedError, 401),
    (UnknownCaseError, 404),
    (CaseConflictError, 409),
    (TooOftenError, 429),
    (NotPermittedError, 403),
    (UsageError, 422),
    (LockHeldError, 503),
    (ServiceUnavailableError, 503),
    (OutputError, 503),
)
"""The first that fits."""

_FIELD: Final = re.compile(r"\A[a-z_]{1,40}\Z")

_log = logging.getLogger(__name__)


def add_refusals(app: FastAPI) -> None:
    """Let the application answer what is refused."""
    app.add_exception_handler(LinkageError, _refused)
    app.add_exception_handler(NotSignedInError, _not_signed_in)
    app.add_exception_handler(ForgedFormError, _forged)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


def status_of(error: LinkageError) -> int:
    """Return the status that an error of the package is answered with."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def refused_page(request: Request, error: LinkageError, *, typed: str = "", back: str = "") -> Response:
    """Return the page for an error. ``typed``: what the visitor wrote, which is given back to them; ``back``: where
    to go on."""
    status = status_of(error)
    if status >= 500:
        _log.error("refused %s", type(error).__name__)
    visitor = getattr(request.state, "visitor", None)
    told = refusal(error, language_of(request, visitor))
    if request.url.path.startswith(API):
        return JSONResponse(_as_json(error, told.problem, told.remedy), status)
    holder = error.holder if isinstance(error, CaseConflictError) else None
    until = error.until if isinstance(error, CaseConflictError) else None
    return page(
        request, "refused.html", status=status, told=told, holder=holder, until=until, typed=typed, back=back,
        code=status,
    )  # fmt: skip


def _as_json(error: LinkageError, problem: str, remedy: str) -> dict[str, object]:
    answer: dict[str, object] = {"problem": problem, "remedy": remedy, "key": error.key}
    if isinstance(error, CaseConflictError):
        answer |= {"holder": error.holder, "until": error.until.isoformat() if error.until else None}
    return answer


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, LinkageError)
    return refused_page(request, error)


async def _not_signed_in(request: Request, _: Exception) -> Response:
    if request.url.path.startswith(API):
        return JSONResponse({"problem": "nobody is signed in", "remedy": "", "key": "not_signed_in"}, 401)
    onward = request.url.path if request.method == "GET" else "/"
    return sign_in_page(request, status=401, onward=onward)


async def _forged(request: Request, _: Exception) -> Response:
    return _plain(request, 403)


async def _unfit(request: Request, error: Exception) -> Response:
    """What was sent does not fit; which fields, never their values."""
    assert isinstance(error, RequestValidationError)
    # A name that is no name of a field may itself be a value, sent in the wrong place.
    fields = sorted({name for one in error.errors() if one["loc"] and _FIELD.match(name := str(one["loc"][-1]))})
    if request.url.path.startswith(API):
        return JSONResponse({"problem": "the request does not fit", "remedy": "", "fields": fields}, 422)
    return _plain(request, 422)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _plain(request, error.status_code)


async def _failed(request: Request, error: Exception) -> Response:
    return _plain(request, 500)


def _plain(request: Request, status: int) -> Response:
    if request.url.path.startswith(API):
        return JSONResponse({"problem": "the request is not taken", "remedy": "", "key": f"http_{status}"}, status)
    return page(request, "plain.html", status=status, code=status)
