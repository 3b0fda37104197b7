"""One open Parquet file that grows by tables of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.synthetic.streams import Int64

ROW_GROUP: Final = 65_536
"""Rows of each row group but the last."""


class ParquetFile:
    """A Parquet file in the making; row groups, and so bytes, do not depend on how the rows were cut into tables."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._waiting: list[pa.Table] = []
        self._count = 0
        self._rows = 0
        self._groups = 0
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema)

    def write(self, table: pa.Table) -> Int64:
        """Write rows; return int64 (n_rows,): the number of each row in the file, from 1."""
        first = self._rows + 1
        self._rows += table.num_rows
        self._waiting.append(table)
        self._count += table.num_rows
        if self._count >= ROW_GROUP:
            whole = self._count - self._count % ROW_GROUP
            rows = pa.concat_tables(self._waiting)
            for start in range(0, whole, ROW_GROUP):
                self._put(rows.slice(start, ROW_GROUP))
            self._waiting = [rows.slice(whole)]
            self._count -= whole
        return np.arange(first, self._rows + 1)

    def close(self) -> None:
        """Write the last row group, and close the file."""
        with self._writer:
            if self._count or not self._groups:
                self._put(pa.concat_tables([self._schema.empty_table(), *self._waiting]))

    def _put(self, rows: pa.Table) -> None:
        self._writer.write_table(rows.combine_chunks(), row_group_size=ROW_GROUP)
        self._groups += 1
