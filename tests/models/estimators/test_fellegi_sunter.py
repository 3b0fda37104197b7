"""The estimator keeps scikit-learn's contract."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.metrics import f1_score

from linkage.models.estimators import FellegiSunterClassifier


@pytest.fixture(scope="module")
def pairs() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    truth = rng.random(5_000) < 0.2
    agree = np.where(truth[:, None], rng.random((5_000, 6)) < 0.9, rng.random((5_000, 6)) < 0.1)
    levels = np.where(rng.random(agree.shape) < 0.1, 0, agree + 1)
    return levels.astype(np.int8), truth.astype(int)


def test_parameters_are_stored_cloned_and_set(pairs) -> None:
    model = FellegiSunterClassifier(max_iter=50, smoothing=2.0)
    assert clone(model).get_params() == model.get_params()
    assert model.set_params(n_starts=2).n_starts == 2
    assert is_classifier(model)
    assert not hasattr(clone(model.fit(pairs[0])), "model_")


def test_without_labels_it_finds_the_matches(pairs) -> None:
    model = FellegiSunterClassifier().fit(pairs[0])
    assert model.converged_
    assert model.n_iter_ > 0
    assert model.n_features_in_ == 6
    assert f1_score(pairs[1], model.predict(pairs[0])) > 0.97
    assert model.model_.prior == pytest.approx(0.2, abs=0.02)


def test_with_labels_it_counts_and_gives_the_labels_back(pairs) -> None:
    words = np.where(pairs[1] == 1, "same", "other")
    model = FellegiSunterClassifier().fit(pairs[0], words)
    assert model.classes_.tolist() == ["other", "same"]
    assert set(model.predict(pairs[0])) == {"other", "same"}
    assert model.model_.comparisons[0].m[1] == pytest.approx(0.9, abs=0.02)


def test_probability_weight_and_class_are_one_number(pairs) -> None:
    model = FellegiSunterClassifier().fit(pairs[0])
    odds, p = model.match_weight(pairs[0]), model.predict_proba(pairs[0])
    assert p.sum(axis=1) == pytest.approx(np.ones(len(p)))
    assert p[:, 1] == pytest.approx(1 / (1 + np.exp2(-odds)))
    assert (model.predict(pairs[0]) == (odds > 0)).all()
    assert (model.decision_function(pairs[0]) == odds).all()


def test_before_fitting_it_refuses(pairs) -> None:
    with pytest.raises(NotFittedError):
        FellegiSunterClassifier().predict(pairs[0])


@pytest.mark.parametrize("bad", [-1, 15, 0.5, np.nan])
def test_values_that_are_no_levels_are_refused(bad: float) -> None:
    with pytest.raises(ValueError):
        FellegiSunterClassifier().fit(np.array([[1.0, bad], [2.0, 1.0]]))


def test_levels_and_columns_beyond_those_fitted_are_refused(pairs) -> None:
    model = FellegiSunterClassifier().fit(pairs[0])
    with pytest.raises(ValueError, match="6"):
        model.predict(pairs[0][:, :5])
    with pytest.raises(ValueError, match="level code"):
        model.predict(np.full((1, 6), 3))
    with pytest.raises(ValueError, match="n_levels"):
        FellegiSunterClassifier(n_levels=[3]).fit(pairs[0])
    with pytest.raises(ValueError, match="two classes"):
        FellegiSunterClassifier().fit(pairs[0], np.zeros(len(pairs[0])))


def test_the_other_models_load_without_scikit_learn_and_pandas() -> None:
    code = (
        "import sys, linkage.models.em, linkage.models.store, linkage.models.explain, linkage.models.term_frequency;"
        "import linkage.evaluation.metrics;"
        "sys.exit(bool({'sklearn', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
