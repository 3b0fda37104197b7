"""The calibration error says how far stated probabilities are from what happens, and how sure that is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import UsageError
from linkage.evaluation.calibration import expected_calibration_error


def stated(n: int, seed: int, off: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = rng.random(n)
    return p, rng.random(n) < np.clip(p + off, 0, 1)


def test_by_hand_two_bins_and_six_pairs() -> None:
    p = np.array([0.1, 0.2, 0.3, 0.6, 0.8, 0.7])
    same = np.array([False, True, False, True, True, True])
    found = expected_calibration_error(p, same, bins=2)
    assert found.error == pytest.approx((3 * abs(0.2 - 1 / 3) + 3 * abs(0.7 - 1.0)) / 6)
    assert [(entry.n_pairs, round(entry.probability, 9)) for entry in found.bins] == [(3, 0.2), (3, 0.7)]
    assert found.n_pairs == 6


def test_probabilities_that_hold_err_by_no_more_than_chance() -> None:
    found = expected_calibration_error(*stated(50_000, 0))
    assert found.error < 2 * found.noise < 0.02


def test_a_known_fault_is_found_and_lies_in_the_interval() -> None:
    p, same = stated(50_000, 1, off=0.1)
    middle = (p > 0.01) & (p < 0.89)
    found = expected_calibration_error(p[middle], same[middle])
    assert found.error == pytest.approx(0.1, abs=0.01)
    assert found.interval.low < 0.1 < found.interval.high
    assert found.interval.high - found.interval.low < 0.02


def test_noise_is_the_error_that_chance_alone_makes() -> None:
    errors, noises = [], []
    for seed in range(60):
        p, same = stated(600, seed)
        found = expected_calibration_error(p, same, replicates=1)
        errors.append(found.error)
        noises.append(found.noise)
    assert np.mean(errors) == pytest.approx(np.mean(noises), rel=0.15)


def test_pairs_that_are_plain_are_left_out() -> None:
    p, same = np.array([0.001, 0.5, 0.5, 0.999]), np.array([True, True, False, False])
    found = expected_calibration_error(p, same, bins=1)
    assert (found.error, found.n_pairs) == (0.0, 2)


def test_clusters_of_copies_widen_the_interval() -> None:
    p, same = stated(2_000, 2)
    copies = np.repeat(np.arange(2_000), 10)
    alone = expected_calibration_error(p[copies], same[copies])
    together = expected_calibration_error(p[copies], same[copies], clusters=copies)
    assert together.error == alone.error
    assert together.interval.high - together.interval.low > 1.5 * (alone.interval.high - alone.interval.low)


def test_no_pairs_in_between_leave_nothing_to_say() -> None:
    found = expected_calibration_error(np.array([0.0, 1.0]), np.array([False, True]))
    assert np.isnan(found.error)
    assert np.isnan(found.interval.low)
    assert found.bins == ()


@given(st.integers(0, 1_000), st.integers(1, 60), st.integers(1, 20))
def test_bins_hold_all_pairs_in_equal_numbers_whatever_their_order(seed: int, n: int, bins: int) -> None:
    p, same = stated(n, seed)
    p = np.round(p, 1)
    found = expected_calibration_error(p, same, bins=bins, between=(0.0, 1.0), replicates=3)
    sizes = [entry.n_pairs for entry in found.bins]
    assert sum(sizes) == n
    assert max(sizes) - min(sizes) <= 1
    order = np.random.default_rng(seed).permutation(n)
    again = expected_calibration_error(p[order], same[order], bins=bins, between=(0.0, 1.0), replicates=3)
    assert again.bins == found.bins


@pytest.mark.parametrize(
    ("p", "bins"), [(np.array([0.5, 1.5]), 2), (np.array([0.5, np.nan]), 2), (np.array([0.5]), 2), (np.full(2, 0.5), 0)]
)
def test_what_is_no_probability_is_refused(p: np.ndarray, bins: int) -> None:
    with pytest.raises(UsageError):
        expected_calibration_error(p, np.array([True, False]), bins=bins)
