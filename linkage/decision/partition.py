"""Kernels that part a graph of records into groups whose pairs speak for each other: correlation clustering.

Each pair of records has a weight, positive when it speaks for one person. Sought is the partition with the largest sum
of the weights of all pairs inside its groups (Bansal, Blum and Chawla 2004). That is hard in general; here groups are
joined greedily, strongest pair first, and then single records are moved and groups joined as long as the sum grows
(after Keuper et al. 2015). Weights are whole numbers, so sums do not depend on the order of adding.

Records are numbered so that those of one component stand together, in the order of their ids; what happens in a
component is then the same whatever other components there are. The weights of listed pairs are given as what they are
*above* ``absent``, the weight of every pair that is not listed.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.decision.evidence import Bool, Int32, Int64
from linkage.decision.union_find import find
from linkage.similarity.jit import borrowing, kernel

_MOST_SWEEPS: Final = 100

Whole = int | np.int64
"""A whole number, of Python or of an array."""


@kernel
def neighbours(left: Int32, right: Int32, weights: Int64, n_records: int) -> tuple[Int64, Int32, Int64]:
    """Return lists of neighbours: record i has ``partners[offsets[i]:offsets[i + 1]]``, and weights beside them.

    ``offsets`` int64 (n_records + 1,), ``partners`` int32 and the weights int64 (2 * n_pairs,).
    """
    offsets = np.zeros(n_records + 1, np.int64)
    for pair in range(left.shape[0]):
        offsets[left[pair] + 1] += 1
        offsets[right[pair] + 1] += 1
    for record in range(n_records):
        offsets[record + 1] += offsets[record]
    filled = offsets.copy()
    partners = np.empty(2 * left.shape[0], np.int32)
    beside = np.empty(2 * left.shape[0], np.int64)
    for pair in range(left.shape[0]):
        one, other = left[pair], right[pair]
        partners[filled[one]], beside[filled[one]] = other, weights[pair]
        partners[filled[other]], beside[filled[other]] = one, weights[pair]
        filled[one] += 1
        filled[other] += 1
    return offsets, partners, beside


@borrowing
def _across(size_one: Whole, left_one: Whole, size_other: Whole, left_other: Whole, linking: bool) -> Whole:
    """Return how many pairs across two groups count: in ``link`` only those across the files."""
    if linking:
        return left_one * (size_other - left_other) + (size_one - left_one) * left_other
    return size_one * size_other


@kernel
def join_greedily(
    left: Int32,
    right: Int32,
    offsets: Int64,
    partners: Int32,
    weights: Int64,
    absent: int,
    in_left: Bool,
    linking: bool,
) -> Int32:
    """Join the groups of each edge's ends, in the order given, when all pairs across weigh 0 or more together.

    ``left``, ``right`` int32 (n_edges,); ``offsets``, ``partners``, ``weights``: :func:`neighbours`. ``in_left`` bool
    (n_records,) tells the file when ``linking``. Returned is the smallest member of each record's group, int32.
    """
    n_records = in_left.shape[0]
    parent = np.arange(n_records).astype(np.int32)
    following = parent.copy()  # the members of a group, as a ring
    size = np.ones(n_records, np.int64)
    n_left = in_left.astype(np.int64)
    for edge in range(left.shape[0]):
        one, other = find(parent, left[edge]), find(parent, right[edge])
        if one == other:
            continue
        small, large = (one, other) if size[one] <= size[other] else (other, one)
        total = absent * _across(size[one], n_left[one], size[other], n_left[other], linking)
        member = small
        while True:
            for position in range(offsets[member], offsets[member + 1]):
                if find(parent, partners[position]) == large:
                    total += weights[position]
            member = following[member]
            if member == small:
                break
        if total < 0:
            continue
        root, gone = min(one, other), max(one, other)
        parent[gone] = root
        size[root] += size[gone]
        n_left[root] += n_left[gone]
        following[one], following[other] = following[other], following[one]
    for record in range(n_records):
        parent[record] = find(parent, record)
    return parent


@kernel
def improve(
    groups: Int32,
    component_offsets: Int64,
    offsets: Int64,
    partners: Int32,
    weights: Int64,
    absent: int,
    in_left: Bool,
    linking: bool,
) -> Int32:
    """Move single records and join groups while the sum of weights grows; return the groups, int32 (n_records,).

    In turn, until nothing changes: every record, in order, goes to the group it has most in common with, or out of all
    when it has nothing in common with any; then every group, in the order of their first records, is joined to the one
    it has most in common with, unless it was joined already in this turn. Of equals a record's own group counts, then
    the one that holds the first of the partners.

    The records of component c are ``component_offsets[c]`` up to ``component_offsets[c + 1]``; ``groups`` are named by
    records of their component, before as after. Other arguments: :func:`join_greedily`.
    """
    n_records = groups.shape[0]
    groups = groups.copy()
    size = np.zeros(n_records, np.int64)
    n_left = np.zeros(n_records, np.int64)
    for record in range(n_records):
        size[groups[record]] += 1
        n_left[groups[record]] += in_left[record]
    scores = np.zeros(n_records, np.int64)
    first, following = np.empty(n_records, np.int32), np.empty(n_records, np.int32)
    for component in range(component_offsets.shape[0] - 1):
        begin, end = component_offsets[component], component_offsets[component + 1]
        for _ in range(_MOST_SWEEPS):
            changed = False
            for record in range(begin, end):
                changed |= _move(
                    record,
                    begin,
                    end,
                    groups,
                    size,
                    n_left,
                    scores,
                    offsets,
                    partners,
                    weights,
                    absent,
                    in_left,
                    linking,
                )
            first[begin:end] = -1
            for record in range(end - 1, begin - 1, -1):
                following[record] = first[groups[record]]
                first[groups[record]] = record
            for record in range(begin, end):
                group = groups[record]
                # A group that was joined begins with a record that another group brought: its turn is over.
                if first[group] == record:
                    changed |= _join(
                        group, groups, size, n_left, scores, offsets, partners, weights, absent, linking,
                        first, following,
                    )  # fmt: skip
            if not changed:
                break
    return groups


@borrowing
def _move(
    record: int,
    begin: int,
    end: int,
    groups: Int32,
    size: Int64,
    n_left: Int64,
    scores: Int64,
    offsets: Int64,
    partners: Int32,
    weights: Int64,
    absent: int,
    in_left: Bool,
    linking: bool,
) -> bool:
    """Move a record to the group it has most in common with, or out of all; return whether it moved."""
    own, file = np.int64(groups[record]), np.int64(in_left[record])
    for position in range(offsets[record], offsets[record + 1]):
        scores[groups[partners[position]]] += weights[position]
    size[own] -= 1
    n_left[own] -= file
    best, partner = own, np.int64(-1)
    gain = scores[own] + absent * _across(1, file, size[own], n_left[own], linking)
    for position in range(offsets[record], offsets[record + 1]):
        near = np.int64(partners[position])
        group = np.int64(groups[near])
        there = scores[group] + absent * _across(1, file, size[group], n_left[group], linking)
        if there > gain or (there == gain and near < partner):
            best, partner, gain = group, near, there
    for position in range(offsets[record], offsets[record + 1]):
        scores[groups[partners[position]]] = 0
    if gain < 0 or (gain == 0 and best != own):
        best = np.int64(record)
        while size[best] > 0:  # another group bears this record's name
            best = best + 1 if best + 1 < end else np.int64(begin)
    groups[record] = best
    size[best] += 1
    n_left[best] += file
    moved: bool = best != own
    return moved


@borrowing
def _join(
    group: Whole,
    groups: Int32,
    size: Int64,
    n_left: Int64,
    scores: Int64,
    offsets: Int64,
    partners: Int32,
    weights: Int64,
    absent: int,
    linking: bool,
    first: Int32,
    following: Int32,
) -> bool:
    """Join a group to the one it has most in common with, if anything; return whether it was joined.

    The members of a group are ``first[group]`` and what is ``following``, until -1.
    """
    record = first[group]
    while record >= 0:
        for position in range(offsets[record], offsets[record + 1]):
            scores[groups[partners[position]]] += weights[position]
        record = following[record]
    best, partner, gain, last = np.int64(group), np.int64(-1), np.int64(0), np.int64(group)
    record = first[group]
    while record >= 0:
        for position in range(offsets[record], offsets[record + 1]):
            near = np.int64(partners[position])
            other = np.int64(groups[near])
            total = scores[other] + absent * _across(size[group], n_left[group], size[other], n_left[other], linking)
            if other != group and (total > gain or (total == gain and near < partner)):
                best, partner, gain = other, near, total
        last = np.int64(record)
        record = following[record]
    record = first[group]
    while record >= 0:
        for position in range(offsets[record], offsets[record + 1]):
            scores[groups[partners[position]]] = 0
        record = following[record]
    if best == group:
        return False
    record = first[group]
    while record >= 0:
        groups[record] = best
        record = following[record]
    following[last] = first[best]
    first[best] = first[group]
    first[group] = -1
    size[best] += size[group]
    n_left[best] += n_left[group]
    size[group] = 0
    n_left[group] = 0
    return True
