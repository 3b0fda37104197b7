"""One open extract, in the dialect of its office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

import numpy as np
import pyarrow as pa

from linkage.synthetic.files.csv_file import CsvFile
from linkage.synthetic.files.damage_schedule import DamageSchedule
from linkage.synthetic.files.dialect_columns import in_dialect
from linkage.synthetic.files.dialects import Dialect
from linkage.synthetic.files.parquet_file import ParquetFile
from linkage.synthetic.files.xlsx_file import XlsxFile
from linkage.synthetic.streams import Int64

_BATCH: Final = 65_536


class _Sink(Protocol):
    def write(self, table: pa.Table, /) -> Int64: ...

    def close(self) -> None: ...


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a hidden name beside ``path``; rename what was written there when all went well, else remove it.

    A killed command leaves the hidden file, which no intake takes up and the next command overwrites.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        if partial.exists():
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


class ExtractWriter:
    """Writes one extract, records after records; a context manager, after which the file is there, whole or not at all.

    However the records are cut into calls of :meth:`write`, the file is the same. A file to which nothing was written,
    not even a table without rows, is not made.

    Args:
        path: the extract; its folder is there.
        dialect: how it is written.
        rng: chance of this extract alone.
        dirty_row_rate: damaged rows per record, in CSV only.
        least_dirty: damaged rows at least, as far as there are records, if the rate is above 0.
    """

    def __init__(
        self,
        path: Path,
        dialect: Dialect,
        rng: np.random.Generator,
        dirty_row_rate: float = 0.0,
        least_dirty: int = 0,
    ) -> None:
        self._dialect = dialect
        self._rng, chance = rng.spawn(2)
        self._damage = DamageSchedule(dirty_row_rate, least_dirty, chance)
        self._path = path
        self._stack = ExitStack()
        self._sink: _Sink | None = None

    def __enter__(self) -> ExtractWriter:
        self._path = self._stack.enter_context(whole_file(self._path))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def write(self, records: pa.Table) -> Int64:
        """Write records with plain columns.

        Returns:
            int64 (n_records,): the line on which each starts, the header being line 1; in Parquet its row, from 1.

        Raises:
            UsageError: more records than a sheet has rows.
            OSError: the file cannot be written.
        """
        lines = [np.zeros(0, np.int64)]
        for first in range(0, max(records.num_rows, 1), _BATCH):
            table = in_dialect(records.slice(first, _BATCH), self._dialect, self._rng)
            if self._sink is None:
                self._sink = self._open(table)
                self._stack.callback(self._sink.close)
            lines.append(self._sink.write(table))
        return np.concatenate(lines)

    def _open(self, table: pa.Table) -> _Sink:
        match self._dialect.extension:
            case "csv":
                return CsvFile(self._path, table.schema.names, self._dialect, self._damage)
            case "parquet":
                return ParquetFile(self._path, table.schema)
            case "xlsx":
                return XlsxFile(self._path, table.schema.names, self._dialect)
