"""Intervals: known values, coverage, and the edges."""

import math

import numpy as np
import pytest

from linkage.errors import UsageError
from linkage.evaluation.intervals import ratio_bootstrap, wilson_interval


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_wilson_intervals_equal_published_values(successes: int, total: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    found = wilson_interval(successes, total)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_wilson_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    draws = rng.binomial(50, 0.97, 2_000)
    cover = [wilson_interval(k, 50).low <= 0.97 <= wilson_interval(k, 50).high for k in range(51)]
    assert 0.92 < np.mean([cover[k] for k in draws]) < 0.99


def test_nothing_counted_is_nan() -> None:
    assert math.isnan(wilson_interval(0, 0).low)
    empty = ratio_bootstrap(np.zeros((0, 2)), lambda s: s[:, 0] / s[:, 1], rng=np.random.default_rng(0))
    assert math.isnan(empty.high)


@pytest.mark.parametrize(("successes", "total", "confidence"), [(2, 1, 0.95), (-1, 1, 0.95), (1, 2, 1.0)])
def test_impossible_counts_are_refused(successes: float, total: float, confidence: float) -> None:
    with pytest.raises(UsageError):
        wilson_interval(successes, total, confidence=confidence)


def test_the_bootstrap_of_independent_units_is_as_wide_as_wilson() -> None:
    hits = (np.arange(2_000) % 10 > 0).astype(float)
    parts = np.stack([hits, np.ones(2_000)], axis=1)
    found = ratio_bootstrap(parts, lambda s: s[:, 0] / s[:, 1], rng=np.random.default_rng(2), replicates=500)
    exact = wilson_interval(1_800, 2_000)
    assert found.high - found.low == pytest.approx(exact.high - exact.low, rel=0.15)
