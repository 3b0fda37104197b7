"""Which records survived with which: the surviving pairs as lists of each record's partners."""

from __future__ import annotations

import numpy as np

from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64


@kernel
def partner_lists(left: Int32, right: Int32, n_records: int) -> tuple[Int64, Int32, Int32]:
    """Return each record's partners: record i has ``partners[offsets[i]:offsets[i + 1]]``, under the same ``pairs``.

    ``left``, ``right`` int32 (n_pairs,): numbers of records. ``offsets`` int64 (n_records + 1,); ``partners`` and
    ``pairs`` int32 (2 * n_pairs,): the other record, and the number of the pair.
    """
    offsets = np.zeros(n_records + 1, np.int64)
    for pair in range(left.shape[0]):
        offsets[left[pair] + 1] += 1
        offsets[right[pair] + 1] += 1
    for record in range(n_records):
        offsets[record + 1] += offsets[record]
    filled = offsets.copy()
    partners = np.empty(2 * left.shape[0], np.int32)
    pairs = np.empty(2 * left.shape[0], np.int32)
    for pair in range(left.shape[0]):
        one, other = left[pair], right[pair]
        partners[filled[one]], pairs[filled[one]] = other, pair
        partners[filled[other]], pairs[filled[other]] = one, pair
        filled[one] += 1
        filled[other] += 1
    return offsets, partners, pairs
