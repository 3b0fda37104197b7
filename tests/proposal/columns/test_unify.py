"""What several files say, as one list of attributes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from linkage.proposal.columns import Attribute, ColumnSample, recognise, unify

TABLES = {
    table["name"]: table
    for table in tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))["table"]
}


def _of(invented, *tables: dict[str, object]) -> tuple[Attribute, ...]:
    return unify([recognise(invented(table)) for table in tables])


def test_columns_of_one_meaning_are_one_attribute_whatever_the_language(invented) -> None:
    german, polish = TABLES["German club"], TABLES["Polish list"]
    joined = {item.columns for item in _of(invented, german, polish) if item.facts["in_files"] == 2}
    assert {
        ("Vorname", "imię"), ("Nachname", "nazwisko"), ("Geburtsdatum", "data urodzenia"), ("PLZ", "kod pocztowy"),
        ("Ort", "miejscowość"),
    } <= joined  # fmt: skip


def test_what_one_file_alone_has_is_counted_as_such(invented) -> None:
    german, polish = TABLES["German club"], TABLES["Polish list"]
    alone = {item.columns[0] for item in _of(invented, german, polish) if item.facts["in_files"] == 1}
    assert {"E-Mail", "PESEL", "imię matki", "Eintrittsdatum"} <= alone


def test_every_column_of_every_file_is_in_exactly_one_attribute(invented) -> None:
    tables = [TABLES["German club"], TABLES["clinic of an English town"], TABLES["Mexican school"]]
    attributes = _of(invented, *tables)
    assert sorted(name for item in attributes for name in item.columns) == sorted(
        column[0] for table in tables for column in table["columns"]
    )
    assert all(item.facts["in_files"] == len(item.columns) for item in attributes)


def test_names_are_unique_plain_and_fit_for_a_spec(invented) -> None:
    for table in TABLES.values():
        names = [item.name for item in _of(invented, table)]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_headers_in_other_scripts_are_named_by_what_they_mean(invented) -> None:
    names = {item.columns[0]: item.name for item in _of(invented, TABLES["Egyptian ration list"])}
    assert (names["الاسم"], names["اسم الأم"], names["تاريخ الميلاد"]) == ("full_name", "mother_name", "birth_date")


def test_columns_without_a_header_are_named_by_their_place(invented) -> None:
    columns = [
        ColumnSample(column.values[0].as_py(), column.values, column.counts, column.rows)
        for column in invented(TABLES["columns without meaningful names"])
    ]
    names = [item.name for item in unify([recognise(columns)])]
    assert names == [f"column_{place}" for place in range(1, len(columns) + 1)]


def test_a_header_of_unknown_words_may_be_a_value_and_names_nothing(sample) -> None:
    (found,) = unify([recognise([sample("Wagiman", ["Slamet", "Tumini", "Karsinah", "Budi"] * 30)])])
    assert "wagiman" not in found.name


def test_the_same_header_joins_though_one_file_has_it_empty(sample) -> None:
    full = recognise([sample("maiden name", ["Lowe", "Tate", "Quill"] * 30)])
    empty = recognise([sample("Maiden_Name", [None] * 90)])
    (found,) = unify([full, empty])
    assert (found.role, found.columns, found.facts["in_files"]) == ("other_name", ("maiden name", "Maiden_Name"), 2)


def test_numbers_of_different_papers_are_two_attributes(sample) -> None:
    numbers = [f"{number * 7919 % 10**9:09}" for number in range(1, 301)]
    found = unify([recognise([sample("ssn", numbers)]), recognise([sample("credit_card_number", numbers)])])
    assert [item.columns for item in found] == [("ssn",), ("credit_card_number",)]


def test_an_address_and_a_mailing_address_are_one_where_a_file_has_only_one(invented) -> None:
    first = {"name": "a", "columns": [["zipcode", "coded:#####:40", ""]]}
    second = {"name": "b", "columns": [["mailing_zip", "coded:#####:40", ""]]}
    (found,) = _of(invented, first, second)
    assert (found.role, found.about, found.columns) == ("postcode", "", ("zipcode", "mailing_zip"))


def test_two_columns_of_one_role_in_one_file_stay_two(invented) -> None:
    table = {
        "name": "two",
        "columns": [["home_phone", "digits:(###) ###-####", ""], ["phone2", "digits:(###) ###-####", ""]],
    }
    assert [item.name for item in _of(invented, table)] == ["home_phone", "phone_2"]


def test_dates_written_in_two_orders_have_none_in_common(invented) -> None:
    first = {"name": "a", "columns": [["dob", "date:%d/%m/%Y:1930:2010", ""]]}
    second = {"name": "b", "columns": [["dob", "date:%m/%d/%Y:1930:2010", ""]]}
    (found,) = _of(invented, first, second)
    assert found.facts["date_order"] == ""
