"""Sorted neighbourhood: records in the order of their values, each paired with those close behind it.

Source: Hernández and Stolfo (1995), The Merge/Purge Problem for Large Databases. Which records are neighbours
depends on all records, so such a rule belongs to full runs only (:func:`linkage.spec.rules.uses_sorted_neighbourhood`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from linkage.blocking.blocks import KeyBlocks
from linkage.spec import RuleSpec
from linkage.standardise.column import Int64, StandardColumn


def window_blocks(
    rule: RuleSpec, columns: Mapping[str, StandardColumn], id_ranks: Int64
) -> tuple[KeyBlocks, npt.NDArray[np.int32]]:
    """Return a block for every run of ``rule.window`` records in their order, and that order, int32 (n,).

    Two records share a block exactly when they stand fewer than ``window`` places apart. They are sorted by the
    standard values of the fields ``rule.sort``, by UTF-8 bytes, then by ``id_ranks`` int64 (n_records,), the ranks of
    their ids: the order of the files does not matter. A record without a value of the first field has no place; in
    further fields missing values come first. Keys are the places where the runs begin.
    """
    codes = [columns[name].codes for name in rule.sort]
    placed = np.flatnonzero(codes[0] >= 0).astype(np.int32)
    # Codes are in the order of their values' bytes. The first field counts most, and lexsort takes it last.
    by: list[npt.NDArray[np.signedinteger]] = [id_ranks[placed], *(field[placed] for field in reversed(codes))]
    order = placed[np.lexsort(by)]
    window = min(rule.window, order.size)
    if window < 2:
        nothing = np.zeros(0, np.int64)
        return KeyBlocks(nothing.astype(np.uint64), np.zeros(1, np.int64), nothing.astype(np.int32)), order
    runs = np.sort(np.lib.stride_tricks.sliding_window_view(order, window), axis=1)
    keys = np.arange(len(runs), dtype=np.uint64)
    return KeyBlocks(keys, np.arange(len(runs) + 1, dtype=np.int64) * window, runs.ravel()), order


def neighbour_pairs(rule: RuleSpec, order: npt.NDArray[np.int32], left_count: int) -> int:
    """Return how many pairs lie in the runs, each counted once; in ``link`` those across the two files."""
    if left_count < 0:
        return sum(order.size - apart for apart in range(1, min(rule.window, order.size)))
    left = order < left_count
    return sum(int(np.count_nonzero(left[apart:] != left[:-apart])) for apart in range(1, min(rule.window, order.size)))
