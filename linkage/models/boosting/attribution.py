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


@kernel
def add_contributions(matrix: Float32, paths: Paths, found: Float64) -> None:
    """Add to ``found`` float64 (n, n_features) what each feature of each row of ``matrix`` (same shape) contributes."""
    on_path, agrees = np.empty(_DEEPEST, np.int32), np.empty(_DEEPEST, np.bool_)
    share, sums = np.empty(_DEEPEST), np.empty(_DEEPEST)
    for row in range(matrix.shape[0]):
        for leaf in range(paths.feature.shape[0]):
            if paths.feature[leaf] >= 0:
                continue
            depth = _climb(matrix[row], paths, leaf, on_path, agrees, share)
            for one in range(depth):
                weight = _weight_of_others(one, depth, agrees, share, sums)
                turn = (1.0 if agrees[one] else 0.0) - share[one]
                found[row, on_path[one]] += paths.value[leaf] * turn * weight


@kernel
def _climb(
    values: Float32,
    paths: Paths,
    leaf: int,
    on_path: npt.NDArray[np.int32],
    agrees: npt.NDArray[np.bool_],
    share: Float64,
) -> int:
    """Fill the features on the way from a leaf to its root, each once, and return how many there are."""
    depth = 0
    node = leaf
    while paths.parent[node] >= 0:
        above = paths.parent[node]
        feature = paths.feature[above]
        value = values[feature]
        left = paths.missing_left[above] if np.isnan(value) else value <= paths.threshold[above]
        same_side = left == (node == above + 1)
        place = 0
        while place < depth and on_path[place] != feature:
            place += 1
        if place == depth:
            on_path[place], agrees[place], share[place] = feature, True, 1.0
            depth += 1
        agrees[place] = agrees[place] and same_side
        share[place] *= paths.rows[node] / paths.rows[above]
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
