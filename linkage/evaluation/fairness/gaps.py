"""How far groups are apart, and how much of that is chance.

The gap of the best and the worst of many groups is large by chance alone. Two answers are given. The *interval* is
simultaneous: it holds for all groups at once (Sidak's level), so the gap is at least what even the most favourable
reading of all intervals leaves, and at most what the least favourable does. The *gap* itself is told after drawing
each difference to the common mean as far as chance may have moved it (R. DerSimonian and N. Laird, "Meta-analysis in
clinical trials", Controlled Clinical Trials 7 (1986) 177-188, for the spread; C. N. Morris, "Parametric empirical Bayes
inference", JASA 78 (1983) 47-55, for the drawing); ``as_counted`` is the bare difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from linkage.evaluation.known_pairs import Bool, Float64, Int64


@dataclass(frozen=True)
class Gap:
    """The gap between the best and the worst group, as a share (0.02 is two points).

    ``value``: after drawing; ``low``, ``high``: the simultaneous 95 % interval; ``as_counted``: without drawing.
    All nan with fewer than two groups.
    """

    value: float
    low: float
    high: float
    as_counted: float


def difference(hit: Bool, expected: Float64, unit: Int64) -> tuple[float, float]:
    """Return how much the recall of a group exceeds what is expected of it, and its standard error.

    ``hit`` bool, ``expected`` float64, ``unit`` int64, (n_pairs,) each, of the pairs of the group; ``unit`` is the
    person: pairs of one person are found or missed together. The error is at least that of chance under the expected
    recall, for where no pair was missed the counts show no spread.
    """
    surplus = hit - expected
    mean = float(surplus.mean())
    _, which = np.unique(unit, return_inverse=True)
    by_person = np.bincount(which, weights=surplus - mean)
    counted = float((by_person**2).sum())
    chance = float((expected * (1.0 - expected)).sum())
    return mean, float(np.sqrt(max(counted, chance))) / hit.size


def gap(differences: Float64, errors: Float64, *, comparisons: int, confidence: float = 0.95) -> Gap:
    """Return the gap of groups from their differences and standard errors, float64 (n_groups,) each.

    ``comparisons``: how many groups are looked at in all, of this and of other divisions of the people; the interval
    holds for all of them at once.
    """
    if differences.size < 2:
        return Gap(*(float("nan"),) * 4)
    z = NormalDist().inv_cdf((1.0 + confidence ** (1.0 / max(comparisons, differences.size))) / 2.0)
    lows, highs = differences - z * errors, differences + z * errors
    low = max(0.0, float(lows.max() - highs.min()))
    high = float(highs.max() - lows.min())
    as_counted = float(differences.max() - differences.min())
    drawn = drawn_to_mean(differences, errors)
    # The drawing takes all groups for one family; one that surely stands apart is not to be drawn in.
    return Gap(max(low, float(drawn.max() - drawn.min())), low, high, as_counted)


def drawn_to_mean(values: Float64, errors: Float64) -> Float64:
    """Return values drawn to their weighted mean as far as chance may have moved them, float64 (n,)."""
    weight = 1.0 / np.maximum(errors, 1e-12) ** 2
    mean = float((weight * values).sum() / weight.sum())
    spread = float((weight * (values - mean) ** 2).sum())
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    real = max(0.0, (spread - (values.size - 1)) / scale) if scale > 0.0 else 0.0
    drawn: Float64 = mean + (values - mean) * real / (real + 1.0 / weight)
    return drawn
