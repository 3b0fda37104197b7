"""Sounds of names: the level of whether a token of one sounds like a token of the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.similarity.sets import sets_meet


@borrowing
def sound_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    keys: npt.NDArray[np.uint64],
    offsets: npt.NDArray[np.int64],
    relation_level: npt.NDArray[np.int8],
    out: npt.NDArray[np.int8],
) -> None:
    """Compare sorted phonetic keys: value v has ``keys[offsets[v]:offsets[v + 1]]``; a name without any is missing."""
    for pair in range(count):
        for side in (left, right):
            ask_for(offsets, side[min(pair + 2 * AHEAD, count - 1)])
            ask_for(keys, offsets[side[min(pair + AHEAD, count - 1)]])
        a, b = left[pair], right[pair]
        if offsets[a] == offsets[a + 1] or offsets[b] == offsets[b + 1]:
            out[pair] = 0
        elif sets_meet(keys, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1]):
            out[pair] = relation_level[1]
        else:
            out[pair] = 1
