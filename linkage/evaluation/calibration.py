"""Whether stated probabilities hold: of pairs with p = 0.8, are eight in ten one person?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError
from linkage.evaluation.intervals import Interval, ratio_bootstrap

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CalibrationBin:
    """Pairs of neighbouring probabilities: how many, their mean probability, and the share that is one person."""

    n_pairs: int
    probability: float
    share: float


@dataclass(frozen=True)
class CalibrationError:
    """The expected calibration error: the mean over pairs of |mean p - share of matches| in their bin.

    ``interval`` comes from resampling the pairs, or the clusters of pairs that were given. ``noise``: what the error
    would be in the mean, with so many pairs and bins, if every probability held. No pairs: nan, and no bins.
    """

    error: float
    interval: Interval
    noise: float
    n_pairs: int
    bins: tuple[CalibrationBin, ...]


def expected_calibration_error(
    probability: Float64,
    same: Bool,
    *,
    bins: int = 15,
    between: tuple[float, float] = (0.01, 0.99),
    clusters: Int64 | None = None,
    seed: int = 0,
    replicates: int = 200,
    confidence: float = 0.95,
) -> CalibrationError:
    """Return how far the stated probabilities are from the shares of matches, over bins of equal numbers of pairs.

    M. Pakdaman Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
    AAAI 2015; with bins of equal mass: K. Nguyen, B. O'Connor, "Posterior calibration and exploratory analysis for
    natural language processing models", EMNLP 2015. The error is never negative, so chance alone lifts it: see
    :attr:`CalibrationError.noise`; the interval is lifted likewise.

    Args:
        probability: float64 (n,), 0 to 1.
        same: bool (n,): one person.
        bins: how many; fewer when there are fewer pairs. Pairs of one probability may fall into two bins.
        between: only pairs whose probability lies between these, ends included, are counted.
        clusters: int64 (n,): pairs of one cluster are resampled together; each pair by itself when None.
        seed: for the interval.
        replicates: resamples for the interval.
        confidence: of the interval.

    Raises:
        UsageError: shapes that do not fit, a probability outside 0 to 1, or less than one bin.
    """
    if probability.shape != same.shape or probability.ndim != 1 or not ((probability >= 0) & (probability <= 1)).all():
        raise UsageError("calibration needs one probability from 0 to 1 and one label per pair")
    if bins < 1:
        raise UsageError("calibration needs at least one bin")
    low, high = between
    chosen = np.flatnonzero((probability >= low) & (probability <= high))
    if not chosen.size:
        return CalibrationError(float("nan"), Interval(float("nan"), float("nan")), float("nan"), 0, ())
    # By label within a probability, so that the order of the pairs does not matter.
    chosen = chosen[np.lexsort((same[chosen], probability[chosen]))]
    stated, true = probability[chosen], same[chosen].astype(np.float64)
    n_bins = min(bins, chosen.size)
    bin_of = np.arange(chosen.size) * n_bins // chosen.size
    found = _bins(stated, true, bin_of, n_bins)
    error = sum(entry.n_pairs * abs(entry.probability - entry.share) for entry in found) / chosen.size
    spread = np.sqrt(np.bincount(bin_of, stated * (1.0 - stated), n_bins))
    parts = _parts(stated - true, bin_of, n_bins, None if clusters is None else clusters[chosen])
    interval = ratio_bootstrap(
        parts, _error_of, rng=np.random.default_rng(seed), replicates=replicates, confidence=confidence
    )
    # The mean of |z| for a normal z.
    noise = float(spread.sum() * np.sqrt(2.0 / np.pi) / chosen.size)
    return CalibrationError(float(error), interval, noise, int(chosen.size), found)


def _bins(stated: Float64, true: Float64, bin_of: Int64, n_bins: int) -> tuple[CalibrationBin, ...]:
    pairs = np.bincount(bin_of, minlength=n_bins)
    probability = np.bincount(bin_of, stated, n_bins) / pairs
    share = np.bincount(bin_of, true, n_bins) / pairs
    rows = zip(pairs.tolist(), probability.tolist(), share.tolist(), strict=True)
    return tuple(CalibrationBin(n_pairs, p, s) for n_pairs, p, s in rows)


def _parts(gap: Float64, bin_of: Int64, n_bins: int, clusters: Int64 | None) -> Float64:
    """Return by cluster what it adds to the gap of each bin, and, last, its pairs."""
    unit = np.arange(gap.size) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    parts = np.zeros((int(unit.max()) + 1, n_bins + 1))
    np.add.at(parts, (unit, bin_of), gap)
    np.add.at(parts[:, -1], unit, 1.0)
    return parts


def _error_of(sums: Float64) -> Float64:
    with np.errstate(invalid="ignore"):
        errors: Float64 = np.abs(sums[:, :-1]).sum(axis=1) / sums[:, -1]
    return errors
