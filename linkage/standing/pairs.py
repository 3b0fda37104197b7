"""Surviving pairs, append-only. A pair lives while both its rows do, and never changes, for the model does not.

All survivors are kept, not only those of ``pairs.parquet``: a guarded pair far below the review threshold forbids that
a cluster holds both records, and a pair that a steward called different is a reason of a contradictory case.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.comparison.pair_pass import Survivors
from linkage.standardise.column import Int32, UInt8
from linkage.standing.appended import AppendedArray
from linkage.standing.rows import OPEN
from linkage.standing.sorted_index import SortedIndex

COUPLES: Final = 1
"""Flag of a pair over which one record's decision depends on the other's: it links them or makes a case of them."""

WRITTEN: Final = 2
"""Flag of a pair that stands in ``pairs``: at the review threshold or above, or kept."""


class StandingPairs:
    """The pairs in a folder, between rows. ``state``: what :attr:`state` was when they were committed, {} at first."""

    def __init__(self, folder: Path, n_comparisons: int, state: Mapping[str, Any]) -> None:
        count = int(state.get("pairs", 0))
        self._ends = AppendedArray(folder / "pair.ends", np.int32, rows=count, width=2)
        self._rules = AppendedArray(folder / "pair.rules", np.uint64, rows=count)
        self._weights = AppendedArray(folder / "pair.weights", np.float64, rows=count, width=2)
        self._levels = AppendedArray(folder / "pair.levels", np.int8, rows=count, width=n_comparisons)
        self._flags = AppendedArray(folder / "pair.flags", np.uint8, rows=count)
        self._by_row = SortedIndex(folder, "pair", state.get("by_row", ()))

    @property
    def state(self) -> dict[str, Any]:
        """What counts, as plain JSON."""
        return {"pairs": self._ends.rows, "by_row": self._by_row.segments}

    @property
    def files(self) -> set[str]:
        """Names of the index files that count."""
        return self._by_row.files

    def append(self, left: Int32, right: Int32, found: Survivors, final: npt.NDArray[np.float64], flags: UInt8) -> None:
        """Append pairs of rows; ``final`` float64 (n_pairs,): the match weight of ``pairs``, in bits."""
        first = self._ends.rows
        self._ends.append(np.stack([left, right], axis=1))
        self._rules.append(found.rules)
        self._weights.append(np.stack([found.weight, final], axis=1))
        self._levels.append(found.levels)
        self._flags.append(flags)
        numbers = np.arange(first, first + left.size, dtype=np.int32)
        self._by_row.append(np.concatenate([left, right]).astype(np.uint64), np.concatenate([numbers, numbers]))

    def of_rows(self, rows: Int32) -> Int32:
        """Return the pairs that hold any of the rows (ascending), living or not; int32 ascending."""
        _, pairs = self._by_row.look_up(rows.astype(np.uint64))
        return np.unique(pairs)

    def ends(self, pairs: Int32) -> tuple[Int32, Int32]:
        """Return the left and the right row of pairs (n,), int32."""
        both = self._ends.values[pairs]
        return both[:, 0], both[:, 1]

    def with_flag(self, pairs: Int32, flag: int) -> Int32:
        """Return those of the pairs that have a flag."""
        flagged: Int32 = pairs[(self._flags.values[pairs] & flag) != 0]
        return flagged

    def living(self, pairs: Int32, alive: UInt8) -> Int32:
        """Return those of the pairs of which both rows are open."""
        left, right = self.ends(pairs)
        living: Int32 = pairs[(alive[left] == OPEN) & (alive[right] == OPEN)]
        return living

    def survivors(self, pairs: Int32, place: Int32) -> Survivors:
        """Return pairs (n,) as survivors between the records at ``place`` of their rows, int32 (rows,)."""
        left, right = (place[rows] for rows in self.ends(pairs))
        order = np.lexsort((right, left))
        pairs = pairs[order]
        weights = self._weights.values[pairs]
        return Survivors(
            left[order], right[order], self._rules.values[pairs], weights[:, 0], self._levels.values[pairs], 0
        )

    def final_weight(self, pairs: Int32) -> npt.NDArray[np.float64]:
        """Return the match weight in bits under which pairs (n,) stand in ``pairs``."""
        weights: npt.NDArray[np.float64] = self._weights.values[pairs, 1]
        return weights

    def rules_and_levels(self, pairs: Int32) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int8]]:
        """Return the rule masks and the levels of pairs (n,)."""
        return self._rules.values[pairs], self._levels.values[pairs]
