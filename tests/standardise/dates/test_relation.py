"""How two dates relate: the levels of comparisons, and the finer differences."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.dates import relation as relations
from linkage.standardise.dates.relation import DIFFERENCES, date_difference, date_relation
from tests.oracles.digit_relations import date_difference_by_text, date_relation_by_text

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "dates.toml").read_text(encoding="utf-8"))
NAMES = {value: name for name, value in vars(relations).items() if name[0].isupper() and isinstance(value, int)}

# Few digits, so that near misses are common.
near = st.dates(date(1988, 1, 1), date(1992, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
far = st.builds(
    "{}{}".format, st.sampled_from([1867, 1967, 1976, 2067]), st.sampled_from(["0228", "0301", "1231", "0101"])
)
vague = st.tuples(st.integers(1988, 1992), st.sampled_from(["0000", "0100", "1200"])).map(lambda t: f"{t[0]}{t[1]}")
dates = st.one_of(near, far, vague)


def number(text: str) -> int:
    return int(text.replace("-", "").ljust(8, "0"))


def relation(left: int, right: int) -> str:
    return NAMES[date_relation(np.int64(left), np.int64(right))]


def difference(left: int, right: int) -> str:
    return DIFFERENCES[date_difference(np.int64(left), np.int64(right))]


@pytest.mark.parametrize("case", CASES["relation"], ids=lambda case: f"{case['left']} {case['right']}")
def test_two_dates_have_the_relation_of_the_table(case: dict[str, str]) -> None:
    left, right = number(case["left"]), number(case["right"])
    assert relation(left, right) == relation(right, left) == case["is"]


@pytest.mark.parametrize("case", CASES["difference"], ids=lambda case: f"{case['left']} {case['right']}")
def test_two_dates_differ_as_the_table_says(case: dict[str, str]) -> None:
    left, right = number(case["left"]), number(case["right"])
    assert difference(left, right) == difference(right, left) == case["is"]


@given(left=dates, right=dates)
def test_the_relation_is_symmetric_and_that_of_the_texts(left: str, right: str) -> None:
    assert relation(int(left), int(right)) == relation(int(right), int(left)) == date_relation_by_text(left, right)


@given(left=dates, right=dates)
def test_the_difference_is_symmetric_and_that_of_the_texts(left: str, right: str) -> None:
    found = difference(int(left), int(right))
    assert found == difference(int(right), int(left)) == date_difference_by_text(left, right)


@given(left=near, right=near)
def test_knowing_less_of_a_date_never_brings_two_dates_nearer(left: str, right: str) -> None:
    known, month, year = int(left), int(left[:6] + "00"), int(left[:4] + "0000")
    levels = [date_relation(np.int64(one), np.int64(int(right))) for one in (year, month, known)]
    assert levels == sorted(levels)
