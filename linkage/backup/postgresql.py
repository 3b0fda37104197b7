"""A PostgreSQL database kept and brought back by its own programs, pg_dump and pg_restore.

The walls of the queue bind its owner too, so a dump needs a login that sees past them: an administrator, or one with
BYPASSRLS. Neither a password nor a row of a resident is ever on a command line or in an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from linkage.backup.database import check_counts, state_of
from linkage.backup.manifest import DatabaseState
from linkage.errors import ConfigurationError, OutputError, ServiceUnavailableError
from linkage.review.database import translated
from linkage.review.migrations.v0002_walls import ensure_role

DUMP: Final = "queue.dump"
_ASIDE: Final = "before_restore_"
_INSTALLED: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_SEES_ALL: Final = sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
_MOVE: Final = sa.text("""
    DO $$
    DECLARE here text := current_schema();
    BEGIN
        EXECUTE format('ALTER SCHEMA %I RENAME TO %I', here, current_setting('linkage.aside'));
        EXECUTE format('CREATE SCHEMA %I', here);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', here);
    END $$
""")


def keep_postgresql(url: str, target: Path) -> DatabaseState:
    """Dump a database as it stands at one instant, while others go on writing, and return what the dump holds.

    Raises:
        ConfigurationError: no pg_dump fits the server, or the login does not see all rows. OutputError: the dump cannot
            be written. ServiceUnavailableError: the database cannot be reached, or pg_dump failed.
    """
    with _connected(url) as connection:
        if not connection.execute(_SEES_ALL).scalar_one():
            raise ConfigurationError(
                "this login does not see all rows, so a dump by it would not be whole",
                where=_where(url),
                remedy="Name the variable with the URL of an administrator: --url-env NAME",
            )
        server = _server(connection)
        program, client = tool("pg_dump", server)
        snapshot = connection.execute(sa.select(sa.func.pg_export_snapshot())).scalar_one()
        state = state_of(connection, server=server, client=client)
        options = ["--format=custom", "--no-owner", f"--exclude-schema={_ASIDE}*", f"--snapshot={snapshot}"]
        _run([program, *options, f"--file={target}"], url)
    target.chmod(0o600)
    return state


def is_empty(url: str) -> bool:
    """Return whether a database has no table in the schema that the queue would use."""
    with _connected(url) as connection:
        return not sa.inspect(connection).get_table_names()


def check_server(url: str, kept: DatabaseState) -> None:
    """Check that a dump can be restored here, before anything is touched.

    Raises:
        ConfigurationError: the server is older than the one that was dumped, or no pg_restore fits.
    """
    with _connected(url) as connection:
        server = _server(connection)
    if server < kept.server:
        raise ConfigurationError(
            f"the backup is of PostgreSQL {kept.server} and this server is {server}",
            where=_where(url),
            remedy=f"Restore it on PostgreSQL {kept.server} or newer",
        )
    tool("pg_restore", max(server, kept.client))


def restore_postgresql(dump: Path, url: str, kept: DatabaseState, *, moment: str) -> str:
    """Restore a dump in one transaction; what stood there is moved to another schema, whose name is returned, else "".

    ``moment``: makes that name. The login owns what is restored. Raises :class:`ServiceUnavailableError` when
    pg_restore failed, and :class:`InvariantError` when what is there now is not what was kept.
    """
    aside = ""
    with _connected(url) as connection:
        program, _ = tool("pg_restore", max(_server(connection), kept.client))
        if sa.inspect(connection).get_table_names():
            aside = f"{_ASIDE}{re.sub(r'[^0-9a-z]', '', moment.lower())}"
            connection.execute(sa.select(sa.func.set_config("linkage.aside", aside, True)))
            connection.execute(_MOVE)
        ensure_role(connection)
    _run([program, "--single-transaction", "--exit-on-error", "--no-owner", str(dump)], url)
    with _connected(url) as connection:
        # The walls that were just restored bind the owner as well.
        connection.execute(sa.select(sa.func.set_config("linkage.scope", "all", True)))
        check_counts(kept, state_of(connection))
    return aside


def tool(name: str, major: int) -> tuple[str, int]:
    """Return a program of PostgreSQL that is at least of this major version, and its own: on the path, else installed.

    Raises:
        ConfigurationError: there is none; says what to install.
    """
    found = []
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += [path for pattern in _INSTALLED for path in sorted(Path("/").glob(pattern[1:]), reverse=True)]
    for folder in folders:
        program = shutil.which(name, path=str(folder))
        version = _version(program) if program else 0
        if program and version >= major:
            return program, version
        found.append(version)
    newest = max(found, default=0)
    raise ConfigurationError(
        f"{name} {newest} is older than PostgreSQL {major}" if newest else f"there is no {name}",
        where="PATH",
        remedy=f"Install the client programs of PostgreSQL {major} (Debian: postgresql-client-{major})",
    )


def _version(program: str) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(version.group(1)) if version else 0


def _run(command: Sequence[str], url: str) -> None:
    parsed = sa.make_url(url)
    # A password in the command would be in the list of processes.
    plain = parsed.set(drivername="postgresql", password=None).difference_update_query(["password"])
    environment = dict(os.environ)
    if password := parsed.password or parsed.query.get("password"):
        environment["PGPASSWORD"] = str(password)
    address = f"--dbname={plain.render_as_string(hide_password=False)}"
    done = subprocess.run(
        [command[0], address, "--no-password", *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if done.returncode == 0:
        return
    if "No space left" in done.stderr or "could not open output file" in done.stderr:
        raise OutputError("the dump cannot be written", where=command[-1], remedy="Check permissions and free space")
    # What the program says may hold a row.
    raise ServiceUnavailableError(
        f"{Path(command[0]).name} ended with {done.returncode}", where=_where(url), remedy="See the server's log"
    )


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    """A transaction that sees one state of the database."""
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        poolclass=sa.NullPool,
        isolation_level="REPEATABLE READ",
    )
    try:
        with translated(_where(url)), engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _server(connection: sa.Connection) -> int:
    return int(connection.execute(sa.text("SHOW server_version_num")).scalar_one()) // 10_000


def _where(url: str) -> str:
    return sa.make_url(url).render_as_string(hide_password=True)
