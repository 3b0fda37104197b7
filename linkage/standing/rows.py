"""Encoded records, append-only: a row of codes per version of a record, and who shares a key, a NIK or a card with it.

A record that changes gets a new row and its old one dies; who was closed has no living row. So rows never change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from joblib import Parallel, delayed

from linkage.encode import EncodedRecords
from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.spec import LinkageSpec
from linkage.standardise.column import Int32, Int64, StandardColumn
from linkage.standardise.nik.numbers import valid_codes
from linkage.standing.appended import AppendedArray
from linkage.standing.sorted_index import SortedIndex
from linkage.standing.values import StandingValues

DEAD: Final = 0
OPEN: Final = 1
CLOSED: Final = 2
"""States of a row: replaced by a later one; a standing record; the last form of a record that was closed."""

_NIK: Final = "nik"
_CARD: Final = "no_kk"
_DIGITS: Final = 12


def record_ids(numbers: Int64) -> pa.StringArray:
    """Return the ids of record numbers (n,): R and twelve digits."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=_DIGITS, padding="0")
    return pc.binary_join_element_wise(pa.scalar("R"), digits, "")


def record_numbers(ids: pa.StringArray | pa.ChunkedArray) -> Int64:
    """Return the numbers int64 (n,) in record ids, the reverse of :func:`record_ids`."""
    numbers = pc.utf8_slice_codeunits(ids, 1).cast(pa.int64())
    return np.asarray(numbers.to_numpy(zero_copy_only=False) if isinstance(numbers, pa.Array) else numbers.to_numpy())


