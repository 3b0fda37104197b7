"""Which pairs are whose, which groups count, and which are not told at all."""

from __future__ import annotations

import numpy as np
import pytest

from linkage.evaluation.fairness.groups import Division, Fairness, fairness_of
from linkage.evaluation.known_pairs import known_from_persons


def fairness(sizes: dict[str, tuple[int, float]], stratum=None) -> Fairness:
    """Groups of so many pairs of which such a share is found; the pairs are (0, 1), (2, 3), ..."""
    code, hit = [], []
    for number, (pairs, recall) in enumerate(sizes.values()):
        code += [number] * 2 * pairs
        hit += [place < round(recall * pairs) for place in range(pairs)]
    n = len(hit)
    known = known_from_persons(np.repeat(np.arange(n), 2))
    taken = (known.left[np.array(hit)], known.right[np.array(hit)])
    strata = [np.zeros(n, np.int64) if stratum is None else stratum]
    division = Division("kind", tuple(sizes), np.array(code))
    return fairness_of([division], np.array(hit), strata, known, taken, threshold=0.5, chosen="", same="")


@pytest.mark.parametrize(
    ("either", "expected"), [(False, [0, 1, -1, 0, -1]), (True, [0, 1, 1, 0, -1])], ids=["both", "either"]
)
def test_a_pair_is_of_the_group_of_both_its_records(either, expected):
    division = Division("word", ("no", "yes"), np.array([0, 0, 1, 1, -1, -1]), either)
    left, right = np.array([0, 2, 1, 0, 4], np.int32), np.array([1, 3, 2, 4, 5], np.int32)
    assert division.of_pairs(left, right).tolist() == expected


def test_the_gap_is_best_minus_worst_of_the_groups_that_count():
    told = fairness({"a": (2000, 0.98), "b": (2000, 0.90), "few": (100, 0.5)})
    division = told.divisions[0]
    assert (division.best, division.worst) == ("a", "b")
    assert told.gap.as_counted == pytest.approx(0.08)
    assert 0.0 < told.gap.low < 0.08 < told.gap.high
    assert [row.counts for row in division.groups] == [True, True, False]
    assert told.worst_division == "kind"


def test_a_handful_of_pairs_is_not_told():
    told = fairness({"many": (500, 0.9), "handful": (19, 0.2)})
    handful = told.divisions[0].groups[1]
    assert handful.hidden
    assert [handful.pairs, handful.recall, handful.expected, handful.difference, handful.precision] == [None] * 5


def test_without_two_groups_that_count_there_is_no_gap():
    told = fairness({"many": (500, 0.9), "few": (50, 0.9)})
    assert np.isnan(told.gap.value)
    assert told.worst_division == ""


def test_a_group_without_a_pair_is_not_listed():
    told = fairness({"many": (500, 0.9), "nobody": (0, 0.0), "others": (500, 0.9)})
    assert [row.name for row in told.divisions[0].groups] == ["many", "others"]


def test_precision_of_a_group_is_of_the_pairs_that_touch_it():
    known = known_from_persons(np.repeat(np.arange(400), 2))
    wrong = np.arange(0, 40, 2, dtype=np.int32)
    left, right = np.append(known.left, wrong), np.append(known.right, wrong + 400)
    division = Division("half", ("one", "other"), np.repeat([0, 1], 400))
    told = fairness_of([division], np.ones(400, np.bool_), [], known, (left, right), threshold=0.5, chosen="", same="")
    precision = [row.precision for row in told.divisions[0].groups]
    assert [item is not None and item.value for item in precision] == pytest.approx([200 / 220, 200 / 220])
