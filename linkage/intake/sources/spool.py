"""Rows of a query as a Parquet file without a name, typed by column, and a digest of what they say.

A database gives its rows once, so they are kept until the command ends: in a file of the temporary folder that has no
name and no other reader, and that the system takes back however the process ends.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from sys import getsizeof
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from linkage.errors import InputDataError, OutputError
from linkage.intake.columns.column_names import is_protected, shown_name
from linkage.intake.limits import Limits
from linkage.intake.sources.cell_digest import ColumnsDigest
from linkage.intake.sources.cell_types import as_written, column_of, united, united_column

_OVERHEAD: Final = 4
"""Python's values take about so many times the bytes of their text."""


class SpoolPath(str):
    """The path of an open file without a name. It is closed, and so gone, when nobody holds this text any more."""

    def __new__(cls, file: IO[bytes]) -> SpoolPath:
        """``file``: from :func:`tempfile.TemporaryFile`."""
        path = super().__new__(cls, f"/dev/fd/{file.fileno()}")
        weakref.finalize(path, file.close)
        return path


@dataclass(frozen=True)
class Spool:
    """Rows kept. ``bytes``: of their text. ``sha256``: of the columns' names, types and text, however stored."""

    path: SpoolPath
    sha256: str
    bytes: int
    rows: int


def spool_rows(header: Sequence[str], rows: Iterable[Sequence[Any]], *, limits: Limits, where: str) -> Spool:
    """Keep the rows of a query, one value per column of ``header``, holding few of them in memory.

    A column whose values are all of one type keeps it; any other becomes text, row by row (:func:`as_written`). What
    protected columns hold is not kept: they stay as names of empty columns.

    Raises:
        InputDataError: DUPLICATE_HEADER; COLUMN_TYPE for bytes; CELL_TOO_LONG; FILE_TOO_LARGE for more columns, rows or
            bytes than ``limits``. OutputError: the temporary folder is full.
    """
    _check_columns(header, limits, where)
    shown = ["" if is_protected(name) else shown_name(name, header) or "without a name" for name in header]
    with _room(), tempfile.TemporaryFile(prefix="linkage-query-") as raw:
        segments = _Segments(raw)
        done = size = 0
        for some in _batches(rows, limits):
            done += len(some)
            if done > limits.rows:
                raise _too_large(f"more than {limits.rows} rows", where)
            batch = _record_batch(shown, some, done - len(some), limits, where)
            size += batch.nbytes
            if size > limits.text_bytes:
                raise _too_large(f"more than {limits.text_bytes} bytes", where)
            segments.add(batch)
        return _write(header, segments)


def _check_columns(header: Sequence[str], limits: Limits, where: str) -> None:
    if len(header) > limits.columns:
        raise _too_large(f"{len(header)} columns, more than {limits.columns}", where)
    if len(set(header)) < len(header):
        name = next(name for name in header if header.count(name) > 1)
        problem = f"two columns are called {shown_name(name, header)}"
        raise InputDataError("DUPLICATE_HEADER", problem, where=where, remedy="Rename one in the query with AS")


def _too_large(what: str, where: str) -> InputDataError:
    return InputDataError("FILE_TOO_LARGE", f"the query gives {what}", where=where, remedy="Ask for less at a time")


@contextmanager
def _room() -> Iterator[None]:
    """Turn a full or closed temporary folder into one error. What a database says is no OSError when it comes here."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"the rows of a query cannot be kept there ({error.strerror or 'input/output error'})",
            where=tempfile.gettempdir(),
            remedy="Set TMPDIR to a folder with room",
        ) from None


def _batches(rows: Iterable[Sequence[Any]], limits: Limits) -> Iterator[list[Sequence[Any]]]:
    # Drivers give row by row; their size is known before the next one comes, so one huge row is the most that is held.
    some: list[Sequence[Any]] = []
    held = 0
    for row in rows:
        some.append(row)
        held += sum(map(getsizeof, row))
        if held >= _OVERHEAD * limits.chunk_bytes or len(some) >= limits.batch_rows:
            yield some
            some, held = [], 0
    if some:
        yield some


def _record_batch(
    shown: Sequence[str], rows: Sequence[Sequence[Any]], before: int, limits: Limits, where: str
) -> pa.RecordBatch:
    """Return the rows as columns; ``shown`` names a column in errors, empty for a protected one."""
    arrays = []
    for name, values in zip(shown, zip(*rows, strict=True), strict=True):
        if not name:
            arrays.append(pa.nulls(len(rows)))
            continue
        array = column_of(values, column=name, where=where)
        if pa.types.is_string(array.type):
            _check_cells(array, name, before, limits, where)
        arrays.append(array)
    return pa.record_batch(arrays, names=[str(position) for position in range(len(shown))])


def _check_cells(array: pa.StringArray, column: str, before: int, limits: Limits, where: str) -> None:
    longest = pc.max(pc.binary_length(array)).as_py() or 0
    if longest > limits.cell_bytes:
        row = before + 1 + pc.index(pc.binary_length(array), longest).as_py()
        problem = f"column {column} holds more than {limits.cell_bytes} bytes in row {row}"
        raise InputDataError("CELL_TOO_LONG", problem, where=where, remedy="Leave the column out of the query")


class _Segments:
    """Batches in a file: a stream for every run of batches with the same types, one after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._writer: pa.RecordBatchStreamWriter | None = None
        self._starts: list[int] = []
        self.schemas: list[pa.Schema] = []

    def add(self, batch: pa.RecordBatch) -> None:
        if self._writer is None or batch.schema != self.schemas[-1]:
            self.close()
            self._starts.append(self._file.tell())
            self.schemas.append(batch.schema)
            self._writer = pa.ipc.new_stream(
                pa.PythonFile(self._file, "w"), batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")
            )
        self._writer.write_batch(batch)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        self.close()
        for start in self._starts:
            self._file.seek(start)
            with pa.ipc.open_stream(pa.PythonFile(self._file, "r")) as stream:
                yield from stream


def _write(header: Sequence[str], segments: _Segments) -> Spool:
    """Write the columns under the types they turned out to have, and digest their text."""
    types = [pa.null()] * len(header)
    for schema in segments.schemas:
        types = [united(so_far, new) for so_far, new in zip(types, schema.types, strict=True)]
    schema = pa.schema([pa.field(name, kind) for name, kind in zip(header, types, strict=True)])
    digest = ColumnsDigest(schema)
    file = tempfile.TemporaryFile(prefix="linkage-query-")  # noqa: SIM115 - closed when nobody holds its path
    path, rows = SpoolPath(file), 0
    # A closed writer has written everything, and the file itself holds nothing back.
    with pa.parquet.ParquetWriter(pa.PythonFile(file, "w"), schema, write_statistics=False) as writer:
        for batch in segments:
            columns = [united_column(column, kind) for column, kind in zip(batch.columns, types, strict=True)]
            digest.add([as_written(column) for column in columns])
            writer.write_batch(pa.record_batch(columns, schema=schema))
            rows += batch.num_rows
    file.flush()
    return Spool(path, digest.hexdigest(), digest.size, rows)
