"""All trees over a matrix, without a branch that depends on a pair.

Not down from the root, pair after pair, where every step waits for the one before: each tree keeps one bit per leaf,
and each of its splits, whichever the pair would meet, strikes out the leaves that a pair on its right side cannot
reach. The lowest bit left is the leaf. For many pairs at once that is a handful of vector instructions per split.

C. Lucchese, F. M. Nardini, S. Orlando, R. Perego, N. Tonellotto, R. Venturini, "QuickScorer: a fast algorithm to rank
documents with additive ensembles of regression trees", SIGIR 2015.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

ROWS: Final = 128
"""Pairs that go through the trees together: their values and bits stay in the nearest memory."""
LEAVES: Final = 32
"""Leaves of a tree at most: one bit each."""

_FACTOR: Final = np.uint32(0x077CB531)
"""A de Bruijn sequence: times 2^k its upper five bits tell k."""
_EVERY_LEAF: Final = np.uint32(0xFFFFFFFF)


def _exponents() -> npt.NDArray[np.uint8]:
    table = np.zeros(32, np.uint8)
    powers = np.uint32(1) << np.arange(32, dtype=np.uint32)
    table[(powers * _FACTOR) >> np.uint32(27)] = np.arange(32)
    return table


EXPONENTS: Final = _exponents()
"""uint8 (32,): k by the upper five bits of 2^k times the sequence."""


class Splits(NamedTuple):
    """The trees as :func:`add_trees` reads them; a split per inner node, tree after tree.

    ``feature`` int32, ``threshold`` float32, ``missing_left`` bool, ``reached`` uint32 (n_splits,): the leaves that a
    pair on the right side of the split may still reach; ``first`` int32 (n_trees + 1,): where a tree's splits begin;
    ``values`` float64 (n_trees, 32): log-odds by leaf, from the left.
    """

    feature: npt.NDArray[np.int32]
    threshold: Float32
    missing_left: npt.NDArray[np.bool_]
    reached: npt.NDArray[np.uint32]
    first: npt.NDArray[np.int32]
    values: Float64


@kernel
def add_trees(matrix: Float32, splits: Splits, exponents: npt.NDArray[np.uint8], total: Float64) -> None:
    """Add to ``total`` float64 (n,) the value of each tree for each row of ``matrix`` float32 (n, n_features).

    A value goes left when it is at most the threshold, and a missing one (nan) where the split says. The trees are
    added in their order, so the sums do not depend on how rows are put together.
    """
    n_rows, n_features = matrix.shape
    columns = np.empty((n_features, ROWS), np.float32)
    bits = np.empty(ROWS, np.uint32)
    for start in range(0, n_rows, ROWS):
        size = min(ROWS, n_rows - start)
        for row in range(size):
            for feature in range(n_features):
                columns[feature, row] = matrix[start + row, feature]
        for tree in range(splits.values.shape[0]):
            bits[:] = _EVERY_LEAF
            for split in range(splits.first[tree], splits.first[tree + 1]):
                values = columns[splits.feature[split]]
                threshold, reached = splits.threshold[split], splits.reached[split]
                if splits.missing_left[split]:
                    for row in range(ROWS):
                        bits[row] &= reached if values[row] > threshold else _EVERY_LEAF
                else:
                    for row in range(ROWS):
                        bits[row] &= _EVERY_LEAF if values[row] <= threshold else reached
            of_tree = splits.values[tree]
            for row in range(size):
                lowest = bits[row] & (~bits[row] + np.uint32(1))
                total[start + row] += of_tree[exponents[np.uint32(lowest * _FACTOR) >> np.uint32(27)]]
