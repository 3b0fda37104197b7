"""Levels of one chunk of pairs: those the codes alone tell, what is left to look at, and what comes of the answers."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.comparison.opcodes import MAX_LEVELS, OPCODES, UNSETTLED
from linkage.comparison.tables import VALUE_BITS
from linkage.comparison.weights import EQUAL, FLAGGED_EQUAL, FLAGGED_UNEQUAL, MISSING, UNEQUAL
from linkage.similarity.jit import borrowing

Bool = npt.NDArray[np.bool_]
Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

_NIK: Final = OPCODES["nik"]
_LIKENESS: Final = OPCODES["nik_likeness"]


@borrowing
def mark_kept(keep: Bool, opcodes: Int64, columns: Int64, count: int, states: Int8, kept: Bool) -> None:
    """Mark the pairs that survive whatever their weight: equal, and no damaged NIK, where that is to keep."""
    kept[:count] = False
    for comparison in range(keep.shape[0]):
        if keep[comparison] and columns[comparison] >= 0:
            state, damaged = states[columns[comparison]], opcodes[comparison] in (_NIK, _LIKENESS)
            for pair in range(count):
                kept[pair] |= state[pair] == EQUAL or (state[pair] == FLAGGED_EQUAL and not damaged)


@borrowing
def settle_by_states(
    states: Int8, same: int, looks: bool, alive: Int32, count: int, level: Int8, waiting: Int32
) -> int:
    """Write the levels that the codes alone tell; list the pairs whose values must be looked at; return how many."""
    n_open = 0
    for place in range(count):
        pair = alive[place]
        state = states[pair]
        level[pair] = 0 if state == MISSING else same
        waiting[n_open] = pair
        n_open += state in (UNEQUAL, FLAGGED_UNEQUAL) or (state == FLAGGED_EQUAL and looks)
    return n_open


@borrowing
def list_unsettled(alive: Int32, count: int, level: Int8, waiting: Int32) -> int:
    """List the pairs that a glance left unsettled; return how many."""
    n_open = 0
    for place in range(count):
        waiting[n_open] = alive[place]
        n_open += level[alive[place]] == UNSETTLED
    return n_open


@borrowing
def gather_values(left: Int32, right: Int32, waiting: Int32, count: int, one: Int32, other: Int32) -> None:
    """Write the numbers of the values that must be looked at."""
    for place in range(count):
        one[place] = left[waiting[place]] & VALUE_BITS
        other[place] = right[waiting[place]] & VALUE_BITS


@borrowing
def spread_levels(answer: Int8, waiting: Int32, count: int, level: Int8) -> None:
    """Give the pairs that were waiting their levels."""
    for place in range(count):
        level[waiting[place]] = answer[place]


@borrowing
def combine_levels(parts: Int64, table: Int8, alive: Int32, count: int, level: Int8, comparison: int) -> None:
    """Look up the levels of a combination."""
    for place in range(count):
        pair = alive[place]
        entry = 0
        for slot in range(parts.shape[0]):
            if parts[slot] < 0:
                break
            entry = entry * MAX_LEVELS + level[parts[slot], pair]
        level[comparison, pair] = table[entry]
