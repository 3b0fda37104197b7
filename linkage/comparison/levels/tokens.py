"""Tokens of texts: the level of how alike they are in any order, or of how initials stand for them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.levels.thresholds import threshold_level
from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.similarity.packed import Chars
from linkage.similarity.tokens import initials_relation, token_set_similarity, token_sort_similarity

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@borrowing
def token_levels(
    left: Int32, right: Int32, count: int, chars: Chars, offsets: Int64, threshold: npt.NDArray[np.float64], steps: int,
    sets: bool, out: Int8,
) -> None:  # fmt: skip
    """Compare texts by their tokens, as sets or sorted: value v is ``chars[offsets[v]:offsets[v + 1]]``."""
    for pair in range(count):
        for side in (left, right):
            ask_for(offsets, side[min(pair + 2 * AHEAD, count - 1)])
            ask_for(chars, offsets[side[min(pair + AHEAD, count - 1)]])
        a, b = left[pair], right[pair]
        if sets:
            closeness = token_set_similarity(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1])
        else:
            closeness = token_sort_similarity(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1])
        out[pair] = threshold_level(closeness, threshold, steps)


@borrowing
def initials_levels(
    left: Int32, right: Int32, count: int, chars: Chars, offsets: Int64, relation_level: Int8, out: Int8
) -> None:
    """Relate names of any country, whose tokens may stand as initials; texts as in :func:`token_levels`."""
    for pair in range(count):
        for side in (left, right):
            ask_for(offsets, side[min(pair + 2 * AHEAD, count - 1)])
            ask_for(chars, offsets[side[min(pair + AHEAD, count - 1)]])
        a, b = left[pair], right[pair]
        relation = initials_relation(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1])
        out[pair] = relation_level[relation]
