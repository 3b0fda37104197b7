"""Parquet files and tables in memory: columns have types, rows are counted from 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from linkage.errors import InvariantError
from linkage.intake.limits import Limits
from linkage.intake.reader import RawBatch
from linkage.intake.sources import Source, readable


class ParquetReader:
    """Reads a Parquet file row group by row group; satisfies :class:`linkage.intake.reader.Reader`."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Read the footer; raises InputDataError UNREADABLE when it is damaged."""
        self._source = source
        self._limits = limits
        with readable(source.name), pa.parquet.ParquetFile(source.path) as file:
            self._rows = file.metadata.num_rows
            self._header = tuple(file.schema_arrow.names)

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the top-level columns."""
        return self._header

    @property
    def form(self) -> Mapping[str, str]:
        """The format alone: a Parquet file describes itself."""
        return {"format": "parquet"}

    def batches(self, columns: Sequence[int]) -> Iterator[RawBatch]:
        """Yield at most ``limits.batch_rows`` rows at a time."""
        names = [self._header[position] for position in columns]
        done = 0
        # Without pre_buffer a row group is decoded page by page, not loaded whole.
        with readable(self._source.name), pa.parquet.ParquetFile(self._source.path, pre_buffer=False) as file:
            for batch in file.iter_batches(self._limits.batch_rows, columns=list(dict.fromkeys(names))):
                lines = np.arange(done + 1, done + 1 + batch.num_rows, dtype=np.int64)
                done += batch.num_rows
                used = self._source.bytes * done // max(1, self._rows)
                yield RawBatch(lines, tuple(batch.column(name) for name in names), bytes_done=used)


class TableReader:
    """Reads an Arrow table; satisfies :class:`linkage.intake.reader.Reader`."""

    def __init__(self, source: Source) -> None:
        if source.table is None:
            raise InvariantError("the source holds no table", where=source.name)
        self._source = source
        self._table = source.table

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(str(name) for name in self._table.column_names)

    @property
    def form(self) -> Mapping[str, str]:
        """The format alone."""
        return {"format": "table"}

    def batches(self, columns: Sequence[int]) -> Iterator[RawBatch]:
        """Yield all rows at once: they are in memory anyway."""
        lines = np.arange(1, self._table.num_rows + 1, dtype=np.int64)
        yield RawBatch(
            lines, tuple(self._table.column(position) for position in columns), bytes_done=self._source.bytes
        )
