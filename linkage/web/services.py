"""What the page works with, put together once when it starts."""

from __future__ import annotations

from dataclasses import dataclass

from linkage.accounts.accounts import Accounts
from linkage.review.settings import QueueSettings
from linkage.review.sql import SqlQueue
from linkage.web.settings import WebSettings


@dataclass(frozen=True)
class Services:
    """The queue, the accounts beside it, their settings, and the project's secret, which keys the search by NIK."""

    queue: SqlQueue
    accounts: Accounts
    queue_settings: QueueSettings
    settings: WebSettings
    secret: bytes
