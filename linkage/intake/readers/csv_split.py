"""Where CSV records begin and end, found in one walk over the bytes.

The grammar is RFC 4180 with the liberties files take: lines end in LF, CRLF or CR; blank lines are no records; the
quotation mark may be another one, or none; it opens a quoted cell only as its first byte, and text after the closing
one belongs to the cell. One liberty is not granted: a quoted cell that runs over a line end must end at a delimiter or
a line end. Where it does not, or runs too far, its quote was never meant to open anything: the record is rejected as
QUOTE_OPEN, and reading goes on at the line after that quote, so that a stray mark costs one row and not the rest of the
file.

What is found depends on the bytes alone, never on how they were cut into chunks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.intake.limits import Limits
from linkage.similarity.jit import borrowing

Int64 = npt.NDArray[np.int64]
UInt8 = npt.NDArray[np.uint8]

WHOLE: Final = 0
ROW_TOO_LONG: Final = 1
CELL_TOO_LONG: Final = 2
QUOTE_OPEN: Final = 3

START: Final = 0
END: Final = 1
LINE: Final = 2
FIELDS: Final = 3
STATUS: Final = 4
CELL: Final = 5
"""Columns of a record table; CELL is the position of the overlong cell, -1 without one."""

QUOTE: Final = 34
"""The common quotation mark; -1 stands for none."""

_LF: Final = 10
_CR: Final = 13


@dataclass(frozen=True, repr=False)
class SplitBlock:
    """Records found in one stretch of bytes.

    ``records`` int64 (n, 6), columns START, END (byte bounds in ``data``, without the line end), LINE (physical, where
    the record starts), FIELDS, STATUS and CELL. ``multiline``: some cell runs over a line end.
    """

    data: UInt8
    records: Int64
    multiline: bool


class RecordSplitter:
    """Splits a stream of bytes that comes in chunks of any size.

    Holds back the incomplete record at the end of a chunk, so it keeps one chunk and at most one record.
    """

    def __init__(
        self, delimiter: int, limits: Limits, *, line: int = 1, wanted: UInt8 | None = None, quote: int = QUOTE
    ) -> None:
        """``line`` is the number of the first physical line; ``wanted`` marks (1) columns whose cells are limited."""
        self._delimiter = delimiter
        self._quote = quote
        self._limits = limits
        self._wanted = np.ones(0, np.uint8) if wanted is None else wanted
        self._line = line
        self._skipping = False
        self._rest = b""

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[SplitBlock]:
        """Yield the records that are complete with this chunk; ``final`` says that no more bytes follow."""
        data = np.frombuffer(self._rest + chunk if self._rest else chunk, np.uint8)
        position = 0
        while True:
            records, position, self._line, self._skipping, multiline, full = split_records(
                data,
                position,
                final,
                self._delimiter,
                self._line,
                self._skipping,
                self._wanted,
                self._limits,
                quote=self._quote,
            )
            if len(records):
                yield SplitBlock(data, records, multiline)
            if not full:
                break
        self._rest = data[position:].tobytes()


def split_records(
    data: UInt8,
    position: int,
    final: bool,
    delimiter: int,
    line: int,
    skipping: bool,
    wanted: UInt8,
    limits: Limits,
    capacity: int = 0,
    quote: int = QUOTE,
) -> tuple[Int64, int, int, bool, bool, bool]:
    """Return the records from ``position`` on, and where to go on: position, line, skipping, multiline, full.

    ``skipping``: the bytes up to the next line end belong to a record already rejected. ``full``: ``capacity``
    records (0: as many as a chunk commonly has) were found and there may be more.
    """
    table = np.empty((capacity or max(16, (len(data) - position) // 16), 6), np.int64)
    count, position, line, skipping, multiline = _scan(
        data, position, final, delimiter, quote, line, skipping, wanted, limits.record_bytes, limits.cell_bytes, table
    )
    return table[:count], int(position), int(line), bool(skipping), bool(multiline), count == len(table)


@borrowing
def _scan(
    data: UInt8,
    begin: int,
    final: bool,
    delimiter: int,
    quote: int,
    line: int,
    skipping: bool,
    wanted: UInt8,
    record_limit: int,
    cell_limit: int,
    table: Int64,
) -> tuple[int, int, int, bool, bool]:
    end = data.shape[0]
    position = begin
    count = 0
    multiline = False
    while True:
        if skipping:
            while position < end and data[position] != _LF and data[position] != _CR:
                position += 1
            if position == end or (data[position] == _CR and position + 1 == end and not final):
                return count, position, line, not (final and position == end), multiline
            if data[position] == _CR and position + 1 < end and data[position + 1] == _LF:
                position += 1
            position += 1
            line += 1
            skipping = False
        if position >= end or count == table.shape[0]:
            return count, position, line, False, multiline

        start, i, row_line = position, position, line
        bound = min(end, start + record_limit)
        fields, cell_start, long_cell = 1, start, -1
        quoted, crossed, stray, waiting, done = False, False, False, False, False
        quote_at, quote_line = -1, line
        while i < bound and not done:
            c = data[i]
            if quoted:
                if c == quote:
                    if i + 1 < end and data[i + 1] == quote:
                        i += 2
                        continue
                    if i + 1 == end and not final:
                        waiting = True
                        break
                    if crossed and i + 1 < end:
                        follower = data[i + 1]
                        if follower != delimiter and follower != _LF and follower != _CR:
                            stray = True
                            break
                    quoted = False
                elif c in (_LF, _CR):
                    if c == _CR:
                        if i + 1 == end and not final:
                            waiting = True
                            break
                        if i + 1 < end and data[i + 1] == _LF:
                            i += 1
                    row_line += 1
                    crossed = True
                    if i - quote_at > cell_limit:
                        stray = True
                        break
                i += 1
            elif c == delimiter:
                if i - cell_start > cell_limit and long_cell < 0 and fields <= wanted.shape[0] and wanted[fields - 1]:
                    long_cell = fields - 1
                fields += 1
                i += 1
                cell_start = i
            elif c in (_LF, _CR):
                done = True
            elif c == quote and i == cell_start:
                quoted, crossed = True, False
                quote_at, quote_line = i, row_line
                i += 1
            else:
                i += 1

        status = WHOLE
        if stray:
            status = QUOTE_OPEN
        elif waiting:
            return count, start, line, False, multiline
        elif not done:
            if i == end and i - start <= record_limit:
                if not final:
                    return count, start, line, False, multiline
                if quoted:
                    stray, status = True, QUOTE_OPEN
            elif not quoted and (data[i] == _LF or data[i] == _CR):
                done = True
            elif quoted and crossed:
                stray, status = True, QUOTE_OPEN
            else:
                status = ROW_TOO_LONG
        if status == WHOLE and data.shape[0] > i and data[i] == _CR and i + 1 == end and not final:
            return count, start, line, False, multiline

        if i - cell_start > cell_limit and long_cell < 0 and fields <= wanted.shape[0] and wanted[fields - 1]:
            long_cell = fields - 1
        # An overlong record is dropped up to its line end; the quote that may be open in it has crossed none.
        skipping = status == ROW_TOO_LONG
        if status != QUOTE_OPEN and long_cell >= 0:
            status = CELL_TOO_LONG

        if i > start or status != WHOLE:
            table[count, START] = start
            table[count, END] = i
            table[count, LINE] = line
            table[count, FIELDS] = fields
            table[count, STATUS] = status
            table[count, CELL] = long_cell if status == CELL_TOO_LONG else -1
            count += 1
            multiline = multiline or row_line > line
        if stray:
            position, line, skipping = quote_at + 1, quote_line, True
            continue
        position, line = i, row_line
        if done:
            if data[position] == _CR and position + 1 < end and data[position + 1] == _LF:
                position += 1
            position += 1
            line += 1
