"""Numbers and dates are written as Python writes them."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.synthetic.fixed_text import days_from, digits_text, iso_dates, year_month_day, years_of
from linkage.synthetic.records.numbers import issue_numbers
from linkage.synthetic.streams import by_group, rank_in_group

DATES = st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), min_size=1, max_size=20)


def _days(dates: list[dt.date]) -> np.ndarray:
    return np.array([(date - dt.date(1970, 1, 1)).days for date in dates])


@given(DATES)
def test_days_become_iso_dates_and_their_parts_lead_back(dates: list[dt.date]) -> None:
    days = _days(dates)
    assert iso_dates(days).to_pylist() == [date.isoformat() for date in dates]
    assert years_of(days).tolist() == [date.year for date in dates]
    back, right = days_from(*year_month_day(days))
    assert right.all()
    assert back.tolist() == days.tolist()


def test_a_date_that_does_not_exist_is_told_apart() -> None:
    year, month, day = np.array([2023, 2024, 2024, 2024]), np.array([2, 2, 13, 4]), np.array([29, 29, 1, 31])
    assert days_from(year, month, day)[1].tolist() == [False, True, False, False]


@given(st.lists(st.integers(0, 10**16 - 1), max_size=20))
def test_numbers_are_padded_with_zeros(numbers: list[int]) -> None:
    assert digits_text(np.array(numbers, np.int64), 16).to_pylist() == [f"{number:016}" for number in numbers]


@given(st.lists(st.integers(-3, 3), max_size=30))
def test_groups_hold_their_rows_in_order(keys: list[int]) -> None:
    array = np.array(keys, np.int64)
    found = {key: rows.tolist() for key, rows in by_group(array)}
    assert found == {key: [at for at, other in enumerate(keys) if other == key] for key in sorted(set(keys))}
    assert list(found) == sorted(found)
    assert rank_in_group(array).tolist() == [keys[:at].count(key) for at, key in enumerate(keys)]


@given(DATES, st.integers(0, 5))
def test_numbers_issued_are_distinct_hold_date_and_sex_and_run_on_within_a_prefix(
    dates: list[dt.date], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    dates = dates * 2
    female = rng.integers(0, 2, len(dates))
    texts = [f"{n:016}" for n in issue_numbers(np.full(len(dates), 337403), _days(dates), female, rng)]
    assert len(set(texts)) == len(texts)
    for text, date, woman in zip(texts, dates, female, strict=True):
        assert text[:12] == f"337403{date.day + 40 * woman:02}{date.month:02}{date.year % 100:02}"
        assert int(text[12:]) >= 1
    serials = [int(text[12:]) for text in texts if text[:12] == texts[0][:12]]
    assert serials == list(range(serials[0], serials[0] + len(serials)))
