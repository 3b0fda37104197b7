"""The gap of the best and the worst group, and how much of it is chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.evaluation.fairness.gaps import difference, drawn_to_mean, gap

groups = st.lists(st.tuples(st.floats(-0.5, 0.5), st.floats(0.001, 0.2)), min_size=2, max_size=8)


@given(groups, st.integers(0, 60))
def test_the_interval_holds_the_gap_and_the_bare_difference(rows, comparisons):
    values, errors = (np.array(column) for column in zip(*rows, strict=True))
    found = gap(values, errors, comparisons=comparisons)
    assert 0.0 <= found.low <= found.value <= found.high + 1e-12
    assert found.low <= found.as_counted + 1e-12
    assert found.value <= found.as_counted + 1e-12


@given(groups)
def test_looking_at_more_groups_widens_the_interval(rows):
    values, errors = (np.array(column) for column in zip(*rows, strict=True))
    few, many = gap(values, errors, comparisons=len(rows)), gap(values, errors, comparisons=50)
    assert many.low <= few.low
    assert many.high >= few.high


@given(groups)
def test_drawing_keeps_the_order_of_equally_sure_groups(rows):
    values = np.array([value for value, _ in rows])
    drawn = drawn_to_mean(values, np.full(values.size, 0.05))
    assert (np.diff(drawn[np.argsort(values)]) >= -1e-12).all()


def test_many_small_groups_without_a_real_difference_have_nearly_no_gap():
    rng = np.random.default_rng(1)
    gaps = [gap(rng.normal(0.0, 0.015, 12), np.full(12, 0.015), comparisons=12) for _ in range(200)]
    assert np.mean([found.as_counted for found in gaps]) > 0.04  # by chance alone
    assert np.mean([found.value for found in gaps]) < 0.02
    assert np.mean([found.low > 0.0 for found in gaps]) <= 0.05  # a false alarm in twenty at most


def test_the_simultaneous_interval_holds_the_true_gap_at_least_as_often_as_it_says():
    rng = np.random.default_rng(2)
    truth, errors = np.array([0.0, 0.0, 0.01, -0.04]), np.array([0.004, 0.01, 0.015, 0.01])
    found = [gap(rng.normal(truth, errors), errors, comparisons=4) for _ in range(400)]
    assert np.mean([item.low <= 0.05 <= item.high for item in found]) >= 0.95


def test_a_group_that_surely_stands_apart_is_not_drawn_in():
    values = np.append(np.zeros(12), -0.05)
    found = gap(values, np.full(13, 0.008), comparisons=13)
    assert found.value > 0.02
    assert found.low > 0.0


def test_one_group_has_no_gap():
    assert np.isnan(gap(np.array([0.1]), np.array([0.1]), comparisons=1).value)


def test_pairs_of_one_person_count_as_one_observation():
    hit, expected = np.array([True, False] * 200), np.full(400, 0.5)
    alone = difference(hit, expected, np.arange(400))
    four_each = difference(np.repeat(hit[:100], 4), expected, np.repeat(np.arange(100), 4))
    assert alone[0] == pytest.approx(0.0)
    assert four_each[1] == pytest.approx(2.0 * alone[1])


def test_where_no_pair_is_missed_chance_still_widens_the_interval():
    mean, error = difference(np.ones(300, np.bool_), np.full(300, 0.95), np.arange(300))
    assert mean == pytest.approx(0.05)
    assert error == pytest.approx((0.95 * 0.05 / 300) ** 0.5)
