"""Where parts of a register wait for each other: tables put away by key, in memory or on disk.

A register is made in cells, but written by office: what every cell has for one office waits here until all cells are
done. On disk, memory follows the largest key and the number of parts, not the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import pyarrow as pa

from linkage.errors import InvariantError, OutputError
from linkage.synthetic.streams import Int64

_LZ4: Final = pa.ipc.IpcWriteOptions(compression="lz4")
_Parts = list[tuple[int, int, int]]
"""Where the rows of a key lie: number of the put, first batch, how many batches."""


class Shelf:
    """Tables by name and key. Both kinds, in memory and on disk, give the same answers.

    On disk every :meth:`put` is one Arrow file (LZ4), named by a running number, with record batches of one key each;
    one file is open at a time. :meth:`close`, or the end of a ``with`` block, removes them; what a killed process
    leaves is the affair of whoever chose the folder. Not for use by several threads at once.
    """

    def __init__(self, folder: Path | None) -> None:
        """Open an empty shelf: in memory (None), or in a folder, made when absent and removed again in that case.

        Raises:
            OutputError: the folder cannot be made, or is not empty.
        """
        self._folder = folder
        self._made_folder = False
        self._closed = False
        self._schemas: dict[str, pa.Schema] = {}
        self._places: dict[str, dict[int, _Parts]] = {}
        self._held: list[list[pa.RecordBatch]] = []
        self._files: list[Path] = []
        if folder is not None:
            with _touching(folder):
                self._made_folder = not folder.exists()
                folder.mkdir(parents=True, exist_ok=True)
                if any(folder.iterdir()):
                    raise OutputError("the folder is not empty", where=str(folder), remedy="Choose a fresh one")

    def put(self, name: str, table: pa.Table, keys: Int64) -> None:
        """Put rows away: row i under ``keys[i]``, int64 (n_rows,). Rows of one key keep their order, and so do calls.

        Raises:
            InvariantError: there are more or fewer keys than rows, the columns differ from those put under this name
                before, or the shelf is closed.
            OutputError: the file cannot be written.
        """
        self._check_open()
        if keys.shape != (table.num_rows,):
            raise InvariantError(f"{keys.size} keys for {table.num_rows} rows", where=name)
        schema = self._schemas.setdefault(name, table.schema)
        if not schema.equals(table.schema):
            raise InvariantError("the columns differ from those put here before", where=name)
        places = self._places.setdefault(name, {})
        if not table.num_rows:
            return
        if np.any(keys[1:] < keys[:-1]):
            order = np.argsort(keys, kind="stable")
            table, keys = table.take(pa.array(order)), keys[order]
        distinct, starts = np.unique(keys, return_index=True)
        stops = np.r_[starts[1:], keys.size]
        table = pa.Table.from_arrays(table.columns, schema=schema)
        added: dict[int, tuple[int, int]] = {}
        batches: list[pa.RecordBatch] = []
        for key, start, stop in zip(distinct.tolist(), starts.tolist(), stops.tolist(), strict=True):
            # More than one where the table's own chunks cut through a key.
            parts = table.slice(start, stop - start).to_batches()
            added[key] = (len(batches), len(parts))
            batches += parts
        number = self._store(batches, schema)
        for key, (first, count) in added.items():
            places.setdefault(key, []).append((number, first, count))

    def take(self, name: str, key: int) -> pa.Table | None:
        """Return all rows of a key, in order of calls and rows; None when there are none. They stay on the shelf.

        Raises:
            InvariantError: the shelf is closed.
            OutputError: a file of the shelf cannot be read.
        """
        self._check_open()
        parts = self._places.get(name, {}).get(key)
        if parts is None:
            return None
        batches = [batch for number, first, count in parts for batch in self._read(number, first, count)]
        return pa.Table.from_batches(batches, schema=self._schemas[name])

    def keys(self, name: str) -> Int64:
        """Return the distinct keys under a name, int64 (n,), ascending; none for a name never put.

        Raises:
            InvariantError: the shelf is closed.
        """
        self._check_open()
        return np.array(sorted(self._places.get(name, {})), np.int64)

    def close(self) -> None:
        """Forget everything and delete what is on disk; a second call does nothing.

        Raises:
            OutputError: a file or the folder cannot be deleted.
        """
        self._closed = True
        self._places, self._held = {}, []
        if self._folder is None:
            return
        with _touching(self._folder):
            while self._files:
                self._files[-1].unlink(missing_ok=True)
                self._files.pop()
            if self._made_folder and self._folder.exists():
                self._folder.rmdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise InvariantError("the shelf is closed")

    def _store(self, batches: list[pa.RecordBatch], schema: pa.Schema) -> int:
        """Keep the batches of one put; return its number."""
        if self._folder is None:
            self._held.append(batches)
            return len(self._held) - 1
        path = self._folder / f"{len(self._files):06}.arrow"
        # Noted before it is written: a file that could not be finished is deleted as well.
        self._files.append(path)
        with _touching(path), pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema, options=_LZ4) as writer:
            for batch in batches:
                writer.write_batch(batch)
        return len(self._files) - 1

    def _read(self, number: int, first: int, count: int) -> list[pa.RecordBatch]:
        if self._folder is None:
            return self._held[number][first : first + count]
        path = self._files[number]
        with _touching(path), pa.OSFile(str(path), "rb") as source, pa.ipc.open_file(source) as reader:
            return [reader.get_batch(batch) for batch in range(first, first + count)]


@contextmanager
def _touching(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError("cannot be used as a shelf", where=str(path), remedy=error.strerror or "") from error
