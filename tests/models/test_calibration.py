"""Calibrated log-odds hold, keep the order of the pairs, and stay sane where nothing was seen."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import ModelError
from linkage.evaluation.calibration import expected_calibration_error
from linkage.models.calibration import IDENTITY, Calibration, calibration_from_plain, fit_calibration


def sigmoid(log_odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-log_odds))


def scores(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds as survivors have them: few in doubt, most plain."""
    rng = np.random.default_rng(seed)
    true = np.where(rng.random(n) < 0.6, rng.normal(-6, 2, n), rng.normal(2, 4, n))
    return true, rng.random(n) < sigmoid(true)


@pytest.mark.parametrize(
    "distort",
    [
        lambda true: true,
        lambda true: 2.0 * true + 1.0,
        lambda true: 0.5 * true - 2.0,
        lambda true: true + np.maximum(true - 1.0, 0.0),
        lambda true: np.sinh(true / 3.0) * 3.0,
    ],
    ids=["right", "too sure", "too timid", "too sure of matches", "too sure at the ends"],
)
def test_distorted_scores_are_set_right(distort: Any) -> None:
    true, same = scores(60_000, 0)
    calibration = fit_calibration(distort(true), same)
    fresh, label = scores(60_000, 1)
    found = calibration.apply(distort(fresh))
    assert expected_calibration_error(sigmoid(found), label).error < 0.015
    doubtful = np.abs(fresh) < 4
    assert np.abs(found - fresh)[doubtful].mean() < 0.15


def test_weights_calibrate_to_the_weighted_share() -> None:
    true, same = scores(60_000, 2)
    calibration = fit_calibration(true, same, np.where(same, 3.0, 1.0))
    middle = np.linspace(-2, 2, 9)
    assert calibration.apply(middle) == pytest.approx(middle + np.log(3.0), abs=0.2)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 400), st.floats(0.01, 5.0))
def test_the_map_rises_everywhere_whatever_the_labels(seed: int, n: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    calibration = fit_calibration(rng.normal(0, spread, n), rng.random(n) < 0.5)
    at = np.sort(np.concatenate([rng.normal(0, 10, 200), np.array(calibration.knots), [-1e4, 1e4]]))
    assert (np.diff(calibration.apply(at))[np.diff(at) > 1e-6] > 0.0).all()


def test_classes_without_overlap_leave_finite_log_odds_in_the_right_order() -> None:
    stated = np.concatenate([np.linspace(-9, -5, 500), np.linspace(5, 9, 500)])
    found = fit_calibration(stated, stated > 0).apply(np.array([-30.0, -6.0, 6.0, 30.0]))
    assert np.isfinite(found).all()
    assert (np.diff(found) > 0.0).all()
    assert found[1] < -4.0
    assert found[2] > 4.0


def test_the_order_of_the_pairs_does_not_matter() -> None:
    true, same = scores(5_000, 3)
    order = np.random.default_rng(0).permutation(5_000)
    assert fit_calibration(true[order], same[order]) == fit_calibration(true, same)


@pytest.mark.parametrize("label", [True, False])
def test_one_class_alone_calibrates_nothing(label: bool) -> None:
    assert fit_calibration(np.linspace(-1, 1, 9), np.full(9, label)) is IDENTITY


def test_identity_changes_nothing() -> None:
    values = np.array([-1e4, -3.3, 0.0, 1e-9, 7.0])
    assert IDENTITY.apply(values).tolist() == values.tolist()


def test_the_line_goes_on_straight_beyond_its_ends() -> None:
    calibration = Calibration((-1.0, 1.0), (-2.0, 2.0), 0.5, 3.0)
    assert calibration.apply(np.array([-3.0, -1.0, 0.5, 1.0, 2.0])).tolist() == [-3.0, -2.0, 1.0, 2.0, 5.0]


def test_every_bit_survives_json() -> None:
    true, same = scores(5_000, 4)
    calibration = fit_calibration(true, same)
    assert len(calibration.knots) > 3
    assert calibration_from_plain(json.loads(json.dumps(calibration.plain()))) == calibration


@pytest.mark.parametrize(
    "parts",
    [
        ((), (), 1.0, 1.0),
        ((0.0, 1.0), (0.0,), 1.0, 1.0),
        ((0.0, 0.0), (0.0, 1.0), 1.0, 1.0),
        ((1.0, 0.0), (1.0, 0.0), 1.0, 1.0),
        ((0.0, 1.0), (0.0, 0.0), 1.0, 1.0),
        ((0.0,), (0.0,), 0.0, 1.0),
        ((0.0,), (0.0,), 1.0, float("nan")),
        ((0.0,), (float("nan"),), 1.0, 1.0),
        ((0.0,), (float("inf"),), 1.0, 1.0),
        (tuple(map(float, range(65))), tuple(map(float, range(65))), 1.0, 1.0),
    ],
)
def test_a_map_that_does_not_rise_is_refused(parts: Any) -> None:
    with pytest.raises(ModelError):
        Calibration(*parts)


@pytest.mark.parametrize("bad", ["score", "weight", "shape"])
def test_scores_and_weights_that_are_none_are_refused(bad: str) -> None:
    stated, same, weight = np.zeros(4), np.array([True, False, True, False]), np.ones(4)
    if bad == "score":
        stated[0] = np.inf
    elif bad == "weight":
        weight[0] = -1.0
    else:
        stated = stated[:3]
    with pytest.raises(ModelError):
        fit_calibration(stated, same, weight)
