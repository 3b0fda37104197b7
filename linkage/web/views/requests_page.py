"""Questions between offices: those that wait for an answer of one's own, and those one's own office asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linkage.accounts.preferences import Preferences
from linkage.review.masking import visible
from linkage.review.work import Request
from linkage.web.views.lines import days_until


@dataclass(frozen=True)
class Asked:
    """A question in a list. ``office``: whose case it is; ``region``: the office that is asked; ``due_in``: days until
    the answer is due, counted in the reader's time zone; ``answered_at`` None: there is no answer yet."""

    number: int
    kind: str
    office: str
    region: str
    asked_by: str
    asked_at: datetime
    due_at: datetime | None
    due_in: int | None
    question: str
    answered_at: datetime | None
    answer: str


def asked(requests: Iterable[Request], *, preferences: Preferences, now: datetime) -> tuple[Asked, ...]:
    """Return the questions of a list, in its order."""
    return tuple(
        Asked(
            number=one.case.id,
            kind=one.case.kind,
            office=one.case.office,
            region=one.region,
            asked_by=one.asked_by,
            asked_at=one.asked_at,
            due_at=one.due_at,
            due_in=days_until(one.due_at, zone=preferences.time_zone, now=now),
            question=visible(one.question),
            answered_at=one.answered_at,
            answer=visible(one.answer),
        )
        for one in requests
    )
