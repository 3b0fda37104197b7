"""Letting go of the former versions of a Delta table: what a row held before it was rewritten is then in no file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from linkage.errors import OutputError

_LOG: Final = "_delta_log"
_ENTRY: Final = re.compile(r"[0-9]{20}\.(json|checkpoint.*parquet)", re.ASCII)


def forget_versions(folder: Path, version: int) -> None:
    """Delete every file of a table that its version ``version`` does not need; nobody reads an older one after that.

    Files that a killed run left behind go, too, and so does the table's own log, whose entries tell the smallest and
    the largest value of each column of each file. Doing it again does nothing.

    Raises:
        OutputError: a file cannot be deleted.
    """
    try:
        newest, wanted = DeltaTable(str(folder)), DeltaTable(str(folder), version=version)
        if set(newest.file_uris()) != set(wanted.file_uris()):
            newest.restore(version)  # what a killed run appended counts for nobody
        DeltaTable(str(folder)).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
        newest = DeltaTable(str(folder))
        for table in (DeltaTable(str(folder), version=version), newest):
            table.create_checkpoint()
        # The newest entry, that of the vacuum, is what the next one follows.
        kept = {f"{newest.version():020d}.json", *(f"{n:020d}.checkpoint.parquet" for n in (version, newest.version()))}
        for path in (folder / _LOG).iterdir():
            if _ENTRY.fullmatch(path.name) and path.name not in kept:
                path.unlink()
    except (OSError, DeltaError) as error:
        raise OutputError(
            "former versions of a table cannot be deleted", where=str(folder), remedy="Check permissions"
        ) from error
