"""Opening the queue's database: engine, pragmas, migrations, and the role that PostgreSQL's walls bind.

On PostgreSQL the schema belongs to whoever made it; the queue works as the role ``linkage_app``, which owns nothing and
sees what the policies of the migrations show it. A login that could see past them (the owner, an administrator) takes
that role on every connection; one made for the web server needs no more than to be a member of it. Dumps of the
database need an administrator, for the walls bind the owner too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError, OperationalError

from linkage.errors import ConfigurationError, InvariantError, LockHeldError, OutputError, ServiceUnavailableError
from linkage.owner_only import close_to_others

HEAD: Final = "0006"
"""The version of the schema this code works with."""

BUSY_SECONDS: Final = 30
"""How long SQLite waits for another process's write transaction."""

CONNECTIONS: Final = 12
"""Connections to PostgreSQL that a process keeps open once it has needed so many at a time."""

_DIALECTS: Final = ("sqlite", "postgresql")
_ADVISORY_KEY: Final = 7_214_906_318
_READ_OPTION: Final = "linkage_read"
_NOTHING: Final = ""
_UNREADABLE: Final = "0000"
_DISK_FULL: Final = "53100"
"""SQLSTATE disk_full of PostgreSQL."""


def open_engine(url: str) -> sa.Engine:
    """Return an engine on a database whose schema is up to date; brought up to date if the login may do that.

    SQLite: WAL, ``synchronous=FULL`` (a commit survives a power cut), foreign keys, and write transactions
    that take their lock at once (``BEGIN IMMEDIATE``). PostgreSQL: every connection works as ``linkage_app`` or a login
    no less bound. Raises :class:`ConfigurationError` for a URL, schema or login this version cannot use,
    :class:`ServiceUnavailableError` when the database cannot be reached and :class:`LockHeldError` when another process
    holds it too long.
    """
    parsed = _parse(url)
    where = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "postgresql":
        upgrade(url)
    engine = _engine(parsed)
    try:
        with translated(where):
            if parsed.get_backend_name() == "postgresql":
                event.listen(engine, "connect", _enter_role)
                _check_bound(engine, where)
            else:
                _upgrade(engine, where)
    except BaseException:
        engine.dispose()
        raise
    return engine


def upgrade(url: str) -> str:
    """Bring the schema up to date, as the login of ``url``, and return its version.

    Raises :class:`ConfigurationError` when the login does not own the schema, or may not create the role that it needs;
    and as :func:`open_engine`.
    """
    parsed = _parse(url)
    where = parsed.render_as_string(hide_password=True)
    engine = _engine(parsed)
    try:
        with translated(where):
            _upgrade(engine, where)
    finally:
        engine.dispose()
    return HEAD


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
                "another process is writing to the queue", where=where, remedy="Try again later", key="queue.busy"
            ) from None
        if _is_full(error.orig):
            raise OutputError(
                "the disk of the database is full", where=where, remedy="Make room there, then repeat", key="queue.full"
            ) from None
        raise ServiceUnavailableError(
            "the database cannot be used",
            where=where,
            remedy="Check that it runs, its address, its disk, and that this user may write it",
            key="queue.unavailable",
        ) from None
    except DBAPIError as error:
        if type(error) is DatabaseError:
            raise ServiceUnavailableError(
                "the file is no database, or a damaged one",
                where=where,
                remedy="Name another, or restore a copy",
                key="queue.damaged",
            ) from None
        raise InvariantError(f"the database refused a change ({type(error.orig).__name__})", where=where) from None


def _is_full(problem: object) -> bool:
    return getattr(problem, "sqlstate", "") == _DISK_FULL or str(problem) == "database or disk is full"


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


def _engine(parsed: sa.URL) -> sa.Engine:
    # Parameters are residents' record ids: an error of the driver must not carry them into a log.
    if parsed.get_backend_name() == "postgresql":
        # The connection last used goes first: only one that has run a query some times keeps its plan.
        # And none is thrown away after a burst: the next would pay for another.
        return sa.create_engine(
            parsed, hide_parameters=True, pool_pre_ping=True, pool_use_lifo=True, pool_size=CONNECTIONS
        )
    _keep_private(Path(str(parsed.database)))
    engine = sa.create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _keep_private(file: Path) -> None:
    """Make the file of SQLite its owner's alone, or close one that everybody may read: it holds residents' values.

    SQLite gives the files that it makes beside it the same mode.
    """
    # What cannot be made or opened, SQLite itself will say.
    with suppress(OSError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    for ending in ("", "-wal", "-shm"):
        close_to_others(file.with_name(f"{file.name}{ending}"))


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


def _enter_role(connection: Any, _record: object) -> None:
    """Take the role that the walls bind, if the login may."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        # Short queries only: to compile one takes longer than to run it.
        cursor.execute("SELECT set_config('jit', 'off', false)")
        cursor.execute(
            "SELECT set_config('role', 'linkage_app', false) WHERE pg_has_role(session_user, 'linkage_app', 'MEMBER')"
        )
    connection.autocommit = False


def _check_bound(engine: sa.Engine, where: str) -> None:
    """Refuse a login that the walls do not bind, or that cannot use the tables at all."""
    bound = sa.text("""
        SELECT row_security_active('review_case') AND NOT pg_has_role(relowner, 'MEMBER')
        AND has_table_privilege('review_case', 'SELECT') FROM pg_class WHERE oid = 'review_case'::regclass
    """)
    with engine.begin() as connection:
        if not connection.execute(bound).scalar_one():
            raise ConfigurationError(
                "this login does not work as the role linkage_app",
                where=where,
                remedy="Let an administrator run: GRANT linkage_app TO (this login)",
            )


def _version(connection: sa.Connection) -> str:
    """Return the version of the schema, "" for none, "0000" for one that the login may not read."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return _NOTHING
    if connection.dialect.name == "postgresql":
        readable = sa.select(sa.func.has_table_privilege("alembic_version", "SELECT"))
        if not connection.execute(readable).scalar_one():
            return _UNREADABLE
    kept = sa.select(sa.column("version_num", sa.String)).select_from(sa.table("alembic_version"))
    return connection.execute(kept).scalar() or _NOTHING


def _may_upgrade(connection: sa.Connection, version: str) -> bool:
    if connection.dialect.name == "sqlite":
        return True
    if version == _NOTHING:
        return bool(connection.execute(sa.text("SELECT has_schema_privilege(current_schema(), 'CREATE')")).scalar())
    owns = sa.text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'alembic_version'::regclass")
    return bool(connection.execute(owns).scalar())


def _upgrade(engine: sa.Engine, where: str) -> None:
    with reading(engine).begin() as connection:
        version = _version(connection)
        if version == HEAD:
            return
        if version > HEAD:
            raise ConfigurationError(
                "the queue's database was written by a newer version", where=where, remedy="Install that version"
            )
        if not _may_upgrade(connection, version):
            raise ConfigurationError(
                "the queue's database is of an older version, and this login may not change that",
                where=where,
                remedy="Run linkage queue upgrade as its owner",
            )
    # Alembic takes half a second to import, which a queue that is up to date need not wait for.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "linkage.review:migrations")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_KEY)))
            # The walls of the version before bind the owner too, who must see all rows to change them.
            connection.execute(sa.select(sa.func.set_config("linkage.scope", "all", True)))
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
