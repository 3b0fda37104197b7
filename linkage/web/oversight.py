"""What supervisors look at, kept for a little while: a walk over all open cases of the nation is not made per click."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from linkage.review.backlog import Backlog, Flow
from linkage.review.cases import CaseSummary
from linkage.review.people import User
from linkage.review.readings import Agreement
from linkage.review.sql import SqlQueue
from linkage.web.figures import AGREEMENT_FOR, AGREEMENT_SINCE, Kept
from linkage.web.views.work_page import midnight

BACKLOG_FOR: Final = 300.0
"""Seconds for which a region's backlog is kept: the nation's takes half a second to count, and moves slowly."""

DAYS: Final = 14
"""Days whose flow is told, today the last of them."""


@dataclass(frozen=True)
class Overview:
    """A region's open cases, and what came and went by day, as counted at an instant."""

    backlog: tuple[Backlog, ...]
    oldest: CaseSummary | None
    flow: tuple[Flow, ...]
    at: datetime


class Oversight:
    """What is counted of a queue for its supervisors. It is a region's own; who may see it the queue and the routes
    say before."""

    def __init__(self, queue: SqlQueue) -> None:
        self._queue = queue
        self._overview: Kept[Overview] = Kept(BACKLOG_FOR)
        self._agreement: Kept[tuple[Agreement, ...]] = Kept(AGREEMENT_FOR)

    def overview(self, user: User, zone: str) -> Overview:
        """Return the figures of a supervisor's region; days are those of their time zone."""

        def count() -> Overview:
            now = datetime.now(UTC)
            return Overview(
                backlog=self._queue.backlog(by=user.name),
                oldest=self._queue.oldest(by=user.name),
                flow=self._queue.throughput(day_bounds(now, zone), by=user.name),
                at=now,
            )

        return self._overview.get(f"{user.scope.code} {zone}", count)

    def agreement(self, user: User, office: str) -> tuple[Agreement, ...]:
        """Return how far each steward of an office of a supervisor's region agrees with others, by name.

        One office at a time: those of the nation have decided millions of cases between them.
        """
        since = datetime.now(UTC) - AGREEMENT_SINCE

        def read() -> tuple[Agreement, ...]:
            return self._queue.agreement(by=user.name, since=since, office=office)

        return self._agreement.get(f"{user.scope.code} {office}", read)


def day_bounds(now: datetime, zone: str) -> tuple[datetime, ...]:
    """Return the midnights between which the last days lie, the last one still to come."""
    today = midnight(now, zone)
    # Indonesia's zones have no summer time: a day is 24 hours.
    return tuple(today + timedelta(days=day) for day in range(1 - DAYS, 2))
