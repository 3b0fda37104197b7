"""Sets of words: the level of the share they have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.levels.thresholds import threshold_level
from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.similarity.sets import jaccard


@borrowing
def overlap_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    items: npt.NDArray[np.uint64],
    offsets: npt.NDArray[np.int64],
    threshold: npt.NDArray[np.float64],
    steps: int,
    out: npt.NDArray[np.int8],
) -> None:
    """Compare sorted sets: value v has ``items[offsets[v]:offsets[v + 1]]``, uint64."""
    for pair in range(count):
        for side in (left, right):
            ask_for(offsets, side[min(pair + 2 * AHEAD, count - 1)])
            ask_for(items, offsets[side[min(pair + AHEAD, count - 1)]])
        a, b = left[pair], right[pair]
        share = jaccard(items, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1])
        out[pair] = threshold_level(share, threshold, steps)
