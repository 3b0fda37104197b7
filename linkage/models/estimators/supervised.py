"""Logistic regression and boosted trees as scikit-learn estimators, monotone and calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d

from linkage.models.boosting.training import BoostingSettings
from linkage.models.fellegi_sunter import probability
from linkage.models.learning import CALIBRATION_SHARE, LogisticSettings, fit_supervised
from linkage.models.supervised import SupervisedModel

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]


class _SupervisedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What both have in common: labels, calibration on rows kept aside, bits and probabilities."""

    directions: Sequence[int] | None
    calibration_share: float
    random_state: int

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, units: Any = None) -> Self:  # noqa: N803
        """Learn from features ``X``, float (n_pairs, n_features), nan where missing, and ``y`` (n_pairs,), two labels.

        ``units`` int (n_pairs,): rows of one unit (a person, a family) are never divided between learning and
        calibrating; None takes each row for itself.

        Raises:
            ValueError: infinite features, or labels not of two kinds.
            ModelError: too few rows of either class.
        """
        matrix = _check_features(X)
        labels = column_or_1d(y)
        if labels.shape[0] != matrix.shape[0]:
            raise ValueError("X and y have different numbers of rows")
        self.classes_ = np.unique(labels)
        if self.classes_.size != 2:
            raise ValueError(f"y must hold two classes; it holds {self.classes_.size}")
        self.n_features_in_ = matrix.shape[1]
        names = [f"x{position}" for position in range(matrix.shape[1])]
        self.model_ = fit_supervised(
            matrix,
            labels == self.classes_[1],
            None if sample_weight is None else np.asarray(sample_weight, np.float64),
            feature_names=names,
            groups=names,
            directions=[0] * len(names) if self.directions is None else list(self.directions),
            units=np.arange(labels.shape[0]) if units is None else np.asarray(column_or_1d(units), np.int64),
            seed=self.random_state,
            settings=self._settings(),
            calibration_share=self.calibration_share,
        )
        return self

    def match_weight(self, X: Any) -> Float64:  # noqa: N803
        """Return log2(p / (1 - p)) per row, calibrated, float64 (n_pairs,)."""
        model, matrix = self._fitted(), _check_features(X)
        if matrix.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {matrix.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_}"
            )
        return model.match_weight(matrix)

    def decision_function(self, X: Any) -> Float64:  # noqa: N803
        """Return the match weight in bits, float64 (n_pairs,); above 0 means one person."""
        return self.match_weight(X)

    def predict_proba(self, X: Any) -> Float64:  # noqa: N803
        """Return P(two persons), P(one person) per row, float64 (n_pairs, 2)."""
        odds = self.match_weight(X)
        return np.stack([probability(-odds), probability(odds)], axis=1)

    def predict(self, X: Any) -> npt.NDArray[Any]:  # noqa: N803
        """Return the likelier class per row, (n_pairs,)."""
        chosen = (self.match_weight(X) > 0.0).astype(np.int64)
        labels: npt.NDArray[Any] = np.asarray(self.classes_)[chosen]
        return labels

    def _settings(self) -> BoostingSettings | LogisticSettings:
        raise NotImplementedError

    def _fitted(self) -> SupervisedModel:
        check_is_fitted(self, "model_")
        if not isinstance(self.model_, SupervisedModel):
            raise NotFittedError(f"{type(self).__name__} holds no model")
        return self.model_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


class BoostingClassifier(_SupervisedClassifier):
    """Boosted trees on a matrix of features, one row per pair: monotone, calibrated, scored by our own kernel.

    Args:
        directions: by column, 1: more never speaks against one person, -1: never for it, 0: either way; None: all 0.
        learning_rate, most_trees, leaves, fewest_per_leaf, l2, held_out, patience: see
            :class:`~linkage.models.boosting.training.BoostingSettings`.
        calibration_share: of the units, kept aside to calibrate on.
        random_state: draws the units.

    Attributes:
        model_: the fitted :class:`~linkage.models.supervised.SupervisedModel`.
        classes_: the two labels, smaller first.
        n_features_in_: number of columns.
    """

    def __init__(
        self,
        *,
        directions: Sequence[int] | None = None,
        learning_rate: float = 0.08,
        most_trees: int = 400,
        leaves: int = 31,
        fewest_per_leaf: int = 60,
        l2: float = 1.0,
        held_out: float = 0.1,
        patience: int = 20,
        calibration_share: float = CALIBRATION_SHARE,
        random_state: int = 0,
    ) -> None:
        self.directions = directions
        self.learning_rate = learning_rate
        self.most_trees = most_trees
        self.leaves = leaves
        self.fewest_per_leaf = fewest_per_leaf
        self.l2 = l2
        self.held_out = held_out
        self.patience = patience
        self.calibration_share = calibration_share
        self.random_state = random_state

    def _settings(self) -> BoostingSettings:
        return BoostingSettings(
            learning_rate=self.learning_rate,
            most_trees=self.most_trees,
            leaves=self.leaves,
            fewest_per_leaf=self.fewest_per_leaf,
            l2=self.l2,
            held_out=self.held_out,
            patience=self.patience,
        )


class LogisticClassifier(_SupervisedClassifier):
    """Logistic regression on a matrix of features, one row per pair: no weight against its direction, calibrated.

    Args:
        directions: by column, 1: more never speaks against one person, -1: never for it, 0: either way; None: all 0.
        strength: of the penalty on squared weights, in rows.
        calibration_share: of the units, kept aside to calibrate on.
        random_state: draws the units.

    Attributes:
        model_: the fitted :class:`~linkage.models.supervised.SupervisedModel`.
        classes_: the two labels, smaller first.
        n_features_in_: number of columns.
    """

    def __init__(
        self,
        *,
        directions: Sequence[int] | None = None,
        strength: float = 1.0,
        calibration_share: float = CALIBRATION_SHARE,
        random_state: int = 0,
    ) -> None:
        self.directions = directions
        self.strength = strength
        self.calibration_share = calibration_share
        self.random_state = random_state

    def _settings(self) -> LogisticSettings:
        return LogisticSettings(self.strength)


def _check_features(X: Any) -> Float32:  # noqa: N803
    return np.ascontiguousarray(check_array(X, dtype=np.float32, ensure_all_finite="allow-nan"))
