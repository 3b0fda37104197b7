"""What two rows of codes tell before any value is looked up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.tables import FLAG
from linkage.similarity.jit import AHEAD, ask_for, borrowing

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]


@borrowing
def gather_codes(codes: Int32, records: Int32, columns: Int32) -> None:
    """Write the codes int32 (N, K) of records int32 (n,) into ``columns`` int32 (K, n or more)."""
    count, width = records.shape[0], codes.shape[1]
    flat = codes.reshape(-1)
    for pair in range(count):
        ahead = np.int64(records[min(pair + AHEAD, count - 1)]) * width
        ask_for(flat, ahead)
        ask_for(flat, ahead + width - 1)
        record = records[pair]
        for column in range(codes.shape[1]):
            columns[column, pair] = codes[record, column]


@borrowing
def pair_states(left: Int32, right: Int32, count: int, states: Int8) -> None:
    """Write the state of every column for ``count`` pairs, codes int32 (K, n) each, into ``states`` int8 (K, n).

    0 where a value is missing on either side, 1 unequal, 2 equal, 3 and 4 the same where either code is flagged
    (:mod:`linkage.comparison.weights` names them).
    """
    for column in range(left.shape[0]):
        one, other, state = left[column], right[column], states[column]
        for pair in range(count):
            either = one[pair] | other[pair]  # negative when one of them is
            known = 1 + (one[pair] == other[pair]) + 2 * ((either & FLAG) != 0)
            state[pair] = 0 if either < 0 else known
