"""What each feature adds to the log-odds of a pair: exact Shapley values of a sum of trees.

The value of a set of features is what the trees are expected to say when only those are known; an unknown split is
followed to both sides, in proportion to the training rows that went there (path-dependent TreeSHAP). Leaf by leaf: a
leaf speaks with its value times, for each feature on its path, either whether the pair agrees with the path (known) or
the share of rows that does (not known). The Shapley value of such a product is a sum over set sizes, whose terms are
counted up without a subtraction, so that nothing is lost to rounding.

S. M. Lundberg et al., "From local explanations to global understanding with explainable AI for trees", Nature Machine
Intelligence 2 (2020) 56-67; L. S. Shapley, "A value for n-person games" (1953).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

_DEEPEST = 32

_REMEMBERED = 12
"""Features on a path up to which what each adds is kept for every way in which a pair may agree with the path."""


class Paths(NamedTuple):
    """The nodes of all trees, each node before its left part, and that before its right part, tree after tree.

    ``feature`` int32, -1 at a leaf; ``threshold`` float32; ``missing_left`` bool; ``parent`` int32, -1 at a root;
    ``value`` float64, at leaves; ``rows`` float64, training rows. A left child is the node after its parent.
    """

    feature: npt.NDArray[np.int32]
    threshold: Float32
    missing_left: npt.NDArray[np.bool_]
    parent: npt.NDArray[np.int32]
    value: Float64
    rows: Float64


class _Path(NamedTuple):
    """The features on the way from a leaf to its root, each once; arrays for the deepest path there may be.

    A value agrees with the path when it is at most ``highest`` and not at most ``lowest`` (float32, nan for no bound),
    a missing one when ``missing`` bool. ``share`` float64: of the training rows that does.
    """

    feature: npt.NDArray[np.int32]
    lowest: Float32
    highest: Float32
    missing: npt.NDArray[np.bool_]
    share: Float64


@kernel
def add_contributions(matrix: Float32, paths: Paths, found: Float64) -> None:
    """Add to ``found`` float64 (n, n_features) what each feature of each row of ``matrix`` (same shape) contributes.

    Leaf by leaf, and within a leaf feature by feature over all rows. Most rows agree with the path to one leaf in one
    of few ways, and what the features add in each of them is worked out once.
    """
    rows = matrix.shape[0]
    columns, sums_by_feature = matrix.T.copy(), np.zeros((matrix.shape[1], rows))
    path = _Path(
        np.empty(_DEEPEST, np.int32),
        np.empty(_DEEPEST, np.float32),
        np.empty(_DEEPEST, np.float32),
        np.empty(_DEEPEST, np.bool_),
        np.empty(_DEEPEST),
    )
    ways = np.empty(rows, np.int64)
    kept, is_kept = np.empty((1 << _REMEMBERED, _REMEMBERED)), np.empty(1 << _REMEMBERED, np.bool_)
    agrees, sums, added = np.empty(_DEEPEST, np.bool_), np.empty(_DEEPEST), np.empty(_DEEPEST)
    for leaf in range(paths.feature.shape[0]):
        if paths.feature[leaf] >= 0:
            continue
        depth = _climb(paths, leaf, path)
        _agree(columns, path, depth, ways)
        if depth > _REMEMBERED:
            for row in range(rows):
                _share_out(paths.value[leaf], ways[row], depth, path.share, agrees, sums, added)
                for one in range(depth):
                    sums_by_feature[path.feature[one], row] += added[one]
            continue
        is_kept[: 1 << depth] = False
        for row in range(rows):
            if not is_kept[ways[row]]:
                _share_out(paths.value[leaf], ways[row], depth, path.share, agrees, sums, added)
                kept[ways[row], :depth] = added[:depth]
                is_kept[ways[row]] = True
        for one in range(depth):
            feature = path.feature[one]
            for row in range(rows):
                sums_by_feature[feature, row] += kept[ways[row], one]
    found += sums_by_feature.T


@kernel
def _agree(columns: Float32, path: _Path, depth: int, ways: npt.NDArray[np.int64]) -> None:
    """Write into ``ways`` (n,) with which features on the path each row agrees: a bit for each, the first one lowest.

    ``columns`` float32 (n_features, n).
    """
    ways[:] = 0
    for one in range(depth):
        feature, lowest, highest = path.feature[one], path.lowest[one], path.highest[one]
        missing = path.missing[one]
        for row in range(ways.shape[0]):
            value = columns[feature, row]
            # Where there is no bound a comparison with nan is False.
            inside = missing if np.isnan(value) else not (value <= lowest or value > highest)
            ways[row] |= np.int64(inside) << one


@kernel
def _share_out(
    value: float, way: int, depth: int, share: Float64, agrees: npt.NDArray[np.bool_], sums: Float64, added: Float64
) -> None:
    """Write into ``added`` what each of the ``depth`` features adds of a leaf's ``value`` to rows that agree so."""
    for one in range(depth):
        agrees[one] = (way >> one) & 1 != 0
    for one in range(depth):
        weight = _weight_of_others(one, depth, agrees, share, sums)
        turn = (1.0 if agrees[one] else 0.0) - share[one]
        added[one] = value * turn * weight


@kernel
def _climb(paths: Paths, leaf: int, path: _Path) -> int:
    """Fill ``path`` with the features on the way from a leaf to its root, and return how many there are."""
    depth = 0
    node = leaf
    while paths.parent[node] >= 0:
        above = paths.parent[node]
        goes_left = node == above + 1
        place = 0
        while place < depth and path.feature[place] != paths.feature[above]:
            place += 1
        if place == depth:
            path.feature[place], path.missing[place], path.share[place] = paths.feature[above], True, 1.0
            path.lowest[place], path.highest[place] = np.nan, np.nan
            depth += 1
        threshold = paths.threshold[above]
        if goes_left and not path.highest[place] <= threshold:
            path.highest[place] = threshold
        if not goes_left and not path.lowest[place] >= threshold:
            path.lowest[place] = threshold
        path.missing[place] = path.missing[place] and paths.missing_left[above] == goes_left
        path.share[place] *= paths.rows[node] / paths.rows[above]
        node = above
    return depth


@kernel
def _weight_of_others(one: int, depth: int, agrees: npt.NDArray[np.bool_], share: Float64, sums: Float64) -> float:
    """Return the mean, over the orders in which features become known, of the product over the others.

    ``sums[k]`` collects the product over all sets of k known others; a set of k among d features comes before ``one``
    in k! (d - k - 1)! / d! of the orders.
    """
    sums[0] = 1.0
    others = 0
    for other in range(depth):
        if other == one:
            continue
        others += 1
        sums[others] = 0.0
        for known in range(others, 0, -1):
            sums[known] = sums[known] * share[other] + (sums[known - 1] if agrees[other] else 0.0)
        sums[0] *= share[other]
    weight = 1.0 / depth
    total = 0.0
    for known in range(depth):
        total += sums[known] * weight
        weight *= (known + 1.0) / max(depth - known - 1.0, 1.0)
    return total
