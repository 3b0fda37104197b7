"""Metrics equal a count over all pairs, one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.evaluation.metrics import (
    bootstrap_pair_intervals,
    cluster_pair_metrics,
    pair_curve,
    pair_metrics,
    true_pair_count,
)

ENTITIES = st.lists(st.integers(-1, 4), min_size=1, max_size=14)


@st.composite
def scored_pairs(draw) -> tuple[np.ndarray, int | None, list[tuple[int, int]], list[float]]:
    entities = np.array(draw(ENTITIES))
    n_left = draw(st.one_of(st.none(), st.integers(0, len(entities))))
    possible = all_pairs(len(entities), n_left)
    chosen = draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    if n_left is None:
        chosen = [pair[::-1] if draw(st.booleans()) else pair for pair in chosen]
    scores = draw(st.lists(st.sampled_from([-1.0, 0.0, 0.5, 2.0]), min_size=len(chosen), max_size=len(chosen)))
    return entities, n_left, chosen, scores


def all_pairs(n: int, n_left: int | None) -> list[tuple[int, int]]:
    pairs = itertools.combinations(range(n), 2)
    return [(a, b) for a, b in pairs if n_left is None or (a < n_left <= b)]


def same(entities: np.ndarray, a: int, b: int) -> bool:
    return bool(entities[a] >= 0 and entities[a] == entities[b])


def columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    array = np.array(pairs, np.int32).reshape(-1, 2)
    return array[:, 0], array[:, 1]


@given(scored_pairs())
def test_the_curve_is_the_count_at_each_threshold(case) -> None:
    entities, n_left, pairs, scores = case
    curve = pair_curve(*columns(pairs), np.array(scores), entities, n_left=n_left)
    true_total = sum(same(entities, a, b) for a, b in all_pairs(len(entities), n_left))
    assert curve.true_total == true_total == true_pair_count(entities, n_left)
    assert curve.thresholds.tolist() == sorted(set(scores), reverse=True)
    for threshold in (-5.0, -1.0, 0.0, 0.2, 0.5, 2.0, 3.0):
        kept = [pair for pair, score in zip(pairs, scores, strict=True) if score >= threshold]
        found = curve.at(threshold)
        assert found.predicted == len(kept)
        assert found.true_positives == sum(same(entities, a, b) for a, b in kept)
        assert found == pair_metrics(*columns(kept), entities, n_left=n_left)


@given(scored_pairs())
def test_the_best_f1_and_recall_at_precision_search_all_cuts(case) -> None:
    entities, n_left, pairs, scores = case
    curve = pair_curve(*columns(pairs), np.array(scores), entities, n_left=n_left)
    cuts = [curve.at(threshold) for threshold in set(scores)]
    threshold, best = curve.best_f1()
    if cuts:
        assert best.f1 == max(cut.f1 for cut in cuts)
        assert curve.at(threshold) == best
    if curve.true_total:
        reached = [cut.recall for cut in cuts if cut.precision >= 0.6]
        assert curve.recall_at_precision(0.6) == max(reached, default=0.0)


@given(ENTITIES, st.data())
def test_cluster_metrics_equal_those_of_the_pairs_the_clusters_imply(entities: list[int], data) -> None:
    truth = np.array(entities)
    clusters = np.array(data.draw(st.lists(st.integers(-1, 3), min_size=len(truth), max_size=len(truth))))
    n_left = data.draw(st.one_of(st.none(), st.integers(0, len(truth))))
    implied = [pair for pair in all_pairs(len(truth), n_left) if same(clusters, *pair)]
    assert cluster_pair_metrics(clusters, truth, n_left=n_left) == pair_metrics(*columns(implied), truth, n_left=n_left)


def test_nothing_to_divide_by_is_nan() -> None:
    nothing = pair_metrics(*columns([]), np.array([0, 1]))
    assert np.isnan([nothing.precision, nothing.recall, nothing.f1]).all()
    assert np.isnan(pair_curve(*columns([(0, 1)]), np.zeros(1), np.array([0, 1])).recall_at_precision(0.5))


def test_precision_recall_and_f1_by_hand() -> None:
    """Six records, persons of 3, 2 and 1; three pairs predicted, two of them right, of four."""
    found = pair_metrics(*columns([(0, 1), (1, 2), (2, 3)]), np.array([7, 7, 7, 8, 8, 9]))
    assert (found.true_positives, found.predicted, found.true_total) == (2, 3, 4)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == 0.5
    assert found.f1 == pytest.approx(4 / 7)


@pytest.mark.parametrize(
    ("pairs", "scores", "n_left", "says"),
    [
        ([(0, 1), (1, 0)], [1.0, 1.0], None, "twice"),
        ([(1, 1)], [1.0], None, "one record twice"),
        ([(0, 3)], [1.0], None, "does not exist"),
        ([(-1, 0)], [1.0], None, "does not exist"),
        ([(0, 1)], [1.0], 2, "one file"),
        ([(0, 1)], [float("nan")], None, "number"),
        ([(0, 1)], [1.0, 2.0], None, "score"),
    ],
)
def test_pairs_that_would_be_counted_wrongly_are_refused(pairs, scores, n_left, says: str) -> None:
    with pytest.raises(InvariantError, match=says):
        pair_curve(*columns(pairs), np.array(scores), np.array([0, 0, 1]), n_left=n_left)


def test_clusters_and_entities_must_speak_of_the_same_records() -> None:
    with pytest.raises(InvariantError, match="different numbers"):
        cluster_pair_metrics(np.array([0]), np.array([0, 1]))


def test_a_million_records_in_one_entity_need_no_list_of_their_pairs() -> None:
    entities = np.zeros(1_000_000, np.int32)
    assert true_pair_count(entities) == 1_000_000 * 999_999 // 2
    assert cluster_pair_metrics(entities, entities).f1 == 1.0


def test_bootstrap_intervals_hold_the_value_and_do_not_depend_on_the_machine() -> None:
    rng = np.random.default_rng(0)
    entities = np.repeat(np.arange(400), 3)
    pairs = [(3 * k, 3 * k + 1) for k in range(400)] + [(3 * k, 3 * k + 5) for k in range(0, 100, 2)]
    left, right = columns(pairs)
    found = pair_metrics(left, right, entities)
    intervals = bootstrap_pair_intervals(left, right, entities, rng=rng)
    for name in ("precision", "recall", "f1"):
        assert intervals[name].low <= getattr(found, name) <= intervals[name].high
        assert intervals[name].high - intervals[name].low < 0.1
    assert intervals == bootstrap_pair_intervals(left, right, entities, rng=np.random.default_rng(0))