class StandingRows:
    """The rows in a folder. ``state``: what :attr:`state` was when they were committed, {} at first."""

    def __init__(self, folder: Path, spec: LinkageSpec, state: Mapping[str, Any]) -> None:
        count = int(state.get("rows", 0))
        self.spec = spec
        self.fields = [(field.name, field.kind) for field in spec.fields]
        self._codes = AppendedArray(folder / "codes", np.int32, rows=count, width=len(self.fields))
        self._numbers = AppendedArray(folder / "numbers", np.int64, rows=count)
        self._ends = AppendedArray(folder / "ends", np.int32, rows=int(state.get("ends", 0)), width=2)
        indexes = state.get("indexes", {})
        self.by_rule = tuple(
            SortedIndex(folder, f"rule{place}", indexes.get(f"rule{place}", ())) for place in range(len(spec.rules))
        )
        self.by_record = SortedIndex(folder, "record", indexes.get("record", ()))
        self._by_value = {name: SortedIndex(folder, name, indexes.get(name, ())) for name in (_NIK, _CARD)}
        values = state.get("values", {})
        self._values = {
            name: StandingValues(folder, f"v.{name}", kind, values.get(name, {})) for name, kind in self.fields
        }
        self.alive = np.full(count, OPEN, np.uint8)
        ends = self._ends.values
        self.alive[ends[:, 0]] = ends[:, 1]  # of several ends of a row the last counts

    def __len__(self) -> int:
        """Number of rows, dead ones included."""
        return self._codes.rows

    @property
    def state(self) -> dict[str, Any]:
        """What counts, as plain JSON."""
        return {
            "rows": len(self),
            "ends": self._ends.rows,
            "indexes": {index.name: index.segments for index in self._indexes},
            "values": {name: values.state for name, values in self._values.items()},
        }

    @property
    def files(self) -> set[str]:
        """Names of the index files that count."""
        files: set[str] = set()
        for index in self._indexes:
            files |= index.files
        return files.union(*(values.files for values in self._values.values()))

    @property
    def _indexes(self) -> tuple[SortedIndex, ...]:
        return (*self.by_rule, self.by_record, *self._by_value.values())

    @property
    def numbers(self) -> Int64:
        """The record number of each row, int64 (rows,)."""
        return self._numbers.values

    def append(
        self, numbers: Int64, records: EncodedRecords | None, places: Int64, states: npt.NDArray[np.uint8]
    ) -> Int32:
        """Append a row for each of the record ``numbers`` and return the rows, int32.

        ``records`` are the encoded ones, ``places`` int64 where each of them stands among ``numbers``; rows that were
        not encoded have no values. ``states`` uint8: OPEN, CLOSED, or DEAD at once.
        """
        first, count = len(self), len(numbers)
        rows = np.arange(first, first + count, dtype=np.int32)
        codes = np.full((count, len(self.fields)), -1, np.int32)
        if records is not None and records.n_records:
            for slot, (name, _) in enumerate(self.fields):
                column = records.columns[name]
                standing = np.append(self._values[name].codes_of(column.content), np.int32(-1))
                codes[places, slot] = standing[column.codes]
                if name in self._by_value:
                    valid = np.flatnonzero(valid_codes(column) >= 0)
                    keys = codes[places[valid], slot].astype(np.uint64)
                    self._by_value[name].append(keys, rows[places[valid]])
        self._codes.append(codes)
        self._numbers.append(numbers)
        self.by_record.append(numbers.astype(np.uint64), rows)
        self.alive = np.append(self.alive, np.full(count, OPEN, np.uint8))
        other = states != OPEN
        self.end(rows[other], states[other])
        return rows

    def end(self, rows: Int32, states: npt.NDArray[np.uint8]) -> None:
        """Give rows their last state."""
        if len(rows):
            self._ends.append(np.stack([rows.astype(np.int32), states.astype(np.int32)], axis=1))
            self.alive[rows] = states

    def gather(self, rows: Int32, threads: int = 1) -> EncodedRecords:
        """Return these rows as encoded records, in that order. Their values have no keys for blocking."""
        columns = self._columns(rows, [name for name, _ in self.fields], threads)
        return EncodedRecords(record_ids(self.numbers[rows]), columns)

    def gather_fields(self, rows: Int32, fields: Collection[str], threads: int = 1) -> EncodedRecords:
        """Return some fields of these rows as :meth:`gather` does; their ids are empty."""
        columns = self._columns(rows, [name for name, _ in self.fields if name in fields], threads)
        return EncodedRecords(pa.repeat("", len(rows)), columns)

    def _columns(self, rows: Int32, fields: Sequence[str], threads: int) -> dict[str, StandardColumn]:
        places = {name: slot for slot, (name, _) in enumerate(self.fields)}
        codes = np.empty((len(fields), len(rows)), np.int32)
        _gather_codes(self._codes.values, rows, np.array([places[name] for name in fields], np.int64), codes)

        def column(place: int) -> StandardColumn:
            used, own = distinct_codes(codes[place])
            name, kind = self.fields[places[fields[place]]]
            return StandardColumn(name, kind, own, self._values[name].content(used))

        found = Parallel(n_jobs=threads, prefer="threads", batch_size=1)(map(delayed(column), range(len(fields))))
        return dict(zip(fields, found, strict=True))

    def told_fields(self) -> frozenset[str]:
        """Return the fields that any row tells, or told."""
        return frozenset(name for name, values in self._values.items() if len(values))

    def sharing_nik(self, rows: Int32) -> Int32:
        """Return the open rows that have the valid NIK of one of ``rows``, themselves included; int32 ascending."""
        return np.unique(self._sharing(_NIK, rows)[1])

    def sharing_card(self, rows: Int32) -> tuple[Int32, Int32]:
        """Return the open rows on the family cards of ``rows``: the card of each, its code, and the row; int32 both.

        By card, ascending; each row once.
        """
        return self._sharing(_CARD, rows)

    def _sharing(self, name: str, rows: Int32) -> tuple[Int32, Int32]:
        """Return the open rows that have a valid value of one of ``rows``: its code, ascending, and the row."""
        slot = next((slot for slot, (field, _) in enumerate(self.fields) if field == name), -1)
        if slot < 0 or not len(rows):
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        codes = np.unique(self._codes.values[rows, slot])
        codes = codes[codes >= 0]
        place, found = self._by_value[name].look_up(codes.astype(np.uint64))
        still_there = self.alive[found] == OPEN
        return codes[place[still_there]], found[still_there]

    def by_number(self, rows: Int32) -> tuple[Int32, Int32]:
        """Return rows in the order of their record numbers, and for every row its place there, -1 for none; int32."""
        rows = rows[np.argsort(self.numbers[rows], kind="stable")]
        place = np.full(len(self), -1, np.int32)
        place[rows] = np.arange(rows.size, dtype=np.int32)
        return rows, place

    def rows_of(self, numbers: Int64) -> Int32:
        """Return the living row, open or closed, of each record number (n,), -1 for none."""
        keys, inverse = np.unique(numbers.astype(np.uint64), return_inverse=True)
        place, rows = self.by_record.look_up(keys)
        living = self.alive[rows] != DEAD
        found = np.full(keys.size, -1, np.int32)
        found[place[living]] = rows[living]
        return found[inverse]


@borrowing
def _gather_codes(codes: Int32, rows: Int32, slots: Int64, gathered: Int32) -> None:
    """Write the columns ``slots`` of rows, codes int32 (rows, fields), into ``gathered`` int32 (n_slots, n)."""
    flat, width = codes.reshape(-1), np.int64(codes.shape[1])
    for place in range(rows.shape[0]):
        ask_for(flat, rows[min(place + AHEAD, rows.shape[0] - 1)] * width)
        start = rows[place] * width
        for slot in range(slots.shape[0]):
            gathered[slot, place] = flat[start + slots[slot]]


def distinct_codes(codes: Int32) -> tuple[Int32, Int32]:
    """Return the distinct codes ascending without -1, int32, and for each entry its place there, -1 for missing."""
    largest = int(codes.max(initial=-1))
    if largest < 64 * codes.size:
        seen = np.zeros(largest + 2, np.bool_)
        seen[codes] = True  # -1 is the last
        seen[-1] = False
        place = np.cumsum(seen, dtype=np.int32) - np.int32(1)
        place[-1] = -1
        return np.flatnonzero(seen).astype(np.int32), place[codes]
    used, inverse = np.unique(codes, return_inverse=True)
    missing = int(used.size > 0 and used[0] == -1)
    return used[missing:], (inverse - missing).astype(np.int32)
