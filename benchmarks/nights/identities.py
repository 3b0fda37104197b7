"""Who the records of the store are in truth, and whether a record keeps its id."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.nights.world import World
from linkage.nightly.in_force import FLAG, in_force

Int64 = npt.NDArray[np.int64]
COLUMNS = ["record_id", "given_id", "closed_by", FLAG]


def numbers_of(ids: pa.ChunkedArray | pa.Array) -> Int64:
    """Return the numbers in ids such as R000000000001, int64 (n,), -1 for null."""
    column = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    numbers = pc.cast(pc.utf8_slice_codeunits(column.cast(pa.string()), 1), pa.int64())
    return np.asarray(pc.fill_null(numbers, -1).to_numpy(zero_copy_only=False), np.int64)


@dataclass
class Identities:
    """Follows the store night by night.

    ``person``: the true person of each record id, by its newest row. ``given``: the office's own number of it.
    ``ids_of``: the record ids that each office's number was given, of those that had more than one. ``active``:
    whether the office still has each record and calls it active, by record number.
    """

    world: World
    person: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    record_of: dict[str, str] = field(default_factory=dict)
    ids_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken_over: set[str] = field(default_factory=set)
    active: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, np.bool_))

    def follow(self, rows: pa.Table) -> None:
        """Take in what a night appended to the residents."""
        ids, given = rows["record_id"].to_pylist(), rows["given_id"].to_pylist()
        for record, name in zip(ids, given, strict=True):
            if name is None:
                continue
            before = self.given.get(record)
            if before == name:
                continue
            if before is not None and self.world.person[before] != self.world.person[name]:
                self.taken_over.add(record)
            self.given[record] = name
            self.person[record] = self.world.person[name]
            other = self.record_of.setdefault(name, record)
            if other != record:
                self.ids_of[name] |= {other, record}
        numbers = numbers_of(rows["record_id"])
        closed = pc.fill_null(pc.not_equal(rows["closed_by"], ""), False).to_numpy(zero_copy_only=False)
        if numbers.size:
            more = np.zeros(max(0, int(numbers.max()) + 1 - self.active.size), np.bool_)
            self.active = np.append(self.active, more)
            self.active[numbers] = ~np.asarray(closed, np.bool_) & in_force(rows)

    def moved(self) -> set[str]:
        """Return the offices' numbers that were given a second record id though their NIK tells who they are."""
        return set(self.ids_of) & self.world.steady
