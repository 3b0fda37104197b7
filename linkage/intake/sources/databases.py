"""Rows of a query out of a database: one read-only transaction, one pass, row by row.

PostgreSQL, MySQL and MariaDB, SQLite and Oracle. What keeps a query from changing anything is, in this order: its first
word, the database's own read-only transaction, and drivers that take one statement at a time. A function that writes
outside of transactions stays the business of the user's rights there.
"""

from __future__ import annotations

import re
import sqlite3
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from linkage.errors import ConfigurationError, InputDataError, InputMissingError, UsageError
from linkage.intake.columns.column_names import is_protected
from linkage.intake.sources.database_errors import refusal

if TYPE_CHECKING:
    import sqlalchemy as sa

EXTRAS: Final = {"postgresql": "postgres", "mysql": "mysql", "oracle": "oracle"}
"""The extra of this package that brings the driver."""

BUSY_SECONDS: Final = 5
"""How long SQLite waits for another process's write transaction."""

_CONNECT_SECONDS: Final = 15
# What stands in /*! */ is no comment to MySQL.
_LEAD: Final = re.compile(r"(?:\s|\(|--[^\n]*(?:\n|$)|/\*(?!M?!).*?\*/)*+(\w*)", re.DOTALL)
_READS: Final = ("select", "with", "values", "table")
_PLAIN: Final = {"bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "bytea"}
"""Types of PostgreSQL that come as Python's; the others come as PostgreSQL writes them: none is out of range."""

Row = Sequence[Any]
Rows = tuple[tuple[str, ...], Iterator[Row]]


def check_statement(sql: str, *, where: str) -> None:
    """Refuse what does not begin as a query does.

    Raises:
        InputDataError: QUERY_FAILED.
    """
    match = _LEAD.match(sql)
    if match is None or match[1].casefold() not in _READS:
        problem = "the query does not begin with SELECT, WITH, VALUES or TABLE"
        raise InputDataError("QUERY_FAILED", problem, where=where, remedy="Only reading is allowed")


@contextmanager
def open_rows(url: sa.URL, sql: str, table: str, *, where: str) -> Iterator[Rows]:
    """Yield the column names and the rows of a query, or of a whole table in the order of its primary key.

    Raises:
        ServiceUnavailableError: the database cannot be reached, or is busy. ConfigurationError: its driver is not
            installed. UsageError: a parameter of the URL is wrong. InputMissingError: there is no such SQLite file.
        InputDataError: QUERY_FAILED, ENCODING, UNREADABLE; without the database's own words, which may quote values.
    """
    backend = url.get_backend_name().replace("mariadb", "mysql")
    engine = _engine(url, backend, where)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        with _translated(engine, backend, "", where, connecting=True):
            connection = stack.enter_context(_connected(engine, where))
            _SNAPSHOTS[backend](connection)
        asked = sql or _whole_table(connection, table, backend, where)
        with _translated(engine, backend, asked, where):
            header, rows = stack.enter_context(_CURSORS[backend](connection, asked))
        if not header:
            raise InputDataError("QUERY_FAILED", "the query gives no columns", where=where)
        yield header, stack.enter_context(closing(_guarded(rows, engine, backend, asked, where)))


def _engine(url: sa.URL, backend: str, where: str) -> sa.Engine:
    import sqlalchemy as sa

    settings: dict[str, Any] = {"poolclass": sa.NullPool, "hide_parameters": True}
    if backend == "sqlite":
        path = _sqlite_file(url, where)
        return sa.create_engine("sqlite://", creator=lambda: _open_sqlite(path), **settings)
    if backend == "postgresql" and "connect_timeout" not in url.query:
        settings["connect_args"] = {"connect_timeout": _CONNECT_SECONDS}
    try:
        return sa.create_engine(url, **settings)
    except ModuleNotFoundError:
        raise ConfigurationError(
            f"the driver for {backend} is not installed",
            where=where,
            remedy=f"Install this package with its extra: tunggal[{EXTRAS[backend]}]",
        ) from None
    except (TypeError, ValueError, sa.exc.ArgumentError):
        raise _bad_parameter(where) from None


def _bad_parameter(where: str) -> UsageError:
    return UsageError("a parameter of the database URL is not known or has a wrong value", where=where)


@contextmanager
def _connected(engine: sa.Engine, where: str) -> Iterator[sa.Connection]:
    try:
        connection = engine.connect()
    except (TypeError, ValueError):
        raise _bad_parameter(where) from None
    with connection:
        yield connection


@contextmanager
def _translated(engine: sa.Engine, backend: str, sql: str, where: str, *, connecting: bool = False) -> Iterator[None]:
    """Turn the driver's errors into the package's own, without the values they may quote."""
    import sqlalchemy as sa

    driver: Any = engine.dialect.dbapi
    try:
        yield
    except UnicodeDecodeError:
        raise InputDataError(
            "ENCODING", "a value is not in the encoding of the database", where=where, remedy="Correct it there"
        ) from None
    except (driver.Error, driver.Warning, sa.exc.DBAPIError) as error:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        raise refusal(cause, backend, sql, where=where, connecting=connecting) from None


def _guarded(rows: Iterator[Row], engine: sa.Engine, backend: str, sql: str, where: str) -> Generator[Row, None, None]:
    with _translated(engine, backend, sql, where):
        for row in rows:  # noqa: UP028 - "yield from" would also close what is closed elsewhere
            yield row


def _whole_table(connection: sa.Connection, name: str, backend: str, where: str) -> str:
    """Return a query for a table, quoted by the dialect; what protected columns hold is not asked for."""
    import sqlalchemy as sa

    with _translated(connection.engine, backend, "", where), warnings.catch_warnings():
        # SQLAlchemy warns of column types it does not know; only names are wanted here.
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        inspector = sa.inspect(connection)
        schema: str | None = None
        if "." in name and not inspector.has_table(name):
            schema, _, name = name.partition(".")
        try:
            names = [column["name"] for column in inspector.get_columns(name, schema)]
            keys = inspector.get_pk_constraint(name, schema)["constrained_columns"]
        except sa.exc.NoSuchTableError:
            raise InputDataError("QUERY_FAILED", "there is no such table", where=where) from None
    table = sa.table(name, *(sa.column(column) for column in names), schema=schema)
    wanted = [sa.null().label(column) if is_protected(column) else table.c[column] for column in names]
    # With this style a percent sign in a name is not doubled: the statement goes without parameters.
    style: dict[str, Any] = {"paramstyle": "named"}
    dialect = type(connection.dialect)(**style)
    statement = sa.select(*wanted).order_by(*(table.c[key] for key in keys))
    return str(statement.compile(dialect=dialect))


def _sqlite_file(url: sa.URL, where: str) -> Path:
    if not url.database or url.database == ":memory:" or url.query:
        raise UsageError("SQLite needs a file and takes no parameters", where=where, remedy="Write sqlite:///file.db")
    path = Path(url.database)
    try:
        there = path.is_file()
    except OSError:
        # No file can have so long a name.
        there = False
    if not there:
        raise InputMissingError("no such file", where=str(path), remedy="Check the name and the folder")
    return path


def _open_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_SECONDS
    )
    # A file that is attached would be opened for writing.
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    return connection


