"""The standing store of a nightly project: Delta tables, and a ledger that says which of their versions count.

Everything a run writes stays invisible until the ledger names it. A run that was killed leaves versions that nobody
names; the next run starts from the ledger again and ends in the same state.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from linkage.errors import InvariantError, LockHeldError
from linkage.nightly.ledger import LEDGER_NAME, Ledger, read_ledger
from linkage.run.outputs import write_text, writing


class Store:
    """The tables below ``workspace/store`` as the ledger shows them. Hold :meth:`locked` while writing."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.ledger = read_ledger(workspace / LEDGER_NAME)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs off this workspace.

        Raises:
            LockHeldError: another process holds it; says which.
        """
        with writing(self.workspace):
            self.workspace.mkdir(parents=True, exist_ok=True)
            stream = (self.workspace / "lock").open("a+")
        with stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                stream.seek(0)
                holder = stream.read().strip() or "another process"
                raise LockHeldError(
                    f"held by {holder}", where=str(self.workspace), remedy="Try again when it is done"
                ) from None
            stream.truncate(0)
            stream.write(f"process {os.getpid()} on {os.uname().nodename}")
            stream.flush()
            self.ledger = read_ledger(self.workspace / LEDGER_NAME)
            yield

    def read(self, name: str) -> pa.Table | None:
        """Return a table at its committed version, None when there is none yet."""
        return self.read_version(name, self.ledger.tables[name]) if name in self.ledger.tables else None

    def read_version(self, name: str, version: int) -> pa.Table:
        """Return a table as it was at a version.

        Raises:
            InvariantError: that version is gone.
        """
        try:
            return plain_strings(DeltaTable(str(self._folder(name)), version=version).to_pyarrow_table())
        except DeltaError as error:
            raise InvariantError(
                f"version {version} of the store's {name} cannot be read", where=str(self.workspace)
            ) from error

    def write(self, name: str, table: pa.Table, *, partition_by: str | None = None) -> int:
        """Write a new version of a table and return its number; it counts once a ledger names it."""
        folder = self._folder(name)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            write_deltalake(
                str(folder),
                plain_strings(table),
                mode="overwrite",
                schema_mode="overwrite",
                partition_by=[partition_by] if partition_by else None,
            )
        return int(DeltaTable(str(folder)).version())

    def commit(self, ledger: Ledger) -> None:
        """Make a run's tables count, in one step."""
        with writing(self.workspace):
            write_text(self.workspace / LEDGER_NAME, json.dumps(asdict(ledger), indent=1, sort_keys=True) + "\n")
        self.ledger = ledger

    def _folder(self, name: str) -> Path:
        return self.workspace / "store" / name


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


def state_hash(table: pa.Table) -> str:
    """Return a SHA-256 over the sorted rows: equal for equal content, whatever the files and the order."""
    columns = [_as_text(table.column(name)) for name in sorted(table.column_names)]
    rows = pc.binary_join_element_wise(*columns, "\x1f", null_handling="replace", null_replacement="\x00")
    digest = hashlib.sha256("\x1f".join(sorted(table.column_names)).encode())
    for row in sorted(rows.to_pylist()):
        digest.update(b"\x1e" + row.encode())
    return digest.hexdigest()


def changes(old: pa.Table | None, new: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """Return the rows of ``new`` that were added or changed and those of ``old`` that are gone, in a column ``change``.

    Rows are known by ``key``; the order is that of ``new``, closed rows after it by their key.
    """
    if old is None:
        return new.append_column("change", pa.array(["added"] * new.num_rows, pa.string()))
    old = old.select(new.column_names)
    old_keys, new_keys = _joined(old, key), _joined(new, key)
    position = pc.index_in(new_keys, value_set=old_keys)
    added = pc.is_null(position)
    before = old.take(pc.fill_null(position, 0)) if old.num_rows else None
    differs = pa.array([False] * new.num_rows)
    if before is not None:
        same = pc.equal(_joined(before, tuple(new.column_names)), _joined(new, tuple(new.column_names)))
        differs = pc.and_(pc.invert(added), pc.invert(same))
    change = pc.if_else(added, "added", pc.if_else(differs, "changed", "same"))
    moved = new.append_column("change", change).filter(pc.not_equal(change, "same"))
    closed = old.filter(pc.is_null(pc.index_in(old_keys, value_set=new_keys)))
    closed = closed.sort_by([(name, "ascending") for name in key])  # a store returns rows in no certain order
    closed = closed.append_column("change", pa.array(["closed"] * closed.num_rows, pa.string()))
    return pa.concat_tables([moved, closed.cast(moved.schema)])


def _joined(table: pa.Table, names: tuple[str, ...]) -> pa.ChunkedArray:
    texts = [_as_text(table.column(name)) for name in names]
    return pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace", null_replacement="\x00")


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        return pc.binary_join(column, "\x1d")
    return column.cast(pa.string())
