"""The terms of a Fellegi-Sunter weight add up to it, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import ModelError
from linkage.models.explain import explain_pair
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.words.levels import level_word

NAME = ComparisonModel("nama", ("missing", "different", "close", "equal"), (0.1, 0.2, 0.7), (0.9, 0.07, 0.03), True)
SEX = ComparisonModel("sex", ("missing", "different", "equal"), (0.02, 0.98), (0.5, 0.5))
MODEL = FellegiSunter((NAME, SEX, SEX.__class__("agama", SEX.level_names, SEX.m, SEX.u)), 1e-6)
LEVELS = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2))


@given(LEVELS, st.floats(-10, 20))
def test_prior_and_contributions_are_exactly_the_weight_the_model_gives(
    levels: tuple[int, int, int], rarity: float
) -> None:
    explanation = explain_pair(MODEL, levels, {"nama": rarity})
    total = explanation.prior_log2
    for item in explanation.contributions:
        total += item.total_log2
    weight = MODEL.match_weight(np.array([levels], np.int8), np.array([[rarity, 0.0, 0.0]]))
    assert explanation.total_log2 == total == weight[0]
    assert (
        explanation.probability
        == MODEL.match_probability(np.array([levels], np.int8), np.array([[rarity, 0.0, 0.0]]))[0]
    )


def test_a_level_without_a_translation_reads_without_underscores() -> None:
    assert level_word("one_token_off", "id") == "one token off"
    assert level_word("swapped", "id") == "tertukar"
    assert level_word("year_month", "en") == "year month"


@pytest.mark.parametrize(
    ("levels", "adjustments", "says"),
    [
        ((1, 1), {}, "3 levels"),
        ((4, 1, 1), {}, "comparison nama"),
        ((1, -1, 1), {}, "sex"),
        ((1, 1, 1), {"x": 1.0}, "x"),
    ],
)
def test_what_does_not_fit_the_model_is_refused(levels: tuple[int, ...], adjustments: dict, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        explain_pair(MODEL, levels, adjustments)
