"""Regions: the level of the smallest that both lie in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.standardise.regions.relation import DIFFERENT, region_relation


@borrowing
def region_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    codes: npt.NDArray[np.int64],
    relation_level: npt.NDArray[np.int8],
    out: npt.NDArray[np.int8],
) -> None:
    """Relate region ``codes`` int64, equal ones too; 0 for what is no code, which is missing."""
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(codes, left[ahead])
        ask_for(codes, right[ahead])
        relation = region_relation(codes[left[pair]], codes[right[pair]])
        out[pair] = relation_level[relation - DIFFERENT] if relation >= DIFFERENT else 0
