"""What the columns of an unknown file are taken for."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.proposal.columns import ABOUT, ROLES, ColumnSample, recognise

TABLES = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))["table"]
BY_VALUES = 0.9
BY_HEADERS = 0.95


@pytest.mark.parametrize("table", TABLES, ids=[table["name"] for table in TABLES])
def test_every_column_of_an_invented_file_is_taken_for_what_it_is(table: dict[str, Any], invented) -> None:
    found = recognise(invented(table))
    wrong = [
        (column[0], item.role, item.about)
        for column, item in zip(table["columns"], found, strict=True)
        if item.role not in column[2].split("|") or item.about != (column[3] if len(column) > 3 else "")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("how", "least"), [({"named": False}, BY_VALUES), ({"filled": False}, BY_HEADERS)], ids=["values", "headers"]
)
def test_most_columns_are_recognised_by_their_values_alone_and_by_their_headers_alone(how, least, invented) -> None:
    right = total = 0
    for table in TABLES:
        if how.get("filled") is False and "without meaningful names" in table["name"]:
            continue
        for column, item in zip(table["columns"], recognise(invented(table, **how)), strict=True):
            right += item.role in column[2].split("|")
            total += 1
    assert right / total >= least


def test_roles_and_abouts_come_from_the_closed_lists_and_confidence_lies_between_0_and_1(invented) -> None:
    for table in TABLES:
        for item in recognise(invented(table)):
            assert item.role in ROLES
            assert item.about in ABOUT
            assert 0.0 <= item.confidence <= 1.0


def test_reasons_never_hold_a_value(invented) -> None:
    for table in TABLES:
        columns = invented(table)
        values = {
            value
            for column in columns
            for value in column.values.to_pylist()
            if len(value) > 4 and any(letter.isdigit() for letter in value)
        }
        for item in recognise(columns):
            assert not [reason for reason in item.because if any(word in values for word in reason.split())]


def test_a_file_without_a_header_is_recognised_by_its_values_and_its_first_row_is_not_repeated(invented) -> None:
    table = next(table for table in TABLES if "without meaningful names" in table["name"])
    columns = [
        ColumnSample(column.values[0].as_py(), column.values, column.counts, column.rows) for column in invented(table)
    ]
    found = recognise(columns)
    assert [item.role for item in found] == [column[2] for column in table["columns"]]
    assert not [reason for item in found for reason in item.because if item.name in reason]
    assert {item.facts["plain_header"] for item in found} == {""}


WRITTEN = [
    ("%d/%m/%Y", "dmy"), ("%m/%d/%Y", "mdy"), ("%Y-%m-%d", "ymd"), ("%Y%m%d", "ymd"), ("%d%m%Y", "dmy"),
    ("%m/%d/%y", "mdy"), ("%d %m %Y", "dmy"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "order"), WRITTEN)
@pytest.mark.parametrize("dirt", [0.0, 0.2])
def test_the_order_of_day_and_month_is_found_out_from_the_dates_that_tell(written, order, dirt, invented) -> None:
    table = {"name": written, "dirt": dirt, "columns": [["geboren", f"date:{written}:1930:2010", "birth_date"]]}
    (found,) = recognise(invented(table))
    assert (found.role, found.facts["date_order"]) == ("birth_date", order)


def test_a_day_between_year_and_month_is_found_out(sample) -> None:
    dates = [f"19{year}-{day}-0{month}" for year in range(50, 80) for day, month in ((17, 2), (23, 1), (12, 2))]
    (found,) = recognise([sample("dob", dates)])
    assert found.facts["date_order"] == "ydm"


def test_dates_of_which_every_day_may_be_a_month_have_no_order(sample) -> None:
    dates = [f"0{day}/0{month}/19{year}" for year in range(50, 80) for day, month in ((1, 2), (3, 1), (2, 2))]
    (found,) = recognise([sample("dob", dates)])
    assert found.facts["date_order"] == ""


@pytest.mark.parametrize("header", ["cluster", "entity_id", "simulant_id", "truth_id", "Match Id", "person_id"])
def test_a_column_that_holds_the_answer_is_noise_even_if_every_row_has_its_own(header, sample) -> None:
    (found,) = recognise([sample(header, [str(number) for number in range(300)])])
    assert found.role == "noise"
    assert "answer" in found.because[0]


@pytest.mark.parametrize("header", ["id", "rec_id", "No", "c1"])
def test_numbers_that_count_the_rows_are_the_record_id_and_not_evidence(header, sample) -> None:
    (found,) = recognise([sample(header, [str(number) for number in range(1, 301)])])
    assert found.role == "record_id"


def test_a_record_id_that_repeats_is_none(sample) -> None:
    (found,) = recognise([sample("record_id", [str(number // 2) for number in range(300)])])
    assert found.role == "noise"


def test_of_two_columns_that_number_the_rows_one_is_the_record_id(sample) -> None:
    numbers = [str(number) for number in range(1, 301)]
    found = recognise([sample("c1", numbers), sample("record_id", [f"r{number}" for number in numbers])])
    assert [item.role for item in found] == ["noise", "record_id"]


WRONG_HEADERS = [
    ("phone", "email", "email"), ("surname", "date:%Y-%m-%d:1930:2010", "birth_date"),
    ("city", "digits:###-##-####", "identifier"), ("email", "digits:(###) ###-####", "phone"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "maker", "role"), WRONG_HEADERS)
def test_clear_values_are_believed_against_a_wrong_header(header, maker, role, invented) -> None:
    (found,) = recognise(invented({"name": header, "columns": [[header, maker, role]]}))
    assert found.role == role
    assert "otherwise" in found.because[0]


def test_a_column_called_name_is_the_surname_beside_a_given_name_and_else_the_whole_name(invented) -> None:
    whole = {"name": "a", "columns": [["Name", "full:de", ""], ["Geburtsdatum", "date:%d.%m.%Y:1930:2010", ""]]}
    part = {"name": "b", "columns": [["Name", "family:de", ""], ["Vorname", "given:de", ""]]}
    first = {"name": "c", "columns": [["nombre", "given:es", ""], ["apellidos", "family:es", ""]]}
    roles = [recognise(invented(table))[0].role for table in (whole, part, first)]
    assert roles == ["full_name", "surname", "given_name"]


def test_a_column_made_of_two_others_is_the_whole_name_without_any_header(sample) -> None:
    rng = random.Random(1)
    given_ends, family_ends = ["ilo", "ana", "ero", "isse", "ubo", "elin"], ["orst", "ump", "ask", "ebb", "olk", "ind"]
    first, last = ([f"{head}{tail}" for head in "KMTVLSBR" for tail in ends] for ends in (given_ends, family_ends))
    given = [rng.choice(["Mary", "Linda", "Paul", "Karen", rng.choice(first)]) for _ in range(300)]
    family = [rng.choice(["Smith", "Brown", "Hughes", rng.choice(last)]) for _ in range(300)]
    both = [f"{one} {other}" for one, other in zip(given, family, strict=True)]
    found = recognise([sample("c1", both), sample("c2", given), sample("c3", family)])
    assert [item.role for item in found] == ["full_name", "given_name", "surname"]


def test_the_earliest_dates_are_the_births_where_no_header_tells(invented) -> None:
    table = {"name": "dates", "columns": [["c1", "date:%Y-%m-%d:2012:2023", ""], ["c2", "date:%Y-%m-%d:1930:2010", ""]]}
    assert [item.role for item in recognise(invented(table))] == ["event_date", "birth_date"]


def test_what_is_constant_and_unnamed_is_noise_and_what_is_constant_and_named_keeps_its_role(sample) -> None:
    found = recognise([sample("c1", ["x"] * 50), sample("province", ["Nowhere"] * 50)])
    assert [item.role for item in found] == ["noise", "region"]


def test_no_columns_are_nothing_and_a_column_without_values_is_noise_unless_named() -> None:
    empty = pa.array([], pa.string())
    none = np.zeros(0, np.int64)
    assert recognise([]) == ()
    found = recognise([ColumnSample("x7", empty, none, 9), ColumnSample("surname", empty, none, 9)])
    assert [item.role for item in found] == ["noise", "surname"]
    assert all(item.facts["filled"] == 0.0 for item in found)


def test_facts_count_what_is_filled_distinct_and_most_common(sample) -> None:
    (found,) = recognise([sample("city", ["a"] * 5 + ["b"] * 3 + [None] * 2)])
    facts = found.facts
    assert (facts["filled"], facts["distinct"], facts["distinct_share"], facts["most_common"]) == (
        0.8,
        2.0,
        0.25,
        0.625,
    )


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=30, unique=True), st.text(max_size=40))
def test_any_text_in_values_and_headers_is_recognised_as_something(values: list[str], header: str) -> None:
    column = ColumnSample(header, pa.array(values, pa.string()), np.ones(len(values), np.int64), len(values))
    (found,) = recognise([column])
    assert found.role in ROLES
    assert found == recognise([column])[0]
