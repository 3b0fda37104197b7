"""A comparison that is a Python function: asked once for a pair of values, and for nothing the rest has decided."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from linkage.comparison.pair_pass import build_weights, levels_of_pairs
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.errors import SpecError, UsageError
from linkage.spec import parse_spec
from linkage.stages.candidates import plan_candidates

SPEC = """
name = "custom"
[[field]]
name = "group"
kind = "category"
[[field]]
name = "code"
kind = "identifier"
[[field]]
name = "town"
kind = "category"
[[comparison]]
name = "town"
field = "town"
kernel = "equal"
levels = ["equal"]
[[comparison]]
name = "code"
field = "code"
kernel = "custom"
levels = [{ name = "equal" }, { name = "close", at_least = -1 }, { name = "near", at_least = -2.5 }]
[[rule]]
name = "group"
keys = ["group"]
"""
WEIGHTS = np.array([[0, -4, 3, 0, 0], [0, -6, 2, 4, 8]], np.float64)
CODES = ["7", "77", "777", "7777777", "8", "88", "9999"]


def gap(left, right):
    """Lengths apart; nothing is said of codes of four characters."""
    one, other = (np.array([len(text) for text in side.to_pylist()]) for side in (left, right))
    return np.where((one == 4) | (other == 4), np.nan, -abs(one - other).astype(float))


class Asked:
    """The same, and what it was asked."""

    def __init__(self):
        self.pairs = Counter()

    def __call__(self, left, right):
        self.pairs.update(zip(left.to_pylist(), right.to_pylist(), strict=True))
        return gap(left, right)


@pytest.fixture
def records():
    rng = np.random.default_rng(3)
    n = 80
    table = {
        "record_id": [f"r{k:02}" for k in range(n)],
        "group": ["A"] * n,
        "code": [CODES[k] for k in rng.integers(0, len(CODES), n)],
        "town": [("X", "Y", None)[k] for k in rng.integers(0, 3, n)],
    }
    return encode(pa.table(table), parse_spec(SPEC), latest_year=2026)


def plan(records, function):
    return plan_candidates(records, parse_spec(SPEC), functions={"code": function})


def level(one, other):
    if one == other:
        return 4
    if 4 in (len(one), len(other)):
        return 0
    return {0: 3, 1: 3, 2: 2}.get(abs(len(one) - len(other)), 1)


def value(records, name, number):
    code = records.columns[name].codes[number]
    return None if code < 0 else records.columns[name].content.values[int(code)].as_py()


def expected_levels(records, i, j):
    towns, codes = ([value(records, name, k) for k in (i, j)] for name in ("town", "code"))
    town = 0 if None in towns else 2 if towns[0] == towns[1] else 1
    return town, level(*codes)


def test_levels_come_from_the_function_and_missing_from_nan(records):
    left, right = (side.astype(np.int32) for side in np.triu_indices(80, 1))
    found = levels_of_pairs(plan(records, gap).work, left, right)
    expected = [expected_levels(records, i, j) for i, j in zip(left, right, strict=True)]
    assert found.tolist() == [list(levels) for levels in expected]


@pytest.mark.parametrize("least", [-20.0, 0.0, 5.5, 7.0, 100.0])
def test_pairs_survive_by_the_weight_the_function_gives_them(records, least):
    work = plan(records, gap).work
    found = LocalEngine(2, pairs_per_task=300).survive(
        work, build_weights(WEIGHTS, parse_spec(SPEC), work.program, least)
    )
    weights = {
        (i, j): sum(WEIGHTS[row, own] for row, own in enumerate(expected_levels(records, i, j)))
        for i in range(80)
        for j in range(i + 1, 80)
    }
    got = dict(zip(zip(found.left.tolist(), found.right.tolist(), strict=True), found.weight.tolist(), strict=True))
    assert got == {pair: weight for pair, weight in weights.items() if weight >= least}


def test_the_function_sees_each_pair_of_values_once_a_task_and_only_where_it_can_still_matter(records):
    asked = Asked()
    work = plan(records, asked).work
    LocalEngine(1).survive(work, build_weights(WEIGHTS, parse_spec(SPEC), work.program, 7.0))
    assert set(asked.pairs.values()) == {1}
    assert all(one != other for one, other in asked.pairs)
    nothing = Asked()
    work = plan(records, nothing).work
    LocalEngine(1).survive(work, build_weights(WEIGHTS, parse_spec(SPEC), work.program, 11.5))
    assert not nothing.pairs


def test_patterns_are_counted_with_the_levels_of_the_function(records):
    work = plan(records, gap).work
    expected = Counter(expected_levels(records, i, j) for i in range(80) for j in range(i + 1, 80))
    engine = LocalEngine(2, pairs_per_task=300)
    for counted in (engine.count(work, 1.0), engine.random(work, 1_000_000, seed=1)):
        got = {tuple(levels): n for levels, n in zip(counted.levels.tolist(), counted.counts.tolist(), strict=True)}
        assert got == expected


def test_a_comparison_without_its_function_and_a_function_without_a_comparison_are_refused(records):
    with pytest.raises(UsageError, match="comparison code: the kernel 'custom' needs a function"):
        plan_candidates(records, parse_spec(SPEC))
    with pytest.raises(UsageError, match="comparison town"):
        plan_candidates(records, parse_spec(SPEC), functions={"code": gap, "town": gap})


@pytest.mark.parametrize("answer", [np.zeros(1), np.array(["x"]), None])
def test_an_answer_that_is_no_number_for_each_pair_is_refused(records, answer):
    work = plan(records, lambda left, right: answer).work
    with pytest.raises(UsageError, match="comparison code: its function returned"):
        levels_of_pairs(work, np.arange(79, dtype=np.int32), np.arange(1, 80, dtype=np.int32))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("at_least = -2.5", "at_most = 2", "takes at_least"),
        ("at_least = -2.5", "at_least = nan", "must be a number"),
        ("at_least = -2.5", "at_least = 3", "can never be reached"),
        ('kernel = "custom"', 'kernel = "custom"\npart = true', "cannot be a part"),
    ],
)
def test_a_spec_of_a_custom_comparison_that_makes_no_sense_is_refused(old, new, problem):
    with pytest.raises(SpecError, match=problem):
        parse_spec(SPEC.replace(old, new))
