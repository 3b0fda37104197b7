"""The standing records while extracts are applied to them: a base that does not change, and what tonight added."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.nightly.recognition import marks_of
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standing.folder import Standing
from linkage.standing.people import Marks
from linkage.standing.rows import CLOSED, DEAD, OPEN, record_numbers


class Base(Protocol):
    """The rows of the last committed run, one per version of a record."""

    alive: UInt8
    numbers: Int64

    def rows_of_region(self, region: int) -> Int64:
        """Return the rows of a region, ascending."""
        ...

    def take(self, rows: Int64) -> Marks:
        """Return the marks of rows."""
        ...


class StandingBase:
    """The rows of the derived files."""

    def __init__(self, standing: Standing) -> None:
        self.alive = standing.rows.alive
        self.numbers = standing.rows.numbers
        self.rows_of_region = standing.marks.rows_of_region
        self.take = standing.marks.take


class TableBase:
    """The residents of a table, sorted by record id, each one row."""

    def __init__(self, residents: pa.Table, fields: list[str]) -> None:
        closed = pc.not_equal(residents.column("closed_by"), "").to_numpy()
        self.alive = np.where(closed, np.uint8(CLOSED), np.uint8(OPEN)).astype(np.uint8)
        self.numbers = record_numbers(residents.column("record_id"))
        self.marks = marks_of(residents, fields)

    def rows_of_region(self, region: int) -> Int64:
        """Return the rows of a region, ascending."""
        return np.flatnonzero(self.marks.regions == region)

    def take(self, rows: Int64) -> Marks:
        """Return the marks of rows."""
        return self.marks.take(rows)


class People:
    """The records of a base, changed by extracts one after the other.

    ``alive`` uint8 (rows,) and ``numbers`` int64: of all rows, those that were added tonight last.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.first_new = int(base.alive.size)
        self.alive = base.alive.copy()
        self.numbers = np.array(base.numbers)
        self.added: Marks | None = None
        self.ended: list[Int64] = []

    def of_region(self, region: int) -> Int64:
        """Return the living rows of a region, closed ones too, by record number."""
        rows = self.base.rows_of_region(region)
        if self.added is not None:
            rows = np.concatenate([rows, self.first_new + np.flatnonzero(self.added.regions == region)])
        rows = rows[self.alive[rows] != DEAD]
        ordered: Int64 = rows[np.argsort(self.numbers[rows], kind="stable")]
        return ordered

    def take(self, rows: Int64) -> Marks:
        """Return the marks of rows, in that order."""
        if self.added is None:
            return self.base.take(rows)
        new = rows >= self.first_new
        both = _joined(self.base.take(rows[~new]), self.added.take(rows[new] - self.first_new))
        back = np.empty(rows.size, np.int64)
        back[np.concatenate([np.flatnonzero(~new), np.flatnonzero(new)])] = np.arange(rows.size)
        return both.take(back)

    def add(self, marks: Marks, numbers: Int64) -> None:
        """Add open rows."""
        self.added = marks if self.added is None else _joined(self.added, marks)
        self.alive = np.append(self.alive, np.full(len(marks), OPEN, np.uint8))
        self.numbers = np.append(self.numbers, numbers)

    def end(self, rows: Int64, state: int) -> None:
        """Give rows another state."""
        self.alive[rows] = state
        self.ended.append(rows)

    def ended_rows(self) -> Int32:
        """Return the rows of the base whose state is another now, int32 ascending."""
        rows = np.unique(np.concatenate([np.zeros(0, np.int64), *self.ended]))
        rows = rows[rows < self.first_new]
        ended: Int32 = rows[self.alive[rows] != self.base.alive[rows]].astype(np.int32)
        return ended


def _joined(one: Marks, other: Marks) -> Marks:
    return Marks(
        np.concatenate([one.regions, other.regions]),
        np.concatenate([one.content, other.content]),
        np.concatenate([one.nik, other.nik]),
        np.concatenate([one.particulars, other.particulars]),
        np.concatenate([one.entry, other.entry]),
        pa.concat_arrays([one.niks, other.niks]),
    )
