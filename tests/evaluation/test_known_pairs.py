"""What is known of pairs, from persons and from labels."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InputDataError
from linkage.evaluation.known_pairs import known_from_labels, known_from_persons
from linkage.evaluation.predicted import grouped_sums, listed_sums, true_sums

labels = st.lists(st.integers(-1, 4), min_size=2, max_size=12)


def as_pairs(known):
    return list(zip(known.left.tolist(), known.right.tolist(), strict=True))


@given(labels, st.booleans())
def test_the_true_pairs_are_those_of_one_person(person, across):
    n_left = len(person) // 2 if across else None
    known = known_from_persons(np.array(person), n_left)
    wanted = [
        (i, j)
        for i, j in combinations(range(len(person)), 2)
        if person[i] == person[j] >= 0 and (n_left is None or i < n_left <= j)
    ]
    assert as_pairs(known) == wanted
    assert true_sums(known).sum() == len(wanted)


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), min_size=2, max_size=12), st.booleans())
def test_counting_by_cluster_is_counting_its_pairs(rows, across):
    cluster, person = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    n_left = len(rows) // 2 if across else None
    known = known_from_persons(person, n_left)
    pairs = [
        (i, j)
        for i, j in combinations(range(len(rows)), 2)
        if cluster[i] == cluster[j] >= 0 and (n_left is None or i < n_left <= j)
    ]
    left, right = np.array(pairs, np.int32).reshape(-1, 2).T
    for one, other in zip(grouped_sums(known, cluster), listed_sums(known, left, right), strict=True):
        np.testing.assert_allclose(one, other)


def test_a_pair_with_a_record_the_truth_does_not_know_is_left_out():
    known = known_from_persons(np.array([0, 0, -1]))
    left, right = np.array([0, 0], np.int32), np.array([1, 2], np.int32)
    assert known.is_known(left, right).tolist() == [True, False]
    hits, predicted = listed_sums(known, left, right)
    assert (hits.sum(), predicted.sum()) == (1.0, 1.0)


def test_the_place_of_a_true_pair_does_not_depend_on_which_record_comes_first():
    known = known_from_persons(np.array([0, 1, 0, 1]))
    place = known.place_among(np.array([3, 2], np.int32), np.array([1, 1], np.int32))
    assert place.tolist() == [-1, 0]
    assert known.place_among(np.zeros(0, np.int32), np.zeros(0, np.int32)).tolist() == [-1, -1]


def labelled(*pairs, n=5):
    left, right, same = (np.array(column) for column in zip(*pairs, strict=True))
    return known_from_labels(left.astype(np.int32), right.astype(np.int32), same.astype(np.bool_), n)


def test_only_labelled_pairs_are_known():
    known = labelled((3, 1, True), (1, 0, False), (3, 1, True))
    assert as_pairs(known) == [(1, 3)]
    left, right = np.array([0, 1, 1], np.int32), np.array([1, 3, 2], np.int32)
    assert known.is_known(left, right).tolist() == [True, True, False]
    assert known.is_true(left, right).tolist() == [False, True, False]
    assert known.members().tolist() == [0, 1, 3]


def test_a_cluster_is_judged_by_its_labelled_pairs_alone():
    known = labelled((0, 1, True), (0, 2, False), (3, 4, False))
    hits, predicted = grouped_sums(known, np.array([7, 7, 7, 8, 9]))
    assert (hits.sum(), predicted.sum()) == (1.0, 2.0)


def test_labels_that_contradict_each_other_through_a_third_record_are_refused():
    with pytest.raises(InputDataError, match="TRUTH_CONTRADICTS"):
        labelled((0, 1, True), (1, 2, True), (0, 2, False))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]), min_size=1))
def test_people_labelled_in_a_chain_are_one_person(pairs):
    known = labelled(*((i, j, True) for i, j in pairs), n=8)
    groups = [{record} for record in range(8)]
    for i, j in pairs:
        mine, other = (next(group for group in groups if record in group) for record in (i, j))
        if mine is not other:
            mine |= other
            groups.remove(other)
    assert {frozenset(np.flatnonzero(known.person == one).tolist()) for one in known.person} == set(
        map(frozenset, groups)
    )
