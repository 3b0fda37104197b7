"""Drawing persons again gives the intervals of drawing them one by one, at a fraction of the cost."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from linkage.evaluation.accuracy import Scored, curve
from linkage.evaluation.figures import figure, pair_figures, share
from linkage.evaluation.intervals import Interval, ratio_bootstrap, wilson_interval
from linkage.evaluation.known_pairs import known_from_persons
from linkage.evaluation.resampling import curve_intervals, curve_values, percentiles, resample_sums


def test_persons_who_are_alike_are_drawn_together_without_changing_mean_or_spread():
    rng = np.random.default_rng(3)
    parts = rng.integers(0, 4, (5000, 3)) / 2.0
    sums = resample_sums(parts, rng=rng, replicates=4000)
    np.testing.assert_allclose(sums.mean(axis=0), parts.sum(axis=0), rtol=0.002)
    np.testing.assert_allclose(sums.var(axis=0), (parts**2).sum(axis=0), rtol=0.1)


def test_the_interval_of_a_share_is_that_of_drawing_one_by_one():
    rng = np.random.default_rng(4)
    bottom = rng.integers(1, 4, 4000).astype(np.float64)
    top = rng.binomial(bottom.astype(np.int64), 0.9).astype(np.float64)
    told = share(top, bottom, rng=rng)
    slow = ratio_bootstrap(np.stack([top, bottom], 1), lambda sums: sums[:, 0] / sums[:, 1], rng=rng, replicates=1000)
    assert told.low == pytest.approx(slow.low, abs=0.002)
    assert told.high == pytest.approx(slow.high, abs=0.002)


@pytest.mark.parametrize("hits", [0.0, 1.0])
def test_of_none_and_of_all_the_interval_is_not_a_point(hits):
    told = share(np.full(100, hits), np.ones(100), rng=np.random.default_rng(0))
    assert told.value == hits
    assert told.high - told.low > 0.02


@pytest.mark.parametrize(
    ("hits", "counted", "low", "high"), [(0, 1, 0.0, 0.7935), (1, 1, 0.2065, 1.0), (2, 2, 0.3424, 1.0)]
)
@pytest.mark.parametrize("persons", ["one", "each its own"])
def test_of_one_or_two_pairs_every_figure_has_wilson_s_interval(hits, counted, low, high, persons):
    top, bottom = (np.arange(counted) < hits).astype(np.float64), np.ones(counted)
    if persons == "one":
        top, bottom = top.sum(keepdims=True), bottom.sum(keepdims=True)
    told = pair_figures(top, bottom, bottom, rng=np.random.default_rng(0))
    for figure_ in (told.precision, told.recall, share(top, bottom, rng=np.random.default_rng(0))):
        assert figure_.value == hits / counted
        assert (figure_.low, figure_.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert told.f1.value == hits / counted
    assert told.f1.high - told.f1.low > 0.45


def test_one_person_s_pairs_have_an_interval_although_no_draw_differs():
    told = pair_figures(np.array([50.0]), np.array([100.0]), np.array([60.0]), rng=np.random.default_rng(0))
    shared = wilson_interval(50, 110)
    assert (told.precision.low, told.precision.high) == astuple(wilson_interval(50, 100))
    assert (told.f1.low, told.f1.high) == tuple(2 * end / (1 + end) for end in astuple(shared))
    assert told.f1.low < told.f1.value == 100 / 160 < told.f1.high


@pytest.mark.parametrize("true", [True, False])
def test_the_curve_of_one_pair_is_not_sure_of_anything(true):
    pair = np.array([0], np.int32), np.array([1], np.int32), np.array([9.0]), np.array([0.998])
    known = known_from_persons(np.array([0, 0] if true else [0, 1, 2, 2], np.int64))
    told = curve(Scored(*pair), known, rng=np.random.default_rng(0))
    assert told.best.f1.value == told.recall_at_precision.value == told.average_precision.value == float(true)
    for figure_ in (told.best.f1, told.recall_at_precision, told.average_precision):
        assert figure_.high - figure_.low > 0.45


def test_nothing_counted_is_nan():
    told = pair_figures(np.zeros(3), np.zeros(3), np.zeros(3), rng=np.random.default_rng(0))
    assert np.isnan([told.precision.value, told.recall.low, told.f1.high]).all()
    assert np.isnan(percentiles(np.full(3, np.nan)).low)


def test_an_interval_is_stretched_to_hold_its_value():
    assert figure(0.5, Interval(0.6, 0.7)).low == 0.5


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=40))
def test_average_precision_is_that_of_scikit_learn(rows):
    score, true = np.array([score for score, _ in rows], np.float64), np.array([hit for _, hit in rows])
    order = np.argsort(-score, kind="stable")
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    hits = np.cumsum(true[order])[last].astype(np.float64)
    _, _, average = curve_values(hits, (last + 1).astype(np.float64), float(true.sum()), 0.99)
    if true.any():
        assert average == pytest.approx(average_precision_score(true, score))
    else:
        assert np.isnan(average)


def test_the_intervals_of_the_curve_hold_what_the_curve_gives():
    rng = np.random.default_rng(5)
    true = rng.random(3000) < 0.5
    score = rng.normal(2.5 * true, 1.0).round(2)
    units = np.arange(3000)
    found = curve_intervals(score, true, (units, units), true.astype(np.float64), precision=0.95, rng=rng)
    order = np.argsort(-score, kind="stable")
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    f1, recall, average = curve_values(
        np.cumsum(true[order])[last].astype(np.float64), last + 1.0, float(true.sum()), 0.95
    )
    assert found.best_f1.low < f1 < found.best_f1.high
    assert found.recall_at_precision.low < recall < found.recall_at_precision.high
    assert found.average_precision.low < average < found.average_precision.high


def test_no_pair_gives_a_recall_of_nothing():
    assert curve_values(np.zeros(0), np.zeros(0), 5.0, 0.99) == (0.0, 0.0, 0.0)
