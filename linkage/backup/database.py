"""The database of a backup: which kind it is, and what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from linkage.backup.manifest import DatabaseState
from linkage.errors import ConfigurationError, InvariantError
from linkage.review.sql import open_queue
from linkage.review.tables import audit_head

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
_VERSION: Final = sa.select(sa.column("version_num", sa.String)).select_from(sa.table("alembic_version"))


def kind_of(url: str) -> str:
    """Return the kind of database behind a URL.

    Raises:
        ConfigurationError: none that the queue works on.
    """
    kind = sa.make_url(url).get_backend_name()
    if kind not in (SQLITE, POSTGRESQL):
        raise ConfigurationError("the queue works on SQLite and PostgreSQL only", where="[database] url")
    return kind


def sqlite_file(url: str) -> Path:
    """Return the file of an SQLite database."""
    return Path(str(sa.make_url(url).database))


def state_of(connection: sa.Connection, *, server: int = 0, client: int = 0) -> DatabaseState:
    """Return what a database holds, as this transaction sees it.

    Raises:
        InvariantError: it holds no queue.
    """
    names = sorted(sa.inspect(connection).get_table_names())
    if "alembic_version" not in names or audit_head.name not in names:
        raise InvariantError("the database holds no review queue", where="[database] url")
    counts = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in names}
    seq, digest = connection.execute(sa.select(audit_head.c.seq, audit_head.c.hash)).one()
    return DatabaseState(
        kind=connection.dialect.name,
        schema=str(connection.execute(_VERSION).scalar_one()),
        tables={name: int(connection.execute(count).scalar_one()) for name, count in counts.items()},
        audit_seq=seq,
        audit_hash=digest,
        server=server,
        client=client,
    )


def check_counts(kept: DatabaseState, found: DatabaseState) -> None:
    """Check that a restored database holds what was kept.

    Raises:
        InvariantError: a table has other rows, or the audit chain another head.
    """
    tables = [name for name in sorted({*kept.tables, *found.tables}) if kept.tables.get(name) != found.tables.get(name)]
    if tables or kept.head != found.head or kept.schema != found.schema:
        raise InvariantError(
            f"the restored database is not what was kept: {', '.join(tables) or 'its audit chain'}",
            where="[database] url",
            remedy="Restore again, with --force",
        )


def check_queue(url: str, kept: DatabaseState) -> int:
    """Open a restored queue, its schema brought up to date, check its audit chain and return how many rows that has.

    Raises:
        InvariantError: the chain is not sound, or does not hold the head that was kept.
    """
    queue = open_queue(url)
    try:
        report = queue.verify(anchors=(kept.head,) if kept.audit_seq else ())
    finally:
        queue.close()
    if not report.sound:
        raise InvariantError(
            f"the restored audit chain is not sound at row {report.first_bad}: {report.problem}",
            where="[database] url",
            remedy="Take another backup",
        )
    return report.rows
