"""By what a record is recognised when it comes again: hashes of its texts, one row per version, append-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.standardise.column import Int32, Int64, UInt64
from linkage.standing.appended import AppendedArray
from linkage.standing.sorted_index import SortedIndex


@dataclass(frozen=True, repr=False)
class Marks:
    """What rows are recognised by, n of them. Hashes are 0 where the value is missing.

    ``regions`` int32: the sending region. ``content`` uint64: of all fields. ``nik``, ``particulars``, ``entry``
    uint64: of the NIK, of what tells a person without it, of the date of entry.
    """

    regions: Int32
    content: UInt64
    nik: UInt64
    particulars: UInt64
    entry: UInt64

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.regions)

    @property
    def keys(self) -> UInt64:
        """By what a row may be recognised, uint64 (n, 3): content, NIK and particulars."""
        return np.stack([self.content, self.nik, self.particulars], axis=1)

    def take(self, rows: npt.NDArray[np.integer]) -> Marks:
        """Return the marks of these rows."""
        return Marks(
            self.regions[rows],
            self.content[rows],
            self.nik[rows],
            self.particulars[rows],
            self.entry[rows],
        )


def joined_marks(parts: Sequence[Marks]) -> Marks:
    """Return the rows of several marks, one after the other; there must be one."""
    return Marks(
        np.concatenate([part.regions for part in parts]),
        np.concatenate([part.content for part in parts]),
        np.concatenate([part.nik for part in parts]),
        np.concatenate([part.particulars for part in parts]),
        np.concatenate([part.entry for part in parts]),
    )


class StandingMarks:
    """The marks in a folder, one per row of :class:`linkage.standing.rows.StandingRows`."""

    def __init__(self, folder: Path, state: Mapping[str, Any]) -> None:
        count = int(state.get("rows", 0))
        self._regions = AppendedArray(folder / "regions", np.int32, rows=count)
        self._hashes = AppendedArray(folder / "hashes", np.uint64, rows=count, width=4)
        self._by_region = SortedIndex(folder, "region", state.get("by_region", ()))

    @property
    def state(self) -> dict[str, Any]:
        """What counts, as plain JSON."""
        return {"rows": self._regions.rows, "by_region": self._by_region.segments}

    @property
    def files(self) -> set[str]:
        """Names of the index files that count."""
        return self._by_region.files

    def append(self, marks: Marks) -> None:
        """Append rows."""
        first = self._regions.rows
        self._regions.append(marks.regions)
        self._hashes.append(np.stack([marks.content, marks.nik, marks.particulars, marks.entry], axis=1))
        rows = np.arange(first, first + len(marks), dtype=np.int32)
        self._by_region.append(marks.regions.astype(np.uint64), rows)

    def rows_of_region(self, region: int) -> Int64:
        """Return the rows of a region, dead ones included, ascending."""
        _, rows = self._by_region.look_up(np.array([region], np.uint64))
        return np.sort(rows).astype(np.int64)

    def take(self, rows: npt.NDArray[np.integer]) -> Marks:
        """Return the marks of these rows."""
        hashes = self._hashes.values[rows]
        content, nik, particulars, entry = (np.ascontiguousarray(hashes[:, place]) for place in range(4))
        return Marks(self._regions.values[rows], content, nik, particulars, entry)

    def keys(self, rows: npt.NDArray[np.integer]) -> UInt64:
        """Return :attr:`Marks.keys` of these rows."""
        keys: UInt64 = self._hashes.values[rows, :3]
        return keys
