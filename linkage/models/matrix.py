"""What every supervised model asks of a matrix of features, and of what is learnt from one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.errors import ModelError

Bool = npt.NDArray[np.bool_]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


def check_matrix(matrix: Float32, n_features: int) -> None:
    """Raise :class:`ModelError` unless ``matrix`` is float32 (n, n_features)."""
    if matrix.dtype != np.float32 or matrix.ndim != 2 or matrix.shape[1] != n_features:
        raise ModelError(f"the features must be a float32 matrix of {n_features} columns")


def checked_training(matrix: Float32, same: Bool, sample_weight: Float64 | None, directions: Sequence[int]) -> Float64:
    """Return the weights, float64 (n,), 1 each for None, after checking that everything to learn from fits together.

    Raises:
        ModelError: shapes or types that do not fit, an infinite value, a weight that is not positive, a direction that
            is none.
    """
    check_matrix(matrix, len(directions))
    weight = np.ones(same.shape[0]) if sample_weight is None else np.asarray(sample_weight, np.float64)
    if same.dtype != np.bool_ or same.shape != (matrix.shape[0],) or weight.shape != same.shape:
        raise ModelError("labels and weights need one entry per row of the features")
    if not set(directions) <= {-1, 0, 1}:
        raise ModelError("a direction is -1, 0 or 1")
    if np.isinf(matrix).any() or not (np.isfinite(weight) & (weight > 0.0)).all():
        raise ModelError("features must be finite or missing, and weights positive")
    return weight


def choose_units(units: Int64, share: float, seed: int) -> Bool:
    """Return bool (n,): the rows of so great a share of the distinct ``units`` int64 (n,), drawn with ``seed``.

    Rows of one unit (a person, a family) stay together. The drawing does not depend on the order of the rows.
    """
    distinct, position = np.unique(units, return_inverse=True)
    drawn = np.zeros(distinct.size, np.bool_)
    drawn[np.random.default_rng(seed).permutation(distinct.size)[: round(share * distinct.size)]] = True
    chosen: Bool = drawn[position]
    return chosen
