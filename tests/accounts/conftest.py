"""Accounts of the queue's staff, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from linkage.accounts.accounts import Accounts
from linkage.review.sql import SqlQueue, open_queue
from tests.accounts.people import QUICK, SECRET
from tests.oracles.queue_cases import PLAIN


@pytest.fixture
def staffed(staffed_url: str) -> Iterator[SqlQueue]:
    """A queue that knows the staff of ``tests/oracles/queue_cases.py``."""
    queue = open_queue(staffed_url, settings=PLAIN)
    yield queue
    queue.close()


@pytest.fixture
def accounts(staffed: SqlQueue) -> Accounts:
    """Accounts of that queue; nobody has one yet."""
    return Accounts(staffed.sessions, QUICK, SECRET)
