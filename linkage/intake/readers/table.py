"""Tables in memory: columns have types, rows are counted from 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from linkage.errors import InvariantError
from linkage.intake.limits import Limits
from linkage.intake.readers.base import RawBatch
from linkage.intake.readers.long_cells import part_long_cells
from linkage.intake.sources.source import Source


class TableReader:
    """Reads an Arrow table; satisfies :class:`linkage.intake.readers.base.Reader`."""

    def __init__(self, source: Source, limits: Limits) -> None:
        if source.table is None:
            raise InvariantError("the source holds no table", where=source.name)
        self._source = source
        self._limits = limits
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
        """Yield at most ``limits.batch_rows`` rows at a time; they are slices, not copies."""
        names = [self.header[position] for position in columns]
        done = 0
        for batch in self._table.select(list(columns)).to_batches(max_chunksize=self._limits.batch_rows):
            lines = np.arange(done + 1, done + 1 + batch.num_rows, dtype=np.int64)
            done += batch.num_rows
            used = self._source.bytes * done // max(1, self._table.num_rows)
            yield part_long_cells(RawBatch(lines, tuple(batch.columns), bytes_done=used), names, self._limits)
