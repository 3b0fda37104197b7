"""A sum of decision trees, as values: what is stored, what scores, and what explains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.errors import ModelError
from linkage.models.boosting.attribution import Paths, add_contributions
from linkage.models.boosting.prediction import EXPONENTS, LEAVES, ROWS, Splits, add_trees
from linkage.models.matrix import check_matrix
from linkage.models.stored_json import keyed, listed, number, whole
from linkage.side_by_side import side_by_side

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

MOST_TREES: Final = 2_000
MOST_FEATURES: Final = 4_096

_LARGEST_VALUE: Final = 1e6
_ROWS_PER_JOB: Final = 512 * ROWS
_KEYS: Final = frozenset({"base", "trees"})
_TREE_KEYS: Final = frozenset({"feature", "threshold", "missing_left", "value", "count"})


@dataclass(frozen=True)
class Tree:
    """A binary tree written from its root, each node before its left part, and that before its right part.

    That order alone says who is whose child, so no evaluation can run in a circle. ``feature``: by node, -1 at a leaf.
    By inner node, in the same order: ``threshold``, a float32 number, to whose left lie values that are at most it,
    infinite where all that is not missing goes left; ``missing_left``: where nan goes. By leaf, from the left:
    ``value`` in natural log-odds and ``count``, training rows that ended there.

    Raises:
        ModelError: nodes that are no whole tree, more than 32 leaves, or a number outside its range.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    missing_left: tuple[bool, ...]
    value: tuple[float, ...]
    count: tuple[int, ...]

    def __post_init__(self) -> None:
        n_leaves = len(self.value)
        if not 1 <= n_leaves <= LEAVES:
            raise ModelError(f"a tree has 1 to {LEAVES} leaves")
        sizes = (len(self.feature) - n_leaves, len(self.threshold), len(self.missing_left), len(self.count) - 1)
        if set(sizes) != {n_leaves - 1} or not _is_whole_tree(self.feature):
            raise ModelError("the nodes of a tree do not fit together")
        if not all(-1 <= feature < MOST_FEATURES for feature in self.feature):
            raise ModelError("a tree asks for a feature that cannot be")
        thresholds = np.array(self.threshold, np.float64)
        with np.errstate(over="ignore"):
            # Not equal where rounding to float32 would move it, nor for nan; a value is never below minus infinity.
            if not (thresholds.astype(np.float32) == thresholds).all() or (thresholds == -np.inf).any():
                raise ModelError("a threshold is not a 32-bit number")
        if not all(abs(value) <= _LARGEST_VALUE for value in self.value):
            raise ModelError("the value of a leaf is too large or no number")
        if not all(0 < count < 1 << 53 for count in self.count):
            raise ModelError("no leaf stands for less than one row")


@dataclass(frozen=True)
class Boosting:
    """Boosted trees: the log-odds of a pair are ``base`` plus the value of its leaf in each tree.

    ``n_features``: columns that the matrix must have. Logarithms are natural.

    Raises:
        ModelError: more than 2,000 trees, a base that is no number, or a tree that asks for a column beyond those.
    """

    base: float
    trees: tuple[Tree, ...]
    n_features: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.trees) <= MOST_TREES:
            raise ModelError(f"boosting has 1 to {MOST_TREES} trees")
        if not abs(self.base) <= _LARGEST_VALUE:
            raise ModelError("the base of boosting is too large or no number")
        if not 1 <= self.n_features <= MOST_FEATURES or self._paths.feature.max() >= self.n_features:
            raise ModelError("a tree asks for a feature that the model does not have")

    def log_odds(self, matrix: Float32, *, threads: int = 1) -> Float64:
        """Return the log-odds of each row of ``matrix`` float32 (n, n_features), nan where missing: float64 (n,).

        The same bits whatever the number of threads, and for a row whatever rows stand beside it.

        Raises:
            ModelError: a matrix of another shape or type.
        """
        check_matrix(matrix, self.n_features)
        total = np.full(matrix.shape[0], self.base)
        starts = range(0, matrix.shape[0], _ROWS_PER_JOB)
        parts = [slice(start, start + _ROWS_PER_JOB) for start in starts]
        jobs = [partial(self._add, matrix[part], total[part]) for part in parts]
        for _ in side_by_side(jobs, threads):
            pass
        return total

    def _add(self, matrix: Float32, total: Float64) -> None:
        add_trees(np.ascontiguousarray(matrix), self._splits, EXPONENTS, total)

    @cached_property
    def expectation(self) -> float:
        """The mean log-odds over the training rows, as the trees' counts tell it."""
        means = (np.average(np.array(tree.value), weights=np.array(tree.count, np.float64)) for tree in self.trees)
        return self.base + float(sum(means))

    def contributions(self, matrix: Float32) -> Float64:
        """Return what each feature adds to the log-odds of each row, float64 (n, n_features).

        With :attr:`expectation` they sum to :meth:`log_odds`, up to rounding. For few rows: some milliseconds each. See
        :mod:`linkage.models.boosting.attribution`.

        Raises:
            ModelError: a matrix of another shape or type.
        """
        check_matrix(matrix, self.n_features)
        found = np.zeros(matrix.shape)
        add_contributions(np.ascontiguousarray(matrix), self._paths, found)
        return found

    def plain(self) -> dict[str, Any]:
        """Return the JSON form: a threshold of infinity becomes null."""
        return {
            "base": self.base,
            "trees": [
                {
                    "feature": list(tree.feature),
                    "threshold": [None if np.isinf(value) else value for value in tree.threshold],
                    "missing_left": [int(left) for left in tree.missing_left],
                    "value": list(tree.value),
                    "count": list(tree.count),
                }
                for tree in self.trees
            ],
        }

    @cached_property
    def _paths(self) -> Paths:
        return _paths(self.trees)

    @cached_property
    def _splits(self) -> Splits:
        paths, trees = self._paths, self.trees
        values = np.zeros((len(trees), LEAVES))
        for row, tree in enumerate(trees):
            values[row, : len(tree.value)] = tree.value
        inner = paths.feature >= 0
        return Splits(
            feature=paths.feature[inner],
            threshold=paths.threshold[inner],
            missing_left=paths.missing_left[inner],
            reached=np.array([mask for tree in trees for mask in _reached(tree.feature)], np.uint32),
            first=np.cumsum([0, *(len(tree.threshold) for tree in trees)], dtype=np.int32),
            values=values,
        )


