"""One open CSV extract."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.files.csv_lines import csv_lines, damaged_lines, text_bytes
from linkage.synthetic.files.damage_schedule import DamageSchedule
from linkage.synthetic.files.dialects import Dialect
from linkage.synthetic.streams import Int64


class CsvFile:
    """A CSV file in the making: header, records as they come, damaged rows among them.

    Args:
        path: the file; it is made anew.
        names: its columns.
        dialect: marks, encoding and ends of line.
        damage: where damaged rows stand; each imitates the record before it.
    """

    def __init__(self, path: Path, names: list[str], dialect: Dialect, damage: DamageSchedule) -> None:
        self._dialect = dialect
        self._damage = damage
        self._records = 0
        self._last: pa.Table | None = None
        self._line = 2
        self._file = path.open("wb")
        self._file.write((dialect.delimiter.join(names) + dialect.newline).encode(dialect.encoding))

    def write(self, table: pa.Table) -> Int64:
        """Write rows of an all-text table; return int64 (n_rows,): the line on which each starts, header 1."""
        count = table.num_rows
        lines = csv_lines(table, self._dialect)
        spans = pc.count_substring(lines, "\n").to_numpy().astype(np.int64)
        already = self._damage.done
        models = self._damage.until(self._records + count) - self._records - 1
        order = np.arange(count)
        if models.size:
            damaged = damaged_lines(table.take(pa.array(models)), self._dialect, already)
            order = np.argsort(np.r_[np.arange(count) * 2, models * 2 + 1], kind="stable")
            lines = pa.concat_arrays([lines, damaged]).take(pa.array(order))
            spans = np.r_[spans, pc.count_substring(damaged, "\n").to_numpy()][order]
        starts = self._line + np.cumsum(spans) - spans
        self._put(lines, int(spans.sum()))
        self._records += count
        if count:
            self._last = table.take(pa.array([count - 1]))
        return np.asarray(starts[order < count], np.int64)

    def close(self) -> None:
        """Write the damaged rows still due, and close the file."""
        with self._file:
            rest = self._damage.rest(self._records)
            if self._last is not None and rest:
                models = self._last.take(pa.array(np.zeros(rest, np.int64)))
                self._put(damaged_lines(models, self._dialect, self._damage.done), 0)

    def _put(self, lines: pa.StringArray, spans: int) -> None:
        text = text_bytes(lines)
        encoding = self._dialect.encoding.removesuffix("-sig")
        if encoding != "utf-8" and not text.isascii():
            text = text.decode().encode(encoding, errors="replace")
        self._file.write(text)
        self._line += spans
