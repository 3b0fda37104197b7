"""Parquet files: columns have types, rows are counted from 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from linkage.errors import InputDataError
from linkage.intake.columns.column_names import one_line
from linkage.intake.limits import Limits
from linkage.intake.readers.base import RawBatch
from linkage.intake.readers.long_cells import part_long_cells
from linkage.intake.readers.parquet_guard import ParquetGuard
from linkage.intake.sources.source import Source, readable

_CONTAINER: Final = 1 << 17


class ParquetFile:
    """One Parquet file, checked before it is opened. ``rows``: its rows; ``names``: of its top-level columns."""

    def __init__(self, path: str, limits: Limits, *, where: str) -> None:
        """Check and read the footer.

        Raises:
            InputDataError: UNREADABLE, FILE_TOO_LARGE.
        """
        self._path = path
        self._limits = limits
        self._where = where
        with readable(where):
            self._guard = ParquetGuard(path, limits, where=where)
            self._guard.check_footer()
            with self._open() as file:
                self.rows = int(file.metadata.num_rows)
                self._schema = file.schema_arrow
            # Asked for here, where a text that is no UTF-8 becomes an error of the file.
            self.names = tuple(str(name) for name in self._schema.names)
            for kind in filter(pa.types.is_timestamp, self._schema.types):
                str(kind.tz)
        if sum(self._guard.group_rows) != self.rows:
            raise InputDataError(
                "UNREADABLE", "the row groups do not have the rows of the file", where=where, remedy="Export it again"
            )
        if self.rows > limits.rows:
            problem = f"the file has more than {limits.rows} rows"
            raise InputDataError("FILE_TOO_LARGE", problem, where=where, remedy="Split it, or raise the limit")

    def check_all(self) -> None:
        """Check the pages of every column, for another library that will read them; errors as below."""
        with readable(self._where):
            self._guard.check_pages()

    def batches(self, columns: Sequence[int]) -> Iterator[tuple[int, list[pa.Array]]]:
        """Yield, for some rows at a time, how many they are and these columns, all different; texts as dictionaries.

        Raises:
            InputDataError: COLUMN_TYPE (lists, structs and maps), ENCODING, UNREADABLE, FILE_TOO_LARGE.
        """
        leaves = self._leaves(columns)
        if not leaves:
            most = self._limits.batch_rows
            yield from ((min(most, self.rows - start), []) for start in range(0, self.rows, most))
            return
        with readable(self._where):
            deltas = self._guard.check_pages(leaves)
            texts = [
                self.names[column]
                for column, leaf in zip(columns, leaves, strict=True)
                if leaf not in deltas and _is_text(self._schema.field(column).type)
            ]
            most = min([self._limits.batch_rows, *(self._limits.page_bytes // size for size in deltas.values())])
            groups = list(range(len(self._guard.group_rows)))
            with self._open(texts) as file:
                # By position: a name may have dots in it, which would name other columns too.
                for batch in file.reader.iter_batches(max(1, most), row_groups=groups, column_indices=leaves):
                    yield batch.num_rows, [self._valid(batch.column(self.names[column]), column) for column in columns]

    def _valid(self, array: pa.Array, column: int) -> pa.Array:
        """Return the array after the checks that the library does not make: ENCODING when its texts are none, an
        ArrowInvalid when a row names a value that its dictionary does not have."""
        texts = array.dictionary if pa.types.is_dictionary(array.type) else array
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            problem = f"column {one_line(self.names[column])} holds bytes that are not UTF-8"
        else:
            if texts is not array:
                array.validate(full=True)
            return array
        raise InputDataError("ENCODING", problem, where=self._where, remedy="Store the column as text")

    def _open(self, texts: Sequence[str] = ()) -> pa.parquet.ParquetFile:
        # Without pre_buffer a row group is decoded page by page, not loaded whole. Texts stay dictionaries: one long
        # text that a million rows name is not written a million times.
        return pa.parquet.ParquetFile(
            self._path,
            pre_buffer=False,
            read_dictionary=list(texts),
            thrift_container_size_limit=_CONTAINER,
        )

    def _leaves(self, columns: Sequence[int]) -> list[int]:
        """Return the leaves of the schema that are these columns."""
        starts = np.cumsum([0, *(_count(field.type) for field in self._schema)])
        for column in columns:
            kind = self._schema.field(column).type
            if pa.types.is_nested(kind):
                problem = f"column {one_line(self.names[column])} has type {_plain(kind)}, which has no text"
                raise InputDataError("COLUMN_TYPE", problem, where=self._where, remedy="Store the column as text")
        return [int(starts[column]) for column in columns]


class ParquetReader:
    """Reads a Parquet file batch by batch; satisfies :class:`linkage.intake.readers.base.Reader`."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Read the footer.

        Raises:
            InputDataError: UNREADABLE, FILE_TOO_LARGE.
        """
        self._source = source
        self._limits = limits
        self._file = ParquetFile(source.spool or source.path, limits, where=source.name)

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the top-level columns."""
        return self._file.names

    @property
    def form(self) -> Mapping[str, str]:
        """The format alone, ``query`` for its rows that are kept as Parquet: the file describes itself."""
        return {"format": self._source.kind}

    def batches(self, columns: Sequence[int]) -> Iterator[RawBatch]:
        """Yield at most ``limits.batch_rows`` rows at a time; a row with a cell over the limit is rejected."""
        distinct = list(dict.fromkeys(columns))
        names = [self.header[column] for column in distinct]
        done = 0
        for rows, arrays in self._file.batches(distinct):
            lines = np.arange(done + 1, done + 1 + rows, dtype=np.int64)
            done += rows
            used = self._source.bytes * done // max(1, self._file.rows)
            raw = part_long_cells(RawBatch(lines, tuple(arrays), bytes_done=used), names, self._limits)
            if len(distinct) < len(columns):
                again = tuple(raw.columns[distinct.index(column)] for column in columns)
                raw = RawBatch(raw.lines, again, raw.rejects, raw.bytes_done)
            yield raw


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _count(kind: pa.DataType) -> int:
    """Return the number of leaves of a type."""
    if isinstance(kind, pa.BaseExtensionType):
        return _count(kind.storage_type)
    return sum(_count(kind.field(number).type) for number in range(kind.num_fields)) if kind.num_fields else 1


def _plain(kind: pa.DataType) -> str:
    """Return the name of a nested type, without the names inside."""
    return str(kind).split("<", 1)[0]
