"""Addresses: the level of what their parts have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.standardise.addresses.relation import DIFFERENT, ROW_WIDTH, relation_of_rows


@borrowing
def address_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    rows: npt.NDArray[np.int32],
    relation_level: npt.NDArray[np.int8],
    out: npt.NDArray[np.int8],
) -> None:
    """Relate addresses by rows of part codes, one after the other in ``rows``, equal ones too.

    Addresses of which no part stands on both sides are missing.
    """
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(rows, ROW_WIDTH * left[ahead])
        ask_for(rows, ROW_WIDTH * right[ahead])
        relation = relation_of_rows(rows, left[pair], right[pair])
        out[pair] = relation_level[relation - DIFFERENT] if relation >= DIFFERENT else 0
