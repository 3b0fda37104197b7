"""What is learnt scores as scikit-learn does, keeps the directions, and is the same every time."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from linkage.errors import ModelError
from linkage.models.boosting import training
from linkage.models.boosting.training import BoostingSettings, fit_boosting
from linkage.models.boosting.trees import Boosting

SMALL = BoostingSettings(most_trees=60, fewest_per_leaf=20, patience=10)
DIRECTIONS = (1, -1, 0, 0)


def pairs(seed: int, n: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    matrix = rng.random((n, 4)).astype(np.float32)
    matrix[:, 1] = np.round(matrix[:, 1] * 5) / 5
    score = 6 * matrix[:, 0] - 5 * matrix[:, 1] + 3 * np.abs(matrix[:, 2] - 0.5)
    same = rng.random(n) < 1 / (1 + np.exp(1.5 - score))
    matrix[rng.random(matrix.shape) < 0.15] = np.nan
    return matrix, same


@pytest.fixture(scope="module")
def fitted() -> Boosting:
    matrix, same = pairs(0)
    return fit_boosting(matrix, same, None, directions=DIRECTIONS, units=np.arange(len(same)), seed=1, settings=SMALL)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 32), st.booleans())
def test_our_kernel_equals_scikit_learn(seed: int, leaves: int, weighted: bool) -> None:
    rng = np.random.default_rng(seed)
    matrix, same = pairs(seed, 1_500)
    classifier = HistGradientBoostingClassifier(
        max_iter=12, max_leaf_nodes=leaves, min_samples_leaf=5, monotonic_cst=list(DIRECTIONS), early_stopping=False
    ).fit(matrix, same, sample_weight=rng.random(len(same)) + 0.1 if weighted else None)
    trees = tuple(training._tree(predictor.nodes) for (predictor,) in classifier._predictors)
    ours = Boosting(float(classifier._baseline_prediction[0, 0]), trees, 4)
    unseen = np.where(rng.random((500, 4)) < 0.3, np.nan, rng.normal(0.5, 1.0, (500, 4))).astype(np.float32)
    for part in (matrix, unseen):
        assert np.abs(ours.log_odds(part) - classifier.decision_function(part)).max() < 1e-12
        ours_p = 1 / (1 + np.exp(-ours.log_odds(part)))
        assert np.abs(ours_p - classifier.predict_proba(part)[:, 1]).max() < 1e-12


def test_a_value_on_a_threshold_goes_the_way_it_goes_in_scikit_learn() -> None:
    rng = np.random.default_rng(2)
    matrix = rng.choice(np.array([0.1, 0.2, 0.3, np.nan], np.float32), (2_000, 2))
    same = (np.nan_to_num(matrix[:, 0]) > 0.15) ^ np.isnan(matrix[:, 1]) ^ (rng.random(2_000) < 0.1)
    classifier = HistGradientBoostingClassifier(max_iter=10, min_samples_leaf=5, early_stopping=False).fit(matrix, same)
    trees = tuple(training._tree(predictor.nodes) for (predictor,) in classifier._predictors)
    ours = Boosting(float(classifier._baseline_prediction[0, 0]), trees, 2)
    near = [
        f(np.float32(value))
        for tree in trees
        for value in tree.threshold
        if np.isfinite(value)
        for f in (lambda x: x, lambda x: np.nextafter(x, np.float32(9)), lambda x: np.nextafter(x, np.float32(-9)))
    ]
    edges = np.array([[a, b] for a in near[:60] for b in [*near[:20], np.nan]], np.float32)
    assert np.abs(ours.log_odds(edges) - classifier.decision_function(edges)).max() < 1e-12
    assert any(np.isinf(value) for tree in trees for value in tree.threshold)


def test_more_of_a_feature_with_a_direction_never_pushes_the_other_way(fitted: Boosting) -> None:
    matrix, _ = pairs(3, 300)
    for feature, direction in ((0, 1), (1, -1)):
        steps = np.linspace(-0.5, 1.5, 60, dtype=np.float32)
        rows = np.repeat(matrix, len(steps), axis=0)
        rows[:, feature] = np.tile(steps, len(matrix))
        change = np.diff(fitted.log_odds(rows).reshape(len(matrix), -1), axis=1) * direction
        assert change.min() >= -1e-12
        assert change.max() > 0.0


def test_it_learns_what_there_is_to_learn(fitted: Boosting) -> None:
    matrix, same = pairs(4, 20_000)
    right = (fitted.log_odds(matrix) > 0) == same
    assert right.mean() > max(same.mean(), 1 - same.mean()) + 0.05


def test_the_same_input_gives_the_same_trees_for_any_number_of_threads(fitted: Boosting) -> None:
    matrix, same = pairs(0)
    for threads in (1, 2):
        with threadpool_limits(threads):
            again = fit_boosting(
                matrix, same, None, directions=DIRECTIONS, units=np.arange(len(same)), seed=1, settings=SMALL
            )
        assert again == fitted


def test_weights_of_one_are_no_weights(fitted: Boosting) -> None:
    matrix, same = pairs(0)
    weighted = fit_boosting(
        matrix, same, np.ones(len(same)), directions=DIRECTIONS, units=np.arange(len(same)), seed=1, settings=SMALL
    )
    assert weighted == fitted


def test_trees_after_the_best_are_dropped() -> None:
    rng = np.random.default_rng(0)
    matrix, same = rng.random((1_000, 4)).astype(np.float32), rng.random(1_000) < 0.5
    model = fit_boosting(matrix, same, None, directions=(0,) * 4, units=np.arange(1_000), seed=0, settings=SMALL)
    assert len(model.trees) < SMALL.patience


@pytest.mark.parametrize("broken", ["infinite", "weight", "labels", "direction", "one class", "float64"])
def test_what_cannot_be_learnt_from_is_refused(broken: str) -> None:
    matrix, same = pairs(0, 300)
    weight, directions = np.ones(300), list(DIRECTIONS)
    if broken == "infinite":
        matrix[0, 0] = np.inf
    elif broken == "weight":
        weight[0] = 0.0
    elif broken == "labels":
        same = same[:-1]
    elif broken == "direction":
        directions[0] = 2
    elif broken == "one class":
        same[:] = True
    else:
        matrix = matrix.astype(np.float64)
    with pytest.raises(ModelError):
        fit_boosting(matrix, same, weight, directions=directions, units=np.arange(300), seed=0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"leaves": 33},
        {"leaves": 1},
        {"most_trees": 0},
        {"learning_rate": 0.0},
        {"held_out": 1.0},
        {"l2": -1.0},
        {"fewest_per_leaf": 0},
        {"patience": 0},
    ],
)
def test_settings_outside_their_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ModelError):
        BoostingSettings(**wrong)  # type: ignore[arg-type]


def test_scoring_loads_neither_scikit_learn_nor_pandas() -> None:
    code = (
        "import sys, numpy as np, linkage.models.learning, linkage.models.supervised, linkage.models.attribution;"
        "from linkage.models.boosting.trees import Boosting, Tree;"
        "b = Boosting(0.0, (Tree((-1,), (), (), (0.5,), (7,)),), 1);"
        "assert b.log_odds(np.zeros((2, 1), np.float32)).tolist() == [0.5, 0.5];"
        "sys.exit(bool({'sklearn', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
