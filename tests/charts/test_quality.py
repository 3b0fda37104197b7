"""Charts of an evaluation hold the evaluation's own numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from linkage.charts import fairness_gaps, learning_curves, precision_recall, reliability, roc, unlinkables
from linkage.errors import UsageError
from linkage.evaluation.calibration import expected_calibration_error
from linkage.evaluation.metrics import PairCurve, pair_curve
from tests.charts.gallery import SAME, WEIGHTS, curve, fairness

Rows = Callable[[Any, str], list[dict[str, Any]]]


def area_of(chart: Any) -> float:
    named = [
        row["text"] for layer in chart.to_dict(validate=False)["datasets"].values() for row in layer if "text" in row
    ]
    return float(next(text.removeprefix("area ") for text in named if text.startswith("area")))


def test_the_area_below_the_curve_is_that_of_scikit_learn() -> None:
    assert area_of(roc(curve())) == pytest.approx(roc_auc_score(SAME, WEIGHTS), abs=5e-5)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=4, max_size=30))
def test_the_area_holds_with_ties(pairs: list[tuple[int, bool]]) -> None:
    score, same = np.array([float(weight) for weight, _ in pairs]), np.array([true for _, true in pairs])
    if same.all() or not same.any():
        return
    left = 2 * np.arange(len(pairs))
    entities = np.stack([left, np.where(same, left, left + 1)], axis=1).ravel()
    found = roc(pair_curve(left, left + 1, score, entities))
    assert area_of(found) == pytest.approx(roc_auc_score(same, score), abs=5e-5)


def test_precision_and_recall_are_told_at_the_threshold_of_the_run(words_of: Callable[[Any], str]) -> None:
    at = curve().at(0.0)
    assert f"precision {at.precision:.3f}, recall {at.recall:.3f}" in words_of(
        precision_recall(curve(), link_threshold=0.5)
    )


def test_the_points_that_are_named_lie_on_the_curve(rows_with: Rows) -> None:
    rows = rows_with(precision_recall(curve(), link_threshold=0.5), "name")
    here = next(row for row in rows if row["run"])
    assert (here["recall"], here["precision"]) == (curve().at(0.0).recall, curve().at(0.0).precision)


def test_a_long_curve_is_thinned(data_of: Callable[[Any], list[Any]]) -> None:
    n = 20_000
    left = 2 * np.arange(n)
    rng = np.random.default_rng(0)
    score = rng.normal(0.0, 10.0, n)
    entities = np.stack([left, np.where(score + rng.normal(0, 5, n) > 0, left, left + 1)], axis=1).ravel()
    long = pair_curve(left, left + 1, score, entities)
    assert max(map(len, data_of(precision_recall(long, link_threshold=0.5)))) <= 1_800
    assert max(map(len, data_of(roc(long)))) <= 600


def empty() -> PairCurve:
    none = np.zeros(0, np.int64)
    return PairCurve(np.zeros(0), none, none, 0)


@pytest.mark.parametrize("chart", [roc, lambda told: precision_recall(told, link_threshold=0.5)])
def test_an_empty_curve_is_refused(chart: Callable[[PairCurve], Any]) -> None:
    with pytest.raises(UsageError, match="holds no pair"):
        chart(empty())


def test_a_curve_without_a_false_pair_has_no_roc() -> None:
    with pytest.raises(UsageError, match="no false positive"):
        roc(pair_curve(np.array([0]), np.array([1]), np.array([1.0]), np.array([5, 5])))


def test_a_reliability_diagram_shows_the_bins_with_intervals_around_them(rows_with: Rows) -> None:
    found = expected_calibration_error(np.linspace(0.02, 0.98, 60), np.arange(60) % 3 == 0, bins=4)
    rows = rows_with(reliability(found), "stated")
    rows = [row for row in rows if "low" in row] or rows_with(reliability(found), "low")
    assert [(row["stated"], row["found"], row["pairs"]) for row in rows] == [
        (item.probability, item.share, item.n_pairs) for item in found.bins
    ]
    assert all(row["low"] < row["found"] < row["high"] for row in rows)


def test_a_calibration_of_no_pair_is_refused() -> None:
    with pytest.raises(UsageError, match="no pair"):
        reliability(expected_calibration_error(np.array([0.999]), np.array([True])))


def test_groups_stand_with_their_difference_in_points_and_hidden_ones_do_not(rows_with: Rows) -> None:
    rows = rows_with(fairness_gaps(fairness()), "told")
    assert [(row["key"], row["value"], row["side"]) for row in rows] == [
        ("0|male", 1.0, "above"), ("0|female", -3.0, "below"), ("1|0 to 16", -0.5, "few"),
        ("1|60 and over", 1.0, "above"),
    ]  # fmt: skip
    assert [row["key"] for row in rows_with(fairness_gaps(fairness(), divisions=["age"]), "told")] == [
        "1|0 to 16", "1|60 and over",
    ]  # fmt: skip


def test_a_division_that_is_not_there_leaves_nothing_to_draw() -> None:
    with pytest.raises(UsageError, match="no division"):
        fairness_gaps(fairness(), divisions=["shoe size"])


def test_records_that_do_not_meet_their_copy_count_at_every_threshold(rows_with: Rows) -> None:
    own = np.array([np.nan, -1.0, 3.0, 20.0])
    share = {row["weight"]: row["share"] for row in rows_with(unlinkables(own, link_threshold=0.5), "share")}
    assert [share[weight] for weight in (-10.0, -1.0, -0.75, 3.25, 20.0)] == [0.25, 0.25, 0.5, 0.75, 0.75]


def test_unlinkable_records_are_counted_at_the_threshold_of_the_run(rows_with: Rows) -> None:
    chart = unlinkables(np.array([np.nan, -1.0, 3.0, 20.0]), link_threshold=0.5)
    assert rows_with(chart, "text")[0]["share"] == 0.5
    with pytest.raises(UsageError):
        unlinkables(np.zeros(0), link_threshold=0.5)


def test_names_of_learning_curves_do_not_lie_on_each_other(rows_with: Rows) -> None:
    chart = learning_curves({name: [(50, 0.9), (100, 0.95)] for name in "abc"})
    places = [row["place"] for row in rows_with(chart, "place")]
    assert places == sorted(places, reverse=True)
    assert min(np.diff(places[::-1])) > 0.003


@pytest.mark.parametrize("curves", [{}, {"a": [(1, 0.5)]}, {str(n): [(1, 0.5), (2, 0.6)] for n in range(6)}])
def test_curves_that_cannot_be_drawn_are_refused(curves: dict[str, list[tuple[int, float]]]) -> None:
    with pytest.raises(UsageError):
        learning_curves(curves)
