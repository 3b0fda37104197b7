"""Default birth dates by cohort, how much of a date is known, and what a register's own counts say of its defaults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.dates.calendar import are_dates
from linkage.standardise.dates.default_shares import ESTIMATED_DAYS, NEIGHBOURS, _around, estimate_default_shares
from linkage.standardise.dates.defaults import (
    DEFAULT_DAYS,
    are_discounted,
    cohort_of,
    default_classes,
    default_table,
    prior_default_share,
)
from linkage.standardise.dates.precision import PRECISIONS, date_precision

Int64 = np.ndarray[tuple[int], np.dtype[np.int64]]


def numbers(*values: int) -> Int64:
    return np.array(values, np.int64)


def test_each_default_date_has_its_class_and_other_days_have_none() -> None:
    codes = ["", *(item.code for item in default_table().classes)]
    found = default_classes(numbers(19601231, 19600701, 19600101, 19600315, 19600702, 19600000, 19600700, -1))
    assert [codes[code] for code in found] == ["31_DESEMBER", "1_JULI", "1_JANUARI", "TANGGAL_15", "", "", "", ""]
    assert {item.month * 100 + item.day for item in default_table().classes} == {*DEFAULT_DAYS, 15}


def test_no_default_date_is_discounted_for_those_born_after_2005() -> None:
    years = range(1900, 2030)
    for rest in (1231, 701, 101, 315):
        found = are_discounted(numbers(*(year * 10_000 + rest for year in years)))
        assert found.tolist() == [year <= 2005 for year in years]


@given(year=st.integers(1890, 2026), rest=st.integers(0, 1231))
def test_only_default_dates_are_discounted(year: int, rest: int) -> None:
    one = numbers(year * 10_000 + rest)
    assert bool(are_discounted(one)[0]) == bool(default_classes(one)[0] > 0 and year <= 2005)


def test_the_shares_of_the_table_fall_from_cohort_to_cohort_and_are_near_nothing_after_2005() -> None:
    table = default_table()
    total = np.array([item.share for item in table.classes]).sum(axis=0)
    assert len(total) == len(table.cohorts) + 1
    assert (np.diff(total) < 0).all()
    assert ((total[:3] >= 0.05) & (total[:3] <= 0.09)).all()
    assert total[-1] < 0.001


def test_the_prior_is_the_part_of_records_on_a_date_that_is_there_by_default() -> None:
    share = prior_default_share(numbers(19500701, 19500315, 19500702, 20100701, 20100315))
    excess = 0.039 / (0.039 + (1 - 0.028 - 0.039 - 0.007 - 0.004) / 365.25)
    assert share[0] == pytest.approx(excess)
    assert 0.05 < share[1] < 0.2
    assert share[2] == 0.0
    assert share[3] < 0.15
    assert share[4] == 0.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_known_shares_are_found_again_in_simulated_registers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found: dict[int, int] = {}
    true = {1231: 0.03, 701: 0.05, 101: 0.01, 315: 0.004}
    per_year, years = 20_000, range(1960, 1975)
    for year in years:
        days = np.arange(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01"))
        month = days.astype("datetime64[M]")
        number = year * 10_000 + (month.astype(np.int64) % 12 + 1) * 100 + (days - month).astype(np.int64) + 1
        default = rng.random(per_year)
        drawn = number[rng.integers(0, number.size, per_year)]
        bounds = np.cumsum(list(true.values()))
        for low, high, rest in zip([0.0, *bounds[:-1]], bounds, true, strict=True):
            drawn[(default >= low) & (default < high)] = year * 10_000 + rest
        for value, count in zip(*np.unique(drawn, return_counts=True), strict=True):
            found[int(value)] = int(count)
    dates, counts = numbers(*found), numbers(*found.values())
    shares = estimate_default_shares(dates, counts)
    born = (1 - sum(true.values())) / 365.25
    expected = [true.get(day, 0.0) / (true.get(day, 0.0) + born) for day in ESTIMATED_DAYS]
    cohort = cohort_of(numbers(1965))[0]
    assert shares.share[cohort] == pytest.approx(expected, abs=0.08)
    assert shares.share[cohort, :3] == pytest.approx(expected[:3], abs=0.02)
    assert shares.of(numbers(19650701, 19650702, 19650000, -1))[1:].tolist() == [0.0, 0.0, 0.0]
    assert shares.of(numbers(19650701))[0] == shares.share[cohort, ESTIMATED_DAYS.index(701)]


def test_without_records_the_table_speaks() -> None:
    empty = np.zeros(0, np.int64)
    shares = estimate_default_shares(empty, empty)
    days = numbers(19401231, 19500701, 19700101, 19800315, 20000701, 20150701)
    assert shares.of(days) == pytest.approx(prior_default_share(days))


def test_children_with_birthdays_spread_evenly_have_next_to_no_defaults() -> None:
    every = numbers(*(year * 10_000 + rest for year in range(2006, 2020) for rest in range(101, 1232)))
    every = every[are_dates(every)]
    assert estimate_default_shares(every, np.full(every.size, 50, np.int64)).of(every).max() < 0.01


@given(
    records=st.dictionaries(
        st.tuples(st.integers(1900, 2025), st.sampled_from([0, 101, 102, 630, 701, 315, 316, 1231, 1230, 231])),
        st.integers(0, 1000),
        max_size=12,
    )
)
def test_a_share_is_a_probability_whatever_the_counts(records: dict[tuple[int, int], int]) -> None:
    dates = numbers(*(year * 10_000 + rest for year, rest in records))
    shares = estimate_default_shares(dates, numbers(*records.values()))
    assert ((shares.share >= 0) & (shares.share <= 1)).all()


def test_the_days_around_a_default_date_are_ordinary_ones_on_either_side_over_new_year_too() -> None:
    def days(default: int) -> list[int]:
        return [int(place // 31 + 1) * 100 + int(place % 31) + 1 for place in _around(default)]

    assert days(701) == [624, 625, 626, 627, 628, 629, 630, 702, 703, 704, 705, 706, 707, 708]
    assert sorted(days(1231)) == [102, 103, 104, 105, 106, 107, *range(1224, 1231)]
    assert sorted(days(101)) == [*range(102, 109), *range(1225, 1231)]
    assert len(days(215)) == 2 * NEIGHBOURS


def test_the_precision_of_a_date_says_what_may_have_been_known() -> None:
    dates = numbers(19670816, 19670701, 19671231, 19670315, 20150701, 20150315, 19670800, 19670000, -1)
    assert [PRECISIONS[code] for code in date_precision(dates)] == [
        *("PASTI", "DEFAULT_TAHUN", "DEFAULT_TAHUN", "DEFAULT_BULAN", "PASTI", "PASTI"),
        *("BULAN", "TAHUN", "TIDAK_VALID"),
    ]
