"""Trees are whole, or refused; they score as the plain walk does, for any rows and any number of threads."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from linkage.errors import ModelError
from linkage.models.boosting.trees import MOST_TREES, Boosting, Tree, boosting_from_plain
from tests.oracles.trees import score

N_FEATURES = 5
STUMP = Tree((0, -1, -1), (0.5,), (True,), (-1.0, 2.0), (3, 1))
NUMBERS = st.floats(-3, 3, width=32) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1.0])


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Any tree of up to 32 leaves: a leaf is split again and again."""
    feature = [-1]
    for _ in range(draw(st.integers(0, 31))):
        leaves = [place for place, node in enumerate(feature) if node < 0]
        place = draw(st.sampled_from(leaves))
        feature[place : place + 1] = [draw(st.integers(0, N_FEATURES - 1)), -1, -1]
    n_leaves = feature.count(-1)
    thresholds = st.floats(-3, 3, width=32) | st.sampled_from([np.inf, 0.0, 1.0])
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    return Tree(
        tuple(feature),
        tuple(draw(thresholds) for _ in range(n_leaves - 1)),
        tuple((rng.random(n_leaves - 1) < 0.5).tolist()),
        tuple(rng.normal(size=n_leaves).tolist()),
        tuple(rng.integers(1, 1000, n_leaves).tolist()),
    )


MODELS = st.builds(
    Boosting, st.floats(-9, 9), st.lists(trees(), min_size=1, max_size=4).map(tuple), st.just(N_FEATURES)
)
ROWS = st.integers(0, 9).flatmap(lambda n: arrays(np.float32, (n, N_FEATURES), elements=NUMBERS))


@settings(max_examples=60, deadline=None)
@given(MODELS, ROWS)
def test_the_kernel_gives_what_walking_down_each_tree_gives(model: Boosting, matrix: np.ndarray) -> None:
    assert model.log_odds(matrix).tolist() == [score(model, row) for row in matrix]


@settings(max_examples=40, deadline=None)
@given(MODELS)
def test_every_bit_of_every_tree_survives_json(model: Boosting) -> None:
    assert boosting_from_plain(json.loads(json.dumps(model.plain(), allow_nan=False)), N_FEATURES) == model


def test_the_score_depends_neither_on_threads_nor_on_the_rows_beside_it() -> None:
    rng = np.random.default_rng(5)
    model = Boosting(
        0.25, (STUMP, Tree((1, -1, 0, -1, -1), (0.25, 0.5), (False, True), (1 / 3, 0.7, -0.9), (1, 2, 3))), 2
    )
    matrix = rng.random((200_001, 2)).astype(np.float32)
    alone = model.log_odds(matrix)
    assert model.log_odds(matrix, threads=3).tobytes() == alone.tobytes()
    assert model.log_odds(np.asfortranarray(matrix)).tobytes() == alone.tobytes()
    assert model.log_odds(matrix[77:78])[0] == alone[77]


def test_a_tree_of_one_leaf_says_the_same_of_every_pair() -> None:
    model = Boosting(1.0, (Tree((-1,), (), (), (0.5,), (7,)),), 3)
    assert model.log_odds(np.full((2, 3), np.nan, np.float32)).tolist() == [1.5, 1.5]
    assert model.expectation == 1.5


def test_the_expectation_is_the_mean_over_the_training_rows() -> None:
    assert Boosting(10.0, (STUMP,), 1).expectation == pytest.approx(10.0 + (-1.0 * 3 + 2.0 * 1) / 4)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"feature": (0, -1)}, "fit together"),
        ({"feature": (-1, 0, -1)}, "fit together"),
        ({"feature": (-1, -1, 0)}, "fit together"),
        ({"feature": (0, 0, -1)}, "fit together"),
        ({"feature": (-2, -1, -1)}, "fit together|cannot be"),
        ({"feature": (1 << 20, -1, -1)}, "cannot be"),
        ({"threshold": ()}, "fit together"),
        ({"threshold": (float("nan"),)}, "32-bit"),
        ({"threshold": (float("-inf"),)}, "32-bit"),
        ({"threshold": (0.1,)}, "32-bit"),
        ({"threshold": (1e300,)}, "32-bit"),
        ({"missing_left": (True, False)}, "fit together"),
        ({"value": (1.0, float("nan"))}, "value"),
        ({"value": (1.0, float("inf"))}, "value"),
        ({"count": (0, 1)}, "row"),
        ({"count": (1,)}, "fit together"),
        ({"value": (1.0,) * 33}, "leaves"),
        ({"value": ()}, "leaves"),
    ],
)
def test_nodes_that_are_no_tree_are_refused_with_the_reason(change: dict[str, Any], says: str) -> None:
    parts = {name: getattr(STUMP, name) for name in ("feature", "threshold", "missing_left", "value", "count")}
    with pytest.raises(ModelError, match=says):
        Tree(**(parts | change))


@pytest.mark.parametrize(
    ("base", "count", "n_features"),
    [(float("nan"), 1, 1), (float("inf"), 1, 1), (0.0, 0, 1), (0.0, MOST_TREES + 1, 1), (0.0, 1, 0), (0.0, 1, 1 << 20)],
)
def test_sums_of_trees_beyond_all_bounds_are_refused(base: float, count: int, n_features: int) -> None:
    with pytest.raises(ModelError):
        Boosting(base, (STUMP,) * count, n_features)


def test_a_tree_that_asks_for_a_column_the_model_lacks_is_refused() -> None:
    with pytest.raises(ModelError, match="does not have"):
        Boosting(0.0, (Tree((1, -1, -1), (0.5,), (True,), (-1.0, 2.0), (3, 1)),), 1)


@pytest.mark.parametrize("matrix", [np.zeros((2, 3), np.float32), np.zeros((2, 1)), np.zeros(2, np.float32)])
def test_a_matrix_of_another_shape_or_type_is_refused(matrix: np.ndarray) -> None:
    with pytest.raises(ModelError, match="float32 matrix of 1 columns"):
        Boosting(0.0, (STUMP,), 1).log_odds(matrix)


@pytest.mark.parametrize(
    "change",
    [
        {"feature": [0.0, -1, -1]},
        {"feature": [True, -1, -1]},
        {"threshold": [1]},
        {"missing_left": [2]},
        {"missing_left": [True]},
        {"value": ["1", 2.0]},
        {"value": "12"},
        {"count": [1.0, 2]},
        {"code": 1},
    ],
)
def test_stored_trees_of_wrong_types_are_refused(change: dict[str, Any]) -> None:
    plain = Boosting(0.0, (STUMP,), 1).plain()
    plain["trees"][0].update(change)
    with pytest.raises((TypeError, ValueError)):
        boosting_from_plain(plain, 1)
