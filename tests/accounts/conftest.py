"""Accounts of the queue's staff, on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from linkage.accounts import tables
from linkage.accounts.accounts import Accounts
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.tables import audit, audit_head, queue_user
from tests.accounts.people import QUICK, SECRET
from tests.oracles.queue_cases import PLAIN
from tests.stores import Server

Cleaner = Callable[[], None]


@pytest.fixture(scope="session")
def shared(server: Server) -> Iterator[tuple[SqlQueue, Cleaner]]:
    """A queue on PostgreSQL, and what makes it as new: faster than a database for each test."""
    url = server.fresh("queue_staffed")
    queue = open_queue(url, settings=PLAIN)
    administrator = sa.create_engine(url)
    changed = (*reversed(tables.metadata.sorted_tables), audit, audit_head, queue_user)
    with administrator.begin() as connection:
        before = {table: connection.execute(sa.select(table)).mappings().all() for table in changed}

    def clean() -> None:
        with administrator.begin() as connection:
            # Without the guards, which let no row of the audit chain go.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in changed:
                connection.execute(sa.delete(table))
                if before[table]:
                    connection.execute(sa.insert(table), [dict(row) for row in before[table]])

    yield queue, clean
    queue.close()
    administrator.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def staffed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlQueue]:
    """A queue that knows the staff of ``tests/oracles/queue_cases.py``."""
    if request.param == "postgresql":
        queue, clean = request.getfixturevalue("shared")
        yield queue
        clean()
        return
    shutil.copy(request.getfixturevalue("sqlite_staffed"), tmp_path / "queue.db")
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db", settings=PLAIN)
    yield queue
    queue.close()


@pytest.fixture
def accounts(staffed: SqlQueue) -> Accounts:
    """Accounts of that queue; nobody has one yet."""
    return Accounts(staffed.sessions, QUICK, SECRET)
