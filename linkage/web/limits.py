"""How often one user may search, open or export. Each process counts for itself, over a window that moves."""

from __future__ import annotations

from enum import StrEnum

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from linkage.errors import TooOftenError
from linkage.web.settings import WebSettings


class Limited(StrEnum):
    """What is limited."""

    SEARCH = "search"
    OPEN = "open"
    EXPORT = "export"


class Limits:
    """Counts what users do."""

    def __init__(self, settings: WebSettings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._items: dict[Limited, RateLimitItem] = {
            Limited.SEARCH: RateLimitItemPerHour(settings.searches_per_hour),
            Limited.OPEN: RateLimitItemPerHour(settings.openings_per_hour),
            Limited.EXPORT: RateLimitItemPerDay(settings.exports_per_day),
        }

    def check(self, what: Limited, user: str) -> None:
        """Count that ``user`` does something; :class:`TooOftenError` once it is too often."""
        item = self._items[what]
        if not self._limiter.hit(item, what, user):
            raise TooOftenError(
                "this was asked for too often", where=what, remedy="Wait, or ask your supervisor", key=f"limit.{what}"
            )
