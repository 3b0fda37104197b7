"""The calendar: which dates exist, and the days between two."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.dates.calendar import are_dates, day_number, gap_days, gaps_in_days, is_date

days = st.dates()


def number(day: date) -> np.int64:
    return np.int64(day.year * 10_000 + day.month * 100 + day.day)


@given(left=days, right=days)
def test_the_gap_is_that_of_the_standard_library_and_symmetric(left: date, right: date) -> None:
    one, other = number(left), number(right)
    assert gap_days(one, other) == gap_days(other, one) == abs((left - right).days)
    assert day_number(one) == (left - date(1970, 1, 1)).days


@given(pairs=st.lists(st.tuples(days, days), max_size=9))
def test_gaps_of_arrays_are_those_of_the_pairs(pairs: list[tuple[date, date]]) -> None:
    left, right = (np.array([number(pair[side]) for pair in pairs], np.int64) for side in (0, 1))
    assert gaps_in_days(left, right).tolist() == [abs((one - other).days) for one, other in pairs]


def test_a_vague_or_missing_date_has_no_gap() -> None:
    known = np.full(5, 19800101, np.int64)
    other = np.array([19800000, 19800100, 0, -1, 19800102], np.int64)
    assert np.isnan(gaps_in_days(known, other)).tolist() == [True] * 4 + [False]
    assert np.isnan(gaps_in_days(other, known)).tolist() == [True] * 4 + [False]


@given(numbers=st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99)), max_size=20))
def test_an_array_of_numbers_exists_in_the_calendar_as_each_does(numbers: list[tuple[int, int, int]]) -> None:
    packed = np.array([year * 10_000 + month * 100 + day for year, month, day in numbers], np.int64)
    assert are_dates(packed).tolist() == [is_date(*parts) for parts in numbers]


def test_leap_days_exist_every_fourth_year_but_for_three_centuries_of_four() -> None:
    leap = np.array([year * 10_000 + 229 for year in (1600, 1700, 1900, 1980, 1981, 2000)], np.int64)
    assert are_dates(leap).tolist() == [True, False, False, True, False, True]
    assert not are_dates(np.array([-1, -19800101], np.int64)).any()
