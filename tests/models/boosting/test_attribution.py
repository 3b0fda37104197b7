"""What the features add is each one's Shapley value, and adds up to the score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.models.boosting.trees import Boosting, Tree
from tests.oracles.trees import shapley


def random_tree(rng: np.random.Generator, n_leaves: int, n_features: int) -> Tree:
    feature = [-1]
    for _ in range(n_leaves - 1):
        place = rng.choice(np.flatnonzero(np.array(feature) < 0))
        feature[place : place + 1] = [int(rng.integers(n_features)), -1, -1]
    return Tree(
        tuple(feature),
        tuple(rng.random(n_leaves - 1).astype(np.float32).tolist()),
        tuple((rng.random(n_leaves - 1) < 0.5).tolist()),
        tuple(rng.normal(size=n_leaves).tolist()),
        tuple(rng.integers(1, 500, n_leaves).tolist()),
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 14), st.integers(1, 5))
def test_contributions_are_shapley_values_by_their_definition(seed: int, n_leaves: int, n_features: int) -> None:
    rng = np.random.default_rng(seed)
    model = Boosting(0.3, tuple(random_tree(rng, n_leaves, n_features) for _ in range(2)), n_features)
    row = np.where(rng.random(n_features) < 0.2, np.nan, rng.random(n_features)).astype(np.float32)
    assert model.contributions(row[None])[0] == pytest.approx(shapley(model, row.tolist()), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_contributions_and_expectation_add_up_to_the_score(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = Boosting(-1.0, tuple(random_tree(rng, 32, 6) for _ in range(20)), 6)
    matrix = np.where(rng.random((7, 6)) < 0.2, np.nan, rng.random((7, 6))).astype(np.float32)
    total = model.contributions(matrix).sum(axis=1) + model.expectation
    assert np.abs(total - model.log_odds(matrix)).max() < 1e-9


def test_the_deepest_tree_that_is_allowed_adds_up_too() -> None:
    rng = np.random.default_rng(1)
    chain = Tree(
        (*(split for feature in range(31) for split in (feature, -1)), -1),
        tuple(np.linspace(0.9, 0.1, 31).astype(np.float32).tolist()),
        (False,) * 31,
        tuple(rng.normal(size=32).tolist()),
        tuple(range(1, 33)),
    )
    model = Boosting(0.0, (chain,), 31)
    matrix = rng.random((20, 31)).astype(np.float32)
    total = model.contributions(matrix).sum(axis=1) + model.expectation
    assert np.abs(total - model.log_odds(matrix)).max() < 1e-9


@pytest.mark.parametrize("n_features", [6, 31])
def test_a_row_gets_the_same_bits_whatever_rows_stand_beside_it(n_features: int) -> None:
    """What is remembered of one row's way through a tree is that of another, and nothing but that."""
    rng = np.random.default_rng(3)
    model = Boosting(0.0, tuple(random_tree(rng, 32, n_features) for _ in range(15)), n_features)
    matrix = np.where(rng.random((60, n_features)) < 0.2, np.nan, rng.random((60, n_features))).astype(np.float32)
    matrix[rng.random(matrix.shape) < 0.05] = np.inf
    matrix[rng.random(matrix.shape) < 0.05] = -np.inf
    together = model.contributions(matrix)
    assert all((model.contributions(matrix[row : row + 1]) == together[row]).all() for row in range(60))


def test_a_feature_that_no_tree_asks_for_contributes_nothing() -> None:
    model = Boosting(0.0, (Tree((1, -1, -1), (0.5,), (True,), (-1.0, 1.0), (1, 1)),), 3)
    assert model.contributions(np.array([[9.0, 0.2, np.nan]], np.float32)).tolist() == [[0.0, -1.0, 0.0]]
