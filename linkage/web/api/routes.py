"""The routes of the API. Who asks carries a session's token in a header, never in a cookie."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, AwareDatetime, Field
from starlette.responses import Response

from linkage.accounts.sessions import Visitor
from linkage.errors import UsageError
from linkage.review.cases import KINDS, REVERT, Action, Case, State, Verdict
from linkage.review.nik_digest import nik_digest
from linkage.review.rules import Command
from linkage.web.api.answers import (
    Answer,
    CaseOut,
    ClaimOut,
    CountOut,
    DecisionOut,
    OpenedOut,
    PageOut,
    PersonIn,
    Refused,
    RenewedOut,
    SessionOut,
    SummaryOut,
    UserOut,
)
from linkage.web.api.told import case_out, claim_out, count_out, decision_out, person_of, summary_out
from linkage.web.limits import Limited
from linkage.web.visiting import NotSignedInError, Serving

_bearer = HTTPBearer(auto_error=False)

_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refused} for status in (400, 401, 403, 404, 409, 413, 422, 429, 503)
}


def api_visitor(
    request: Request,
    services: Serving,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Visitor:
    """Return who asks; the page's cookie does not count, so no other site can ask in somebody's name."""
    visitor = services.accounts.visitor(credentials.credentials) if credentials else None
    request.state.visitor = visitor
    if visitor is None:
        raise NotSignedInError
    return visitor


Asking = Annotated[Visitor, Depends(api_visitor)]
BIGGEST: Final = 2**62
Number = Annotated[int, Path(ge=1, le=BIGGEST)]
Word = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Kind = Literal["SHARED_NIK", "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED", "REVERT"]


def _of_our_time(at: datetime) -> datetime:
    """Instants far from any that a case can have do not fit every database."""
    if not _FIRST < at < _LAST:
        raise ValueError("an instant between 2000 and 2200 is needed")
    return at


_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
Instant = Annotated[AwareDatetime, AfterValidator(_of_our_time)]

router = APIRouter(prefix="/api/v1", responses=_REFUSALS)


class SignInIn(Answer):
    """Name, password and the six digits of the second factor."""

    name: Word
    password: Word
    code: Word = ""


class NextIn(Answer):
    """``examine``: a proposal to answer instead of a case to work on."""

    examine: bool = False


class RenewIn(Answer):
    """The token of the lease."""

    token: Word


class StepIn(Answer):
    """A step. ``version``: of the case that was looked at; ``idem``: a key under which it is taken once."""

    action: Action
    version: int
    idem: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
    token: Word | None = None
    reason: Text = ""
    verdict: Verdict | None = None
    persons: tuple[PersonIn, ...] = ()
    assignee: Word | None = None
    region: Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4})?$")] | None = None
    due_at: Instant | None = None


class OpenIn(Answer):
    """Which protected values of which record, and why."""

    record: Word
    fields: Annotated[list[Word], Field(min_length=1, max_length=50)]
    reason: Annotated[Text, Field(min_length=1)]


class SearchIn(Answer):
    """A NIK; it is searched by a keyed digest, and the search is noted."""

    nik: Annotated[str, Field(pattern=r"^[0-9 .']{16,40}$")]


@router.post("/sessions", status_code=201)
def sign_in(request: Request, body: SignInIn, services: Serving) -> SessionOut:
    """Sign in."""
    address = request.client.host if request.client else ""
    signed = services.accounts.sign_in(body.name, body.password, body.code, address=address)
    return SessionOut(token=signed.token, user=signed.user.name)


@router.delete("/sessions", status_code=204)
def sign_out(
    visitor: Asking, services: Serving, credentials: Annotated[HTTPAuthorizationCredentials, Depends(_bearer)]
) -> Response:
    """Sign out: the token is void."""
    services.accounts.sign_out(credentials.credentials)
    return Response(status_code=204)


@router.get("/me")
def who(visitor: Asking) -> UserOut:
    """Tell who is signed in."""
    user = visitor.user
    return UserOut(name=user.name, region=user.scope.code, roles=sorted(user.roles))


@router.get("/openapi.json", include_in_schema=False)
def schema(visitor: Asking) -> dict[str, Any]:
    """Describe the API, to who is signed in."""
    return get_openapi(title="tunggal", version="1", routes=router.routes)


@router.get("/cases")
def list_cases(
    visitor: Asking,
    services: Serving,
    state: State | None = None,
    kind: Kind | None = None,
    within: Annotated[str, Query(pattern=r"^([0-9]{2}|[0-9]{4})?$")] = "",
    waiting: bool | None = None,
    after_turn: Instant | None = None,
    after_case: Annotated[int, Query(ge=0, le=BIGGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PageOut:
    """List the cases that the user may see, by turn. ``after_turn``, ``after_case``: go on behind this case."""
    found = services.queue.list(
        by=visitor.user.name,
        state=state,
        kind=kind,
        within=within,
        waiting=waiting,
        after=None if after_turn is None else (after_turn, after_case),
        limit=limit,
    )
    last = found[-1] if len(found) == limit else None
    return PageOut(
        cases=[summary_out(case) for case in found],
        after_turn=last.turn_at if last else None,
        after_case=last.id if last else None,
    )


@router.get("/counts")
def counts(visitor: Asking, services: Serving) -> list[CountOut]:
    """Count the cases of the user's region and below."""
    return [count_out(count) for count in services.queue.counts(by=visitor.user.name)]


