"""The day that people are told: that of Western Indonesian time, the ministry's. Instants are kept and told in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

ZONE: Final = timezone(timedelta(hours=7))
"""Western Indonesian time. It has no summer time."""


def day_of(moment: datetime) -> date:
    """Return the day that an instant with a time zone is in."""
    return moment.astimezone(ZONE).date()


def ending(day: date) -> datetime:
    """Return the last microsecond of a day, in UTC."""
    return datetime.combine(day, time.max, ZONE).astimezone(UTC)
