"""Where a person's day begins: what they hold, what they did today, what lies before their office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from linkage.accounts.preferences import Preferences
from linkage.review.cases import Action, CaseSummary, State
from linkage.review.people import Scope
from linkage.review.readings import Agreement
from linkage.review.transitions import OPEN
from linkage.review.work import Desk, Worked
from linkage.web.figures import Counted
from linkage.web.views.lines import Line, lines
from linkage.web.views.queue_page import AgeFacet, Chosen, Facet, open_cases, queue_page

BREAK_AFTER: Final = timedelta(minutes=50)
"""Who has worked so long without a pause is asked to take one."""


@dataclass(frozen=True)
class Today:
    """What the reader did today. ``minutes``: for how long they have worked without a pause, None while a pause is not
    due; ``seconds``: the median of an answer, None without one."""

    steps: tuple[tuple[Action, int], ...]
    total: int
    seconds: int | None
    minutes: int | None


@dataclass(frozen=True)
class Share:
    """Of so many readings of a purpose, which share agreed, with its interval; None where they are too few to tell."""

    purpose: str
    readings: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class WorkPage:
    """What the page shows. ``asked``: questions of other offices that wait; ``open``: open cases of the region."""

    held: tuple[Line, ...]
    given: tuple[Line, ...]
    returned: tuple[Line, ...]
    waiting: tuple[Line, ...]
    asked: int
    today: Today
    shares: tuple[Share, ...]
    open: int
    proposed: int
    kinds: tuple[Facet, ...]
    states: tuple[Facet, ...]
    ages: tuple[AgeFacet, ...]
    counted_at: datetime

    @property
    def empty_handed(self) -> bool:
        """Whether nothing is theirs in particular."""
        return not (self.held or self.given or self.returned or self.waiting)


def midnight(now: datetime, zone: str) -> datetime:
    """Return when the day began by the calendar of a time zone."""
    own = ZoneInfo(zone)
    return datetime.combine(now.astimezone(own).date(), time(), own)


def work_page(
    desk: Desk,
    worked: Worked,
    counted: Counted,
    agreement: Agreement | None,
    *,
    asked: int,
    reader: str,
    scope: Scope,
    preferences: Preferences,
    now: datetime,
) -> WorkPage:
    """Return the page."""

    def listed(cases: Sequence[CaseSummary]) -> tuple[Line, ...]:
        return lines(cases, reader=reader, preferences=preferences, now=now)

    queue = queue_page(
        Chosen(),
        (),
        counts=counted.counts,
        ages=counted.ages,
        counted_at=counted.at,
        scope=scope,
        reader=reader,
        preferences=preferences,
        now=now,
    )
    return WorkPage(
        held=listed(desk.held),
        given=listed(desk.given),
        returned=listed(desk.returned),
        waiting=listed(desk.waiting),
        asked=asked,
        today=_today(worked, now),
        shares=_shares(agreement),
        open=open_cases(counted.counts),
        proposed=sum(facet.cases for facet in queue.states if facet.code == State.DIUSULKAN),
        kinds=queue.kinds,
        states=tuple(facet for facet in queue.states if facet.code in OPEN),
        ages=queue.ages,
        counted_at=counted.at,
    )


def _today(worked: Worked, now: datetime) -> Today:
    long = None if worked.unbroken_since is None else now - worked.unbroken_since
    return Today(
        steps=worked.steps,
        total=sum(number for _, number in worked.steps),
        seconds=None if worked.median_seconds is None else round(worked.median_seconds),
        minutes=None if long is None or long < BREAK_AFTER else int(long.total_seconds() // 60),
    )


def _shares(agreement: Agreement | None) -> tuple[Share, ...]:
    if agreement is None:
        return ()
    told = (
        ("known", agreement.known, agreement.known_share, agreement.known_interval),
        ("second", agreement.second, agreement.second_share, agreement.second_interval),
    )
    return tuple(
        Share(purpose, number, share, *(interval or (None, None)))
        for purpose, number, share, interval in told
        if number
    )
