"""Surviving pairs, append-only. A pair lives while both its rows do.

What it says of its two records never changes, for the model does not. But a supervised model asks their families too
(:mod:`linkage.features.family`), and who is family comes and goes: a pair scored again gets an entry in a journal, of
which the last counts.

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

Float64 = npt.NDArray[np.float64]

COUPLES: Final = 1
"""Flag of a pair over which one record's decision depends on the other's: it links them or makes a case of them."""

WRITTEN: Final = 2
"""Flag of a pair that stands in ``pairs``: at the review threshold or above, or kept."""

TWIN_AT_HOME: Final = 4
"""Flag of a pair of which one has a twin at home (:class:`linkage.decision.evidence.PairFacts`), as a model found."""


_ENTRY: Final = np.dtype([("pair", np.int32), ("flags", np.uint8), ("weight", np.float64)])
_EVIDENCE, _KIN, _FINAL = range(3)


class StandingPairs:
    """The pairs in a folder, between rows. ``state``: what :attr:`state` was when they were committed, {} at first."""

    def __init__(self, folder: Path, n_comparisons: int, state: Mapping[str, Any]) -> None:
        count = int(state.get("pairs", 0))
        self._ends = AppendedArray(folder / "pair.ends", np.int32, rows=count, width=2)
        self._rules = AppendedArray(folder / "pair.rules", np.uint64, rows=count)
        self._weights = AppendedArray(folder / "pair.weights", np.float64, rows=count, width=3)
        self._levels = AppendedArray(folder / "pair.levels", np.int8, rows=count, width=n_comparisons)
        self._flags = AppendedArray(folder / "pair.flags", np.uint8, rows=count)
        self._again = AppendedArray(folder / "pair.again", _ENTRY, rows=int(state.get("again", 0)))
        self._by_row = SortedIndex(folder, "pair", state.get("by_row", ()))
        self._read_journal()

    @property
    def state(self) -> dict[str, Any]:
        """What counts, as plain JSON."""
        return {"pairs": self._ends.rows, "again": self._again.rows, "by_row": self._by_row.segments}

    @property
    def files(self) -> set[str]:
        """Names of the index files that count."""
        return self._by_row.files

    def append(
        self, left: Int32, right: Int32, found: Survivors, kin_weight: Float64, final: Float64, flags: UInt8
    ) -> None:
        """Append pairs of rows, with their weights float64 (n_pairs,) in bits and their flags.

        ``kin_weight``: what Fellegi-Sunter and the guards give; ``final``: the match weight of ``pairs``.
        """
        first = self._ends.rows
        self._ends.append(np.stack([left, right], axis=1))
        self._rules.append(found.rules)
        self._weights.append(np.stack([found.weight, kin_weight, final], axis=1))
        self._levels.append(found.levels)
        self._flags.append(flags)
        numbers = np.arange(first, first + left.size, dtype=np.int32)
        self._by_row.append(np.concatenate([left, right]).astype(np.uint64), np.concatenate([numbers, numbers]))

    def score_again(self, pairs: Int32, final: Float64, flags: UInt8) -> None:
        """Give pairs (n,) another match weight, in bits, and other flags."""
        if not pairs.size:
            return
        entries = np.empty(pairs.size, _ENTRY)
        entries["pair"], entries["weight"], entries["flags"] = pairs, final, flags
        self._again.append(entries)
        self._read_journal()

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
        flagged: Int32 = pairs[(self.flags(pairs) & flag) != 0]
        return flagged

    def flags(self, pairs: Int32) -> UInt8:
        """Return the flags of pairs (n,), uint8."""
        flags: UInt8 = self._flags.values[pairs]
        scored, entries = self._scored_again(pairs)
        flags[scored] = entries["flags"]
        return flags

    def living(self, pairs: Int32, alive: UInt8) -> Int32:
        """Return those of the pairs of which both rows are open."""
        left, right = self.ends(pairs)
        living: Int32 = pairs[(alive[left] == OPEN) & (alive[right] == OPEN)]
        return living

    def survivors(self, pairs: Int32, place: Int32) -> Survivors:
        """Return pairs (n,) as survivors between the records at ``place`` of their rows, int32 (rows,)."""
        left, right = (place[rows] for rows in self.ends(pairs))
        rules, levels = self.rules_and_levels(pairs)
        return Survivors(left, right, rules, self._weights.values[pairs, _EVIDENCE], levels, 0)

    def in_order(self, pairs: Int32, place: Int32) -> Int32:
        """Return pairs by the places of their rows, left before right."""
        left, right = (place[rows] for rows in self.ends(pairs))
        ordered: Int32 = pairs[np.lexsort((right, left))]
        return ordered

    def final_weight(self, pairs: Int32) -> Float64:
        """Return the match weight in bits under which pairs (n,) stand in ``pairs``."""
        weights: Float64 = self._weights.values[pairs, _FINAL]
        scored, entries = self._scored_again(pairs)
        weights[scored] = entries["weight"]
        return weights

    def kin_weight(self, pairs: Int32) -> Float64:
        """Return what Fellegi-Sunter and the guards say of pairs (n,), in bits: how sure they are to other families."""
        weights: Float64 = self._weights.values[pairs, _KIN]
        return weights

    def rules_and_levels(self, pairs: Int32) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int8]]:
        """Return the rule masks and the levels of pairs (n,)."""
        return self._rules.values[pairs], self._levels.values[pairs]

    def _read_journal(self) -> None:
        entries = self._again.values
        backwards, first = np.unique(entries["pair"][::-1], return_index=True)
        self._changed, self._entries = backwards, entries[entries.size - 1 - first]

    def _scored_again(self, pairs: Int32) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
        """Return which of the pairs (n,) were scored again, their places, and the last entry of each."""
        if not self._changed.size:
            return np.zeros(0, np.int64), self._entries
        place = np.minimum(np.searchsorted(self._changed, pairs), self._changed.size - 1)
        scored = np.flatnonzero(self._changed[place] == pairs)
        return scored, self._entries[place[scored]]
