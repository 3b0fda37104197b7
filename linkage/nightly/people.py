"""The standing records while extracts are applied to them: a base that does not change, and what tonight added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.nightly.recognition import marks_of, may_share_keys
from linkage.standardise.column import Int32, Int64, UInt8, UInt64
from linkage.standing.folder import Standing
from linkage.standing.people import Marks, joined_marks
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

    def keys(self, rows: Int64) -> UInt64:
        """Return :attr:`Marks.keys` of rows."""
        ...


class StandingBase:
    """The rows of the derived files."""

    def __init__(self, standing: Standing) -> None:
        self.alive = standing.rows.alive
        self.numbers = standing.rows.numbers
        self.rows_of_region = standing.marks.rows_of_region
        self.take = standing.marks.take
        self.keys = standing.marks.keys


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

    def keys(self, rows: Int64) -> UInt64:
        """Return :attr:`Marks.keys` of rows."""
        return self.marks.take(rows).keys


class People:
    """The records of a base, changed by extracts one after the other.

    ``alive`` uint8 (rows,) and ``numbers`` int64: of all rows, those that were added tonight last.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.first_new = int(base.alive.size)
        self.ended: list[Int64] = []
        self._alive = base.alive.copy()
        self._numbers = np.array(base.numbers)
        self._rows = self.first_new
        self._added: list[Marks] = []
        self._starts: list[int] = []
        self._by_region: dict[int, list[int]] = {}

    @property
    def alive(self) -> UInt8:
        """The state of each row."""
        return self._alive[: self._rows]

    @property
    def numbers(self) -> Int64:
        """The record number of each row."""
        return self._numbers[: self._rows]

    @property
    def added(self) -> Marks | None:
        """The marks of the rows added tonight, None without any."""
        return joined_marks(self._added) if self._added else None

    def of_region(self, region: int) -> Int64:
        """Return the living rows of a region, closed ones too, by record number."""
        rows = [self.base.rows_of_region(region)]
        for part in self._by_region.get(region, ()):
            rows.append(self._starts[part] + np.flatnonzero(self._added[part].regions == region))
        living = np.concatenate(rows)
        living = living[self.alive[living] != DEAD]
        ordered: Int64 = living[np.argsort(self.numbers[living], kind="stable")]
        return ordered

    def alike(self, rows: Int64, marks: Marks) -> Int64:
        """Return those of the rows, in their order, that have a key of ``marks``, and perhaps a few that have none."""
        chosen = np.zeros(rows.size, np.bool_)
        for places, part in self._parts(rows):
            keys = self.base.keys(rows[places]) if part < 0 else self._added[part].take(self._within(rows[places])).keys
            chosen[places] = may_share_keys(keys, marks.keys)
        alike: Int64 = rows[chosen]
        return alike

    def take(self, rows: Int64) -> Marks:
        """Return the marks of rows, in that order."""
        order: list[Int64] = []
        parts: list[Marks] = []
        for places, part in self._parts(rows):
            order.append(places)
            parts.append(
                self.base.take(rows[places]) if part < 0 else self._added[part].take(self._within(rows[places]))
            )
        if len(parts) < 2:
            return parts[0] if parts else self.base.take(rows)
        back = np.empty(rows.size, np.int64)
        back[np.concatenate(order)] = np.arange(rows.size)
        return joined_marks(parts).take(back)

    def add(self, marks: Marks, numbers: Int64) -> None:
        """Add open rows."""
        for region in np.unique(marks.regions).tolist():
            self._by_region.setdefault(region, []).append(len(self._added))
        self._starts.append(self._rows)
        self._added.append(marks)
        after = self._rows + len(marks)
        if after > self._alive.size:  # twice the room, so that many small extracts do not copy all each time
            self._alive = np.resize(self._alive, 2 * after)
            self._numbers = np.resize(self._numbers, 2 * after)
        self._alive[self._rows : after] = OPEN
        self._numbers[self._rows : after] = numbers
        self._rows = after

    def end(self, rows: Int64, state: int) -> None:
        """Give rows another state."""
        self._alive[rows] = state
        self.ended.append(rows)

    def ended_rows(self) -> Int32:
        """Return the rows of the base whose state is another now, int32 ascending."""
        rows = np.unique(np.concatenate([np.zeros(0, np.int64), *self.ended]))
        rows = rows[rows < self.first_new]
        ended: Int32 = rows[self.alive[rows] != self.base.alive[rows]].astype(np.int32)
        return ended

    def _parts(self, rows: Int64) -> Iterator[tuple[Int64, int]]:
        """Yield the places of rows that were added together, and the number of that part, -1 for the base."""
        part = np.searchsorted(self._starts, rows, side="right") - 1
        for number in np.unique(part).tolist():
            yield np.flatnonzero(part == number), number

    def _within(self, rows: Int64) -> Int64:
        """Return rows of one part as places in it."""
        starts = np.array(self._starts, np.int64)
        places: Int64 = rows - starts[np.searchsorted(starts, rows, side="right") - 1]
        return places
