"""Lines of the queue as pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

from linkage.accounts.preferences import Preferences
from linkage.review.cases import CaseSummary, State

_LOCALES = {"id": "id_ID", "en": "en_GB"}


@dataclass(frozen=True)
class Line:
    """A case in a list. ``opened_at`` with ``age``, in words; ``due_in``: days until it is due, counted in the reader's
    time zone; ``holder``: who holds it now, and until what time of the day, "" for nobody; ``own``: that is
    the reader."""

    number: int
    kind: str
    state: State
    office: str
    records: int
    opened_at: datetime
    age: str
    due_at: datetime | None
    due_in: int | None
    assignee: str | None
    holder: str | None
    held_clock: str
    own: bool
    waiting: bool


def lines(cases: Iterable[CaseSummary], *, reader: str, preferences: Preferences, now: datetime) -> tuple[Line, ...]:
    """Return the lines of a list, in its order."""
    return tuple(_line(case, reader, preferences, now) for case in cases)


def days_until(at: datetime | None, *, zone: str, now: datetime) -> int | None:
    """Return in how many days an instant is, by the calendar of a time zone; negative when it is past."""
    return None if at is None else (_day(at, zone) - _day(now, zone)).days


def age_in_words(opened_at: datetime, *, language: str, zone: str, now: datetime) -> str:
    """Return for how many days, weeks, months or years something has been there; "" since today."""
    days = (_day(now, zone) - _day(opened_at, zone)).days
    if days < 1:
        return ""
    # Two of a unit before the next larger one: 13 days, then 2 weeks.
    return format_timedelta(timedelta(days=days), granularity="day", threshold=2, locale=_LOCALES[language])


def _line(case: CaseSummary, reader: str, preferences: Preferences, now: datetime) -> Line:
    zone, held = preferences.time_zone, case.held_until is not None and now < case.held_until
    return Line(
        number=case.id,
        kind=case.kind,
        state=case.state,
        office=case.office,
        records=case.records,
        opened_at=case.opened_at,
        age=age_in_words(case.opened_at, language=preferences.language, zone=zone, now=now),
        due_at=case.due_at,
        due_in=days_until(case.due_at, zone=zone, now=now),
        assignee=case.assignee,
        holder=case.held_by if held else None,
        held_clock=_clock(case.held_until, preferences) if held else "",
        own=held and case.held_by == reader,
        waiting=case.waiting,
    )


def _clock(at: datetime | None, preferences: Preferences) -> str:
    """Return a time of the day; a lease lasts minutes, so its day is no news."""
    if at is None:
        return ""
    return format_datetime(at.astimezone(ZoneInfo(preferences.time_zone)), "HH.mm", locale="id_ID")


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
