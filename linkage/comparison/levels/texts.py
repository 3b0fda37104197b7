"""Texts: the level of their Jaro-Winkler similarity or edit distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.levels.thresholds import threshold_level
from linkage.comparison.opcodes import UNSETTLED
from linkage.similarity.gates import most_jaro_winkler
from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.similarity.packed import Chars, Words
from linkage.similarity.strings import edit_distance, jaro_winkler_at_least

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


@borrowing
def jaro_winkler_glance(
    left: Int32, right: Int32, count: int, gates: Words, threshold: Float64, steps: int, out: Int8
) -> None:
    """Find the texts whose ``gates`` show that they reach no level."""
    least = threshold[steps - 1]
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(gates, left[ahead])
        ask_for(gates, right[ahead])
        out[pair] = UNSETTLED if most_jaro_winkler(gates[left[pair]], gates[right[pair]]) >= least else 1


@borrowing
def jaro_winkler_levels(
    left: Int32, right: Int32, count: int, chars: Chars, offsets: Int64, threshold: Float64, steps: int, out: Int8
) -> None:
    """Compare texts: value v is ``chars[offsets[v]:offsets[v + 1]]``."""
    least = threshold[steps - 1]
    for pair in range(count):
        for side in (left, right):
            ask_for(offsets, side[min(pair + 2 * AHEAD, count - 1)])
            ask_for(chars, offsets[side[min(pair + AHEAD, count - 1)]])
        a, b = left[pair], right[pair]
        closeness = jaro_winkler_at_least(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1], least)
        out[pair] = threshold_level(closeness, threshold, steps)


@borrowing
def edit_levels(
    left: Int32, right: Int32, count: int, chars: Chars, offsets: Int64, threshold: Float64, steps: int,
    transpositions: bool, out: Int8,
) -> None:  # fmt: skip
    """Compare texts by edit distance; the thresholds are distances negated, best first."""
    most = int(-threshold[steps - 1])
    for pair in range(count):
        for side in (left, right):
            ask_for(offsets, side[min(pair + 2 * AHEAD, count - 1)])
            ask_for(chars, offsets[side[min(pair + AHEAD, count - 1)]])
        a, b = left[pair], right[pair]
        distance = edit_distance(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1], transpositions, most)
        out[pair] = threshold_level(-float(distance), threshold, steps)
