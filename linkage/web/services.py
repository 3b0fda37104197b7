"""What the page works with, put together once when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from linkage.accounts.accounts import Accounts
from linkage.review.settings import QueueSettings
from linkage.review.sql import SqlQueue
from linkage.web.figures import Figures
from linkage.web.limits import Limits
from linkage.web.oversight import Oversight
from linkage.web.settings import WebSettings


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
    def oversight(self) -> Oversight:
        """What supervisors look at, kept for a little while."""
        return Oversight(self.queue)
