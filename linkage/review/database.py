"""Opening the queue's database: engine, pragmas, migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError, OperationalError

from linkage.errors import ConfigurationError, InvariantError, LockHeldError, ServiceUnavailableError

HEAD: Final = "0001"
"""The version of the schema this code works with."""

BUSY_SECONDS: Final = 30
"""How long SQLite waits for another process's write transaction."""

_DIALECTS: Final = ("sqlite", "postgresql")
_ADVISORY_KEY: Final = 7_214_906_318
_READ_OPTION: Final = "linkage_read"


def open_engine(url: str) -> sa.Engine:
    """Return an engine on a database whose schema is up to date.

    SQLite: WAL, ``synchronous=FULL`` (a commit survives a power cut), foreign keys, and write transactions
    that take their lock at once (``BEGIN IMMEDIATE``). Raises :class:`ConfigurationError` for a URL or
    schema this version cannot use, :class:`ServiceUnavailableError` when the database cannot be reached
    and :class:`LockHeldError` when another process holds it too long.
    """
    parsed = _parse(url)
    where = parsed.render_as_string(hide_password=True)
    # Parameters are residents' record ids: an error of the driver must not carry them into a log.
    if parsed.get_backend_name() == "sqlite":
        engine = sa.create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = sa.create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
    try:
        with translated(where):
            _upgrade(engine, where)
    except BaseException:
        engine.dispose()
        raise
    return engine


def reading(engine: sa.Engine) -> sa.Engine:
    """Return a view of ``engine`` whose transactions read one consistent state and take no write lock."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READ_OPTION: True})
    return engine.execution_options(isolation_level="REPEATABLE READ")


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn the driver's errors into the package's own, without the values they may carry."""
    try:
        yield
    except OperationalError as error:
        if "database is locked" in str(error.orig):
            raise LockHeldError(
                "another process is writing to the queue", where=where, remedy="Try again later"
            ) from None
        raise ServiceUnavailableError(
            "the database cannot be used", where=where, remedy="Check that it runs, its address and its disk"
        ) from None
    except DBAPIError as error:
        if type(error) is DatabaseError:
            raise ServiceUnavailableError(
                "the file is no database, or a damaged one", where=where, remedy="Name another, or restore a copy"
            ) from None
        raise InvariantError(f"the database refused a change ({type(error.orig).__name__})", where=where) from None


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise ConfigurationError(
            "the database URL is not understood", where="[database] url", remedy="Use sqlite:///path or postgresql://"
        ) from None
    if parsed.get_backend_name() not in _DIALECTS:
        raise ConfigurationError("the queue works on SQLite and PostgreSQL only", where="[database] url")
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.database in (None, "", ":memory:"):
        raise ConfigurationError("SQLite needs a file", where="[database] url", remedy="Use sqlite:///path")
    if not Path(str(parsed.database)).parent.is_dir():
        raise ServiceUnavailableError("the folder of the database does not exist", where=str(parsed.database))
    return parsed


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own implicit transactions begin too late; the "begin" event below does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"):
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get(_READ_OPTION, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.select(sa.column("version_num")).select_from(sa.table("alembic_version"))).scalar()


def _upgrade(engine: sa.Engine, where: str) -> None:
    with reading(engine).begin() as connection:
        if _version(connection) == HEAD:
            return
    # Alembic takes half a second to import, which a queue that is up to date need not wait for.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "linkage.review:migrations")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_KEY)))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, HEAD)
        except CommandError:
            raise ConfigurationError(
                "the queue's database was written by a newer version", where=where, remedy="Install that version"
            ) from None
