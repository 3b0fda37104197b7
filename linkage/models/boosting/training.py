"""Learning boosted trees with scikit-learn, which is imported only when something is learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.errors import ModelError
from linkage.models.boosting.prediction import LEAVES
from linkage.models.boosting.trees import MOST_TREES, Boosting, Tree
from linkage.models.matrix import checked_training, choose_units

Bool = npt.NDArray[np.bool_]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BoostingSettings:
    """How the trees grow; the names are those of the field, scikit-learn's in brackets.

    ``learning_rate``; ``most_trees`` (max_iter); ``leaves`` of a tree (max_leaf_nodes), at most 32;
    ``fewest_per_leaf`` rows (min_samples_leaf); ``l2`` (l2_regularization); ``held_out``: share of the units that say
    when to stop; ``patience`` (n_iter_no_change): trees in a row that brought nothing, which are dropped again.

    Raises:
        ModelError: a number outside its range.
    """

    learning_rate: float = 0.08
    most_trees: int = 400
    leaves: int = 31
    fewest_per_leaf: int = 60
    l2: float = 1.0
    held_out: float = 0.1
    patience: int = 20

    def __post_init__(self) -> None:
        if not (1 <= self.most_trees <= MOST_TREES and 2 <= self.leaves <= LEAVES):
            raise ModelError(f"boosting grows 1 to {MOST_TREES} trees of 2 to {LEAVES} leaves")
        if not (0.0 < self.learning_rate <= 1.0 and 0.0 < self.held_out < 1.0 and self.l2 >= 0.0):
            raise ModelError("learning_rate and held_out lie between 0 and 1; l2 is not negative")
        if self.fewest_per_leaf < 1 or self.patience < 1:
            raise ModelError("fewest_per_leaf and patience are at least 1")


def fit_boosting(
    matrix: Float32,
    same: Bool,
    sample_weight: Float64 | None,
    *,
    directions: Sequence[int],
    units: Int64,
    seed: int,
    settings: BoostingSettings | None = None,
) -> Boosting:
    """Return trees that tell pairs of one person, monotone in every feature that has a direction.

    A tenth of the units say when more trees bring nothing; those after the best are dropped. Sums over rows are taken
    on one thread, for on several scikit-learn adds them in any order: the same input gives the same bytes with the same
    release of scikit-learn and numpy, on any machine.

    Args:
        matrix: float32 (n, n_features), nan where missing, never infinite.
        same: bool (n,): one person.
        sample_weight: float64 (n,), positive, or None for 1 each.
        directions: by feature, 1: more never speaks against one person, -1: more never speaks for, 0: either way.
        units: int64 (n,): rows of one unit (a person, a family) are never divided between learning and stopping.
        seed: chooses the units, and the rows from which the bins are made.
        settings: how the trees grow.

    Raises:
        ModelError: shapes that do not fit, an infinite value, or too few units: a class is missing on one side.
    """
    settings = settings or BoostingSettings()
    weight = checked_training(matrix, same, sample_weight, directions)
    held_out = choose_units(units, settings.held_out, seed)
    if len({*same[held_out].tolist()}) < 2 or len({*same[~held_out].tolist()}) < 2:
        raise ModelError(
            "boosting needs matches and non-matches both to learn from and to hold out",
            remedy="Give more labelled pairs, or fit a logistic model",
        )
    classifier, best = _grow(matrix, same, weight, held_out, directions, seed, settings)
    trees = tuple(_tree(predictor.nodes) for (predictor,) in classifier._predictors[:best])
    return Boosting(float(classifier._baseline_prediction[0, 0]), trees, matrix.shape[1])


def _grow(
    matrix: Float32,
    same: Bool,
    weight: Float64,
    held_out: Bool,
    directions: Sequence[int],
    seed: int,
    settings: BoostingSettings,
) -> tuple[Any, int]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    classifier = HistGradientBoostingClassifier(
        learning_rate=settings.learning_rate,
        max_iter=settings.most_trees,
        max_leaf_nodes=settings.leaves,
        min_samples_leaf=settings.fewest_per_leaf,
        l2_regularization=settings.l2,
        monotonic_cst=list(directions),
        categorical_features=None,
        early_stopping=True,
        n_iter_no_change=settings.patience,
        tol=0.0,
        random_state=seed,
    )
    with threadpool_limits(limits=1, user_api="openmp"):
        classifier.fit(
            matrix[~held_out],
            same[~held_out],
            sample_weight=weight[~held_out],
            X_val=matrix[held_out],
            y_val=same[held_out],
            sample_weight_val=weight[held_out],
        )
    # The first score is that of no tree at all.
    best = int(np.argmax(classifier.validation_score_))
    return classifier, max(best, 1)


def _tree(nodes: Any) -> Tree:
    """Return one of scikit-learn's trees, whose nodes already stand in our order (its left child follows a node)."""
    leaf = nodes["is_leaf"].astype(bool)
    if not (nodes["left"][~leaf] == np.flatnonzero(~leaf) + 1).all() or nodes["is_categorical"].any():
        raise ModelError("this release of scikit-learn orders the nodes of its trees in another way")
    return Tree(
        feature=tuple(np.where(leaf, -1, nodes["feature_idx"]).tolist()),
        threshold=tuple(_rounded_down(nodes["num_threshold"][~leaf]).tolist()),
        missing_left=tuple((nodes["missing_go_to_left"][~leaf] > 0).tolist()),
        value=tuple(nodes["value"][leaf].tolist()),
        count=tuple(nodes["count"][leaf].tolist()),
    )


def _rounded_down(threshold: Float64) -> Float32:
    """Return the largest float32 at or below each threshold: the same float32 values lie to its left."""
    near = threshold.astype(np.float32)
    down: Float32 = np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)
    return down
