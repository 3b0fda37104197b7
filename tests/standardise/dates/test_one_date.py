"""One date for a steward: its value, how much of it is known, and what is wrong with it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.standardise.dates.one_date import read_date
from linkage.standardise.dates.precision import PRECISIONS
from linkage.standardise.dates.reading import standardise_date

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "dates.toml").read_text(encoding="utf-8"))
LATEST = 2026


@pytest.mark.parametrize("case", CASES["one"], ids=lambda case: case["raw"])
def test_a_text_has_a_value_a_precision_and_problems(case: dict[str, Any]) -> None:
    reading = read_date(case["raw"], latest_year=LATEST)
    assert reading == (case["value"] or None, case.get("precision", "PASTI"), tuple(case["problems"]))


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("03-04-1980", "dmy", "1980-04-03"),
        ("03-04-1980", "mdy", "1980-03-04"),
        ("1980-03-04", "dmy", "1980-03-04"),
        ("1980-03-04", "ymd", "1980-03-04"),
        ("1980-03-04", "ydm", "1980-04-03"),
        ("80-03-04", "ymd", "1980-03-04"),
        ("80-03-04", "ydm", "1980-04-03"),
        ("5-03-04", "ymd", "2005-03-04"),
        ("25-12-1980", "mdy", "1980-12-25"),
        ("1980-12-25", "ydm", "1980-12-25"),
        ("3 MEI 1980", "mdy", "1980-05-03"),
    ],
)
def test_the_order_of_a_date_of_numbers_can_be_said(text: str, order: str, value: str) -> None:
    assert read_date(text, latest_year=LATEST, order=order).value == value


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(InvariantError, match="order"):
        read_date("03-04-1980", latest_year=LATEST, order="myd")


def test_without_a_longest_age_nobody_is_too_old() -> None:
    assert read_date("02-02-1880", latest_year=LATEST, longest_age=None).problems == ()


any_sign = st.characters(exclude_categories=())


@given(text=st.one_of(st.text(any_sign, max_size=80), st.text(alphabet="0123456789-/ MEIO", max_size=14)))
def test_any_text_has_a_reading_and_a_reason_where_it_has_no_value(text: str) -> None:
    reading = read_date(text, latest_year=LATEST)
    assert reading.precision in PRECISIONS
    assert (reading.value is None) == (reading.precision == "TIDAK_VALID")
    assert reading.value is not None or reading.problems


@given(text=st.one_of(st.text(max_size=80), st.text(alphabet="0123456789-/ MEIO", max_size=14)))
def test_one_date_is_read_as_a_column_reads_it(text: str) -> None:
    column = standardise_date(pa.array([text]), latest_year=LATEST)
    value = read_date(text, latest_year=LATEST).value
    assert column.values.to_pylist() == ([] if value is None else [value])
