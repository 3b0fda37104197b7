"""Figures as they are told: a value with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.evaluation.intervals import Interval, wilson_interval
from linkage.evaluation.resampling import percentiles, resample_sums

Float64 = npt.NDArray[np.float64]

REPLICATES = 1000
"""Draws of an interval."""


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval, ``low`` to ``high``; all nan when there was nothing to measure."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PairFigures:
    """Precision, recall and F1 of predicted pairs, with the counts they come from."""

    precision: Figure
    recall: Figure
    f1: Figure
    true_positives: int
    predicted: int
    true_total: int


def figure(value: float, interval: Interval) -> Figure:
    """Return a value with an interval; the interval is stretched to hold the value."""
    if np.isnan(value) or np.isnan(interval.low):
        return Figure(value, interval.low, interval.high)
    return Figure(value, min(value, interval.low), max(value, interval.high))


def share(top: Float64, bottom: Float64, *, rng: np.random.Generator) -> Figure:
    """Return the ratio of two sums over independent units, float64 (n_units,) each, with its interval."""
    parts = np.stack([top, bottom], axis=1)
    drawn = resample_sums(parts, rng=rng, replicates=REPLICATES)
    return _told(float(top.sum()), float(bottom.sum()), drawn[:, 0], drawn[:, 1])


def pair_figures(hits: Float64, predicted: Float64, true: Float64, *, rng: np.random.Generator) -> PairFigures:
    """Return precision, recall and F1 from what each person adds to the three sums, float64 (n_units,) each."""
    parts = np.stack([hits, predicted, true], axis=1)
    h, p, t = parts.sum(axis=0)
    drawn = resample_sums(parts, rng=rng, replicates=REPLICATES).T
    return PairFigures(
        precision=_told(h, p, drawn[0], drawn[1]),
        recall=_told(h, t, drawn[0], drawn[2]),
        f1=figure(ratio(2.0 * h, p + t), percentiles(ratios(2.0 * drawn[0], drawn[1] + drawn[2]))),
        true_positives=round(h),
        predicted=round(p),
        true_total=round(t),
    )


def _told(top: float, bottom: float, drawn_top: Float64, drawn_bottom: Float64) -> Figure:
    """Return a share with the interval of its draws; of none and of all the draws show no spread, so Wilson's."""
    if bottom and top in (0.0, bottom):
        return figure(ratio(top, bottom), wilson_interval(top, bottom))
    return figure(ratio(top, bottom), percentiles(ratios(drawn_top, drawn_bottom)))


def ratio(top: float, bottom: float) -> float:
    """Return top / bottom; nan when there is nothing to divide by."""
    return float(top / bottom) if bottom else float("nan")


def ratios(top: Float64, bottom: Float64) -> Float64:
    """Return top / bottom, (n,); nan where there is nothing to divide by."""
    divided: Float64 = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0.0)
    return divided


def plain(value: Any) -> Any:
    """Return a value as JSON has it: numbers to six digits, and what is not known (nan, infinity) as None."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 6) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
