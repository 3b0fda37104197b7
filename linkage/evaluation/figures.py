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

FEW = 30
"""Of fewer pairs or persons than this the draws alone do not make an interval: they know no outcome but those seen."""

_POINT = 1e-9


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


def drawn_figure(value: float, counted: float, drawn: Interval) -> Figure:
    """Return a share of ``counted`` with the interval of its draws, and with Wilson's where that says too little.

    Drawing again what was seen shows no spread where all went one way, or where one person holds all there is; and of
    less than :data:`FEW` it shows too little. There the interval is widened.

    Args:
        value: 0 to 1; nan where nothing was counted.
        counted: how many the share is of.
        drawn: the middle 95 % of the draws, which may be nan.
    """
    told = figure(value, drawn)
    return widened(told, counted) if _says_little(counted, drawn) else told


def widened(told: Figure, counted: float) -> Figure:
    """Return a share of ``counted`` whose interval reaches at least as far as Wilson's; nan stays nan.

    Of one right pair of one that is 0.21 to 1, of two of two 0.34 to 1, of none of one 0 to 0.79.
    """
    if np.isnan(told.value):
        return told
    return figure(told.value, _both(Interval(told.low, told.high), wilson_interval(told.value * counted, counted)))


def drawn_f1(hits: float, predicted: float, true: float, drawn: Interval) -> Figure:
    """Return F1 with the interval of its draws, and where that says too little with Wilson's.

    F1 is no share, but rises with one: of the pairs that are predicted or true, those that are both (Jaccard's J;
    F1 = 2 J / (1 + J)). The ends of J's interval give those of F1's.
    """
    value, either = ratio(2.0 * hits, predicted + true), predicted + true - hits
    if np.isnan(value) or not _says_little(either, drawn):
        return figure(value, drawn)
    shared = wilson_interval(hits, either)
    low, high = (2.0 * end / (1.0 + end) for end in (shared.low, shared.high))
    return figure(value, _both(drawn, Interval(low, high)))


def share(top: Float64, bottom: Float64, *, rng: np.random.Generator) -> Figure:
    """Return the ratio of two sums over independent units, float64 (n_units,) each, with its interval."""
    parts = np.stack([top, bottom], axis=1)
    drawn = resample_sums(parts, rng=rng, replicates=REPLICATES)
    of, by = float(top.sum()), float(bottom.sum())
    return drawn_figure(ratio(of, by), by, percentiles(ratios(drawn[:, 0], drawn[:, 1])))


def pair_figures(hits: Float64, predicted: Float64, true: Float64, *, rng: np.random.Generator) -> PairFigures:
    """Return precision, recall and F1 from what each person adds to the three sums, float64 (n_units,) each."""
    parts = np.stack([hits, predicted, true], axis=1)
    h, p, t = parts.sum(axis=0)
    drawn = resample_sums(parts, rng=rng, replicates=REPLICATES).T
    return PairFigures(
        precision=drawn_figure(ratio(h, p), p, percentiles(ratios(drawn[0], drawn[1]))),
        recall=drawn_figure(ratio(h, t), t, percentiles(ratios(drawn[0], drawn[2]))),
        f1=drawn_f1(h, p, t, percentiles(ratios(2.0 * drawn[0], drawn[1] + drawn[2]))),
        true_positives=round(h),
        predicted=round(p),
        true_total=round(t),
    )


def _says_little(counted: float, drawn: Interval) -> bool:
    return counted < FEW or not drawn.high - drawn.low > _POINT


def _both(drawn: Interval, other: Interval) -> Interval:
    """Return what either interval holds, or all between; ``drawn`` may be nan."""
    return Interval(float(np.fmin(drawn.low, other.low)), float(np.fmax(drawn.high, other.high)))


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
