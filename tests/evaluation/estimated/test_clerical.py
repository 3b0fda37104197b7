"""Precision and recall from labels."""

from __future__ import annotations

import numpy as np
import pytest

from linkage.errors import UsageError
from linkage.evaluation.estimated.clerical import LabelledPairs, clerical_estimate
from linkage.evaluation.estimated.unseen_pairs import UnseenPairs
from linkage.evaluation.intervals import wilson_interval

WEIGHT = np.repeat([-3.0, 6.0], [100, 400])
PROBABILITY = 1 / (1 + 2.0**-WEIGHT)
NOTHING_UNSEEN = UnseenPairs(0.0, 0.0, 0.0, 0.0)


def labels(rows, same, inclusion=0.1) -> LabelledPairs:
    return LabelledPairs(np.array(rows), np.array(same, np.bool_), np.full(len(rows), inclusion))


def test_all_labelled_is_no_estimate_any_more():
    same = np.r_[np.arange(100) < 20, np.arange(400) >= 30]
    told = clerical_estimate(PROBABILITY, WEIGHT, 0.5, labels(np.arange(500), same, 1.0), NOTHING_UNSEEN)
    for estimator in (told.sampled, told.assisted):
        assert estimator.precision.value == pytest.approx(370 / 400)
        assert estimator.recall.value == pytest.approx(370 / 390)
        for figure in (estimator.precision, estimator.recall):
            assert figure.low == pytest.approx(figure.value)
            assert figure.high == pytest.approx(figure.value)


@pytest.mark.parametrize(("right", "number", "low", "high"), [(0, 1, 0.0, 0.80), (1, 1, 0.20, 1.0), (2, 2, 0.34, 1.0)])
def test_one_or_two_pairs_are_no_certainty_although_all_are_labelled(right, number, low, high):
    weight = np.full(number, 6.0)
    told = clerical_estimate(
        1 / (1 + 2.0**-weight), weight, 0.5, labels(np.arange(number), np.arange(number) < right, 1.0), NOTHING_UNSEEN
    )
    for estimator in (told.sampled, told.assisted):
        assert estimator.precision.value == pytest.approx(right / number)
        assert estimator.precision.high - estimator.precision.low > 0.6
    assert told.sampled.precision.low == pytest.approx(low, abs=0.01)
    assert told.sampled.precision.high == pytest.approx(high, abs=0.01)


def test_of_one_stratum_the_interval_is_wilson_s_drawn_in_by_the_finite_population():
    rows = np.arange(100, 140)
    told = clerical_estimate(PROBABILITY, WEIGHT, 0.5, labels(rows, np.arange(40) >= 4), NOTHING_UNSEEN)
    wilson, drawn_in = wilson_interval(36, 40), (1 - 40 / 400) ** 0.5
    assert told.sampled.precision.value == pytest.approx(0.9)
    assert told.sampled.precision.low == pytest.approx(0.9 - (0.9 - wilson.low) * drawn_in)
    assert told.sampled.precision.high == pytest.approx(0.9 + (wilson.high - 0.9) * drawn_in)


def test_only_right_labels_leave_room_for_wrong_ones():
    told = clerical_estimate(PROBABILITY, WEIGHT, 0.5, labels(np.arange(100, 130), [True] * 30), NOTHING_UNSEEN)
    assert told.sampled.precision.value == 1.0
    assert 0.85 < told.sampled.precision.low < 0.95
    assert 0.85 < told.assisted.precision.low < 0.95


def test_without_labels_below_the_threshold_precision_is_told_and_recall_is_not():
    told = clerical_estimate(PROBABILITY, WEIGHT, 0.5, labels(np.arange(100, 130), [True] * 30), NOTHING_UNSEEN)
    assert np.isnan(told.sampled.recall.value)
    assert np.isnan(told.strata[0].sampled.value)
    assert told.strata[0].labelled == 0


def test_a_label_counts_by_the_inverse_of_its_inclusion():
    given = LabelledPairs(np.array([100, 101, 102, 103, 104]), np.array([1, 1, 1, 1, 0], np.bool_), np.full(5, 0.5))
    equal = clerical_estimate(PROBABILITY, WEIGHT, 0.5, given, NOTHING_UNSEEN)
    assert equal.sampled.precision.value == pytest.approx(0.8)
    rare = LabelledPairs(given.row, given.same, np.array([0.5, 0.5, 0.5, 0.5, 0.1]))
    weighted = clerical_estimate(PROBABILITY, WEIGHT, 0.5, rare, NOTHING_UNSEEN)
    assert weighted.sampled.precision.value == pytest.approx(8 / 18)


def test_where_probabilities_differ_within_a_stratum_the_model_narrows_the_interval():
    rng = np.random.default_rng(2)
    weight = rng.uniform(-4, -2, 4000)
    weight[2000:] = np.repeat([9.0, 11.9], 1000)  # one band
    p = np.where(weight > 0, np.where(weight < 10, 0.5, 0.999), 1 / (1 + 2.0**-weight))
    same = rng.random(4000) < p
    rows = rng.choice(np.arange(2000, 4000), 300, replace=False)
    told = clerical_estimate(p, weight, 0.5, labels(rows, same[rows], 0.15), NOTHING_UNSEEN)
    width = [figure.high - figure.low for figure in (told.sampled.precision, told.assisted.precision)]
    assert width[1] < 0.9 * width[0]
    assert told.assisted.precision.low < same[2000:].mean() < told.assisted.precision.high


def test_strata_with_a_handful_of_labels_are_judged_with_their_neighbours_but_never_across_the_threshold():
    weight = np.repeat([-3.0, -1.5, 0.5, 1.5, 3.0], 50)
    p = 1 / (1 + 2.0**-weight)
    rows = [0, 50, *range(100, 110), 150, *range(200, 203)]
    told = clerical_estimate(p, weight, 0.5, labels(rows, [False] * len(rows)), NOTHING_UNSEEN)
    assert [(row.name, row.linked, row.pairs, row.labelled) for row in told.strata] == [
        ("-4 to -1", False, 100, 2),
        ("0 to 4", True, 150, 14),
    ]


@pytest.mark.parametrize(
    ("rows", "inclusion", "says"),
    [([1, 1], 0.5, "each pair has one label"), ([500], 0.5, "one written pair"), ([1], 0.0, "above 0 and up to 1")],
)
def test_labels_that_cannot_be_are_refused(rows, inclusion, says):
    with pytest.raises(UsageError, match=says):
        clerical_estimate(PROBABILITY, WEIGHT, 0.5, labels(rows, [True] * len(rows), inclusion), NOTHING_UNSEEN)
