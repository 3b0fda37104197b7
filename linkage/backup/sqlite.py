"""An SQLite database kept and brought back: one file, copied as it stood at one instant while others go on writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from linkage.backup.database import state_of
from linkage.backup.manifest import DatabaseState
from linkage.errors import InputMissingError, LockHeldError, OutputError, ServiceUnavailableError
from linkage.review.database import BUSY_SECONDS, translated

FILE: Final = "queue.db"
BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""The endings of the files that together are a database."""


def keep_sqlite(file: Path, target: Path) -> DatabaseState:
    """Copy a database by SQLite's own online backup, and return what the copy holds.

    Raises:
        InputMissingError: there is no such file. LockHeldError: a writer holds it too long. OutputError: the copy
            cannot be written. ServiceUnavailableError: it is no database, or a damaged one.
    """
    if not file.is_file():
        raise InputMissingError("the project has no database yet", where=str(file), remedy="Run 'linkage run' first")
    with (
        _told(file, target),
        closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        # One file that needs no others beside it; who opens the queue turns its log on again.
        copy.execute("PRAGMA journal_mode=DELETE")
        whole = copy.execute("PRAGMA quick_check").fetchone() == ("ok",)
    if not whole:
        raise ServiceUnavailableError(
            "the database is damaged", where=str(file), remedy="Restore the last backup that was whole"
        )
    target.chmod(0o600)
    return held_by(target)


def held_by(file: Path) -> DatabaseState:
    """Return what a database file holds."""
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.NullPool, hide_parameters=True)
    try:
        with translated(str(file)), engine.connect() as connection:
            return state_of(connection)
    finally:
        engine.dispose()


@contextmanager
def _told(source: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise LockHeldError("another process is writing to it", where=str(source), remedy="Try later") from None
        raise OutputError(
            "the copy of the database cannot be written", where=str(target), remedy="Check permissions and free space"
        ) from None
    except sqlite3.DatabaseError:
        raise ServiceUnavailableError(
            "the file is no database, or a damaged one", where=str(source), remedy="Restore the last whole backup"
        ) from None
