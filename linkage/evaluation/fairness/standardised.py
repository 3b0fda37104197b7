"""What recall to expect of pairs that are as hard as these: indirect standardisation, thin strata drawn to wider ones.

Groups of people differ in how their records are kept: fewer fields filled, more errors. A lower recall may be due to
that alone. So the true pairs are put into strata of equal difficulty (the same fields present on both sides, the same
number of errors), and a group's recall is held against what the whole gives for the group's own mixture of strata.

P. Armitage, G. Berry and J. N. S. Matthews, "Statistical Methods in Medical Research", 4th ed., Blackwell 2002,
chapter 19, on indirect standardisation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linkage.evaluation.known_pairs import Bool, Float64, Int64

PRIOR_PAIRS = 5.0
"""How many pairs the wider stratum counts as within a narrower one."""


def expected_recall(hit: Bool, strata: Sequence[Int64], *, prior_pairs: float = PRIOR_PAIRS) -> Float64:
    """Return for each true pair the recall of the whole among pairs of its stratum, float64 (n_true,), 0 to 1.

    Args:
        hit: bool (n_true,), the pair was found.
        strata: from wide to narrow, int64 (n_true,) each, labels; each must lie within those before it.
        prior_pairs: the recall of a stratum with n pairs is (hits + prior_pairs * recall of the wider one) / (n +
            prior_pairs); 0 takes each stratum as it is counted.

    The mean of the result over all pairs is the recall of the whole.
    """
    if not hit.size:
        return np.zeros(0)
    overall = float(hit.mean())
    rate = np.full(hit.size, overall)
    for labels in strata:
        _, which = np.unique(labels, return_inverse=True)
        size = np.bincount(which)
        hits = np.bincount(which, weights=hit)
        wider = np.bincount(which, weights=rate) / size
        rate = ((hits + prior_pairs * wider) / (size + prior_pairs))[which]
    # Drawing moves the mean a little; the whole, held against itself, must show no difference.
    shifted: Float64 = np.clip(rate + (overall - rate.mean()), 0.0, 1.0)
    return shifted


def error_strata(errors: Int64 | None, present: Int64) -> list[Int64]:
    """Return the strata from wide to narrow: number of errors (where known), then the fields present as well.

    ``errors`` int64 (n_true,) or None; ``present`` int64 (n_true,): bit f is set when field f is there on both sides.
    """
    if errors is None:
        return [present]
    capped = np.minimum(errors, 7)
    return [capped, capped + 8 * present]
