"""Rare values say more: how much an agreement on *this* value is worth beyond an average agreement.

The weight of the best level is log2(m / u), where u is the chance that two persons share *some* value. They share
value v with its own frequency f(v) in place of u, so the adjustment is log2(u / f(v)) bits: positive for rare
values, negative for common ones. These are the nation's; what is different where two people live
shifts them afterwards (:mod:`linkage.standardise.frequencies.regional`).

W. E. Winkler, "Frequency-based matching in Fellegi-Sunter model of record linkage", US Census Bureau
Statistical Research Division report 2000/06 (first 1989).
"""

from __future__ import annotations

import math

import numpy as np

from linkage.models.fellegi_sunter import ComparisonModel
from linkage.models.patterns import Float64, Int32, Int64


def value_counts(codes: Int32, n_values: int) -> Int64:
    """Return the number of records per distinct value, int64 (n_values,), for codes (n_records,), -1 missing."""
    return np.bincount(codes[codes >= 0], minlength=n_values).astype(np.int64)


def value_frequencies(
    counts: Int64,
    *,
    u_equal: float,
    present: int | None = None,
) -> Float64:
    """Return the smoothed frequency of each value, float64 (n_values,), in (0, 1].

    A value is judged for a pair that shares it, so the two records of that pair are not counted. The rest gives the
    posterior mean under a Gamma prior of shape 1 and mean u: f = (1 + count - 2) / (1 / u + n), over the n records
    with a value. In a large file that is (count - 1) / n; in one too small to know how rare a value is, it stays
    near u, so that a person's own copies do not make a rare value look common.

    Args:
        counts: int64 (n_values,), records per value.
        u_equal: u of the best level.
        present: n, where ``counts`` are only those of some of the values.
    """
    n = float(counts.sum() if present is None else present)
    frequencies: Float64 = (1.0 + np.maximum(counts - 2.0, 0.0)) / (1.0 / u_equal + n)
    return frequencies


def adjustments_from_frequencies(frequencies: Float64, comparison: ComparisonModel, n_records: int) -> Float64:
    """Return log2(u / f) per value in bits, float64 (n_values,), within bounds.

    The adjusted weight of the best level is at most log2(m * n_records), as for a value held by one record
    (or the plain weight where that is larger already), and not below the weight of "different".
    """
    u_equal, weights = comparison.u[-1], comparison.level_weights()
    highest = max(math.log2(u_equal * n_records), 0.0) if n_records else 0.0
    lowest = min(float(weights[1] - weights[-1]), 0.0)
    return np.clip(math.log2(u_equal) - np.log2(frequencies), lowest, highest)


def value_adjustments(counts: Int64, present: int, comparison: ComparisonModel) -> Float64:
    """Return the adjustment in bits of each distinct value, float64 (n_values,); add it at the best level only.

    ``counts`` int64 (n_values,): records per value; ``present``: records that have a value at all. Other levels, and
    pairs with a missing value, take no adjustment. A comparison without ``term_frequency`` has zeros.
    """
    if not comparison.term_frequency:
        return np.zeros(counts.size)
    frequencies = value_frequencies(counts, u_equal=comparison.u[-1], present=present)
    return adjustments_from_frequencies(frequencies, comparison, present)
