"""Strata of match weight, and samples drawn from them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import UsageError
from linkage.evaluation.estimated.sample import allocate, draw_sample
from linkage.evaluation.estimated.strata import stratify


@given(st.lists(st.floats(-40, 60), min_size=1, max_size=50), st.floats(0.001, 0.999))
def test_every_pair_lies_within_its_stratum_and_no_stratum_straddles_the_threshold(weights, threshold):
    weight = np.array(weights)
    code, strata = stratify(weight, threshold)
    assert sorted(set(code.tolist())) == list(range(len(strata)))
    cut = np.log2(threshold / (1 - threshold))
    for number, stratum in enumerate(strata):
        own = weight[code == number]
        assert (own >= stratum.low_bits - 1e-8).all()
        assert (own < stratum.high_bits).all()
        assert ((own >= cut - 1e-8) == stratum.linked).all()


def test_a_pair_just_at_the_threshold_is_linked():
    p = 0.8
    code, strata = stratify(np.array([np.log2(p) - np.log2(1 - p)]), p)
    assert strata[code[0]].linked


def test_strata_are_named_by_their_bounds():
    _, strata = stratify(np.array([-30.0, 0.5, 50.0]), 0.5)
    assert [stratum.name for stratum in strata] == ["below -4", "0 to 1", "12 and over"]


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0])
def test_a_threshold_that_links_all_or_none_is_refused(threshold):
    with pytest.raises(UsageError, match="between 0 and 1"):
        stratify(np.zeros(1), threshold)


@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0, 0.5)), min_size=1, max_size=12), st.integers(1, 3000))
def test_as_many_are_taken_as_asked_for_and_never_more_than_a_stratum_has(strata, count):
    pairs, deviation = (np.array(values) for values in zip(*strata, strict=True))
    taken = allocate(pairs, deviation, count)
    assert taken.sum() == min(count, pairs.sum())
    assert ((taken >= 0) & (taken <= pairs)).all()


def test_half_is_shared_equally_and_the_doubtful_get_more_of_the_rest():
    pairs, deviation = np.array([1000, 1000, 1000, 1000]), np.array([0.0, 0.5, 0.2, 0.1])
    taken = allocate(pairs, deviation, 200)
    assert taken.tolist() == [25 + 11, 25 + 56, 25 + 22, 25 + 11]


def test_small_strata_leave_their_share_to_the_others():
    assert allocate(np.array([3, 5000]), np.array([0.1, 0.1]), 100).tolist() == [3, 97]


def test_inclusion_is_the_share_of_the_stratum_that_is_drawn():
    rng = np.random.default_rng(4)
    stratum = np.repeat([0, 1, 2], [50, 300, 1000])
    probability = np.repeat([0.5, 0.1, 0.999], [50, 300, 1000])
    drawn = draw_sample(probability, stratum, 120, rng=rng)
    assert np.unique(drawn.rows).size == drawn.rows.size == 120
    for number, pairs in enumerate((50, 300, 1000)):
        own = stratum[drawn.rows] == number
        assert drawn.inclusion[own] == pytest.approx(own.sum() / pairs)
    again = draw_sample(probability, stratum, 120, rng=np.random.default_rng(4))
    assert (again.rows == drawn.rows).all()
    other = draw_sample(probability, stratum, 120, rng=np.random.default_rng(5))
    assert (other.rows != drawn.rows).any()


def test_the_order_of_asking_does_not_tell_the_stratum():
    stratum = np.repeat([0, 1], 500)
    drawn = draw_sample(np.full(1000, 0.5), stratum, 200, rng=np.random.default_rng(0))
    half = stratum[drawn.rows][:100]
    assert 30 < half.sum() < 70


def test_a_sample_of_all_is_all():
    drawn = draw_sample(np.full(7, 0.3), np.array([0, 0, 1, 1, 1, 2, 2]), 50, rng=np.random.default_rng(0))
    assert sorted(drawn.rows.tolist()) == list(range(7))
    assert (drawn.inclusion == 1.0).all()


def test_a_sample_of_no_pairs_is_refused_and_of_none_is_none():
    with pytest.raises(UsageError, match="count of 1"):
        draw_sample(np.zeros(3), np.zeros(3, np.int64), 0, rng=np.random.default_rng(0))
    assert draw_sample(np.zeros(0), np.zeros(0, np.int64), 5, rng=np.random.default_rng(0)).rows.size == 0
