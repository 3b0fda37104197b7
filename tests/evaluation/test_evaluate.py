"""The evaluation of a result by its truth, number by number on a result small enough to count by hand."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.evaluation.accuracy import Scored, b_cubed
from linkage.evaluation.circumstances import Circumstances, People
from linkage.evaluation.evaluate import evaluate
from linkage.evaluation.fairness.groups import Division
from linkage.evaluation.joined import joined_pairs
from linkage.evaluation.known_pairs import known_from_labels, known_from_persons
from linkage.evaluation.metrics import pair_curve
from linkage.evaluation.result import Evaluation

PERSON = np.array([0, 0, 1, 1, 2, 2, 3, 4])
"""Eight records, three true pairs."""


def scored(*pairs):
    left, right, p = zip(*pairs, strict=True)
    p = np.array(p, np.float64)
    return Scored(np.array(left, np.int32), np.array(right, np.int32), np.log2(p / (1.0 - p)), p)


PAIRS = scored((0, 1, 0.99), (2, 3, 0.8), (6, 7, 0.6), (4, 5, 0.2), (0, 6, 0.05))


def small(**other) -> Evaluation:
    known = {"clusters": np.array([0, 0, 2, 2, 4, 5, 6, 6]), "cases": np.array([0, 0, -1, -1, 1, 1, -1, -1])}
    return evaluate(PAIRS, truth=known_from_persons(PERSON), link_threshold=0.5, **(known | other))


def test_the_counts_are_those_one_gets_by_hand():
    told = small()
    assert (told.records, told.persons, told.true_pairs, told.unknown_pairs) == (8, 5, 3, 0)
    assert (told.default.true_positives, told.default.predicted, told.default.true_total) == (2, 3, 3)
    assert (told.clusters.true_positives, told.clusters.predicted) == (2, 3)
    assert (told.proposed.true_positives, told.proposed.predicted) == (2, 2)
    assert told.candidates.value == 1.0
    assert told.curve.best.f1.value == pytest.approx(6 / 7)  # three right, one wrong
    assert told.curve.best_threshold == pytest.approx(0.2)
    assert told.curve.recall_at_precision.value == pytest.approx(2 / 3)
    assert told.curve.equal_threshold == pytest.approx(0.8)
    assert told.curve.average_precision.value == pytest.approx((1 + 1 + 3 / 4) / 3)


def test_pairs_the_truth_does_not_know_are_left_out_and_counted():
    person = np.where(PERSON == 3, -1, PERSON)
    told = evaluate(PAIRS, np.arange(8), np.full(8, -1), known_from_persons(person), link_threshold=0.5)
    assert told.unknown_pairs == 2
    assert told.default.predicted == 2


def test_everything_the_truth_tells_beside_who_is_who_has_its_table():
    circumstances = Circumstances(
        shared={"shared_nik": np.array([-1, -1, -1, -1, -1, -1, 5, 5]), "twins": np.full(8, -1)},
        kind=np.array([-1, 0, -1, 1, -1, 0, -1, -1]),
        kinds=("copy", "move"),
        errors=np.array([0, 3, 0, 1, 0, 0, 0, 0], np.uint64),
        error_names=("name", "date"),
    )
    told = small(circumstances=circumstances)
    assert (told.joined["shared_nik"].pairs, told.joined["shared_nik"].joined) == (1, 1)
    assert told.joined["shared_nik"].proposed == 0
    assert np.isnan(told.joined["twins"].share.value)
    assert [(row.name, row.pairs) for row in told.by_kind] == [("copy", None), ("move", None)]  # too few to be told
    assert [row.name for row in told.by_error_count] == ["0", "1", "2"]
    assert [row.name for row in told.by_error] == ["name", "date"]


def test_an_evaluation_is_plain_json_without_a_number_that_json_does_not_have():
    text = json.dumps(small().to_dict(), allow_nan=False)
    assert json.loads(text)["default"]["predicted"] == 3


def test_the_same_seed_gives_the_same_numbers():
    assert small(seed=1).to_dict() == small(seed=1).to_dict()


def test_labelled_pairs_are_enough():
    known = known_from_labels(
        np.array([0, 2, 6], np.int32), np.array([1, 3, 7], np.int32), np.array([True, True, False]), 8
    )
    told = evaluate(PAIRS, np.array([0, 0, 1, 2, 3, 4, 5, 5]), np.full(8, -1), known, link_threshold=0.5)
    assert (told.labelled_pairs, told.true_pairs, told.records) == (3, 2, 6)
    assert (told.default.true_positives, told.default.predicted) == (2, 3)
    assert (told.clusters.true_positives, told.clusters.predicted) == (1, 2)
    assert told.b_cubed is None


def test_a_run_that_kept_no_pair_found_nothing():
    told = evaluate(
        Scored(*(np.zeros(0, kind) for kind in (np.int32, np.int32, np.float64, np.float64))),
        np.arange(8),
        np.full(8, -1),
        known_from_persons(PERSON),
        link_threshold=0.5,
        people=People([Division("all", ("one",), np.zeros(8, np.int64))]),
    )
    assert told.default.recall.value == 0.0
    assert np.isnan(told.default.precision.value)
    assert np.isnan(told.curve.equal_threshold)
    assert told.fairness is not None
    assert "no threshold is precise enough" in told.fairness.chosen


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=2, max_size=10))
def test_the_curve_agrees_with_the_metrics_of_the_house(rows):
    person = np.array([one for one, _ in rows])
    listed = list(combinations(range(len(rows)), 2))
    p = np.array([(rows[i][1] + rows[j][1] + 1) / 14 for i, j in listed])
    told = evaluate(
        scored(*((i, j, score) for (i, j), score in zip(listed, p, strict=True))),
        person, np.full(person.size, -1), known_from_persons(person), link_threshold=0.5,
    )  # fmt: skip
    left, right = np.array(listed, np.int32).T
    house = pair_curve(left, right, p, person)
    at = house.at(0.5)
    assert (told.default.true_positives, told.default.predicted) == (at.true_positives, at.predicted)
    if house.true_total:
        assert told.curve.best.f1.value == pytest.approx(house.best_f1()[1].f1)
        assert told.curve.recall_at_precision.value == pytest.approx(house.recall_at_precision(0.99))


@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 2), st.integers(-1, 2), st.integers(0, 3)), max_size=10))
def test_joined_pairs_are_those_of_two_persons_in_one_cluster(rows):
    columns = [np.array([row[place] for row in rows], np.int64) for place in range(4)]
    group, cluster, case, person = columns
    told = joined_pairs(group, cluster, case, known_from_persons(person), rng=np.random.default_rng(0))
    pairs = [
        (i, j) for i, j in combinations(range(len(rows)), 2) if group[i] == group[j] >= 0 and person[i] != person[j]
    ]
    assert told.pairs == len(pairs)
    assert told.joined == sum(cluster[i] == cluster[j] for i, j in pairs)
    assert told.proposed == sum(case[i] == case[j] >= 0 for i, j in pairs)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=10))
def test_b_cubed_is_the_mean_over_records(rows):
    cluster, person = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    told = b_cubed(cluster, known_from_persons(person), rng=np.random.default_rng(0))
    both = [(cluster == c) & (person == e) for c, e in rows]
    precision = np.mean([cell.sum() / (cluster == c).sum() for cell, (c, _) in zip(both, rows, strict=True)])
    recall = np.mean([cell.sum() / (person == e).sum() for cell, (_, e) in zip(both, rows, strict=True)])
    assert told is not None
    assert (told.precision.value, told.recall.value) == pytest.approx((precision, recall), abs=1e-7)
