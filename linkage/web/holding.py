"""Cases that a browser session holds: taking one up, going on with the next, giving one back."""

from __future__ import annotations

from linkage.accounts.sessions import Visitor
from linkage.review.cases import Action, Claim
from linkage.web.services import Services


def take_up(services: Services, visitor: Visitor, number: int, *, examine: bool) -> Claim:
    """Hand a case to the visitor; :class:`linkage.errors.CaseConflictError` when another holds it."""
    claim = services.queue.claim(by=visitor.user.name, case=number, examine=examine)
    assert claim is not None, "a case that is named is handed out or refused"
    services.accounts.hold(visitor.session_key, claim.case.id, claim.token)
    return claim


def after_step(number: int, step: Action) -> str:
    """Return what the address of the page after a step says of it: of which case it was, and what was done."""
    return f"?selesai={number}&tadi={step}"


def take_next(services: Services, visitor: Visitor, *, examine: bool, after: str = "") -> str:
    """Hand the next case in turn to the visitor and return the path to go on with. ``after``: :func:`after_step` of the
    step just taken."""
    handed = services.queue.claim_next(by=visitor.user.name, examine=examine)
    if handed is None:
        return f"/{after or '?kosong=1'}"
    number, token = handed
    services.accounts.hold(visitor.session_key, number, token)
    return f"/kasus/{number}{after}"
