"""How a CSV file is written: delimiter, quotation mark, and where its header is, found in its first rows.

The delimiter is the one by which the rows agree with the first line, not the one most frequent in it: a header may hold
commas inside a name, and rows inside an address. What a user states goes before what is found.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.options import QUOTES, ReadOptions
from linkage.intake.readers import header_row
from linkage.intake.readers.csv_split import END, FIELDS, LINE, START, STATUS, WHOLE, split_records

Int64 = npt.NDArray[np.int64]

_DELIMITERS: Final = ",;|\t"
_SAMPLE: Final = 200
_SAMPLE_BYTES: Final = 1 << 18
_TOLD: Final = re.compile(rb"sep=([!-/:-@\[-`{-~\t])[\r\n]", re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(rb"(?<=\d),(?=\d)")


@dataclass(frozen=True)
class CsvForm:
    """``cells``: the column names. ``end``: bytes (of UTF-8) before the first row, ``line`` its physical line.

    ``quote`` is empty when no mark quotes. ``header_line`` is 0 when the file has no header.
    """

    delimiter: str
    quote: str
    cells: tuple[str, ...]
    end: int
    line: int
    header_line: int


def find_form(head: bytes, options: ReadOptions, limits: Limits, *, where: str) -> CsvForm:
    """Return the form of a file that begins with these bytes: UTF-8, more than ``limits.record_bytes`` if it has more.

    Raises:
        InputDataError: EMPTY_FILE (blank lines only); UNREADABLE (no header within the limits, or lines above it);
            FILE_TOO_LARGE (too many columns).
    """
    data = np.frombuffer(head, np.uint8)
    start, line, told = 0, 1, ""
    if match := _TOLD.match(head):
        # Spreadsheets write the delimiter on a line of its own above the header.
        start, line, told = match.end(1), 1, match[1].decode()
        start, line = start + (2 if head[start : start + 2] == b"\r\n" else 1), 2
    candidates = options.delimiter or told or _DELIMITERS
    quote = QUOTES[options.quote] if options.quote else _find_quote(head[start:], candidates)
    tables = {mark: _split(data, start, line, mark, quote, limits) for mark in candidates}
    delimiter = _choose(tables, head)
    return _with_header(_Sample(head, start, line, delimiter, quote, tables[delimiter]), options, limits, where)


@dataclass(frozen=True, repr=False)
class _Sample:
    """The first records (n, 6) under a delimiter and a quotation mark."""

    head: bytes
    start: int
    line: int
    delimiter: str
    quote: str
    records: Int64

    def row(self, number: int) -> list[str]:
        """Return the cells of a record, outer blanks removed; csv.Error and UnicodeDecodeError say it is none."""
        text = self.head[self.records[number, START] : self.records[number, END]].decode()
        lines = io.StringIO(text, newline="")
        if self.quote:
            reader = csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote)
        else:
            reader = csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return [cell.strip().strip("\ufeff") for cell in next(reader, [])]

    def rows(self, limits: Limits) -> list[list[str]]:
        """Return the cells of all whole records, the first among them."""
        found = []
        records = self.records
        for number in np.flatnonzero((records[:, STATUS] == WHOLE) & (records[:, FIELDS] <= limits.columns)):
            if records[number, END] - records[0, START] > _SAMPLE_BYTES and number:
                break
            try:
                found.append(self.row(int(number)))
            except (csv.Error, UnicodeDecodeError):
                continue
        return found


def _split(data: npt.NDArray[np.uint8], start: int, line: int, delimiter: str, quote: str, limits: Limits) -> Int64:
    nothing = np.ones(0, np.uint8)
    mark = ord(quote) if quote else -1
    records = split_records(
        data, start, True, ord(delimiter), line, False, nothing, limits, capacity=_SAMPLE, quote=mark
    )[0]
    # The last record may go on beyond the bytes looked at.
    return (
        records[:-1] if 1 < len(records) < _SAMPLE and records[-1, END] == len(data) > limits.record_bytes else records
    )


def _find_quote(text: bytes, candidates: str) -> str:
    """Return ``'`` when cells of nearly every line are between two of them and none between ``"``, else ``"``."""
    lines = [line for line in text[:_SAMPLE_BYTES].splitlines()[:_SAMPLE] if line]
    lines = lines[:-1] if len(text) > _SAMPLE_BYTES else lines
    for delimiter in candidates:
        quoted = 0
        for line in lines:
            cells = [cell.strip() for cell in line.split(delimiter.encode())]
            opened = sum(cell.startswith(b"'") for cell in cells)
            closed = sum(cell.endswith(b"'") and len(cell) > 1 for cell in cells)
            if opened != closed or any(cell.startswith(b'"') for cell in cells):
                break
            quoted += opened > 0
        else:
            if quoted >= 2 and quoted >= 0.9 * (len(lines) - 1):
                return "'"
    return '"'


