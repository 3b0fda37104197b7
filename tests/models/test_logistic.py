"""Logistic regression finds the weights that made the labels, and none against its direction."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from linkage.errors import ModelError
from linkage.models.logistic import Logistic, fit_logistic, logistic_from_plain

WEIGHTS = np.array([3.0, -2.0, 0.5])


def pairs(n: int, seed: int = 0, absent: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """Three features with known weights; a missing first one speaks 1.5 against."""
    rng = np.random.default_rng(seed)
    matrix = rng.random((n, 3)).astype(np.float32)
    matrix[rng.random((n, 3)) < absent] = np.nan
    terms = np.where(np.isnan(matrix), [-1.5, 0.0, 0.0], WEIGHTS * (np.nan_to_num(matrix) - 0.5))
    same = rng.random(n) < 1 / (1 + np.exp(0.7 - terms.sum(axis=1)))
    return matrix, same


def test_known_weights_are_recovered() -> None:
    matrix, same = pairs(200_000)
    model = fit_logistic(matrix, same, None, directions=(1, -1, 0))
    assert np.array(model.weight) == pytest.approx(WEIGHTS, abs=0.1)
    at_half = np.array(model.weight) * (0.5 - np.array(model.centre))
    assert np.array(model.missing) - at_half == pytest.approx([-1.5, 0.0, 0.0], abs=0.06)
    assert model.intercept + at_half.sum() == pytest.approx(-0.7, abs=0.05)


def test_without_directions_it_is_scikit_learn_s() -> None:
    matrix, same = pairs(5_000, absent=0.0)
    model = fit_logistic(matrix, same, None, directions=(0, 0, 0))
    scaled = (matrix.astype(np.float64) - matrix.mean(axis=0, dtype=np.float64)) / matrix.std(axis=0, dtype=np.float64)
    theirs = LogisticRegression(max_iter=2_000, tol=1e-6).fit(scaled, same)
    assert model.log_odds(matrix) == pytest.approx(theirs.decision_function(scaled), abs=1e-3)


def test_a_weight_against_its_direction_is_left_out() -> None:
    matrix, same = pairs(20_000)
    model = fit_logistic(matrix, same, None, directions=(-1, 1, 1))
    assert model.weight[:2] == (0.0, 0.0)
    assert model.weight[2] > 0.0


def test_a_column_without_values_or_without_differences_weighs_nothing() -> None:
    matrix, same = pairs(2_000)
    matrix[:, 1] = np.nan
    matrix[:, 2] = 0.3
    model = fit_logistic(matrix, same, None, directions=(1, 1, 1))
    assert model.weight[1:] == (0.0, 0.0)
    assert model.missing[1:] == (0.0, 0.0)


def test_a_weight_of_two_counts_as_a_row_twice() -> None:
    matrix, same = pairs(3_000)
    twice = np.arange(3_000) % 3 == 0
    weighted = fit_logistic(matrix, same, np.where(twice, 2.0, 1.0), directions=(0, 0, 0))
    repeated = fit_logistic(
        np.concatenate([matrix, matrix[twice]]), np.concatenate([same, same[twice]]), None, directions=(0, 0, 0)
    )
    assert np.array(weighted.weight) == pytest.approx(np.array(repeated.weight), abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_the_kernel_adds_the_terms_and_the_contributions_add_up(seed: int, n_features: int) -> None:
    rng = np.random.default_rng(seed)
    model = Logistic(rng.normal(), *(tuple(rng.normal(size=n_features).tolist()) for _ in range(4)))
    matrix = np.where(rng.random((9, n_features)) < 0.3, np.nan, rng.normal(size=(9, n_features))).astype(np.float32)
    plain = [
        model.intercept
        + sum(
            missing if np.isnan(value) else weight * (float(value) - centre)
            for value, centre, weight, missing in zip(row, model.centre, model.weight, model.missing, strict=True)
        )
        for row in matrix
    ]
    assert np.abs(model.log_odds(matrix) - plain).max() < 1e-12
    assert model.log_odds(matrix, threads=2).tolist() == model.log_odds(matrix).tolist()
    total = model.contributions(matrix).sum(axis=1) + model.expectation
    assert np.abs(total - plain).max() < 1e-9
    assert logistic_from_plain(json.loads(json.dumps(model.plain()))) == model


def test_the_expectation_is_the_mean_score_of_the_training_rows() -> None:
    matrix, same = pairs(5_000)
    weight = np.random.default_rng(1).random(5_000) + 0.5
    model = fit_logistic(matrix, same, weight, directions=(1, -1, 0))
    assert model.expectation == pytest.approx(np.average(model.log_odds(matrix), weights=weight), abs=1e-9)


@pytest.mark.parametrize("label", [True, False])
def test_labels_of_one_class_are_refused(label: bool) -> None:
    with pytest.raises(ModelError, match="matches and non-matches"):
        fit_logistic(np.zeros((5, 1), np.float32), np.full(5, label), None, directions=(0,))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 1e10])
def test_numbers_beyond_all_bounds_are_refused(bad: float) -> None:
    for lists in (((bad,), (1.0,), (1.0,), (1.0,)), ((1.0,), (bad,), (1.0,), (1.0,)), ((1.0,), (1.0,), (bad,), (1.0,))):
        with pytest.raises(ModelError, match="too large or none"):
            Logistic(0.0, *lists)
    with pytest.raises(ModelError, match="four numbers"):
        Logistic(0.0, (1.0,), (1.0,), (), (1.0,))
