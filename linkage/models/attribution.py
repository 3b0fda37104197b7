"""Why a supervised model gives a pair its weight: bits by kind of evidence, that add up to the weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.models.supervised import SupervisedModel

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

_BITS: Final = 1.0 / float(np.log(2.0))


@dataclass(frozen=True)
class Attribution:
    """The weights of n pairs, taken apart. All in bits, log2 of odds.

    ``expectation``: what the scorer says of a training pair in the mean. ``features`` float64 (n, n_features): what
    each feature adds to that, in the model's order. ``calibration`` float64 (n,): what calibration adds to the sum.
    ``prior``: what the run's share of matches adds. ``total`` float64 (n,): the match weights; expectation, features,
    calibration and prior sum to it within 1e-9.
    """

    feature_names: tuple[str, ...]
    groups: tuple[str, ...]
    expectation: float
    features: Float64
    calibration: Float64
    prior: float
    total: Float64

    def by_group(self) -> dict[str, Float64]:
        """Return the bits of each group, float64 (n,): the sum of its features; in the order they first stand."""
        members: dict[str, list[int]] = {}
        for position, group in enumerate(self.groups):
            members.setdefault(group, []).append(position)
        return {group: self.features[:, columns].sum(axis=1) for group, columns in members.items()}


def attribute(model: SupervisedModel, matrix: Float32) -> Attribution:
    """Return what each feature adds to the match weights of few pairs, some milliseconds each.

    Shapley values: a feature's mean effect over the orders in which the features may become known (see
    :mod:`linkage.models.boosting.attribution`). They say what moved the model, not what caused anything: of two
    features that tell the same, each gets a part.

    Args:
        model: whose weights.
        matrix: float32 (n, n_features), nan where missing.

    Raises:
        ModelError: a matrix of another shape or type.
    """
    raw = model.raw_log_odds(matrix)
    return Attribution(
        feature_names=model.feature_names,
        groups=model.groups,
        expectation=model.scorer.expectation * _BITS,
        features=model.scorer.contributions(matrix) * _BITS,
        calibration=(model.calibration.apply(raw) - raw) * _BITS,
        prior=model.prior_shift * _BITS,
        total=model.match_weight(matrix),
    )
