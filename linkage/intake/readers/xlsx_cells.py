"""Cells of a workbook as Arrow arrays: texts, numbers, dates and flags of a column stand in one union array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.readers.base import Int64
from linkage.intake.readers.long_cells import Bools, long_cells
from linkage.intake.readers.xlsx_package import Package
from linkage.intake.readers.xlsx_sheet import (
    DATE_CELL,
    FLAG_CELL,
    KINDS,
    MOMENT_CELL,
    NUMBER_CELL,
    SHARED_CELL,
    TIME_CELL,
    Cells,
    unescaped,
)

Part = tuple[Int64, pa.Array]
"""Some rows of a column, ascending, and their values, all of one type."""

_DAY_ZERO: Final = 25_569  # 1970-01-01, counted from 1899-12-30
_DAYS_1904: Final = 1462
_LEAP_1900: Final = 60  # 1900-02-29, which spreadsheets count and no calendar has
_LAST_DAY: Final = 2_958_466  # 10000-01-01


@dataclass(frozen=True, repr=False)
class CellTypes:
    """What the cells of a workbook mean: its shared texts (chunked large_string) and the day its dates count from."""

    package: Package
    strings: pa.ChunkedArray
    since_1904: bool

    def columns(self, cells: Cells) -> dict[int, list[Part]]:
        """Return the parts of each column (by its slot) that has any value in these rows.

        Raises:
            InputDataError: UNREADABLE, a number is none, or a shared text is not there.
        """
        rows = np.repeat(np.arange(len(cells.lines)), np.diff(cells.ends, prepend=0))
        order = np.argsort(cells.marks, kind="stable")
        marks, starts = np.unique(cells.marks[order], return_index=True)
        columns: dict[int, list[Part]] = {}
        for mark, chosen in zip(marks.tolist(), np.split(order, starts[1:]), strict=False):
            texts = cells.texts.take(pa.array(chosen))
            columns.setdefault(mark // KINDS, []).extend(self._parts(mark % KINDS, rows[chosen], texts))
        return columns

    def _parts(self, kind: int, rows: Int64, texts: pa.StringArray) -> list[Part]:
        if kind == SHARED_CELL:
            return [(rows, self._shared(texts))]
        if kind == FLAG_CELL:
            return [(rows, pc.is_in(texts, value_set=pa.array(["1", "true"])))]
        if kind == MOMENT_CELL:
            return [(rows, pc.utf8_slice_codeunits(texts, 0, 10))]
        if kind == NUMBER_CELL:
            return [(rows, self._numbers(texts))]
        if kind in (DATE_CELL, TIME_CELL):
            numbers = self._numbers(texts).to_numpy()
            first = 0.0 if kind == TIME_CELL or self.since_1904 else 1.0
            fits = (numbers >= first) & (numbers < _LAST_DAY)
            moments = _times(numbers[fits]) if kind == TIME_CELL else self._dates(numbers[fits])
            # What no calendar has stays a number: it is a number that was shown as a date.
            return [part for part in ((rows[fits], moments), (rows[~fits], pa.array(numbers[~fits]))) if len(part[0])]
        return [(rows, unescaped(texts))]

    def _shared(self, texts: pa.StringArray) -> pa.DictionaryArray:
        numbers = self._cast(texts, pa.int64()).to_numpy()
        distinct, codes = np.unique(numbers, return_inverse=True)
        if distinct[0] < 0 or distinct[-1] >= len(self.strings):
            raise self.package.unreadable("a cell names a shared text that is not there")
        values = self.strings.take(pa.array(distinct)).combine_chunks()
        values = values.chunk(0) if isinstance(values, pa.ChunkedArray) else values
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), values)

    def _numbers(self, texts: pa.StringArray) -> pa.DoubleArray:
        return self._cast(texts, pa.float64())

    def _cast(self, texts: pa.StringArray, kind: pa.DataType) -> pa.Array:
        try:
            return pc.cast(pc.ascii_trim_whitespace(texts), kind)
        except pa.ArrowInvalid:
            # Its message quotes the cell.
            pass
        raise self.package.unreadable("a cell of a number holds none")

    def _dates(self, numbers: npt.NDArray[np.float64]) -> pa.StringArray:
        days = np.floor(numbers).astype(np.int32)
        if self.since_1904:
            return pa.array(days + np.int32(_DAYS_1904 - _DAY_ZERO)).cast(pa.date32()).cast(pa.string())
        # Days before the one that no calendar has stand one too low.
        real = days + (days < _LEAP_1900) - np.int32(_DAY_ZERO)
        dates = pa.array(real.astype(np.int32)).cast(pa.date32()).cast(pa.string())
        return pc.if_else(pa.array(days == _LEAP_1900), "1900-02-29", dates)


def too_long(parts: list[Part], rows: int, most: int) -> Bools:
    """Return bool (rows,): the text there has more than ``most`` bytes."""
    long = np.zeros(rows, np.bool_)
    for where, values in parts:
        long[where[long_cells(values, most)]] = True
    return long


def mixed(parts: list[Part], stay: Bools) -> pa.Array:
    """Return one array of the rows that ``stay`` (n,): of one type when all have it, else a dense union.

    Rows without a value are null.
    """
    moved = np.cumsum(stay) - 1
    if not stay.all():
        parts = [(moved[rows[stay[rows]]], values.filter(pa.array(stay[rows]))) for rows, values in parts]
        parts = [part for part in parts if len(part[0])]
    count = int(stay.sum())
    if not parts:
        return pa.nulls(count, pa.string())
    if len(parts) == 1 and len(parts[0][0]) == count:
        return parts[0][1]
    types = np.zeros(count, np.int8)
    offsets = np.zeros(count, np.int32)
    for number, (rows, _) in enumerate(parts, 1):
        types[rows] = number
        offsets[rows] = np.arange(len(rows), dtype=np.int32)
    values = [pa.nulls(1), *(values for _, values in parts)]
    return pa.UnionArray.from_dense(pa.array(types), pa.array(offsets), values)


def _times(numbers: npt.NDArray[np.float64]) -> pa.StringArray:
    seconds = np.rint(numbers * 86_400).astype(np.int64).tolist()
    return pa.array([f"{each // 3600:02}:{each // 60 % 60:02}:{each % 60:02}" for each in seconds], pa.string())
