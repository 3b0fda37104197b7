"""Inputs that are SQL queries: a URL with the query after ``#``, or a file ``<name>.sql.toml``.

Passwords stay out of :class:`Source`, messages and manifests. What is left of the URL there can be read again when the
password comes from elsewhere (:data:`PASSWORD_VARIABLE`, or a place the driver knows).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from linkage.errors import ConfigurationError, InputDataError, InputMissingError, LinkageError, UsageError
from linkage.intake.limits import Limits
from linkage.intake.options import NOTHING_STATED, ReadOptions
from linkage.intake.sources.settings_text import SETTINGS_BYTES, parse_settings
from linkage.intake.sources.sidecar import with_sidecar
from linkage.intake.sources.source import Source

if TYPE_CHECKING:
    import sqlalchemy as sa

QUERY_SUFFIX: Final = ".sql.toml"
"""Ends the name of a file that holds a query."""

PASSWORD_VARIABLE: Final = "LINKAGE_DATABASE_PASSWORD"
"""The environment variable that gives the password to a URL with a user and without one (not to one in a file)."""

_DRIVERS: Final = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite",
    "oracle": "oracle+oracledb",
}
# A path made of a URL has lost a slash and perhaps got a folder before it; as it may hold a password, it must not be
# shown as a missing file.
_URL: Final = re.compile(rf"[A-Za-z][A-Za-z0-9+]+:/|.*/(?:{'|'.join(_DRIVERS)})(?:\+\w+)?:/", re.IGNORECASE | re.DOTALL)
_SECRET: Final = re.compile(r"pass(?!file)|pwd|secret|token", re.IGNORECASE)
_BARRED: Final = frozenset({"local_infile", "init_command"})
"""Parameters by which a server could ask for files of this machine, or a statement be sent that may write."""

_TABLE: Final = "table:"
_KEYS: Final = ("url", "url_env", "sql", "table", "name")
_EXAMPLE: Final = "Write for example postgresql://user@host/database#SELECT nik, nama FROM penduduk"

Refuse = Callable[[str, str], LinkageError]
"""Problem and remedy -> the error to raise."""


@dataclass(frozen=True)
class _Query:
    """What to ask where. ``path``: how a manifest names the input. ``where``: how errors name it.

    ``stated_by_user``: the URL is of the command line or of a variable, not of a file that anybody may have put there.
    """

    url: sa.URL = field(repr=False)
    sql: str
    table: str
    path: str
    where: str
    name: str
    stem: str
    stated_by_user: bool = True


def is_query(item: str | Path) -> bool:
    """Tell whether an input is a database URL or a file ``*.sql.toml``. Opens nothing.

    True also for URLs that cannot be used, so that only :func:`survey_query`, which shows no password, refuses them.
    """
    return _URL.match(str(item)) is not None or str(item).lower().endswith(QUERY_SUFFIX)


def shown_query(item: str) -> str:
    """Return an input as it may be shown: a URL without its password, anything else as it stands."""
    return _from_url(item).path if _URL.match(item) else item


def survey_query(item: str | Path, *, limits: Limits, options: ReadOptions = NOTHING_STATED) -> Source:
    """Run a query once and keep its rows in a file that goes when the source goes.

    ``options``: what the user states; the sidecar of a ``.sql.toml`` goes before it.

    ``sha256`` and ``bytes`` are those of the rows' text. ``path`` is the URL without a password, with ``#`` and the
    query, or the file's; given again it asks again.

    Raises:
        UsageError: the URL cannot be understood. ConfigurationError: a variable is not set, a driver not installed.
        InputMissingError: no such file. ServiceUnavailableError: the database cannot be reached.
        InputDataError: QUERY_FILE, QUERY_FAILED, SIDECAR, and what :func:`linkage.intake.sources.spool.spool_rows`
            raises. OutputError: the temporary folder is full.
    """
    from linkage.intake.sources.databases import check_statement, open_rows
    from linkage.intake.sources.spool import spool_rows

    if _URL.match(str(item)):
        query = _from_url(item)
    else:
        query, options = _from_file(Path(item)), with_sidecar(Path(item), options)
    if not _sendable(query.sql + query.table):
        problem = "the query holds a character that no database takes"
        raise InputDataError("QUERY_FAILED", problem, where=query.where, remedy="Write it anew")
    if not query.table:
        check_statement(query.sql, where=query.where)
    with open_rows(_with_password(query), query.sql, query.table, where=query.where) as (header, rows):
        spool = spool_rows(header, rows, limits=limits, where=query.where)
    return Source(
        query.path, query.name, query.stem, spool.sha256, spool.bytes, "query", options=options, spool=spool.path
    )


def _from_url(item: str | Path) -> _Query:
    if isinstance(item, Path):
        # A path has lost slashes of the URL and of the query.
        raise UsageError("a database URL must be given as text with ://, not as a path")
    address, sign, asked = item.partition("#")

    def refuse(problem: str, remedy: str) -> LinkageError:
        return UsageError(problem, where="database URL", remedy=remedy)

    url = _parsed(address, refuse)
    if not sign or not asked.strip():
        raise refuse("there is no query after #", _EXAMPLE)
    table = asked.removeprefix(_TABLE).strip() if asked.startswith(_TABLE) else ""
    if asked.startswith(_TABLE) and not table:
        raise refuse("there is no name after #table:", "Write #table:penduduk")
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        # A manifest must find it from another folder too.
        url = url.set(database=str(Path(url.database).absolute()))
    shown = _shown(url)
    name, stem = _database_names(url, table)
    return _Query(url, "" if table else _statement(asked), table, f"{shown}#{asked}", shown, name, stem)


def _from_file(path: Path) -> _Query:
    def refuse(problem: str, remedy: str) -> LinkageError:
        return InputDataError("QUERY_FILE", problem, where=path.name, remedy=remedy)

    settings = _settings(path, refuse)
    url = _file_url(settings, path, refuse)
    name = settings.get("name", path.name)
    if not name.isprintable() or len(name) > 100:
        raise refuse("name must be short, on one line", "Leave it out to use the file's name")
    stem = name[: -len(QUERY_SUFFIX)] if "name" not in settings else name
    sql = _statement(settings.get("sql", ""))
    table = settings.get("table", "")
    return _Query(url, sql, table, str(path), path.name, name, stem, stated_by_user="url_env" in settings)


def _settings(path: Path, refuse: Refuse) -> dict[str, str]:
    """Return the table [query]: texts that are not empty, one of url and url_env, one of sql and table."""
    if not path.is_file():
        raise InputMissingError("no such file", where=str(path), remedy="Check the name and the folder")
    try:
        with path.open("rb") as file:
            data = parse_settings(file.read(SETTINGS_BYTES + 1))
    except OSError as error:
        raise refuse(f"the file cannot be read ({error.strerror})", "Check its rights") from None
    except ValueError as error:
        place = re.search(r"\(at (?:line \d+, column \d+|end of document)\)$", str(error))
        raise refuse(f"the file is not valid TOML {place[0] if place else ''}".rstrip(), "See the guide") from None
    settings = data.get("query")
    if not isinstance(settings, dict) or len(data) > 1:
        raise refuse("the file must hold one table, [query]", "See the guide")
    if unknown := sorted(set(settings) - set(_KEYS)):
        raise refuse(f"unknown key {unknown[0]!r} in [query]", f"Known: {', '.join(_KEYS)}")
    if empty := sorted(key for key, value in settings.items() if not isinstance(value, str) or not value.strip()):
        raise refuse(f"{empty[0]} must be a text", "See the guide")
    if ("url" in settings) == ("url_env" in settings) or ("sql" in settings) == ("table" in settings):
        raise refuse("[query] needs one of url and url_env, and one of sql and table", "See the guide")
    return settings


def _file_url(settings: dict[str, str], path: Path, refuse: Refuse) -> sa.URL:
    if "url" in settings:
        url = _parsed(settings["url"], refuse)
    else:
        variable = settings["url_env"]

        def misconfigured(problem: str, remedy: str) -> LinkageError:
            return ConfigurationError(problem, where=f"environment variable {variable}", remedy=remedy)

        if not os.environ.get(variable):
            raise misconfigured("it is not set", f"{path.name} asks for it: it must hold the URL of a database")
        url = _parsed(os.environ[variable], misconfigured)
    if url.get_backend_name() == "sqlite" and url.database:
        # As in every settings file, a relative path counts from the file.
        return url.set(database=str(path.parent / url.database))
    return url


def _parsed(text: str, refuse: Refuse) -> sa.URL:
    """Return the URL with the driver this package uses. Nothing of a URL that is refused is shown."""
    import sqlalchemy as sa

    try:
        url = sa.make_url(text.strip() if _sendable(text) else "")
    except (sa.exc.ArgumentError, ValueError):
        raise refuse(
            "the URL cannot be understood", f"{_EXAMPLE}; in a password write / @ # % as %2F %40 %23 %25"
        ) from None
    backend, _, driver = url.drivername.lower().partition("+")
    if "#" in text or backend not in _DRIVERS or driver not in ("", _DRIVERS[backend].partition("+")[2], "pysqlite"):
        raise refuse(f"the URL must begin with one of {', '.join(_DRIVERS)}, without a query of its own", _EXAMPLE)
    if barred := sorted(_BARRED.intersection(name.lower() for name in url.query)):
        raise refuse(f"the parameter {barred[0]} is not allowed", "Leave it out")
    return url.set(drivername=_DRIVERS[backend])


def _with_password(query: _Query) -> sa.URL:
    # A file could name a host of its writer's, which would be told the password.
    url, given = query.url, os.environ.get(PASSWORD_VARIABLE)
    if given and query.stated_by_user and url.username and not url.password and url.get_backend_name() != "sqlite":
        return url.set(password=given)
    return url


def _shown(url: sa.URL) -> str:
    """Return the URL without the password, and without parameters that are secrets."""
    import sqlalchemy as sa

    parameters = {name: value for name, value in url.query.items() if not _SECRET.search(name)}
    backend = url.get_backend_name()
    # Written anew: URL.set takes a password of None for one that shall stay.
    bare = sa.URL.create(backend, url.username, None, url.host, url.port, url.database, parameters)
    return bare.render_as_string(hide_password=False)


def _database_names(url: sa.URL, table: str) -> tuple[str, str]:
    """Return the name and the stem of a query without a name of its own."""
    service = url.query.get("service_name", "")
    database = url.database or (service if isinstance(service, str) else "") or url.get_backend_name()
    name = Path(database).name if url.get_backend_name() == "sqlite" else database
    if table:
        return f"{name}/{table}", table
    return name, Path(name).stem if url.get_backend_name() == "sqlite" else name


def _sendable(text: str) -> bool:
    """Tell whether a text has neither NUL nor half a character, which drivers answer with errors of any kind."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _statement(sql: str) -> str:
    # Oracle takes no semicolon at the end, and the others need none.
    return sql.rstrip().rstrip(";").rstrip()
