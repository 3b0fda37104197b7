"""A column's values that can be read one way only tell how to read the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.intake.columns.habits import (
    are_serials,
    day_first,
    days_of_serials,
    find_date_order,
    find_decimal,
    plain_numbers,
)
from linkage.standardise.dates.reading import standardise_date

FORMS = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}
SHORT = {"dmy": "%d-%m-%y", "mdy": "%m-%d-%y", "ymd": "%y-%m-%d"}
# Days after the 12th, and years after the 31st, tell their order.
days = st.lists(st.dates(date(1932, 1, 1), date(1999, 12, 31)), min_size=1, max_size=30)


def ones(values: Sequence[object]) -> npt.NDArray[np.int64]:
    return np.ones(len(values), np.int64)


def order_of(values: list[str]) -> str:
    return find_date_order(pa.array(values, pa.string()), ones(values))


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ([], ""),
        (["1980", "MEI", "1980-07-15", "15 Mei 1980", "19800715"], ""),
        (["03/04/1980"], "dmy"),
        (["15/07/1980", "03/04/1980"], "dmy"),
        (["07/15/1980", "03/04/1980"], "mdy"),
        (["7/15/80 0:00", "3/4/80 0:00"], "mdy"),
        (["07.15.1980"], "mdy"),
        (["80-07-15", "67-01-01"], "ymd"),
        (["15-07-80", "01-01-67"], "dmy"),
        (["07-15-80"], "mdy"),
        (["05-03-12"], "dmy"),
        (["'07/15/1980"], "mdy"),
        (["45/45/1980"], "dmy"),
        (["1980-15-07", "1980-04-03"], "ydm"),
        (["1980/15/7 00:00:00", "1980/4/3 00:00:00"], "ydm"),
        (["1980-15-07", "1980-07-15"], ""),
        (["1980-13-13", "1980-04-03"], ""),
        (["1980-15-07", "03/04/1980"], "dmy"),
        (["1980-15-07", "03/25/1980"], "mdy"),
    ],
)
def test_the_order_of_a_column(values: list[str], order: str) -> None:
    assert order_of(values) == order


@pytest.mark.parametrize(
    ("telling", "order"),
    [
        ({"15/07/1980": 1, "07/15/1980": 4}, "dmy"),
        ({"15/07/1980": 1, "07/15/1980": 5}, "mdy"),
        ({"01/07/1970": 99, "01/13/1970": 1}, "dmy"),
        ({"07/01/1970": 90, "07/13/1970": 10}, "mdy"),
        ({"15-07-80": 1, "80-07-15": 4}, "dmy"),
        ({"15-07-80": 1, "80-07-15": 5}, "ymd"),
        ({"1980-07-15": 1, "1980-15-07": 4}, ""),
        ({"1980-07-15": 1, "1980-15-07": 5}, "ydm"),
        ({"1980-04-03": 98, "1980-15-07": 2}, ""),
        ({"1980-04-03": 97, "1980-15-07": 3}, "ydm"),
        ({"03/25/1980": 5, "1980-15-07": 6}, "ydm"),
        ({"03/25/1980": 6, "1980-15-07": 5}, "mdy"),
    ],
)
def test_a_few_typing_errors_do_not_turn_a_column(telling: dict[str, int], order: str) -> None:
    assert find_date_order(pa.array(telling.keys()), np.array(list(telling.values()))) == order


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [
        ("07/15/1980", "mdy", "15-07-1980"),
        ("7/15/80 0:00", "mdy", "15-7-80 0:00"),
        ("80-07-15", "ymd", "15-07-80"),
        ("07/15/1980", "dmy", "07/15/1980"),
        ("07/15/1980", "", "07/15/1980"),
        ("1980-07-15", "mdy", "1980-07-15"),
        ("1980-07-15", "ymd", "1980-07-15"),
        ("5 Mei 1980", "mdy", "5 Mei 1980"),
        ("1980", "mdy", "1980"),
        ("13/13/1980", "mdy", "13-13-1980"),
        ("071580", "mdy", "071580"),
        ("1980-15-07", "ydm", "1980-07-15"),
        ("'1980/4/3 0:00", "ydm", "1980-3-4 0:00"),
        ("1980-04", "ydm", "1980-04"),
        ("19801507", "ydm", "19801507"),
        ("15-07-80", "ydm", "15-07-80"),
        ("15/07/1980", "ydm", "15/07/1980"),
    ],
)
def test_only_dates_of_three_numbers_are_rewritten(value: str, order: str, expected: str) -> None:
    assert day_first(pa.array([value]), order).to_pylist() == [expected]


@given(found=days, order=st.sampled_from(["mdy", "ymd"]))
def test_a_column_in_another_order_reads_as_the_days_it_was_written_from(found: list[date], order: str) -> None:
    # One day that tells is enough.
    found = [*found, date(1985, 7, 25)]
    raw = pa.array([day.strftime(SHORT[order]) for day in found])
    assert find_date_order(raw, ones(found)) == order
    read = standardise_date(day_first(raw, order), latest_year=2026)
    assert [read.values[int(code)].as_py() for code in read.mapping] == [day.isoformat() for day in found]


@given(found=days)
def test_a_column_with_the_day_behind_the_year_reads_as_the_days_it_was_written_from(found: list[date]) -> None:
    found = [*found, date(1985, 7, 25)]
    raw = pa.array([day.strftime("%Y-%d-%m") for day in found])
    assert find_date_order(raw, ones(found)) == "ydm"
    read = standardise_date(day_first(raw, "ydm"), latest_year=2026)
    assert [read.values[int(code)].as_py() for code in read.mapping] == [day.isoformat() for day in found]


@given(found=days)
def test_a_column_with_days_first_is_left_as_it_is(found: list[date]) -> None:
    for form in ("%d/%m/%Y", "%d-%m-%y"):
        raw = pa.array([day.strftime(form) for day in [*found, date(1985, 7, 25)]])
        assert find_date_order(raw, ones(raw.to_pylist())) == "dmy"
        assert day_first(raw, "dmy") is raw


@pytest.mark.parametrize(
    ("values", "yes"),
    [
        (["29221", "25569.0", "41835"], True),
        (["29221", "41835", "15-07-1980", "-"], True),
        (["29221", "15-07-1980", "16-07-1980"], False),
        (["1980", "1981"], False),
        (["9999", "5"], False),
        (["01980", "01981"], False),
        (["198007", "198008"], False),
        ([], False),
    ],
)
def test_a_column_of_day_numbers_is_known_by_its_five_digits(values: list[str], yes: bool) -> None:
    assert are_serials(pa.array(values, pa.string()), ones(values)) is yes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("25569", "1970-01-01"),
        ("41835", "2014-07-15"),
        ("41835.75", "2014-07-15"),
        (" 41835 ", "2014-07-15"),
        ("9999", "1927-05-17"),
        ("61", "1900-03-01"),
        ("1980", "1980"),
        ("15-07-1980", "15-07-1980"),
        ("19800715", "19800715"),
        ("", ""),
    ],
)
def test_day_numbers_become_dates_and_all_else_stays(value: str, expected: str) -> None:
    assert days_of_serials(pa.array([value])).to_pylist() == [expected]


@pytest.mark.parametrize(
    ("value", "of_1900", "of_1904"),
    [
        ("0", "0", "1904-01-01"),
        ("1", "1900-01-01", "1904-01-02"),
        ("59", "1900-02-28", "1904-02-29"),
        ("60", "60", "1904-03-01"),
        (" 24107 ", "1965-12-31", "1970-01-01"),
        ("1980", "1980", "1980"),
    ],
)
def test_days_count_from_1900_or_1904_and_what_is_no_day_stays(value: str, of_1900: str, of_1904: str) -> None:
    assert days_of_serials(pa.array([value])).to_pylist() == [of_1900]
    assert days_of_serials(pa.array([value]), 1904).to_pylist() == [of_1904]


@given(st.lists(st.dates(date(1927, 5, 18), date(2030, 1, 1)), min_size=1))
def test_every_day_comes_back_from_its_number(found: list[date]) -> None:
    numbers = [str((day - date(1899, 12, 30)) // timedelta(days=1)) for day in found]
    assert are_serials(pa.array(numbers), ones(numbers))
    assert days_of_serials(pa.array(numbers)).to_pylist() == [day.isoformat() for day in found]


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        ([], ""),
        (["12", "1.234"], ""),
        (["1,5", "2"], ","),
        (["1.5"], "."),
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["-0,25", "1.000"], ","),
        (["1.5", "1,5", "2,5"], ","),
    ],
)
def test_the_decimal_mark_of_a_column(values: list[str], mark: str) -> None:
    assert find_decimal(pa.array(values, pa.string()), ones(values)) == mark


@pytest.mark.parametrize(
    ("value", "mark", "expected"),
    [
        ("1.234,5", ",", "1234.5"),
        ("1,5", ",", "1.5"),
        ("1.000", ",", "1000"),
        ("1,234.5", ".", "1234.5"),
        ("1,000", ".", "1000"),
        ("1.5", ".", "1.5"),
        ("-1.234.567,8", ",", "-1234567.8"),
        ("1,5", "", "1,5"),
        ("abc", ",", "abc"),
    ],
)
def test_numbers_are_rewritten_with_a_point_and_no_groups(value: str, mark: str, expected: str) -> None:
    assert plain_numbers(pa.array([value]), mark).to_pylist() == [expected]
