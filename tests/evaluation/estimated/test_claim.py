"""What probabilities claim of a result: sums, and intervals that hold when the probabilities do."""

from __future__ import annotations

import numpy as np
import pytest

from linkage.errors import UsageError
from linkage.evaluation.estimated.claim import claimed
from linkage.evaluation.estimated.square_and_add import square_and_add
from linkage.evaluation.estimated.unseen_pairs import UnseenPairs, recall_of

P = np.array([0.9, 0.8, 0.6, 0.4, 0.1])
ALONE = np.arange(5)


def test_precision_is_the_mean_of_the_linked_and_recall_their_share_of_all_expected_matches():
    claim = claimed(P, ALONE, 0.5, UnseenPairs(below_review=0.2, blocked=0.25, blocked_low=0.1, blocked_high=0.5))
    assert claim.linked == 3
    assert claim.expected_linked == pytest.approx(2.3)
    assert claim.precision.value == pytest.approx(2.3 / 3)
    assert claim.recall_of_compared.value == pytest.approx(2.3 / 3.0)
    assert claim.recall.value == pytest.approx(2.3 / 3.0 / 1.25)
    half = next(row for row in claim.by_threshold if row.threshold == 0.5)
    assert (half.linked, half.precision, half.recall) == (3, claim.precision.value, pytest.approx(claim.recall.value))


def test_the_interval_of_independent_pairs_is_that_of_a_sum_of_draws():
    claim = claimed(np.tile(P, 10), np.arange(50), 0.5, UnseenPairs())
    sd = (10 * (0.9 * 0.1 + 0.8 * 0.2 + 0.6 * 0.4)) ** 0.5 / 30
    assert claim.precision.low == pytest.approx(2.3 / 3 - 1.959964 * sd)
    assert claim.precision.high == pytest.approx(2.3 / 3 + 1.959964 * sd)


@pytest.mark.parametrize(("pairs", "low"), [(1, 0.21), (2, 0.35), (10, 0.73)])
def test_a_few_pairs_of_which_the_model_is_sure_do_not_look_like_certainty(pairs, low):
    claim = claimed(np.full(pairs, 1.0 - 1e-9), np.arange(pairs), 0.5, UnseenPairs(0.0, 0.0, 0.0, 0.0))
    for told in (claim.precision, claim.recall_of_compared, claim.recall):
        assert told.value == pytest.approx(1.0)
        assert told.low < low
        assert told.high == pytest.approx(1.0)


def test_pairs_that_hang_together_make_the_interval_wider():
    p = np.full(400, 0.9)
    alone = claimed(p, np.arange(400), 0.5, UnseenPairs()).precision
    tied = claimed(p, np.arange(400) // 4, 0.5, UnseenPairs()).precision
    assert (tied.high - tied.low) == pytest.approx(2 * (alone.high - alone.low))


def test_without_knowledge_of_blocking_only_recall_of_what_was_compared_is_told():
    claim = claimed(P, ALONE, 0.5, UnseenPairs())
    assert np.isnan(claim.recall.value)
    assert claim.recall_of_compared.value > 0.5


def test_where_blocking_may_have_lost_any_number_recall_may_be_anything_lower():
    claim = claimed(P, ALONE, 0.5, UnseenPairs(0.0, 0.1, 0.05, float("inf")))
    assert claim.recall.low == 0.0
    assert claim.recall.value < claim.recall.high <= 1.0


def test_no_pairs_claim_nothing():
    claim = claimed(np.zeros(0), np.zeros(0, np.int64), 0.5, UnseenPairs())
    assert (claim.linked, claim.expected_written) == (0, 0.0)
    assert np.isnan(claim.precision.value)
    assert np.isnan(claim.recall_of_compared.value)


def test_what_is_no_probability_is_refused():
    with pytest.raises(UsageError, match="one probability from 0 to 1"):
        claimed(np.array([1.2]), np.zeros(1, np.int64), 0.5, UnseenPairs())


def test_recall_counts_what_was_compared_and_what_was_not():
    assert recall_of(80.0, 20.0, 0.0) == 0.8
    assert recall_of(80.0, 20.0, 0.25) == pytest.approx(0.64)
    assert recall_of(80.0, 20.0, float("inf")) == 0.0
    assert np.isnan(recall_of(0.0, 0.0, 0.0))


def test_of_one_part_square_and_add_keeps_the_interval_and_of_two_it_adds_squares():
    one = square_and_add(lambda part: part[0], np.array([0.5]), np.array([0.2]), np.array([0.6]))
    assert (one.low, one.high) == (pytest.approx(0.2), pytest.approx(0.6))
    less = square_and_add(
        lambda part: part[0] - part[1], np.array([0.9, 0.3]), np.array([0.6, 0.2]), np.array([0.95, 0.7])
    )
    assert less.value == pytest.approx(0.6)
    assert less.low == pytest.approx(0.6 - (0.3**2 + 0.4**2) ** 0.5)
    assert less.high == pytest.approx(0.6 + (0.05**2 + 0.1**2) ** 0.5)
