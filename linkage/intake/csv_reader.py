"""CSV, plain or gzip: delimiter and header found, records split by our own kernel, cells parsed by Arrow as text.

Nothing is ever read as a number, so a NIK or a code with leading zeros arrives as it was written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from linkage.errors import InputDataError, InvariantError
from linkage.intake.csv_split import (
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
    split_records,
)
from linkage.intake.limits import Limits
from linkage.intake.reader import RawBatch, RowRejects
from linkage.intake.sources import Source, open_bytes
from linkage.schema import TEXT_CODES

_DELIMITERS: Final = ",;|\t"
_NAMES: Final = {",": "comma", ";": "semicolon", "|": "bar", "\t": "tab"}
_TOO_MANY: Final = 4
_TOO_FEW: Final = 5
_CODES: Final = {
    ROW_TOO_LONG: "ROW_TOO_LONG",
    CELL_TOO_LONG: "CELL_TOO_LONG",
    QUOTE_OPEN: "QUOTE_OPEN",
    _TOO_MANY: "FIELDS_TOO_MANY",
    _TOO_FEW: "FIELDS_TOO_FEW",
}


@dataclass(frozen=True)
class _Head:
    """The header: its cells, the bytes up to the first row, and the physical line of that row."""

    delimiter: str
    cells: tuple[str, ...]
    end: int
    line: int


class CsvReader:
    """Reads a CSV source; satisfies :class:`linkage.intake.reader.Reader`."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Read the header.

        Raises:
            InputDataError: EMPTY_FILE (blank lines only), UNREADABLE (no header found within the limits).
        """
        self._source = source
        self._limits = limits
        with open_bytes(source) as (stream, _):
            head = _as_utf8(stream.read(limits.record_bytes + 4), source)
        self._head = _read_head(head, source.name, limits)

    @property
    def header(self) -> tuple[str, ...]:
        """Column names, outer blanks removed."""
        return self._head.cells

    @property
    def form(self) -> Mapping[str, str]:
        """Format, delimiter and encoding as found."""
        return {
            "format": "csv.gz" if self._source.compressed else "csv",
            "delimiter": _NAMES[self._head.delimiter],
            "encoding": self._source.encoding + (" with BOM" if self._source.bom else ""),
        }

    def batches(self, columns: Sequence[int]) -> Iterator[RawBatch]:
        """Yield the rows chunk by chunk, as dictionary-encoded text."""
        wanted = np.zeros(len(self.header), np.uint8)
        wanted[list(columns)] = 1
        splitter = RecordSplitter(ord(self._head.delimiter), self._limits, line=self._head.line, wanted=wanted)
        for chunk, done, final in self._chunks():
            for block in splitter.feed(chunk, final=final):
                yield self._batch(block, columns, done)

    def _chunks(self) -> Iterator[tuple[bytes, int, bool]]:
        """Yield the UTF-8 bytes after the header, the position in the file, and whether they are the last."""
        skip = self._head.end
        with open_bytes(self._source) as (stream, raw):
            while chunk := stream.read(self._limits.chunk_bytes):
                text = _as_utf8(chunk, self._source)
                if len(text) > skip:
                    yield text[skip:] if skip else text, raw.tell(), False
                skip = max(0, skip - len(text))
            yield b"", raw.tell(), True

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
        names = [str(position) for position in range(len(self.header))]
        used = [names[position] for position in columns]
        try:
            table = pa.csv.read_csv(
                pa.BufferReader(pa.py_buffer(data)),
                pa.csv.ReadOptions(column_names=names, block_size=len(data) + 1),
                pa.csv.ParseOptions(delimiter=self._head.delimiter, newlines_in_values=block.multiline),
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


def _as_utf8(chunk: bytes, source: Source) -> bytes:
    if source.encoding == "utf-8" or chunk.isascii():
        return chunk
    return chunk.decode(source.encoding).encode()


def _read_head(head: bytes, name: str, limits: Limits) -> _Head:
    data = np.frombuffer(head, np.uint8)
    start, line, told = 0, 1, ""
    while True:
        found = {
            delimiter: split_records(
                data, start, True, ord(delimiter), line, False, np.ones(0, np.uint8), limits, capacity=1
            )
            for delimiter in (told or _DELIMITERS)
        }
        fields = {delimiter: int(result[0][0, FIELDS]) if len(result[0]) else 0 for delimiter, result in found.items()}
        delimiter = max(fields, key=lambda key: fields[key])
        records, end, next_line, *_ = found[delimiter]
        if not len(records):
            raise InputDataError("EMPTY_FILE", "the file has no header", where=name, remedy="Export it again")
        if records[0, STATUS] != WHOLE or fields[delimiter] > limits.columns:
            problem = "the first line is no header: it is too long, or a quotation mark is not closed"
            raise InputDataError("UNREADABLE", problem, where=name, remedy="Export it as CSV UTF-8 with a header line")
        text = head[records[0, START] : records[0, END]]
        if not told and text[:4].lower() == b"sep=" and text[4:].decode() in [*_DELIMITERS]:
            # Spreadsheets write the delimiter on a line of its own above the header.
            start, line, told = end, next_line, text[4:].decode()
            continue
        return _Head(delimiter, _cells(text, delimiter, name), end, next_line)


def _cells(text: bytes, delimiter: str, name: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter))
    except (csv.Error, UnicodeDecodeError):
        problem = "the header cannot be read"
        raise InputDataError("UNREADABLE", problem, where=name, remedy="Shorten the column names") from None
    return tuple(cell.strip().strip("\ufeff") for cell in cells)
