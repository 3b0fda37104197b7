"""CSV in any encoding, plain or packed: records split by our own kernel, cells parsed by Arrow as text.

Nothing is ever read as a number, so a NIK or a code with leading zeros arrives as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from linkage.errors import InputDataError, InvariantError
from linkage.intake.limits import Limits
from linkage.intake.options import QUOTES
from linkage.intake.readers.base import RawBatch, RowRejects
from linkage.intake.readers.csv_form import find_form
from linkage.intake.readers.csv_split import (
    CELL,
    CELL_TOO_LONG,
    END,
    FIELDS,
    LINE,
    QUOTE_OPEN,
    ROW_TOO_LONG,
    START,
    STATUS,
    WHOLE,
    RecordSplitter,
    SplitBlock,
)
from linkage.intake.sources.source import Source
from linkage.intake.sources.streams import BYTE_ORDER_MARKS, open_text
from linkage.schema import TEXT_CODES

_NAMES: Final = {
    ",": "comma",
    ";": "semicolon",
    "|": "bar",
    "\t": "tab",
    ":": "colon",
    "^": "caret",
    "~": "tilde",
    "\x1f": "unit separator",
}
_MARK: Final = BYTE_ORDER_MARKS["utf-8"]
_TOO_MANY: Final = 4
_TOO_FEW: Final = 5
_CODES: Final = {
    ROW_TOO_LONG: "ROW_TOO_LONG",
    CELL_TOO_LONG: "CELL_TOO_LONG",
    QUOTE_OPEN: "QUOTE_OPEN",
    _TOO_MANY: "FIELDS_TOO_MANY",
    _TOO_FEW: "FIELDS_TOO_FEW",
}


class CsvReader:
    """Reads a CSV source; satisfies :class:`linkage.intake.readers.base.Reader`."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Read the header.

        Raises:
            InputDataError: EMPTY_FILE (blank lines only), UNREADABLE (no header found within the limits),
                FILE_TOO_LARGE.
        """
        self._source = source
        self._limits = limits
        with open_text(source) as (stream, _):
            head = bytearray()
            while len(head) < limits.record_bytes + 4 and (chunk := stream.read(limits.record_bytes + 4)):
                head += chunk
        self._form = find_form(bytes(head), source.options, limits, where=source.name)

    @property
    def header(self) -> tuple[str, ...]:
        """Column names, outer blanks removed; ``column_1`` and so on for a file without a header."""
        return self._form.cells

    @property
    def form(self) -> Mapping[str, str]:
        """Format, delimiter, quotation mark, encoding, line of the header (``none`` without one)."""
        form = self._form
        return {
            "format": "csv.gz" if self._source.compressed else "csv",
            "delimiter": _NAMES.get(form.delimiter, form.delimiter),
            "quote": next(name for name, mark in QUOTES.items() if mark == form.quote),
            "encoding": self._source.encoding + (" with BOM" if self._source.bom else ""),
            "header": f"line {form.header_line}" if form.header_line else "none",
        }

    def batches(self, columns: Sequence[int]) -> Iterator[RawBatch]:
        """Yield the rows chunk by chunk, as dictionary-encoded text."""
        wanted = np.zeros(len(self.header), np.uint8)
        wanted[list(columns)] = 1
        form, rows = self._form, 0
        mark = ord(form.quote) if form.quote else -1
        splitter = RecordSplitter(ord(form.delimiter), self._limits, line=form.line, wanted=wanted, quote=mark)
        for chunk, done, final in self._chunks():
            for block in splitter.feed(chunk, final=final):
                rows += len(block.records)
                if rows > self._limits.rows:
                    problem = f"the file has more than {self._limits.rows} rows"
                    raise InputDataError("FILE_TOO_LARGE", problem, where=self._source.name, remedy="Split it")
                yield self._batch(block, columns, done)

    def _chunks(self) -> Iterator[tuple[bytes, int, bool]]:
        """Yield the UTF-8 bytes after the header, the position in the file, and whether they are the last."""
        skip = self._form.end
        with open_text(self._source) as (stream, position):
            while text := stream.read(self._limits.chunk_bytes):
                if len(text) > skip:
                    yield text[skip:] if skip else text, position.tell(), False
                skip = max(0, skip - len(text))
            yield b"", position.tell(), True

    def _batch(self, block: SplitBlock, columns: Sequence[int], done: int) -> RawBatch:
        records = block.records
        status = records[:, STATUS].copy()
        fields = records[:, FIELDS]
        expected = len(self.header)
        status[(status == WHOLE) & (fields > expected)] = _TOO_MANY
        status[(status == WHOLE) & (fields < expected)] = _TOO_FEW
        good = records[status == WHOLE]
        arrays = self._parse(block, good, columns)
        return RawBatch(good[:, LINE].copy(), arrays, tuple(self._rejects(records, status)), done)

    def _rejects(self, records: npt.NDArray[np.int64], status: npt.NDArray[np.int64]) -> Iterator[RowRejects]:
        for code, text in _CODES.items():
            rows = records[status == code]
            for cell in np.unique(rows[:, CELL]) if code == CELL_TOO_LONG else ((-1,) if len(rows) else ()):
                lines = rows[rows[:, CELL] == cell, LINE] if code == CELL_TOO_LONG else rows[:, LINE]
                yield RowRejects(lines.copy(), self.header[cell] if cell >= 0 else "", text)

    def _parse(
        self, block: SplitBlock, good: npt.NDArray[np.int64], columns: Sequence[int]
    ) -> tuple[pa.ChunkedArray, ...]:
        if not len(good):
            return tuple(pa.chunked_array([], TEXT_CODES) for _ in columns)
        data = block.data[good[0, START] : good[-1, END]]
        if len(good) < len(block.records):
            data = block.data[_inside(good, len(block.data))]
        if data[: len(_MARK)].tobytes() == _MARK:
            # Arrow passes over a mark at the beginning; here it is the first row's, as of a file put behind another.
            data = np.concatenate([data[: len(_MARK)], data])
        names = [str(position) for position in range(len(self.header))]
        used = [names[position] for position in columns]
        try:
            table = pa.csv.read_csv(
                pa.BufferReader(pa.py_buffer(data)),
                pa.csv.ReadOptions(column_names=names, block_size=len(data) + 1),
                pa.csv.ParseOptions(
                    delimiter=self._form.delimiter,
                    quote_char=self._form.quote or False,
                    newlines_in_values=block.multiline,
                ),
                pa.csv.ConvertOptions(
                    include_columns=list(dict.fromkeys(used)),
                    column_types=dict.fromkeys(used, TEXT_CODES),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            # Its message quotes the row.
            raise InvariantError("records were split and parsed differently", where=self._source.name) from None
        if table.num_rows != len(good):
            problem = f"{len(good)} records were split, {table.num_rows} parsed"
            raise InvariantError(problem, where=self._source.name)
        return tuple(table.column(name) for name in used)


def _inside(good: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.bool_]:
    """Return a mask over bytes: the good records, each with the first byte of its line end."""
    depth = np.zeros(size + 2, np.int8)
    np.add.at(depth, good[:, START], 1)
    np.add.at(depth, good[:, END] + 1, -1)
    return np.cumsum(depth[:size], dtype=np.int8).astype(np.bool_)
