"""A supervised model from labelled pairs: some units to learn from, the others to calibrate on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from linkage.errors import ModelError
from linkage.models.boosting.training import BoostingSettings, fit_boosting
from linkage.models.calibration import fit_calibration
from linkage.models.logistic import fit_logistic
from linkage.models.matrix import checked_training, choose_units
from linkage.models.prevalence import followed_share, training_share
from linkage.models.supervised import Scorer, SupervisedModel

Bool = npt.NDArray[np.bool_]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

CALIBRATION_SHARE = 0.2
"""Of the units: those that the scorer does not see, on which it is calibrated."""


@dataclass(frozen=True)
class LogisticSettings:
    """``strength``: of the penalty on squared weights, in rows; see :func:`~linkage.models.logistic.fit_logistic`."""

    strength: float = 1.0


def fit_supervised(
    matrix: Float32,
    same: Bool,
    sample_weight: Float64 | None,
    *,
    feature_names: Sequence[str],
    groups: Sequence[str],
    directions: Sequence[int],
    units: Int64,
    seed: int,
    settings: BoostingSettings | LogisticSettings | None = None,
    calibration_share: float = CALIBRATION_SHARE,
) -> SupervisedModel:
    """Return a model learnt and calibrated on these pairs; boosted trees unless ``settings`` ask for logistic.

    Weights should give every register the same share of matches, so that the scores mean one thing in all of them; the
    shares that the model states are weighted ones. The same input gives the same model.

    Args:
        matrix: float32 (n, n_features), nan where missing, never infinite.
        same: bool (n,): one person.
        sample_weight: float64 (n,), positive, or None for 1 each.
        feature_names, groups, directions: by column; see :class:`~linkage.models.supervised.SupervisedModel`.
        units: int64 (n,): rows of one unit (a person, a family) are never divided between learning, stopping and
            calibrating.
        seed: draws the units.
        settings: of boosting or logistic.
        calibration_share: of the units, in (0, 1).

    Raises:
        ModelError: shapes that do not fit, an infinite value, or too few units: a class is missing in one of the parts.
    """
    weight = checked_training(matrix, same, sample_weight, directions)
    if not 0.0 < calibration_share < 1.0 or units.shape != same.shape:
        raise ModelError("the share to calibrate on lies between 0 and 1, and every row has a unit")
    kept = choose_units(units, calibration_share, seed)
    if not 0 < int(same[kept].sum()) < int(kept.sum()):
        raise ModelError("too few pairs to calibrate on", remedy="Give more labelled pairs of both kinds")
    learnt = ~kept
    scorer = _scorer(matrix[learnt], same[learnt], weight[learnt], directions, units[learnt], seed, settings)
    stated = scorer.log_odds(matrix[kept])
    calibration = fit_calibration(stated, same[kept], weight[kept])
    return SupervisedModel(
        feature_names=tuple(feature_names),
        groups=tuple(groups),
        directions=tuple(directions),
        scorer=scorer,
        calibration=calibration,
        training_share=training_share(calibration.apply(stated), same[kept], weight[kept]),
    )


def recalibrated(
    model: SupervisedModel, matrix: Float32, same: Bool, sample_weight: Float64 | None, registers: Int64
) -> SupervisedModel:
    """Return the model calibrated on other pairs than it was learnt from, with their share of matches.

    Pairs of other registers tell more of a register to come than held-out pairs of those the scorer has seen: it is
    too sure wherever registers differ. How their shares of matches differ tells how much of a shift is followed.
    Arguments as in :func:`fit_supervised`; ``registers`` int64 (n,): the register that a pair is of.

    Raises:
        ModelError: as :func:`fit_supervised`.
    """
    weight = checked_training(matrix, same, sample_weight, model.directions)
    if registers.shape != same.shape:
        raise ModelError("every row has a register")
    if not 0 < int(same.sum()) < same.size:
        raise ModelError("too few pairs to calibrate on", remedy="Give more labelled pairs of both kinds")
    stated = model.raw_log_odds(matrix)
    calibration = fit_calibration(stated, same, weight)
    stated = calibration.apply(stated)
    share = training_share(stated, same, weight)
    share = replace(share, followed=followed_share(stated, same, registers, share))
    return replace(model, calibration=calibration, training_share=share)


def _scorer(
    matrix: Float32,
    same: Bool,
    weight: Float64,
    directions: Sequence[int],
    units: Int64,
    seed: int,
    settings: BoostingSettings | LogisticSettings | None,
) -> Scorer:
    if isinstance(settings, LogisticSettings):
        return fit_logistic(matrix, same, weight, directions=directions, strength=settings.strength)
    return fit_boosting(matrix, same, weight, directions=directions, units=units, seed=seed, settings=settings)
