"""What the page works with, put together once when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from linkage.accounts.accounts import Accounts
from linkage.review.settings import QueueSettings
from linkage.review.sql import SqlQueue
from linkage.web.figures import Figures, Kept
from linkage.web.limits import Limits
from linkage.web.oversight import Oversight
from linkage.web.settings import WebSettings

PRESSED_TWICE: Final = 10.0
"""Seconds in which a button that is pressed again was meant once. Every page that is shown has forms of its own."""


@dataclass(frozen=True)
class Services:
    """The queue, the accounts beside it, their settings, and the project's secret, which keys the search by NIK."""

    queue: SqlQueue
    accounts: Accounts
    queue_settings: QueueSettings
    settings: WebSettings
    secret: bytes

    @cached_property
    def limits(self) -> Limits:
        """How often users may search, open and export."""
        return Limits(self.settings)

    @cached_property
    def figures(self) -> Figures:
        """Counts that are kept for a little while."""
        return Figures(self.queue)

    @cached_property
    def handed(self) -> Kept[str]:
        """Where a form for the next case led, by the token of its page."""
        return Kept(PRESSED_TWICE)

    @cached_property
    def oversight(self) -> Oversight:
        """What supervisors look at, kept for a little while."""
        return Oversight(self.queue)
