"""NIKs and family cards are issued by the rule, each once."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.synthetic.records.numbers import issue_numbers

EPOCH = dt.date(1970, 1, 1)


@pytest.mark.parametrize(
    ("area", "born", "female", "prefix"),
    [
        (337101, dt.date(1967, 8, 17), 0, "337101170867"),
        (337101, dt.date(1967, 8, 17), 1, "337101570867"),
        (110203, dt.date(2005, 1, 1), 0, "110203010105"),
        (967105, dt.date(1899, 12, 31), 1, "967105711299"),
    ],
)
def test_a_number_has_area_day_month_year_and_forty_more_for_women(
    area: int, born: dt.date, female: int, prefix: str
) -> None:
    day = np.array([(born - EPOCH).days])
    (number,) = issue_numbers(np.array([area]), day, np.array([female]), np.random.default_rng(1)).tolist()
    assert f"{number:016}"[:12] == prefix
    assert 1 <= number % 10_000 <= 4


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 1)), max_size=60), st.integers(0, 60))
def test_no_number_is_issued_twice_not_even_on_another_day(rows: list[tuple[int, int, int]], cut: int) -> None:
    columns = np.array(rows, np.int64).reshape(-1, 3)
    area, day, female = 337101 + columns[:, 0], columns[:, 1], columns[:, 2]
    rng = np.random.default_rng(3)
    first = issue_numbers(area[:cut], day[:cut], female[:cut], rng)
    later = issue_numbers(area[cut:], day[cut:], female[cut:], rng, rng.permutation(first))
    assert np.unique(np.r_[first, later]).size == len(rows)


def test_rows_with_one_prefix_get_neighbouring_serials() -> None:
    numbers = issue_numbers(np.full(3, 337101), np.zeros(3, np.int64), np.zeros(3, np.int64), np.random.default_rng(2))
    assert np.diff(numbers).tolist() == [1, 1]


def test_an_office_that_has_no_serial_left_says_so() -> None:
    many = np.zeros(10_000, np.int64)
    with pytest.raises(InvariantError, match="serial"):
        issue_numbers(many + 337101, many, many, np.random.default_rng(1))
