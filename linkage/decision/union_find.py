"""Connected components of a graph of records, by union-find."""

from __future__ import annotations

import numpy as np

from linkage.decision.evidence import Int32
from linkage.similarity.jit import borrowing, kernel


@borrowing
def find(parent: Int32, record: int) -> int:
    """Return the root of a record, int; ``parent`` int32 (n_records,) is shortened on the way."""
    while parent[record] != record:
        parent[record] = parent[parent[record]]  # path halving (Tarjan and van Leeuwen 1984)
        record = parent[record]
    return record


@kernel
def components(left: Int32, right: Int32, n_records: int) -> Int32:
    """Return for each record the smallest index of its connected component, int32 (n_records,)."""
    parent = np.arange(n_records).astype(np.int32)
    for edge in range(left.shape[0]):
        one, other = find(parent, left[edge]), find(parent, right[edge])
        if one < other:
            parent[other] = one
        elif other < one:
            parent[one] = other
    for record in range(n_records):
        parent[record] = find(parent, record)
    return parent
