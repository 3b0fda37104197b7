"""The standing store of a nightly project: Delta tables, and a ledger that says which of their versions count.

Everything a run writes stays invisible until the ledger names it. A run that was killed leaves versions that nobody
names; the next run starts from the ledger again and ends in the same state.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError
from pyarrow.dataset import Dataset

from linkage.change_log import CHANGE, changes, local_files, open_to_us, replaced
from linkage.errors import InvariantError, OutputError
from linkage.nightly.change_log import KEYS, NIGHT, current, logged, replaced_hash, state_hash
from linkage.nightly.ledger import LEDGER_NAME, Ledger, read_ledger
from linkage.owner_only import close_to_others
from linkage.run.outputs import write_text, writing
from linkage.run.workspace_lock import workspace_lock

_PARTITIONS: Final[Mapping[str, list[str]]] = {"residents": ["province"]}
_KEPT_HOURS: Final = 24 * 7
_SYSTEM_ERROR: Final = re.compile(r"\(os error (\d+)\)")


class Store:
    """The tables below ``workspace/store`` as the ledger shows them. Hold :meth:`locked` while writing."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.ledger = read_ledger(workspace / LEDGER_NAME)

    @contextmanager
    def locked(self, doing: str = "linkage run") -> Iterator[None]:
        """Keep others off this workspace, and look at the ledger anew.

        Raises:
            LockHeldError: another process holds it; says which, since when and what for.
        """
        with workspace_lock(self.workspace, doing):
            # A workspace that is the project's own folder too may hold an inbox to which others bring files.
            if not any(self.workspace.glob("*.toml")):
                close_to_others(self.workspace)
            self.ledger = read_ledger(self.workspace / LEDGER_NAME)
            yield

    def read(self, name: str) -> pa.Table | None:
        """Return a table as the last committed run left it, in no certain order, None when there is none yet."""
        return self.read_version(name, self.ledger.tables[name]) if name in self.ledger.tables else None

    def read_columns(self, name: str, columns: Collection[str]) -> pa.Table | None:
        """Return :meth:`read` with these columns alone, those that the table does not have left out.

        Of the residents it takes ``record_id`` and ``closed_by`` to tell which rows count.
        """
        if name not in self.ledger.tables:
            return None
        rows = self._rows(name, self.ledger.tables[name])
        wanted = [one for one in rows.schema.names if one in {*columns, CHANGE, NIGHT}]
        return current(plain_strings(rows.to_table(columns=wanted)), name)

    def read_version(self, name: str, version: int) -> pa.Table:
        """Return the rows that counted at a version of a table.

        Raises:
            InvariantError: that version is gone.
        """
        return current(self.read_log(name, version), name)

    def read_log(self, name: str, version: int) -> pa.Table:
        """Return all rows of a table at a version, as they were appended (:mod:`linkage.nightly.change_log`).

        Raises:
            InvariantError: that version is gone.
        """
        try:
            return plain_strings(self._rows(name, version).to_table())
        except (DeltaError, FileNotFoundError) as error:
            raise InvariantError(
                f"version {version} of the store's {name} cannot be read",
                where=str(self.workspace),
                remedy="A version is kept for a week after its files were replaced; older ones are in a backup",
            ) from error

    def read_records(self, name: str, version: int, record_ids: pa.StringArray) -> pa.Table:
        """Return those rows that counted at a version of a table and have one of these record ids, in no certain order.

        Only files and row groups that may hold one are read whole; of the others the column of ids.

        Raises:
            InvariantError: that version is gone.
        """
        try:
            rows = self._rows(name, version)
            found = rows.to_table(filter=pc.field("record_id").isin(record_ids))
        except (DeltaError, FileNotFoundError) as error:
            raise InvariantError(
                f"version {version} of the store's {name} cannot be read", where=str(self.workspace)
            ) from error
        return current(plain_strings(found), name)

    def rows_of(self, name: str, record_ids: pa.StringArray) -> pa.Table:
        """Return all committed rows of a table that have one of these record ids, as they were appended."""
        rows = self._rows(name, self.ledger.tables[name])
        return plain_strings(rows.to_table(filter=pc.field("record_id").isin(record_ids))).combine_chunks()

    def changed_since(self, name: str, night: int, *, but: Collection[str] = ()) -> pa.StringArray:
        """Return the ids of the records that stand otherwise than after a night, each once.

        ``but``: columns that do not count. A region that sends all its residents again changes the file and line of
        each, and mostly nothing else.
        """
        rows = self._rows(name, self.ledger.tables[name])
        later = rows.to_table(columns=["record_id"], filter=pc.field(NIGHT) > night)
        log = self.rows_of(name, later.column("record_id").cast(pa.string()).combine_chunks().unique())
        before, after = (
            current(part, name).drop_columns(list(but))
            for part in (log.filter(pc.less_equal(log.column(NIGHT), night)), log)
        )
        return changes(before, after, KEYS[name]).column("record_id").combine_chunks()

    def holders(self, name: str, column: str, digits: pa.StringArray) -> pa.StringArray:
        """Return the ids of records of which a row, also one that no longer counts, bears one of these numbers in a
        column; signs between the digits do not count."""
        rows = self._rows(name, self.ledger.tables[name]).to_table(columns=["record_id", column])
        plain = pc.replace_substring_regex(rows.column(column).cast(pa.string()), "[^0-9]", "")
        found = rows.filter(pc.is_in(plain, value_set=digits)).column("record_id")
        return found.cast(pa.string()).combine_chunks().unique()

    def rows(self, name: str) -> int:
        """Return how many rows the committed version of a table has, those that no longer count included."""
        return int(self._rows(name, self.ledger.tables[name]).count_rows())

    def schema(self, name: str) -> pa.Schema:
        """Return the columns of a committed table, without those of the log."""
        found = DeltaTable(str(self._folder(name)), version=self.ledger.tables[name]).schema().to_arrow()
        empty = plain_strings(pa.schema(found).empty_table())
        return empty.drop_columns([column for column in (CHANGE, NIGHT) if column in empty.column_names]).schema

    def write(self, name: str, table: pa.Table, *, night: int) -> tuple[int, str]:
        """Write a table anew and return the number of its version, and its hash; it counts once a ledger names it."""
        rows = plain_strings(logged(table, night))
        folder = self._folder(name)
        with _writing_table(folder):
            folder.mkdir(parents=True, exist_ok=True)
            write_deltalake(
                str(folder), rows, mode="overwrite", schema_mode="overwrite", partition_by=_PARTITIONS.get(name)
            )
        return int(DeltaTable(str(folder)).version()), state_hash(rows)

    def append(self, name: str, table: pa.Table, *, night: int) -> tuple[int, str]:
        """Append rows with a column ``change`` to the committed version; returns as :meth:`write` does."""
        folder, version, before = self._folder(name), self.ledger.tables[name], self.ledger.state_hash[name]
        if not table.num_rows:
            return version, before
        standing = DeltaTable(str(folder))
        if standing.version() != version:
            standing.restore(version)  # what a killed run appended must not come back under this one's name
        rows = plain_strings(logged(table, night))
        with _writing_table(folder):
            write_deltalake(str(folder), rows, mode="append", partition_by=_PARTITIONS.get(name))
        return int(DeltaTable(str(folder)).version()), state_hash(rows, before)

    def replace_rows(self, name: str, old: pa.Table, left: pa.Table) -> tuple[int, str]:
        """Write a table anew with what an erasure leaves of some rows in their place; returns as :meth:`write` does.

        ``old``: rows of the committed version with the columns of the log, ``left`` as many, in the same order. The
        former files stay until they are vacuumed.
        """
        folder, left = self._folder(name), plain_strings(left)
        batches = self._rows(name, self.ledger.tables[name]).to_batches()
        whole = pa.RecordBatchReader.from_batches(left.schema, replaced(batches, left, (*KEYS[name], NIGHT, CHANGE)))
        with _writing_table(folder):
            write_deltalake(str(folder), whole, mode="overwrite", partition_by=_PARTITIONS.get(name))
        digest = replaced_hash(old, left, self.ledger.state_hash[name])
        return int(DeltaTable(str(folder)).version()), digest

    def vacuum(self) -> None:
        """Remove files of versions that were replaced more than a week ago."""
        for name in self.ledger.tables:
            DeltaTable(str(self._folder(name))).vacuum(retention_hours=_KEPT_HOURS, dry_run=False)

    def commit(self, ledger: Ledger) -> None:
        """Make a run's tables count, in one step."""
        with writing(self.workspace):
            write_text(self.workspace / LEDGER_NAME, json.dumps(asdict(ledger), indent=1, sort_keys=True) + "\n")
        self.ledger = ledger

    def _rows(self, name: str, version: int) -> Dataset:
        folder = self._folder(name)
        return DeltaTable(open_to_us(folder), version=version).to_pyarrow_dataset(filesystem=local_files(folder))

    def _folder(self, name: str) -> Path:
        return self.workspace / "store" / name


@contextmanager
def _writing_table(folder: Path) -> Iterator[None]:
    """Turn what a Delta table says of a refused write into one clear error; it speaks of the system's in its own."""
    try:
        with writing(folder):
            yield
    except DeltaError as error:
        refused = _SYSTEM_ERROR.search(str(error))
        if refused is None:
            raise
        raise OutputError(
            f"cannot be written: {os.strerror(int(refused[1]))}",
            where=str(folder),
            remedy="Check permissions and free space",
        ) from error


def plain_strings(table: pa.Table) -> pa.Table:
    """Return the table with dictionary and view strings as plain strings: what Delta keeps and what we compare."""
    fields = []
    for item in table.schema:
        kind = item.type.value_type if pa.types.is_dictionary(item.type) else item.type
        if pa.types.is_string_view(kind) or pa.types.is_large_string(kind):
            kind = pa.string()
        if pa.types.is_large_list(kind) or pa.types.is_list(kind) or pa.types.is_list_view(kind):
            kind = pa.list_(pa.string())
        fields.append(pa.field(item.name, kind))
    return table.cast(pa.schema(fields))
