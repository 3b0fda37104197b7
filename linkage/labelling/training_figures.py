"""How good a trained model is on its labelled pairs, each scored by a model that has not seen it; and the run's own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.evaluation.calibration import expected_calibration_error
from linkage.evaluation.figures import REPLICATES, Figure, figure, pair_figures, plain, ratio, ratios
from linkage.evaluation.resampling import curve_intervals, curve_values, percentiles, ranking, resample_sums
from linkage.lookback.evaluate.columns import columns, percent, points
from linkage.models.fellegi_sunter import probability

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

_PAIRS_PER_BIN: Final = 30
_MOST_BINS: Final = 15
_EQUAL_PRECISION: Final = 0.99
_UNCERTAIN: Final = (0.01, 0.99)


@dataclass(frozen=True)
class ModelFigures:
    """Figures of one model on the labelled pairs, with 95 % intervals by drawing units again.

    ``f1`` at even odds; ``best_f1`` at the threshold that is best on these pairs; ``calibration_error`` of the
    ``uncertain`` ones, from 1 to 99 %; ``by_chance``: what that would be in the mean if every probability held.
    """

    f1: Figure
    best_f1: Figure
    average_precision: Figure
    calibration_error: Figure
    by_chance: float
    uncertain: int


@dataclass(frozen=True)
class TrainingFigures:
    """The trained model out of fold, the run's own on the same pairs, and the gain in F1 at even odds."""

    trained: ModelFigures
    run: ModelFigures
    gain: Figure

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values; None where nothing was measured."""
        told: dict[str, Any] = plain(asdict(self))
        return told

    def lines(self) -> list[str]:
        """Return the figures as lines of a table, in per cent."""
        rows = [
            [name, percent(told.f1), percent(told.best_f1), percent(told.average_precision), _error(told)]
            for name, told in (("trained, on labels unseen", self.trained), ("the run's model", self.run))
        ]
        head = ["ON THE LABELLED PAIRS", "F1 at even odds", "best F1", "average precision", "calibration error"]
        return [*columns(head, rows), f"F1 at even odds, in points more than the run's model: {points(self.gain)}"]


def _error(told: ModelFigures) -> str:
    if not told.uncertain:
        return "-"
    return f"{percent(told.calibration_error)}, by chance {100 * told.by_chance:.1f}"


def training_figures(trained: Float64, run: Float64, same: Bool, units: Int64, *, seed: int) -> TrainingFigures:
    """Return the figures of both models; ``trained``, ``run`` float64 (n,): match weights in bits, of the same pairs.

    ``same`` bool, ``units`` int64 (n,): pairs of one unit are drawn together.
    """
    unit = np.unique(units, return_inverse=True)[1].astype(np.int64)
    return TrainingFigures(
        trained=_model_figures(trained, same, unit, seed),
        run=_model_figures(run, same, unit, seed),
        gain=_gain(trained, run, same, unit, seed),
    )


def _model_figures(weight: Float64, same: Bool, unit: Int64, seed: int) -> ModelFigures:
    linked, rng = weight >= 0.0, np.random.default_rng(seed)
    true = _by_unit(same, unit)
    found = pair_figures(_by_unit(same & linked, unit), _by_unit(linked, unit), true, rng=rng)
    order, last = ranking(weight)
    hits = np.cumsum(same[order])[last].astype(np.float64)
    best, _, average = curve_values(hits, (last + 1).astype(np.float64), float(true.sum()), _EQUAL_PRECISION)
    around = curve_intervals(weight, same, (unit, unit), true, precision=_EQUAL_PRECISION, rng=rng)
    stated = probability(weight)
    uncertain = int(((stated >= _UNCERTAIN[0]) & (stated <= _UNCERTAIN[1])).sum())
    error = expected_calibration_error(
        stated,
        same,
        bins=min(max(uncertain // _PAIRS_PER_BIN, 1), _MOST_BINS),
        between=_UNCERTAIN,
        clusters=unit,
        seed=seed,
    )
    return ModelFigures(
        f1=found.f1,
        best_f1=figure(best, around.best_f1),
        average_precision=figure(average, around.average_precision),
        calibration_error=figure(error.error, error.interval),
        by_chance=error.noise,
        uncertain=error.n_pairs,
    )


def _gain(trained: Float64, run: Float64, same: Bool, unit: Int64, seed: int) -> Figure:
    """Return how much larger F1 at even odds is, both models on the same draws."""
    sums = []
    for weight in (trained, run):
        linked = weight >= 0.0
        sums += [2.0 * _by_unit(same & linked, unit), _by_unit(linked, unit) + _by_unit(same, unit)]
    parts = np.stack(sums, axis=1)
    top, bottom, run_top, run_bottom = parts.sum(axis=0)
    drawn = resample_sums(parts, rng=np.random.default_rng(seed), replicates=REPLICATES).T
    gains = ratios(drawn[0], drawn[1]) - ratios(drawn[2], drawn[3])
    return figure(ratio(top, bottom) - ratio(run_top, run_bottom), percentiles(gains))


def _by_unit(counted: Bool, unit: Int64) -> Float64:
    """Return how many rows of each unit are counted, float64 (n_units,)."""
    return np.bincount(unit, counted, int(unit.max()) + 1).astype(np.float64)
