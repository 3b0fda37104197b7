"""Fellegi-Sunter as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d

from linkage.models.em import EmOptions, fit, fit_labelled
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.models.patterns import Float64, Int8, PatternCounts, TrainingCounts
from linkage.spec import ComparisonSpec, FieldSpec, LevelSpec, LinkageSpec, RuleSpec

_MOST_LEVELS = 15
_NO_MATCHES = 1e-15


class FellegiSunterClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Fellegi-Sunter on a matrix of agreement levels, one row per pair.

    Without labels, EM over all rows, with m and u both estimated, as if one blocking rule had chosen the rows
    and fixed nothing. With labels, m and u are the smoothed level frequencies in the two classes.
    The prior is the share of matches among the rows given, not among all possible pairs.

    Args:
        n_levels: level codes per column, missing (0) and different (1) included; None takes the largest code seen.
        max_iter, tol, n_starts, smoothing, random_state: see :class:`~linkage.models.em.EmOptions`.

    Attributes:
        model_: the fitted :class:`~linkage.models.fellegi_sunter.FellegiSunter`.
        classes_: int64 (2,), 0 and 1 (two persons, one person), or the two labels given, smaller first.
        n_iter_, converged_, history_, warnings_: how EM ended; with labels 0, True, () and ().
        n_features_in_: number of columns.
    """

    def __init__(
        self,
        *,
        n_levels: Sequence[int] | None = None,
        max_iter: int = 500,
        tol: float = 1e-5,
        n_starts: int = 4,
        smoothing: float = 1.0,
        random_state: int = 0,
    ) -> None:
        self.n_levels = n_levels
        self.max_iter = max_iter
        self.tol = tol
        self.n_starts = n_starts
        self.smoothing = smoothing
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> FellegiSunterClassifier:  # noqa: N803
        """Learn from levels ``X``, int (n_pairs, n_comparisons), 0 missing; ``y`` (n_pairs,) two labels, or None.

        Raises:
            ValueError: codes that are no whole numbers from 0 to 14 or exceed ``n_levels``; labels not of two kinds.
        """
        levels = _check_levels(X)
        self.n_features_in_ = levels.shape[1]
        sizes = self._sizes(levels)
        spec = _anonymous_spec(sizes)
        if y is None:
            self.classes_ = np.array([0, 1])
            self._fit_em(levels, spec)
        else:
            self._fit_labels(levels, column_or_1d(y), spec)
        return self

    def match_weight(self, X: Any) -> Float64:  # noqa: N803
        """Return log2(p / (1 - p)) per row, float64 (n_pairs,)."""
        model = self._fitted()
        levels = _check_levels(X)
        sizes = np.array([len(item.level_names) for item in model.comparisons])
        if levels.shape[1] != sizes.size:
            raise ValueError(f"X has {levels.shape[1]} features, but {type(self).__name__} is expecting {sizes.size}")
        if (levels.max(axis=0) >= sizes).any():
            raise ValueError("a level code exceeds those the model was fitted with")
        return model.match_weight(levels)

    def decision_function(self, X: Any) -> Float64:  # noqa: N803
        """Return the match weight in bits, float64 (n_pairs,); above 0 means one person."""
        return self.match_weight(X)

    def predict_proba(self, X: Any) -> Float64:  # noqa: N803
        """Return P(two persons), P(one person) per row, float64 (n_pairs, 2)."""
        odds = self.match_weight(X)
        small = np.exp2(-np.abs(odds))
        likely, unlikely = 1.0 / (1.0 + small), small / (1.0 + small)
        return np.stack([np.where(odds > 0, unlikely, likely), np.where(odds > 0, likely, unlikely)], axis=1)

    def predict(self, X: Any) -> npt.NDArray[Any]:  # noqa: N803
        """Return the likelier class per row, (n_pairs,)."""
        chosen = (self.match_weight(X) > 0.0).astype(np.int64)
        labels: npt.NDArray[Any] = np.asarray(self.classes_)[chosen]
        return labels

    def _sizes(self, levels: Int8) -> list[int]:
        largest = [max(int(code), 2) + 1 for code in levels.max(axis=0)]
        if self.n_levels is None:
            return largest
        sizes = [int(size) for size in self.n_levels]
        if len(sizes) != len(largest) or min(sizes) < 3 or max(sizes) > _MOST_LEVELS:
            raise ValueError(f"n_levels must hold one number from 3 to {_MOST_LEVELS} per column")
        if (levels.max(axis=0) >= np.array(sizes)).any():
            raise ValueError("a level code exceeds n_levels")
        return sizes

    def _fit_em(self, levels: Int8, spec: LinkageSpec) -> None:
        n_comparisons = levels.shape[1]
        candidates = PatternCounts(levels, np.ones(levels.shape[0], np.uint64), np.ones(levels.shape[0]))
        nothing = np.zeros(0, np.uint64)
        training = TrainingCounts(
            candidates=candidates,
            # The rows themselves only say where the search for u starts.
            random=PatternCounts(np.zeros((0, n_comparisons), np.int8), nothing, np.zeros(0)),
            coincidence=np.full(n_comparisons, np.nan),
            fixed_by_rule=np.zeros((1, n_comparisons), np.bool_),
            n_pairs_total=float(levels.shape[0]),
        )
        options = EmOptions(
            max_iter=self.max_iter,
            tolerance=self.tol,
            n_starts=self.n_starts,
            smoothing=self.smoothing,
            seed=self.random_state,
            estimate_u=True,
        )
        result = fit(spec, training, options)
        self.model_ = result.model.with_prior(float(np.clip(result.rule_shares[0], 1e-9, 1.0 - 1e-9)))
        self.n_iter_, self.converged_ = result.n_iter, result.converged
        self.history_, self.warnings_ = result.history, result.warnings

    def _fit_labels(self, levels: Int8, labels: npt.NDArray[Any], spec: LinkageSpec) -> None:
        if labels.shape[0] != levels.shape[0]:
            raise ValueError("X and y have different numbers of rows")
        self.classes_ = np.unique(labels)
        if self.classes_.size != 2:
            raise ValueError(f"y must hold two classes; it holds {self.classes_.size}")
        match = labels == self.classes_[1]
        parts = [
            PatternCounts(levels[part], np.zeros(int(part.sum()), np.uint64), np.ones(int(part.sum())))
            for part in (match, ~match)
        ]
        share = float(match.mean())
        model = fit_labelled(
            spec,
            parts[0],
            parts[1],
            coincidence=np.full(levels.shape[1], np.nan),
            n_pairs_total=float(levels.shape[0]),
            # The second class holds no matches to be taken out.
            prior=_NO_MATCHES,
            smoothing=self.smoothing,
        )
        self.model_ = model.with_prior(share)
        self.n_iter_, self.converged_, self.history_, self.warnings_ = 0, True, (), ()

    def _fitted(self) -> FellegiSunter:
        check_is_fitted(self, "model_")
        if not isinstance(self.model_, FellegiSunter):
            raise NotFittedError(f"{type(self).__name__} holds no model")
        return self.model_


def _check_levels(X: Any) -> Int8:  # noqa: N803
    array = check_array(X, dtype="numeric")
    if (array < 0).any() or (array >= _MOST_LEVELS).any() or (array != np.floor(array)).any():
        raise ValueError(f"levels must be whole numbers from 0 (missing) to {_MOST_LEVELS - 1}")
    return np.asarray(array, np.int8)


def _anonymous_spec(sizes: Sequence[int]) -> LinkageSpec:
    comparisons = tuple(
        ComparisonSpec(
            name=f"x{position}",
            field=f"x{position}",
            kernel="jaro_winkler",
            levels=tuple(LevelSpec(f"level{code}", at_least=code / size) for code in range(size - 1, 1, -1)),
        )
        for position, size in enumerate(sizes)
    )
    fields = tuple(FieldSpec(item.name, "text", (item.name,)) for item in comparisons)
    return LinkageSpec("levels", fields, comparisons, (RuleSpec("all", (fields[0].name,)),))
