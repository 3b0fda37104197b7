"""The prior: how likely two records drawn at random are one person."""

from __future__ import annotations

import numpy as np

from linkage.models.fellegi_sunter import FellegiSunter, probability
from linkage.models.patterns import PatternCounts

_LARGEST = 0.5
_MAX_ROUNDS = 200
_TOLERANCE = 1e-9


def estimate_prior(model: FellegiSunter, candidates: PatternCounts, n_pairs_total: float) -> float:
    """Return the prior that the model itself expects: expected matches among the candidates / all pairs.

    Solves prior = sum(counts * p(weight; prior)) / n_pairs_total by repeated substitution, which climbs or falls
    steadily to the one positive solution (the right side is concave in the prior). Matches that no blocking rule
    reaches are not counted, so with incomplete blocking the result is low by that share.

    Args:
        model: m and u; its own prior is only where the search starts.
        candidates: patterns of all pairs that meet a rule, each pair once; ``rules`` are not read.
        n_pairs_total: number of all possible pairs, at least 1.

    Returns:
        A probability between 1 / n_pairs_total (one pair; 0.5 if that is smaller) and 0.5.
    """
    smallest = min(1.0 / n_pairs_total, _LARGEST)
    patterns = candidates.without_rules()
    evidence = model.evidence_weight(patterns.levels)
    prior = min(max(model.prior, smallest), _LARGEST)
    for _ in range(_MAX_ROUNDS):
        odds = np.log2(prior) - np.log2(1.0 - prior)
        expected = float((patterns.counts * probability(evidence + odds)).sum())
        update = min(max(expected / n_pairs_total, smallest), _LARGEST)
        done = abs(update - prior) <= _TOLERANCE * prior
        prior = update
        if done:
            break
    return prior
