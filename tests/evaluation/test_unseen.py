"""Each estimator of the unseen gives the number its own model says, from cells that the model makes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.evaluation.unseen.estimators import (
    chao_lower_bound,
    latent_class,
    log_linear,
    sample_coverage,
    two_lists,
)
from linkage.evaluation.unseen.lists import cells, group_rules, list_codes, memberships

chances = st.floats(0.2, 0.9)


def expected_cells(found: list[float], n: float) -> tuple[np.ndarray, float]:
    """The cells of independent lists that find each pair with these chances, and how many no list finds."""
    held = memberships(len(found))
    share = np.prod(np.where(held == 1, found, 1.0 - np.array(found)), axis=1)
    return n * share, n * float(np.prod(1.0 - np.array(found)))


@given(found=st.lists(chances, min_size=3, max_size=3))
def test_independent_lists_are_seen_through_by_all(found):
    counts, unseen = expected_cells(found, 10_000.0)
    assert float(sample_coverage(counts)) == pytest.approx(unseen, rel=0.01, abs=1.0)
    assert log_linear(counts, 3) == pytest.approx(unseen, rel=0.05, abs=1.0)


@given(found=st.lists(chances, min_size=2, max_size=2))
def test_two_independent_lists_give_lincoln_and_petersens_number(found):
    counts, unseen = expected_cells(found, 100_000.0)
    assert float(two_lists(counts)) == pytest.approx(unseen, rel=0.01)


def test_lists_that_depend_in_twos_are_seen_through_by_log_linear_models():
    # log n = 6 - x1 - 2 x2 - x3 + 2 x1 x2 + x2 x3
    held = memberships(3)
    terms = np.column_stack([held, held[:, 0] * held[:, 1], held[:, 1] * held[:, 2]])
    counts = np.exp(6.0 + terms @ np.array([-1.0, -2.0, -1.0, 2.0, 1.0]))
    assert log_linear(counts, 3) == pytest.approx(np.exp(6.0), rel=0.15)
    assert float(sample_coverage(counts)) < np.exp(6.0)


def test_two_classes_of_pairs_are_seen_through_by_the_latent_class_model():
    easy, unseen_easy = expected_cells([0.9, 0.8, 0.9, 0.85], 9_000.0)
    hard, unseen_hard = expected_cells([0.2, 0.3, 0.3, 0.25], 1_000.0)
    assert latent_class(easy + hard, 4) == pytest.approx(unseen_easy + unseen_hard, rel=0.1)


def test_chaos_bound_is_below_the_truth_for_unequal_pairs_and_near_it_for_equal_ones():
    rules = 12
    rng = np.random.default_rng(1)
    for chance, nearest in ((np.full(200_000, 0.2), 0.9), (rng.choice([0.05, 0.4], 200_000), 0.5)):
        times = rng.binomial(rules, chance)
        bound = chao_lower_bound(np.bincount(times, minlength=rules + 1)[1:].astype(np.float64))
        unseen = float((times == 0).sum())
        assert nearest * unseen < bound < 1.05 * unseen


@pytest.mark.parametrize("times", [[0.0], [4.0], [3.0, 0.0], [0.0, 5.0]])
def test_chaos_bound_is_finite_when_nothing_was_met_twice(times):
    assert 0.0 <= chao_lower_bound(np.array(times)) < 10.0


@given(counts=st.lists(st.integers(0, 50), min_size=7, max_size=7))
def test_any_cells_give_finite_numbers(counts):
    table = np.array(counts, np.float64)
    assert 0.0 <= float(sample_coverage(table)) < np.inf
    assert 0.0 <= log_linear(table, 3) < np.inf


def test_rules_that_read_the_same_come_together():
    fields = [frozenset(words.split()) for words in ("nik", "name date", "nik date", "mother father", "name", "mother")]
    assert group_rules(fields, 3) == ((0, 2), (1, 4), (3, 5))
    assert group_rules(fields, 9) == tuple((rule,) for rule in range(6))


@given(
    fields=st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=4), min_size=1, max_size=12),
    n_lists=st.integers(1, 5),
)
def test_every_rule_is_in_one_list(fields, n_lists):
    lists = group_rules(fields, n_lists)
    assert sorted(rule for rules in lists for rule in rules) == list(range(len(fields)))
    assert len(lists) == min(n_lists, len(fields))


def test_a_pair_is_on_a_list_when_it_meets_one_of_its_rules():
    codes = list_codes(np.array([0b0001, 0b0110, 0b1000, 0b1001], np.uint64), ((0, 1), (2,), (3,)))
    assert codes.tolist() == [0b001, 0b011, 0b100, 0b101]
    assert cells(codes, np.array([1.0, 0.5, 1.0, 1.0]), 3).tolist() == [1.0, 0.0, 0.5, 1.0, 1.0, 0.0, 0.0]
