"""Standing pairs: what they weigh now, and whose decision hangs on it."""

from __future__ import annotations

import numpy as np
import pytest

from linkage.comparison.pair_pass import Survivors
from linkage.standing.coupling import rows_to_decide
from linkage.standing.pairs import COUPLES, WRITTEN, StandingPairs
from linkage.standing.rows import OPEN, StandingRows
from tests.small_register import residents_spec

ENDS = [(0, 1), (1, 2), (0, 2), (2, 3), (4, 5)]
FLAGS = [COUPLES, COUPLES, 0, WRITTEN, 0]


@pytest.fixture
def standing(tmp_path):
    """Rows 0, 1 and 2 hang together; 3 to 5 with nobody."""
    rows = StandingRows(tmp_path, residents_spec(), {})
    rows.append(np.arange(6), None, np.zeros(0, np.int64), np.full(6, OPEN, np.uint8))
    pairs = StandingPairs(tmp_path, 2, {})
    left, right = np.array(ENDS, np.int32).T.copy()
    evidence, levels = np.arange(5.0), np.zeros((5, 2), np.int8)
    found = Survivors(left, right, np.zeros(5, np.uint64), evidence, levels, 5)
    pairs.append(left, right, found, evidence + 0.5, evidence + 10, np.array(FLAGS, np.uint8))
    return rows, pairs


def numbers(*pairs):
    return np.array(pairs, np.int32)


def test_a_pair_has_its_evidence_its_weight_for_other_families_and_its_final_weight(standing, tmp_path):
    place = np.arange(6, dtype=np.int32)
    for pairs in (standing[1], StandingPairs(tmp_path, 2, standing[1].state)):
        assert pairs.survivors(numbers(3, 0), place).weight.tolist() == [3.0, 0.0]
        assert pairs.kin_weight(numbers(3, 0)).tolist() == [3.5, 0.5]
        assert pairs.final_weight(numbers(3, 0)).tolist() == [13.0, 10.0]
        assert pairs.flags(numbers(3, 0)).tolist() == [WRITTEN, COUPLES]


def test_of_a_pair_scored_again_and_again_the_last_weight_counts(standing, tmp_path):
    pairs = standing[1]
    pairs.score_again(numbers(3, 1), np.array([-1.0, -2.0]), np.array([0, WRITTEN], np.uint8))
    once = pairs.state
    pairs.score_again(numbers(1), np.array([-3.0]), np.array([COUPLES], np.uint8))
    every = numbers(0, 1, 3)
    for twice in (pairs, StandingPairs(tmp_path, 2, pairs.state)):
        assert twice.final_weight(every).tolist() == [10.0, -3.0, -1.0]
        assert twice.flags(every).tolist() == [COUPLES, COUPLES, 0]
        assert twice.with_flag(every, COUPLES).tolist() == [0, 1]
        assert twice.kin_weight(every).tolist() == [0.5, 1.5, 3.5]
    before = StandingPairs(tmp_path, 2, once)
    assert before.final_weight(every).tolist() == [10.0, -2.0, -1.0]
    before.score_again(numbers(0), np.array([7.0]), np.array([0], np.uint8))
    assert StandingPairs(tmp_path, 2, before.state).final_weight(every).tolist() == [7.0, -2.0, -1.0]


@pytest.mark.parametrize(
    ("changed", "before", "decided"),
    [
        (0, COUPLES, [0, 1]),
        (2, 0, [0, 2]),  # couples nobody, but others hold both in one group
        (3, WRITTEN, []),
        (4, 0, []),
        (4, COUPLES, [4, 5]),  # it was one that couples
    ],
)
def test_a_pair_of_another_weight_is_decided_again_where_its_records_are_or_were_in_one_group(
    standing, changed, before, decided
):
    rows, pairs = standing
    assert rows_to_decide(rows, pairs, numbers(changed), np.array([before], np.uint8)).tolist() == decided
