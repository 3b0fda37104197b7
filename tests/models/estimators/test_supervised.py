"""The supervised estimators keep scikit-learn's contract."""

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from linkage.errors import ModelError
from linkage.models.estimators import BoostingClassifier, LogisticClassifier
from linkage.models.supervised import SupervisedModel, from_json, to_json

ESTIMATORS = [
    BoostingClassifier(directions=(1, -1, 0), most_trees=30, fewest_per_leaf=20),
    LogisticClassifier(directions=(1, -1, 0)),
]


@pytest.fixture(scope="module")
def pairs() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    truth = rng.random(4_000) < 0.4
    matrix = rng.normal(np.where(truth[:, None], [1.0, -1.0, 0.0], 0.0), 0.7)
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    return matrix, truth.astype(int)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=["boosting", "logistic"])
class TestEach:
    def test_parameters_are_stored_cloned_and_set(self, estimator, pairs) -> None:
        assert clone(estimator).get_params() == estimator.get_params()
        assert clone(estimator).set_params(random_state=7).random_state == 7
        assert is_classifier(estimator)

    def test_it_learns_in_a_pipeline_and_in_folds(self, estimator, pairs) -> None:
        pipeline = make_pipeline(FunctionTransformer(), estimator)
        assert cross_val_score(pipeline, *pairs, cv=2).mean() > 0.8

    def test_probability_weight_and_class_are_one_number(self, estimator, pairs) -> None:
        fitted = clone(estimator).fit(pairs[0], np.where(pairs[1] == 1, "same", "other"))
        odds, p = fitted.match_weight(pairs[0]), fitted.predict_proba(pairs[0])
        assert p.sum(axis=1) == pytest.approx(np.ones(len(p)))
        assert p[:, 1] == pytest.approx(1 / (1 + np.exp2(-odds)))
        assert (fitted.predict(pairs[0]) == np.where(odds > 0, "same", "other")).all()
        assert (fitted.decision_function(pairs[0]) == odds).all()

    def test_its_model_can_be_stored(self, estimator, pairs) -> None:
        fitted = clone(estimator).fit(*pairs, sample_weight=np.ones(4_000), units=np.arange(4_000) // 4)
        assert isinstance(fitted.model_, SupervisedModel)
        back = from_json(to_json(fitted.model_))
        assert back.match_weight(pairs[0].astype(np.float32)).tolist() == fitted.match_weight(pairs[0]).tolist()

    def test_what_it_cannot_learn_from_or_score_is_refused(self, estimator, pairs) -> None:
        matrix, labels = pairs
        with pytest.raises(NotFittedError):
            clone(estimator).predict(matrix)
        with pytest.raises(ValueError, match="infinity"):
            clone(estimator).fit(np.where(np.isnan(matrix), np.inf, matrix), labels)
        with pytest.raises(ValueError, match="two classes"):
            clone(estimator).fit(matrix, np.arange(4_000) % 3)
        with pytest.raises(ValueError, match="numbers of rows"):
            clone(estimator).fit(matrix, labels[:-1])
        with pytest.raises(ModelError):
            clone(estimator).fit(matrix[:4], [0, 0, 0, 1])
        with pytest.raises(ValueError, match="3"):
            clone(estimator).fit(matrix, labels).predict(matrix[:, :2])