def _choose(tables: Mapping[str, Int64], head: bytes) -> str:
    first = {mark: int(records[0, FIELDS]) if len(records) else 0 for mark, records in tables.items()}
    rows = {mark: records[1:, FIELDS][records[1:, STATUS] == WHOLE] for mark, records in tables.items()}
    agreement = {mark: float((rows[mark] == first[mark]).mean()) if len(rows[mark]) else 0.0 for mark in tables}
    sample = head[:_SAMPLE_BYTES]
    only_decimal = len(_DECIMAL_COMMA.findall(sample)) == sample.count(b",")
    wide = [mark for mark in tables if first[mark] > 1]
    if wide:
        best = max(wide, key=lambda mark: (agreement[mark], mark != "," or not only_decimal, first[mark]))
        if agreement[best] > 0:
            return best
    for mark in tables:
        # A title stands above the rows: they agree among themselves.
        number, times = Counter(rows[mark].tolist()).most_common(1)[0] if len(rows[mark]) else (0, 0)
        if number >= 3 and times >= 3 and times >= 0.8 * len(rows[mark]):
            return mark
    return max(tables, key=lambda mark: first[mark])


def _with_header(sample: _Sample, options: ReadOptions, limits: Limits, where: str) -> CsvForm:
    if not len(sample.records):
        raise InputDataError("EMPTY_FILE", "the file has no header", where=where, remedy="Export it again")
    rows = sample.rows(limits)
    if options.header is False:
        return _headerless(sample, rows, limits, where)
    first = _header_cells(sample, 0, limits, where)
    number = 0
    if options.header is None:
        if header_row.looks_like_title(first, rows[1:]):
            number = header_row.find_below_title(rows)
            # A record that was passed over above would shift the numbers.
            if number < 0 or _header_cells(sample, number, limits, where) != rows[number]:
                problem = "lines stand above the header"
                raise InputDataError("UNREADABLE", problem, where=where, remedy="Delete the lines above the header")
        elif header_row.is_a_row(first, rows[1:]):
            return _headerless(sample, rows, limits, where)
    cells = _header_cells(sample, number, limits, where)
    mark = ord(sample.quote) if sample.quote else -1
    _, end, line, *_ = split_records(
        np.frombuffer(sample.head, np.uint8),
        sample.start,
        True,
        ord(sample.delimiter),
        sample.line,
        False,
        np.ones(0, np.uint8),
        limits,
        capacity=number + 1,
        quote=mark,
    )
    header_line = int(sample.records[number, LINE])
    return CsvForm(sample.delimiter, sample.quote, tuple(cells), end, line, header_line)


def _headerless(sample: _Sample, rows: list[list[str]], limits: Limits, where: str) -> CsvForm:
    if not rows:
        problem = f"none of the first rows is whole, or they have more cells than the limit of {limits.columns}"
        raise InputDataError("UNREADABLE", problem, where=where, remedy="Export it as CSV UTF-8 with a header line")
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    cells = tuple(f"column_{number}" for number in range(1, width + 1))
    return CsvForm(sample.delimiter, sample.quote, cells, sample.start, sample.line, 0)


def _header_cells(sample: _Sample, number: int, limits: Limits, where: str) -> list[str]:
    status, fields = sample.records[number, STATUS], int(sample.records[number, FIELDS])
    code, problem, remedy = "UNREADABLE", "", "Export it as CSV UTF-8 with a header line"
    if status != WHOLE:
        problem = "the first line is no header: it is too long, or a quotation mark is not closed"
    elif fields > limits.columns:
        code, remedy = "FILE_TOO_LARGE", "Leave some out, or raise the limit"
        problem = f"the header has {fields} columns, more than the limit of {limits.columns}"
    else:
        try:
            return sample.row(number)
        except (csv.Error, UnicodeDecodeError):
            problem, remedy = "the header cannot be read", "Shorten the column names"
    raise InputDataError(code, problem, where=where, remedy=remedy)