def boosting_from_plain(value: Any, n_features: int) -> Boosting:
    """Return the trees in this JSON form.

    Raises:
        ModelError: see :class:`Tree` and :class:`Boosting`.
        KeyError, TypeError, ValueError: not the JSON form.
    """
    item = keyed(value, _KEYS)
    trees = listed(item["trees"])
    if len(trees) > MOST_TREES:
        raise ModelError(f"boosting has 1 to {MOST_TREES} trees")
    return Boosting(number(item["base"]), tuple(_tree(entry) for entry in trees), n_features)


def _tree(value: Any) -> Tree:
    item = keyed(value, _TREE_KEYS)
    sides = [whole(side) for side in listed(item["missing_left"])]
    if not set(sides) <= {0, 1}:
        raise ValueError("missing_left must be 0 or 1")
    return Tree(
        feature=tuple(whole(feature) for feature in listed(item["feature"])),
        threshold=tuple(np.inf if entry is None else number(entry) for entry in listed(item["threshold"])),
        missing_left=tuple(bool(side) for side in sides),
        value=tuple(number(entry) for entry in listed(item["value"])),
        count=tuple(whole(entry) for entry in listed(item["count"])),
    )


def _is_whole_tree(feature: tuple[int, ...]) -> bool:
    """Tell whether the nodes, each before its parts, make exactly one tree: it is open until its last node."""
    awaited = 1
    for node in feature:
        if awaited == 0:
            return False
        awaited += 1 if node >= 0 else -1
    return awaited == 0


def _reached(feature: tuple[int, ...]) -> list[int]:
    """Return by inner node the leaves, as bits from the left, that remain for what goes right: all not on its left."""
    below: list[int] = [0] * len(feature)
    waiting: list[int] = []
    leaf = feature.count(-1)
    masks: list[int] = []
    for node in range(len(feature) - 1, -1, -1):
        if feature[node] < 0:
            leaf -= 1
            below[node] = 1 << leaf
        else:
            left, right = waiting.pop(), waiting.pop()
            masks.append(~below[left] & 0xFFFFFFFF)
            below[node] = below[left] | below[right]
        waiting.append(node)
    return masks[::-1]


def _paths(trees: tuple[Tree, ...]) -> Paths:
    n_nodes = sum(len(tree.feature) for tree in trees)
    feature = np.concatenate([np.array(tree.feature, np.int32) for tree in trees])
    threshold, missing_left = np.zeros(n_nodes, np.float32), np.zeros(n_nodes, np.bool_)
    value, count, parent = np.zeros(n_nodes), np.zeros(n_nodes), np.full(n_nodes, -1, np.int32)
    inner = feature >= 0
    threshold[inner] = [entry for tree in trees for entry in tree.threshold]
    missing_left[inner] = [entry for tree in trees for entry in tree.missing_left]
    value[~inner] = [entry for tree in trees for entry in tree.value]
    count[~inner] = [entry for tree in trees for entry in tree.count]
    waiting: list[int] = []
    for node in range(n_nodes - 1, -1, -1):
        if inner[node]:
            left, right = waiting.pop(), waiting.pop()
            parent[left] = parent[right] = node
            count[node] = count[left] + count[right]
        # The root of the tree behind stays below; no inner node ever takes it.
        waiting.append(node)
    return Paths(feature, threshold, missing_left, parent, value, count)