@router.get("/cases/{number}")
def show_case(number: Number, visitor: Asking, services: Serving, score: bool = False) -> CaseOut:
    """Show a case; that the user saw it is noted. ``score``: with probabilities and weights."""
    return _told(services.queue.view(number, by=visitor.user.name), visitor, score=score)


@router.post("/cases/next", responses={204: {"description": "there is nothing for the user now"}})
def next_case(body: NextIn, visitor: Asking, services: Serving) -> ClaimOut:
    """Hand out the next case in turn."""
    claim = services.queue.claim(by=visitor.user.name, examine=body.examine)
    if claim is None:
        return Response(status_code=204)  # type: ignore[return-value]
    return claim_out(claim, visitor.user, now=datetime.now(UTC))


@router.post("/cases/{number}/claim")
def claim_case(number: Number, body: NextIn, visitor: Asking, services: Serving) -> ClaimOut:
    """Hand out a case by its number."""
    claim = services.queue.claim(by=visitor.user.name, case=number, examine=body.examine)
    assert claim is not None, "a case that is named is handed out or refused"
    return claim_out(claim, visitor.user, now=datetime.now(UTC))


@router.post("/cases/{number}/renew")
def renew(number: Number, body: RenewIn, visitor: Asking, services: Serving) -> RenewedOut:
    """Prolong a lease that is still held."""
    return RenewedOut(until=services.queue.renew(number, body.token, by=visitor.user.name))


@router.post("/cases/{number}/steps")
def take_step(number: Number, body: StepIn, visitor: Asking, services: Serving) -> DecisionOut:
    """Take a step. The same ``idem`` with the same step answers the same again and changes nothing."""
    persons = tuple(sorted((person_of(one) for one in body.persons), key=lambda one: one.record_ids[:1]))
    command = Command(
        body.action,
        reason=body.reason,
        verdict=body.verdict,
        persons=persons,
        assignee=body.assignee,
        region=body.region,
        due_at=body.due_at,
        version=body.version,
        token=body.token,
        idem=body.idem,
    )
    return decision_out(services.queue.take(number, command, by=visitor.user.name))


@router.post("/cases/{number}/open")
def open_values(number: Number, body: OpenIn, visitor: Asking, services: Serving) -> OpenedOut:
    """Open protected values of a record; which and why is noted."""
    services.limits.check(Limited.OPEN, visitor.user.name)
    found = services.queue.open_fields(number, body.record, body.fields, body.reason, by=visitor.user.name)
    return OpenedOut(values=dict(found))


@router.post("/cases/{number}/revert", status_code=201)
def open_revert(number: Number, visitor: Asking, services: Serving) -> ClaimOut:
    """Open a case that asks to undo a published decision."""
    claim = services.queue.open_revert(number, by=visitor.user.name)
    return claim_out(claim, visitor.user, now=datetime.now(UTC))


@router.post("/search")
def search(body: SearchIn, visitor: Asking, services: Serving) -> list[SummaryOut]:
    """Find the cases with a record of this NIK; that somebody searched is noted."""
    digest = nik_digest(services.secret, body.nik)
    if digest is None:
        raise UsageError("this is no NIK", where="nik", remedy="Sixteen digits are needed", key="nik.none")
    services.limits.check(Limited.SEARCH, visitor.user.name)
    return [summary_out(case) for case in services.queue.find(digest, by=visitor.user.name)]


def _told(case: Case, visitor: Visitor, *, score: bool) -> CaseOut:
    return case_out(case, visitor.user, now=datetime.now(UTC), score=score)


assert set(KINDS) | {REVERT} == set(Kind.__args__)  # type: ignore[attr-defined]
