"""Intervals by drawing persons again: all figures of one kind at once, and the whole curve of thresholds.

The weights of the draws are Poisson(1), as in :func:`linkage.evaluation.intervals.ratio_bootstrap`. Persons that add
the same to every sum are drawn together: the sum of k such weights is Poisson(k). Most persons are alike, so that a
thousand draws of a million persons cost as much as those of some hundred kinds of person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.evaluation.intervals import Interval

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

_BLOCK: Final = 4_000_000
"""Draws held at a time."""


def resample_sums(parts: Float64, *, rng: np.random.Generator, replicates: int = 1000) -> Float64:
    """Return the sums over resampled units, float64 (replicates, n_sums), of ``parts`` float64 (n_units, n_sums)."""
    rows, times = _alike(parts)
    sums = np.zeros((replicates, parts.shape[1]))
    step = max(1, _BLOCK // max(rows.shape[0], 1))
    for start in range(0, replicates, step):
        stop = min(start + step, replicates)
        sums[start:stop] = rng.poisson(times, (stop - start, times.size)) @ rows
    return sums


def percentiles(values: Float64, confidence: float = 0.95) -> Interval:
    """Return the interval that holds the middle of ``values`` (n,); nan values do not count."""
    values = values[~np.isnan(values)]
    if not values.size:
        return Interval(float("nan"), float("nan"))
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(values, [tail, 1.0 - tail])
    return Interval(float(low), float(high))


def _alike(parts: Float64) -> tuple[Float64, Int64]:
    """Return the distinct rows that are not all 0, and how often each stands there."""
    parts = parts[parts.any(axis=1)]
    code = np.zeros(parts.shape[0], np.int64)
    for column in parts.T:  # column by column, for sorting whole rows costs ten times as much
        values, which = np.unique(column, return_inverse=True)
        code = np.unique(code * values.size + which, return_inverse=True)[1]
    _, first, times = np.unique(code, return_index=True, return_counts=True)
    return parts[first], times.astype(np.int64)


@dataclass(frozen=True)
class CurveIntervals:
    """Intervals of what a curve of thresholds gives, the threshold chosen anew in each draw."""

    best_f1: Interval
    recall_at_precision: Interval
    average_precision: Interval


def curve_intervals(
    score: Float64,
    true: Bool,
    units: tuple[Int64, Int64],
    true_per_unit: Float64,
    *,
    precision: float,
    rng: np.random.Generator,
    replicates: int = 200,
) -> CurveIntervals:
    """Return the intervals of the best F1, the recall at a precision, and the average precision.

    Args:
        score: float64 (n_pairs,), larger is likelier. true: bool (n_pairs,).
        units: the person of the left and of the right record, int64 (n_pairs,) each; a predicted pair counts half for
            either.
        true_per_unit: float64 (n_units,), the true pairs of each person, predicted or not.
    """
    order, last = ranking(score)
    left, right, hit = units[0][order], units[1][order], true[order]
    concerned = np.zeros(true_per_unit.size, np.bool_)
    concerned[left] = concerned[right] = True
    concerned |= true_per_unit > 0
    number = np.cumsum(concerned) - 1
    left, right, per_unit = number[left], number[right], true_per_unit[concerned]
    values = np.full((replicates, 3), np.nan)
    for draw in range(replicates):
        weight = rng.poisson(1.0, per_unit.size).astype(np.float64)
        here = weight[left]
        predicted = np.cumsum((here + weight[right]) / 2.0)[last]
        hits = np.cumsum(np.where(hit, here, 0.0))[last]
        values[draw] = curve_values(hits, predicted, float(weight @ per_unit), precision)
    return CurveIntervals(*(percentiles(column) for column in values.T))


def ranking(score: Float64) -> tuple[Int64, Int64]:
    """Return the order by falling score, int64 (n,), and the last place of each distinct score, int64 (n_cuts,)."""
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if ranked.size else np.zeros(0, np.int64)
    return order, last


def curve_values(hits: Float64, predicted: Float64, true_total: float, precision: float) -> tuple[float, float, float]:
    """Return best F1, largest recall at that precision or more, average precision; nan without a true pair.

    ``hits``, ``predicted`` float64 (n_cuts,), rising. Average precision is the sum over cuts of precision times the
    gain in recall: the area below the curve without drawing lines between its points.
    """
    if true_total <= 0.0:
        return (float("nan"),) * 3
    if not predicted.size:
        return 0.0, 0.0, 0.0
    right = np.divide(hits, predicted, out=np.zeros_like(predicted), where=predicted > 0.0)
    f1 = 2.0 * hits / (predicted + true_total)
    enough = (right >= precision) & (predicted > 0.0)
    recall = float(hits[enough].max(initial=0.0)) / true_total
    return float(f1.max()), recall, float((np.diff(hits, prepend=0.0) * right).sum()) / true_total
