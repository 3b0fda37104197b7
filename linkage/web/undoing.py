"""Taking one's own last decision back: a proposal before anybody examines it, an answer before it is published."""

from __future__ import annotations

from linkage.accounts.sessions import Visitor
from linkage.errors import CaseConflictError
from linkage.review.cases import Action, Case, State
from linkage.web.holding import take_up
from linkage.web.services import Services

_ANSWERS = (Action.DIFFERENT, Action.SET_ASIDE)
UNDOABLE = frozenset({Action.PROPOSE, *_ANSWERS})
"""Steps that are offered to be taken back once they are taken."""

TAKEN_BACK = "Keputusan ditarik kembali oleh pembuatnya."
"""What the history says when somebody takes back what they had just answered."""


def undo(services: Services, visitor: Visitor, number: int) -> None:
    """Take the visitor's last decision on a case back and hand the case to them again.

    Raises:
        CaseConflictError: somebody else has gone on from it, or there is nothing to take back.
    """
    name = visitor.user.name
    case = services.queue.get(number, by=name)
    if not can_undo(case, name):
        raise CaseConflictError(
            "there is nothing of yours to take back", where=f"case {number}", remedy="Look at it again", key="undo.none"
        )
    if case.state is State.DIUSULKAN:
        services.queue.take_back(number, by=name, version=case.version)
    else:
        services.queue.reopen(number, by=name, version=case.version, reason=TAKEN_BACK)
    take_up(services, visitor, number, examine=False)


def can_undo(case: Case, name: str) -> bool:
    """Return whether the latest proposal waiting, or the last thing that happened to a case, is this user's."""
    if not case.history or case.published:
        return False
    if case.state is State.DIUSULKAN:
        return next(taken.actor for taken in reversed(case.history) if taken.action is Action.PROPOSE) == name
    last = case.history[-1]
    return last.actor == name and last.action in _ANSWERS
