"""A supervised model from some hundred labels: all are learned from, each is scored by a model that has not seen it.

With few labels none can be spared for calibration alone. So the scorer learns from all of them, and its calibration
from scores *out of fold*: of five parts of the units, each scored by what was learned from the other four (J. C. Platt,
"Probabilistic outputs for support vector machines", 1999, section 2.1, for a single sigmoid).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError
from linkage.features.feature import Feature, Float32
from linkage.models.boosting.training import BoostingSettings, fit_boosting
from linkage.models.calibration import fit_calibration
from linkage.models.learning import LogisticSettings
from linkage.models.logistic import fit_logistic
from linkage.models.prevalence import TrainingShare
from linkage.models.supervised import Scorer, SupervisedModel

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

Kind = Literal["boosting", "logistic"]
Settings = BoostingSettings | LogisticSettings

FOLDS: Final = 5
_SURE: Final = 1e-3
"""A share of matches nearer to none or all than this is taken as this."""


@dataclass(frozen=True)
class LabelledRows:
    """Labelled pairs: ``matrix`` float32 (n, n_features); ``same`` bool and ``units`` int64 (n,).

    All count alike. Pairs are drawn to be labelled by what is known of them, not by the answer, so of pairs that look
    alike the labelled ones show the share that is one person, whatever drew them; weights would only add noise
    (docs/guide/training.md has the figures).
    """

    features: tuple[Feature, ...]
    matrix: Float32
    same: Bool
    units: Int64

    @property
    def directions(self) -> tuple[int, ...]:
        """Direction by column."""
        return tuple(item.direction for item in self.features)


@dataclass(frozen=True)
class CrossFitted:
    """A model that has learned from all rows, and ``stated`` float64 (n,): natural log-odds out of fold, calibrated on
    other folds than the pair's."""

    model: SupervisedModel
    stated: Float64


def settings_for(kind: Kind, n_labels: int) -> Settings:
    """Return how to learn from so many labels: the fewer, the smaller the leaves have to be."""
    if kind == "logistic":
        return LogisticSettings()
    return BoostingSettings(fewest_per_leaf=min(max(n_labels // 75, 20), 60))


def cross_fit(rows: LabelledRows, settings: Settings, *, every: Float32, seed: int) -> CrossFitted:
    """Return the model of all rows, with what it states of each as if that had not been among them.

    ``every`` float32 (n_pairs, n_features): all pairs of the run that the labels come from. Their calibrated mean
    probability, between the two scores that count, becomes the training share: so the shift of this very run is 0.

    Raises:
        UsageError: too few units of a kind to leave out one part of five. ModelError: too few to hold out for boosting.
    """
    fold = folds_of(rows.units, rows.same, seed)
    scored = np.empty(rows.same.size)
    for number in range(FOLDS):
        out = fold == number
        if out.any():
            scored[out] = _fit(rows, ~out, settings, seed).log_odds(rows.matrix[out])
    stated = np.empty(rows.same.size)
    for number in range(FOLDS):
        out = fold == number
        stated[out] = fit_calibration(scored[~out], rows.same[~out]).apply(scored[out])
    scorer = _fit(rows, np.ones(rows.same.size, np.bool_), settings, seed)
    calibration = fit_calibration(scored, rows.same)
    model = SupervisedModel(
        feature_names=tuple(item.name for item in rows.features),
        groups=tuple(item.group for item in rows.features),
        directions=rows.directions,
        scorer=scorer,
        calibration=calibration,
        training_share=share_of(calibration.apply(scorer.log_odds(every))),
    )
    return CrossFitted(model, stated)


def folds_of(units: Int64, same: Bool, seed: int) -> Int64:
    """Return the fold of each row, int64 (n,), 0 to 4: units stay whole, and those with a match are dealt out evenly.

    Raises:
        UsageError: all rows of a kind are in one fold.
    """
    distinct, position = np.unique(units, return_inverse=True)
    with_match = np.bincount(position, same, distinct.size) > 0
    order = np.lexsort((np.random.default_rng(seed).permutation(distinct.size), with_match))
    fold_of_unit = np.empty(distinct.size, np.int64)
    fold_of_unit[order] = np.arange(distinct.size) % FOLDS
    fold: Int64 = fold_of_unit[position]
    if any(np.unique(fold[kind]).size < 2 for kind in (same, ~same)):
        raise UsageError(
            "the labelled pairs are of too few families to learn from some and measure on others",
            remedy="Label pairs of more people",
        )
    return fold


def share_of(log_odds: Float64) -> TrainingShare:
    """Return the share of matches that calibrated log-odds, float64 (n,), themselves state of the pairs in the zone."""
    counted = log_odds[TrainingShare(0.5).within(log_odds)]
    share = float((1.0 / (1.0 + np.exp(-counted))).mean()) if counted.size else 0.5
    return TrainingShare(min(max(share, _SURE), 1.0 - _SURE))


def _fit(rows: LabelledRows, chosen: Bool, settings: Settings, seed: int) -> Scorer:
    matrix, same = rows.matrix[chosen], rows.same[chosen]
    if isinstance(settings, LogisticSettings):
        return fit_logistic(matrix, same, None, directions=rows.directions, strength=settings.strength)
    return fit_boosting(
        matrix, same, None, directions=rows.directions, units=rows.units[chosen], seed=seed, settings=settings
    )
