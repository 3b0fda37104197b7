"""What a decision does to the national reference, as the queue hands it over: once, whoever asks how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linkage.review.cases import Action, Decision, Verdict
from linkage.review.resolution import PersonOut


@dataclass(frozen=True)
class Effect:
    """An approved or confirmed decision on its way to the national reference.

    ``id`` counts up in the order of the decisions and names the effect for good. ``verdict`` and ``persons`` are those
    approved; ``reverts`` is the case that a ``revert`` undoes. ``confirmed``: the centre has confirmed what was
    approved and published before.
    """

    id: int
    case: int
    kind: str
    verdict: Verdict
    persons: tuple[PersonOut, ...]
    proposer: str
    approver: str
    at: datetime
    reverts: int | None = None
    confirmed: bool = False


def has_effect(decision: Decision) -> bool:
    """Return whether a decision is to be published."""
    return decision.action in (Action.APPROVE, Action.CONFIRM)
