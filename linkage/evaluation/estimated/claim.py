"""What a model's probabilities say of its own result, with intervals that hold if the probabilities do.

The linked pairs hold as many matches as their probabilities sum up to: divided by their number that is precision, and
by the sum over all pairs, written or not, recall (W. E. Winkler, "Using the EM algorithm for weight computation in the
Fellegi-Sunter model of record linkage", ASA Proceedings 1988; T. R. Belin and D. B. Rubin, "A method for calibrating
false-match rates in record linkage", JASA 90, 1995, 694-707). A model that is too sure of itself claims too much:
:mod:`linkage.evaluation.estimated.clerical` checks the claim by labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError
from linkage.evaluation.estimated.square_and_add import square_and_add
from linkage.evaluation.estimated.unseen_pairs import UnseenPairs, recall_of
from linkage.evaluation.figures import FEW, Figure, ratio, widened

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

Z: Final = 1.959964
THRESHOLDS: Final = (0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True)
class ThresholdRow:
    """Precision and recall, as claimed, were this the link threshold (a probability)."""

    threshold: float
    linked: int
    precision: float
    recall: float


@dataclass(frozen=True)
class Claim:
    """The model's claim. Shares are 0 to 1, with 95 % intervals that take every probability as true.

    ``expected_linked``, ``expected_written``: expected matches among linked and among all written pairs.
    ``recall_of_compared`` leaves out what blocking lost; ``recall`` counts it, nan where that is not known.
    """

    written: int
    linked: int
    expected_linked: float
    expected_written: float
    precision: Figure
    recall_of_compared: Figure
    recall: Figure
    by_threshold: tuple[ThresholdRow, ...]


def claimed(probability: Float64, unit: Int64, link_threshold: float, unseen: UnseenPairs) -> Claim:
    """Return what the probabilities say of the pairs at and above a threshold.

    The number of matches is a sum of draws, one a pair (Poisson-binomial). Pairs of one unit share records and are no
    independent draws; how they depend is not known, so the interval takes them for wholly dependent: of a unit's pairs
    the standard deviations are added, which no dependence can exceed, of units the variances. Of fewer than
    :data:`~linkage.evaluation.figures.FEW` linked pairs, or expected matches, the interval is at least Wilson's: one
    pair of probability 0.9999 is no proof that its like are right.

    Args:
        probability: float64 (n_pairs,), 0 to 1, of the written pairs.
        unit: int64 (n_pairs,), equal for pairs whose matches may depend on each other.
        link_threshold: a probability.
        unseen: what was not written.

    Raises:
        UsageError: unequal lengths, or a probability outside 0 to 1.
    """
    if probability.shape != unit.shape or not ((probability >= 0.0) & (probability <= 1.0)).all():
        raise UsageError("a claim needs one probability from 0 to 1 and one unit a pair")
    linked = probability >= link_threshold
    here, all_ = float(probability[linked].sum()), float(probability.sum())
    others = all_ - here + unseen.below_review
    number = int(np.count_nonzero(linked))
    recall = recall_of(here, others, 0.0)
    deviation = np.sqrt(probability * (1.0 - probability))
    _, which = np.unique(unit, return_inverse=True)
    spread_p = _spread(np.where(linked, deviation, 0.0), which) / max(number, 1)
    slopes = np.where(linked, 1.0 - recall, recall) * deviation / max(here + others, 1e-300)
    tail = recall * unseen.below_review**0.5 / max(here + others, 1e-300)
    spread_r = (_spread(slopes, which) ** 2 + tail**2) ** 0.5
    compared = _told(recall, spread_r, here + others)
    return Claim(
        written=int(probability.size),
        linked=number,
        expected_linked=here,
        expected_written=all_,
        precision=_told(ratio(here, number), spread_p, number),
        recall_of_compared=compared,
        recall=_with_blocking(compared, unseen),
        by_threshold=tuple(_row(probability, threshold, here + others, unseen) for threshold in THRESHOLDS),
    )


def _spread(deviation: Float64, which: Int64) -> float:
    """Return the largest standard deviation that a sum can have whose parts depend on each other within units."""
    return float((np.bincount(which, weights=deviation) ** 2).sum() ** 0.5) if deviation.size else 0.0


def _told(value: float, spread: float, counted: float) -> Figure:
    if np.isnan(value):
        return Figure(value, value, value)
    told = Figure(value, max(value - Z * spread, 0.0), min(value + Z * spread, 1.0))
    return widened(told, counted) if counted < FEW else told


def _with_blocking(recall: Figure, unseen: UnseenPairs) -> Figure:
    if not unseen.blocking_known:
        return Figure(*(float("nan"),) * 3)
    return square_and_add(
        lambda part: recall_of(part[0], 1.0 - part[0], part[1]),
        np.array([recall.value, unseen.blocked]),
        np.array([recall.low, unseen.blocked_low]),
        np.array([recall.high, unseen.blocked_high]),
    )


def _row(probability: Float64, threshold: float, compared: float, unseen: UnseenPairs) -> ThresholdRow:
    chosen = probability >= threshold
    here, number = float(probability[chosen].sum()), int(np.count_nonzero(chosen))
    blocked = unseen.blocked if unseen.blocking_known else 0.0
    return ThresholdRow(threshold, number, ratio(here, number), recall_of(here, compared - here, blocked))
