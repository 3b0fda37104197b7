"""Slow and obvious counterparts of the tree kernels: one pair, one tree, one set of features at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from linkage.models.boosting.trees import Boosting, Tree


@dataclass
class Node:
    """A node with its children; a leaf has none."""

    feature: int
    threshold: float
    missing_left: bool
    value: float
    count: int
    left: Node | None = None
    right: Node | None = None


def unfold(tree: Tree) -> Node:
    """The tree with its children as objects, read in the order in which it is written."""
    features, splits = iter(tree.feature), iter(zip(tree.threshold, tree.missing_left, strict=True))
    leaves = iter(zip(tree.value, tree.count, strict=True))

    def read() -> Node:
        feature = next(features)
        if feature < 0:
            value, count = next(leaves)
            return Node(-1, math.nan, False, value, count)
        threshold, missing_left = next(splits)
        left = read()
        right = read()
        return Node(feature, threshold, missing_left, math.nan, left.count + right.count, left, right)

    return read()


def goes_left(node: Node, row: Sequence[float]) -> bool:
    value = float(row[node.feature])
    return node.missing_left if math.isnan(value) else value <= node.threshold


def score(model: Boosting, row: Sequence[float]) -> float:
    """Base and leaf values, each tree walked from its root."""
    total = model.base
    for tree in model.trees:
        node = unfold(tree)
        while node.left is not None and node.right is not None:
            node = node.left if goes_left(node, row) else node.right
        total += node.value
    return total


def expected(node: Node, row: Sequence[float], known: frozenset[int]) -> float:
    """What the tree says when only the known features are seen: unknown splits by the rows that went each way."""
    if node.left is None or node.right is None:
        return node.value
    if node.feature in known:
        return expected(node.left if goes_left(node, row) else node.right, row, known)
    left, right = (side.count * expected(side, row, known) for side in (node.left, node.right))
    return (left + right) / node.count


def shapley(model: Boosting, row: Sequence[float]) -> list[float]:
    """The Shapley value of each feature by its definition: over all sets of the others."""
    roots = [unfold(tree) for tree in model.trees]
    n = model.n_features

    def worth(known: frozenset[int]) -> float:
        return sum(expected(root, row, known) for root in roots)

    values = []
    for feature in range(n):
        others = [other for other in range(n) if other != feature]
        total = 0.0
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for chosen in combinations(others, size):
                known = frozenset(chosen)
                total += weight * (worth(known | {feature}) - worth(known))
        values.append(total)
    return values