def _sqlite_snapshot(connection: sa.Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = ON")
    connection.exec_driver_sql("PRAGMA trusted_schema = OFF")
    connection.exec_driver_sql("BEGIN")


def _postgresql_snapshot(connection: sa.Connection) -> None:
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    # A role's own style of dates would be ambiguous as text.
    connection.exec_driver_sql("SET LOCAL datestyle = 'ISO, YMD'")


def _mysql_snapshot(connection: sa.Connection) -> None:
    # For the session too: a transaction that followed this one would also only read.
    connection.exec_driver_sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")


def _oracle_snapshot(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


def _header(cursor: Any) -> tuple[str, ...]:
    return tuple(str(column[0]) for column in cursor.description or ())


@contextmanager
def _plain_cursor(connection: sa.Connection, sql: str) -> Iterator[Rows]:
    with closing(_driver(connection).cursor()) as cursor:
        cursor.execute(sql)
        yield _header(cursor), iter(cursor)


@contextmanager
def _postgresql_cursor(connection: sa.Connection, sql: str) -> Iterator[Rows]:
    """Every row is a message of its own: the driver never holds two."""
    driver = _driver(connection)
    _load_as_text(driver)
    with driver.cursor() as cursor, closing(cursor.stream(sql)) as rows:
        first = next(rows, None)
        if first is not None:
            yield _header(cursor), chain([first], rows)
            return
    # Without a row the stream did not say what its columns are.
    with driver.cursor(name="linkage") as cursor:
        cursor.execute(sql)
        yield _header(cursor), iter(())


def _load_as_text(driver: Any) -> None:
    from psycopg.adapt import Loader
    from psycopg.types.string import TextLoader

    class DayLoader(Loader):
        """The date of a timestamp, as text; what has no such form (infinity) as it stands."""

        def load(self, data: Any) -> str:
            text = bytes(data).decode()
            return text[:10] if text[10:11] == " " and text[4:5] == "-" else text

    for kind in driver.adapters.types:
        if kind.name not in _PLAIN:
            driver.adapters.register_loader(kind.oid, DayLoader if kind.name.startswith("timestamp") else TextLoader)
        driver.adapters.register_loader(kind.array_oid, TextLoader)


@contextmanager
def _mysql_cursor(connection: sa.Connection, sql: str) -> Iterator[Rows]:
    from pymysql.cursors import SSCursor

    cursor = _driver(connection).cursor(SSCursor)
    try:
        cursor.execute(sql)
        yield _header(cursor), iter(cursor.fetchone, None)
    finally:
        # Closing would read what is left of the rows, however many; so the connection goes with them unread.
        if cursor._result is not None:
            cursor._result.unbuffered_active = False
        connection.invalidate()


@contextmanager
def _oracle_cursor(connection: sa.Connection, sql: str) -> Iterator[Rows]:
    import oracledb

    def long_text(cursor: Any, column: Any) -> Any:
        if column.type_code in (oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_NCLOB):
            return cursor.var(oracledb.DB_TYPE_LONG, arraysize=cursor.arraysize)
        return None

    with closing(_driver(connection).cursor()) as cursor:
        cursor.outputtypehandler = long_text
        cursor.execute(sql)
        yield _header(cursor), iter(cursor)


_SNAPSHOTS: Final[dict[str, Callable[[sa.Connection], None]]] = {
    "sqlite": _sqlite_snapshot,
    "postgresql": _postgresql_snapshot,
    "mysql": _mysql_snapshot,
    "oracle": _oracle_snapshot,
}
_CURSORS: Final[dict[str, Callable[[sa.Connection, str], Any]]] = {
    "sqlite": _plain_cursor,
    "postgresql": _postgresql_cursor,
    "mysql": _mysql_cursor,
    "oracle": _oracle_cursor,
}
