"""The model: weights, their sum, the prior, and what a missing value is worth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import ModelError
from linkage.models.defaults import default_m, default_model, default_u
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter, log2odds, probability

NAME = ComparisonModel("nama", ("missing", "different", "close", "equal"), (0.1, 0.2, 0.7), (0.9, 0.05, 0.05))
SEX = ComparisonModel("sex", ("missing", "different", "equal"), (0.02, 0.98), (0.5, 0.5))
MODEL = FellegiSunter((NAME, SEX), prior=0.001)
LEVELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=20)


def test_weights_are_log2_of_m_over_u_by_level_code() -> None:
    weights = MODEL.weights()
    assert weights.shape == (2, 4)
    assert weights[0, 1:].tolist() == pytest.approx([math.log2(0.1 / 0.9), 2.0, math.log2(14.0)])
    assert weights[1, 1:3].tolist() == pytest.approx([math.log2(0.04), math.log2(1.96)])


def test_the_column_of_missing_and_what_lies_beyond_the_last_level_are_exactly_zero() -> None:
    weights = MODEL.weights()
    assert (weights[:, 0] == 0.0).all()
    assert weights[1, 3] == 0.0


def test_two_missing_values_leave_the_prior_untouched() -> None:
    weight = MODEL.match_weight(np.zeros((1, 2), np.int8))
    assert weight[0] == MODEL.prior_log2odds
    assert MODEL.match_probability(np.zeros((1, 2), np.int8))[0] == pytest.approx(0.001, rel=1e-12)


@given(LEVELS, st.integers(0, 1), st.floats(-20, 20))
def test_a_missing_value_never_helps(levels: list[tuple[int, int]], which: int, adjustment: float) -> None:
    """Taking a value away is the same as not comparing it, whatever its rarity would have said."""
    pairs = np.array(levels, np.int8)
    pairs[:, which] = 0
    rarity = np.zeros(pairs.shape)
    rarity[:, which] = adjustment
    name = MODEL.comparisons[which].name
    without = MODEL.evidence_weight(pairs, without=[name])
    assert MODEL.evidence_weight(pairs, rarity).tolist() == without.tolist()


@given(LEVELS)
def test_match_weight_is_the_log_of_the_bayes_rule(levels: list[tuple[int, int]]) -> None:
    expected = []
    for pair in levels:
        odds = MODEL.prior / (1 - MODEL.prior)
        for item, level in zip(MODEL.comparisons, pair, strict=True):
            odds *= item.m[level - 1] / item.u[level - 1] if level else 1.0
        expected.append(odds / (1 + odds))
    assert MODEL.match_probability(np.array(levels, np.int8)).tolist() == pytest.approx(expected, rel=1e-9)


@given(st.floats(-2000, 2000))
def test_probability_neither_overflows_nor_leaves_its_range(weight: float) -> None:
    p = float(probability(np.array([weight]))[0])
    assert 0.0 <= p <= 1.0
    if abs(weight) < 40:
        assert float(log2odds(np.array([p]))[0]) == pytest.approx(weight, abs=1e-3)


def test_evidence_carries_no_prior_and_can_leave_comparisons_out() -> None:
    pairs = np.array([[3, 2]], np.int8)
    assert MODEL.with_prior(0.3).evidence_weight(pairs).tolist() == MODEL.evidence_weight(pairs).tolist()
    assert MODEL.evidence_weight(pairs, without=["nama"])[0] == pytest.approx(math.log2(1.96))


@pytest.mark.parametrize(
    ("m", "u"),
    [
        ((0.1, 0.9), (0.5, 0.25, 0.25)),
        ((0.1, 0.1, 0.1), (0.5, 0.25, 0.25)),
        ((0.0, 0.5, 0.5), (0.5, 0.25, 0.25)),
        ((0.2, 0.3, 0.5), (0.5, float("nan"), 0.5)),
    ],
)
def test_probabilities_that_are_none_are_refused(m: tuple[float, ...], u: tuple[float, ...]) -> None:
    with pytest.raises(ModelError, match="comparison nama"):
        ComparisonModel("nama", ("missing", "different", "close", "equal"), m, u)


@pytest.mark.parametrize("prior", [0.0, 1.0, -0.1, float("nan")])
def test_a_prior_outside_zero_to_one_is_refused(prior: float) -> None:
    with pytest.raises(ModelError, match="prior"):
        FellegiSunter((NAME,), prior)


def test_pairs_with_a_wrong_number_of_levels_are_refused() -> None:
    with pytest.raises(ModelError, match="2 levels"):
        MODEL.match_weight(np.zeros((1, 3), np.int8))


def test_the_spec_s_own_numbers_are_the_default_model(spec_of) -> None:
    spec = spec_of({"nama": 2, "sex": 1}, m={"nama": (0.7, 0.2, 0.1)}, u={"nama": (0.01, 0.04, 0.95)})
    model = default_model(spec, 0.01, np.array([0.5, 0.5]))
    assert model.comparisons[0].m == pytest.approx((0.1, 0.2, 0.7))
    assert model.comparisons[0].u == pytest.approx((0.95, 0.04, 0.01))
    assert model.comparisons[1].u == pytest.approx((0.5, 0.5))


def test_without_numbers_better_levels_are_likelier_in_matches_and_rarer_by_chance(spec_of) -> None:
    for size, coincidences in ((1, (math.nan, 1e-6, 0.5)), (2, (math.nan, 1e-6, 0.3)), (5, (math.nan, 1e-6, 0.01))):
        item = spec_of({"x": size}).comparison("x")
        for coincidence in coincidences:
            m, u = default_m(item), default_u(item, coincidence)
            assert m.sum() == pytest.approx(1.0)
            assert u.sum() == pytest.approx(1.0)
            assert (np.diff(np.log(m / u)) > 0).all()
