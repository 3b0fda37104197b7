"""How often two different persons agree: the u probabilities, from random pairs and value counts.

Blocked pairs are useless for u, because they were chosen for agreeing. Random pairs are nearly all
non-matches; the few matches among them are taken out by their expected number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from linkage.models.defaults import default_u
from linkage.models.patterns import Float64, PatternCounts
from linkage.spec import ComparisonSpec

_PRIOR_UNCERTAINTY = 0.1
_SMALLEST_DIFFERENT = 1e-4


def estimate_u(
    comparisons: Sequence[ComparisonSpec],
    random: PatternCounts,
    coincidence: Float64,
    *,
    n_pairs_total: float,
    prior: float,
    m: Sequence[Float64],
) -> list[Float64]:
    """Return u of each comparison by level code from "different" on, each float64 summing to 1.

    Of N random pairs with both values present, ``prior * N * m(l)`` are expected to be matches at level l;
    the rest, c, gives the posterior mean (c + 1) / (N + 1 / u0) under a Gamma prior with mean u0, the
    spec's default: a level too rare to be seen keeps its default, a well seen one forgets it. Without a default
    the mean is (c + 1/2) / (N + L/2) for L levels (Jeffreys), and the rough defaults of
    :func:`~linkage.models.defaults.default_u` when nothing was seen at all. Where the best level's
    coincidence probability is known exactly, it takes the place of the sample (:func:`exact_u`).

    Args:
        comparisons: the weighted comparisons.
        random: patterns of pairs drawn at random.
        coincidence: float64 (n_comparisons,), probability that two present values are equal; nan when unknown.
        n_pairs_total: number of all possible pairs.
        prior: probability that a random pair matches; 0 takes nothing out.
        m: the m probabilities, to know at which levels the matches sit.
    """
    counts = random.level_counts([len(item.level_names) for item in comparisons])
    return [
        _comparison_u(item, counts[position], float(coincidence[position]), n_pairs_total, prior, m[position])
        for position, item in enumerate(comparisons)
    ]


def exact_u(coincidence: float, n_pairs: float, *, prior: float, m: float, default: float | None) -> float:
    """Return u of the best level from its exact coincidence probability: (coincidence - prior m) / (1 - prior).

    For an identifier nearly all coincidences are matches, and the difference of two nearly equal numbers
    is noise. It is therefore shrunk to ``default`` as if it had been counted in as many pairs as would give
    its variance: (0.1 prior m)^2, for a prior known to one part in ten, plus coincidence / n_pairs. No more matches
    coincide than pairs do, so where these are fewer it is they that are uncertain: values that nobody shares are known
    to be shared by nobody, by all pairs.
    """
    excess = max(coincidence - prior * m, 0.0) / (1.0 - prior)
    variance = (_PRIOR_UNCERTAINTY * min(prior * m, coincidence)) ** 2 + coincidence / n_pairs
    known = min(coincidence / variance, n_pairs) if variance > 0.0 else n_pairs
    shape, rate = (0.5, 1.0) if default is None else (1.0, 1.0 / default)
    return (excess * known + shape) / (known + rate)


def _comparison_u(
    item: ComparisonSpec, counts: Float64, coincidence: float, n_pairs_total: float, prior: float, m: Float64
) -> Float64:
    seen = float(counts[1:].sum())
    rough = default_u(item, coincidence)
    given = rough if item.u else None
    if given is None and seen == 0.0:
        given = rough
    excess = np.maximum(counts[1:] - prior * seen * m, 0.0) / (1.0 - prior)
    shape, rate = (0.5, 0.5 * np.ones(excess.size)) if given is None else (1.0, 1.0 / given)
    u = (excess + shape) / (seen + rate)
    if not math.isnan(coincidence):
        present = seen / float(counts.sum()) if seen else 1.0
        default = None if given is None else float(given[-1])
        u[-1] = exact_u(coincidence, max(n_pairs_total * present, 1.0), prior=prior, m=float(m[-1]), default=default)
    u[0] = max(1.0 - float(u[1:].sum()), _SMALLEST_DIFFERENT)
    scaled: Float64 = u / u.sum()
    return scaled
