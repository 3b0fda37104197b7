"""Rare values weigh more, within bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.models.fellegi_sunter import ComparisonModel
from linkage.models.term_frequency import (
    adjustments_from_frequencies,
    value_adjustments,
    value_counts,
    value_frequencies,
)

LEVELS = ("missing", "different", "equal")


def adjusted(codes, n_values, comparison):
    counts = value_counts(codes, n_values)
    return value_adjustments(counts, int(counts.sum()), comparison)


def model(u: float, *, on: bool = True) -> ComparisonModel:
    return ComparisonModel("nama", LEVELS, (0.1, 0.9), (1 - u, u), on)


def test_a_value_as_common_as_the_average_agreement_is_not_adjusted() -> None:
    codes = np.repeat(np.arange(100), 101).astype(np.int32)
    adjustments = adjusted(codes, 100, model(100 / 10_100))
    assert adjustments == pytest.approx(np.zeros(100), abs=0.02)


def test_a_tenfold_commoner_value_loses_the_logarithm_of_ten() -> None:
    counts = np.array([1001, 101, 98_898])
    frequencies = value_frequencies(counts, u_equal=0.001)
    assert frequencies[:2].tolist() == pytest.approx([0.01, 0.001], rel=0.011)
    adjustments = adjustments_from_frequencies(frequencies, model(0.001), 100_000)
    assert adjustments[:2].tolist() == pytest.approx([-np.log2(10), 0.0], abs=0.02)


def test_missing_values_are_no_records_and_switched_off_means_zero() -> None:
    codes = np.array([-1, 0, 0, 1, -1], np.int32)
    assert adjusted(codes, 2, model(0.4, on=False)).tolist() == [0.0, 0.0]
    assert adjusted(codes, 2, model(0.4)).tolist() == adjusted(codes[1:4], 2, model(0.4)).tolist()


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30), st.floats(1e-9, 0.9))
def test_the_adjusted_weight_stays_within_its_bounds_and_falls_with_the_count(counts: list[int], u: float) -> None:
    """At most that of a value held once, at least that of "different"."""
    comparison = model(u)
    codes = np.repeat(np.arange(len(counts)), counts).astype(np.int32)
    adjustments = adjusted(codes, len(counts), comparison)
    weights = comparison.level_weights()
    highest = max(np.log2(0.9 * len(codes)), weights[2])
    assert (weights[2] + adjustments <= highest + 1e-9).all()
    assert (weights[2] + adjustments >= min(weights[1], weights[2]) - 1e-9).all()
    order = np.argsort(counts, kind="stable")
    assert (np.diff(adjustments[order]) <= 1e-12).all()


def test_a_file_too_small_to_know_how_rare_a_value_is_does_not_make_it_common() -> None:
    adjustments = adjusted(np.array([0, 0, 0, 0, 1, 1, 2], np.int32), 3, model(1e-9))
    assert adjustments.tolist() == pytest.approx([-np.log2(3), 0.0, 0.0], abs=1e-6)
