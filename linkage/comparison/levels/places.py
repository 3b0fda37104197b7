"""Places: the level of how far up they are one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.standardise.places.relation import DIFFERENT, place_relation


@borrowing
def place_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    rows: npt.NDArray[np.int32],
    relation_level: npt.NDArray[np.int8],
    out: npt.NDArray[np.int8],
) -> None:
    """Relate places: value v has its town in ``rows[2 * v]`` and its area behind it. What is uncertain is missing."""
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(rows, 2 * left[ahead])
        ask_for(rows, 2 * right[ahead])
        a, b = left[pair], right[pair]
        relation = place_relation(a, b, rows[2 * a], rows[2 * b], rows[2 * a + 1], rows[2 * b + 1])
        out[pair] = relation_level[relation - DIFFERENT] if relation >= DIFFERENT else 0
