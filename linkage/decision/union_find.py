"""Kernels over graphs of records: connected components, neighbour lists, agglomeration under constraints."""

from __future__ import annotations

import numpy as np

from linkage.decision.evidence import Bool, Int32, Int64
from linkage.similarity.jit import borrowing, kernel


@borrowing
def _find(parent: Int32, record: int) -> int:
    while parent[record] != record:
        parent[record] = parent[parent[record]]  # path halving (Tarjan and van Leeuwen 1984)
        record = parent[record]
    return record


@kernel
def components(left: Int32, right: Int32, n_records: int) -> Int32:
    """Return for each record the smallest index of its connected component, int32 (n_records,)."""
    parent = np.arange(n_records).astype(np.int32)
    for edge in range(left.shape[0]):
        one, other = _find(parent, left[edge]), _find(parent, right[edge])
        if one < other:
            parent[other] = one
        elif other < one:
            parent[one] = other
    for record in range(n_records):
        parent[record] = _find(parent, record)
    return parent


@kernel
def neighbours(left: Int32, right: Int32, n_records: int) -> tuple[Int64, Int32]:
    """Return lists of neighbours: record i has ``partners[offsets[i]:offsets[i + 1]]``.

    ``offsets`` int64 (n_records + 1,), ``partners`` int32 (2 * n_edges,).
    """
    offsets = np.zeros(n_records + 1, np.int64)
    for edge in range(left.shape[0]):
        offsets[left[edge] + 1] += 1
        offsets[right[edge] + 1] += 1
    for record in range(n_records):
        offsets[record + 1] += offsets[record]
    filled = offsets.copy()
    partners = np.empty(2 * left.shape[0], np.int32)
    for edge in range(left.shape[0]):
        one, other = left[edge], right[edge]
        partners[filled[one]] = other
        partners[filled[other]] = one
        filled[one] += 1
        filled[other] += 1
    return offsets, partners


@kernel
def agglomerate(
    left: Int32,
    right: Int32,
    forbidden_offsets: Int64,
    forbidden: Int32,
    support_offsets: Int64,
    support: Int32,
    in_left: Bool,
    linking: bool,
    free_size: int,
) -> Int32:
    """Join the ends of each edge, in the order given, unless a constraint refuses; return a root per record.

    Refused: clusters that a forbidden pair spans; clusters that together exceed ``free_size`` records unless half of
    the pairs across, or more, are support. ``forbidden`` and ``support`` are :func:`neighbours` lists. With
    ``linking`` only pairs between records that differ in ``in_left`` (n_records,) count as pairs across.
    """
    n_records = in_left.shape[0]
    parent = np.arange(n_records).astype(np.int32)
    following = parent.copy()  # the members of a cluster, as a ring
    size = np.ones(n_records, np.int64)
    n_left = in_left.astype(np.int64)
    for edge in range(left.shape[0]):
        small, large = _find(parent, left[edge]), _find(parent, right[edge])
        if small == large:
            continue
        if size[small] > size[large]:
            small, large = large, small
        across = size[small] * size[large]
        if linking:
            across = n_left[small] * (size[large] - n_left[large]) + (size[small] - n_left[small]) * n_left[large]
        needed = across if size[small] + size[large] > free_size else 0
        spanned, supported = False, 0
        member = small
        while True:
            for position in range(forbidden_offsets[member], forbidden_offsets[member + 1]):
                if _find(parent, forbidden[position]) == large:
                    spanned = True
                    break
            if spanned:
                break
            if needed > 0:
                for position in range(support_offsets[member], support_offsets[member + 1]):
                    if _find(parent, support[position]) == large:
                        supported += 1
            member = following[member]
            if member == small:
                break
        if spanned or 2 * supported < needed:
            continue
        parent[small] = large
        size[large] += size[small]
        n_left[large] += n_left[small]
        following[small], following[large] = following[large], following[small]
    for record in range(n_records):
        parent[record] = _find(parent, record)
    return parent
