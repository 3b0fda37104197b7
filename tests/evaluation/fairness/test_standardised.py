"""A group's recall is held against what the whole gives for pairs as hard as its own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.evaluation.fairness.standardised import error_strata, expected_recall
from tests.oracles.standardised_recall import expected_of_each, plain_standardised

pairs = st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), min_size=1)


def columns(rows):
    hit, wide, narrow, group = zip(*rows, strict=True)
    return np.array(hit), np.array(wide), np.array(wide) * 4 + np.array(narrow), np.array(group)


@given(pairs, st.sampled_from([0.0, 1.0, 20.0]))
def test_what_to_expect_is_what_counting_pair_by_pair_gives(rows, prior_pairs):
    hit, wide, narrow, _ = columns(rows)
    expected = expected_recall(hit, [wide, narrow], prior_pairs=prior_pairs)
    oracle = expected_of_each(hit.tolist(), [wide.tolist(), narrow.tolist()], prior_pairs)
    np.testing.assert_allclose(expected, oracle, atol=1e-12)


@given(pairs)
def test_without_drawing_it_is_the_textbook_standardisation(rows):
    hit, _, stratum, group = columns(rows)
    expected = expected_recall(hit, [stratum], prior_pairs=0.0)
    for wanted in np.unique(group):
        mine = group == wanted
        found = hit[mine].mean() - expected[mine].mean()
        assert abs(found - plain_standardised(hit.tolist(), stratum.tolist(), group.tolist(), wanted)) < 1e-12


@given(pairs)
def test_held_against_itself_the_whole_shows_no_difference(rows):
    hit, wide, narrow, _ = columns(rows)
    assert abs(expected_recall(hit, [wide, narrow], prior_pairs=0.0).mean() - hit.mean()) < 1e-12


def test_groups_that_differ_in_difficulty_alone_show_no_difference():
    stratum = np.repeat([0, 1], 1000)
    hit = np.concatenate([np.arange(1000) % 10 < 9, np.arange(1000) % 10 < 5])
    group = np.zeros(2000, np.int64)
    group[900:1900] = 1  # mostly hard pairs, with the hits of their strata
    expected = expected_recall(hit, [stratum])
    for wanted in (0, 1):
        mine = group == wanted
        assert abs(hit[mine].mean() - expected[mine].mean()) < 0.001
    assert abs(hit[group == 0].mean() - hit[group == 1].mean()) > 0.25


def test_a_thin_stratum_is_judged_by_the_wider_one():
    hit = np.append(np.ones(1000, np.bool_), False)
    narrow = np.append(np.zeros(1000, np.int64), 1)
    assert expected_recall(hit, [np.zeros(1001, np.int64), narrow])[-1] > 0.8
    assert expected_recall(hit, [narrow], prior_pairs=0.0)[-1] == 0.0


def test_strata_are_errors_first_and_fields_within_them():
    errors, present = np.array([0, 0, 9, 7]), np.array([1, 3, 3, 3])
    wide, narrow = error_strata(errors, present)
    assert wide.tolist() == [0, 0, 7, 7]
    assert len(set(narrow.tolist())) == 3
    assert [labels.tolist() for labels in error_strata(None, present)] == [[1, 3, 3, 3]]


def test_of_no_pair_nothing_is_expected():
    assert expected_recall(np.zeros(0, np.bool_), [np.zeros(0, np.int64)]).size == 0
