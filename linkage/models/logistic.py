"""Logistic regression: one weight per feature, and one for its absence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.errors import ModelError
from linkage.models.matrix import check_matrix, checked_training
from linkage.models.stored_json import keyed, listed, number
from linkage.side_by_side import side_by_side
from linkage.similarity.jit import kernel

Bool = npt.NDArray[np.bool_]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

_LARGEST: Final = 1e9
_ROWS_PER_JOB: Final = 1 << 16
_KEYS: Final = frozenset({"intercept", "centre", "weight", "missing", "mean"})


@dataclass(frozen=True)
class Logistic:
    """Log-odds as a sum: ``intercept``, and by feature ``weight`` times (value - ``centre``), or ``missing`` for nan.

    ``mean``: the mean of that term over the training rows, from which an explanation counts. Logarithms are natural.

    Raises:
        ModelError: lists of different lengths, or a number that is too large or none.
    """

    intercept: float
    centre: tuple[float, ...]
    weight: tuple[float, ...]
    missing: tuple[float, ...]
    mean: tuple[float, ...]

    def __post_init__(self) -> None:
        lists = (self.centre, self.weight, self.missing, self.mean)
        if {len(item) for item in lists} != {len(self.weight)} or not self.weight:
            raise ModelError("a logistic model needs four numbers per feature")
        if not all(abs(value) <= _LARGEST for item in (*lists, (self.intercept,)) for value in item):
            raise ModelError("a number of the logistic model is too large or none")

    @property
    def n_features(self) -> int:
        """Columns that the matrix must have."""
        return len(self.weight)

    def log_odds(self, matrix: Float32, *, threads: int = 1) -> Float64:
        """Return the log-odds of each row of ``matrix`` float32 (n, n_features), nan where missing: float64 (n,).

        The terms are added in the order of the features, whatever the number of threads.

        Raises:
            ModelError: a matrix of another shape or type.
        """
        check_matrix(matrix, self.n_features)
        total = np.full(matrix.shape[0], self.intercept)
        parts = [slice(start, start + _ROWS_PER_JOB) for start in range(0, matrix.shape[0], _ROWS_PER_JOB)]
        for _ in side_by_side([partial(self._add, matrix[part], total[part]) for part in parts], threads):
            pass
        return total

    def _add(self, matrix: Float32, total: Float64) -> None:
        _add_terms(np.ascontiguousarray(matrix), *self._arrays, total)

    @property
    def expectation(self) -> float:
        """The mean log-odds over the training rows."""
        return self.intercept + sum(self.mean)

    def contributions(self, matrix: Float32) -> Float64:
        """Return what each feature adds to the log-odds of each row, float64 (n, n_features).

        A feature's term less its mean over the training rows: its Shapley value when features are taken one by one.
        With :attr:`expectation` they sum to :meth:`log_odds`, up to rounding.

        Raises:
            ModelError: a matrix of another shape or type.
        """
        check_matrix(matrix, self.n_features)
        centre, weight, missing = self._arrays
        terms = np.where(np.isnan(matrix), missing, weight * (np.nan_to_num(matrix).astype(np.float64) - centre))
        contributions: Float64 = terms - np.array(self.mean)
        return contributions

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "intercept": self.intercept,
            "centre": list(self.centre),
            "weight": list(self.weight),
            "missing": list(self.missing),
            "mean": list(self.mean),
        }

    @cached_property
    def _arrays(self) -> tuple[Float64, Float64, Float64]:
        return np.array(self.centre), np.array(self.weight), np.array(self.missing)


def logistic_from_plain(value: Any) -> Logistic:
    """Return the model in this JSON form.

    Raises:
        ModelError: see :class:`Logistic`.
        KeyError, TypeError, ValueError: not the JSON form.
    """
    item = keyed(value, _KEYS)
    columns = {name: tuple(number(entry) for entry in listed(item[name])) for name in _KEYS - {"intercept"}}
    return Logistic(intercept=number(item["intercept"]), **columns)


def fit_logistic(
    matrix: Float32,
    same: Bool,
    sample_weight: Float64 | None,
    *,
    directions: Sequence[int],
    strength: float = 1.0,
) -> Logistic:
    """Return the weights that tell pairs of one person, none of them against its feature's direction.

    scikit-learn's logistic regression on standardised values, missing ones at the mean with a weight of their own.
    Features that came out against their direction are left out and the rest is fitted again until none does. The
    weight of an absence is not bound. The same input gives the same weights with the same release of the libraries.

    Args:
        matrix: float32 (n, n_features), nan where missing, never infinite.
        same: bool (n,): one person.
        sample_weight: float64 (n,), positive, or None for 1 each.
        directions: by feature, 1: more never speaks against one person, -1: more never speaks for, 0: either way.
        strength: of the penalty on squared weights, in rows: 1 / C of scikit-learn.

    Raises:
        ModelError: shapes that do not fit, an infinite value, or labels of one class.
    """
    row_weight = checked_training(matrix, same, sample_weight, directions)
    if not 0 < int(same.sum()) < same.size or not strength > 0.0:
        raise ModelError("a logistic model needs matches and non-matches, and a positive penalty")
    absent = np.isnan(matrix)
    centre, scale = _standard(matrix, absent, row_weight)
    columns = np.concatenate([np.where(absent, 0.0, (matrix - centre) / scale), absent], axis=1)
    coefficients, intercept = _regression(columns, same, row_weight, np.array(directions), strength)
    n_features = len(directions)
    weight, missing = coefficients[:n_features] / scale, coefficients[n_features:]
    shares = row_weight / row_weight.sum()
    mean = (shares @ columns[:, :n_features]) * coefficients[:n_features] + (shares @ absent) * missing
    return Logistic(intercept, *(tuple(values.tolist()) for values in (centre, weight, missing, mean)))


def _standard(matrix: Float32, absent: Bool, row_weight: Float64) -> tuple[Float64, Float64]:
    """Return mean and deviation of what is there in each column; 0 and 1 where nothing is, or all is the same."""
    values = np.where(absent, 0.0, matrix).astype(np.float64)
    present = np.maximum(row_weight @ ~absent, np.finfo(np.float64).tiny)
    centre = (row_weight @ values) / present
    spread = np.sqrt(row_weight @ np.where(absent, 0.0, (values - centre) ** 2) / present)
    return centre, np.where(spread > 1e-9 * (1.0 + np.abs(centre)), spread, 1.0)


def _regression(
    columns: Float64, same: Bool, row_weight: Float64, directions: npt.NDArray[np.int_], strength: float
) -> tuple[Float64, float]:
    """Return coefficients by column, 0 where left out, and the intercept."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    signs = np.concatenate([directions, np.zeros_like(directions)])
    used = columns.min(axis=0) < columns.max(axis=0)
    coefficients = np.zeros(columns.shape[1])
    while True:
        regression = LogisticRegression(C=1.0 / strength, max_iter=2_000, tol=1e-6)
        # Products of matrices are summed in another order on other numbers of threads.
        with threadpool_limits(limits=1):
            regression.fit(columns[:, used], same, sample_weight=row_weight)
        coefficients[:] = 0.0
        coefficients[used] = regression.coef_[0]
        against = coefficients * signs < 0.0
        if not against.any():
            return coefficients, float(regression.intercept_[0])
        used &= ~against


@kernel
def _add_terms(matrix: Float32, centre: Float64, weight: Float64, missing: Float64, total: Float64) -> None:
    for row in range(matrix.shape[0]):
        for feature in range(matrix.shape[1]):
            value = matrix[row, feature]
            if np.isnan(value):
                total[row] += missing[feature]
            else:
                total[row] += weight[feature] * (value - centre[feature])
