"""Dates: spellings, default dates, years alone, impossible dates, keys, and how two dates relate."""

import tomllib
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.column import KeySets
from linkage.standardise.dates import relation as relations
from linkage.standardise.dates.reading import DATE_DEFAULT, INVALID, date_problem, standardise_date
from linkage.standardise.dates.relation import date_relation
from tests.oracles.digit_relations import date_relation_by_text

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "dates.toml").read_text(encoding="utf-8"))
NAMES = {value: name for name, value in vars(relations).items() if name.isupper() and isinstance(value, int)}
LATEST = 2026

days = st.dates(date(1900, 1, 1), date(LATEST, 12, 31))
# Few digits, so that near misses are common.
near = st.dates(date(1988, 1, 1), date(1992, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
vague = st.integers(1988, 1992).map(lambda year: f"{year}0000")


def number(text: str) -> int:
    return int(text.replace("-", "").ljust(8, "0"))


def relation(left: int, right: int) -> str:
    return NAMES[date_relation(np.int64(left), np.int64(right))]


def keys_of(sets: KeySets, value: int) -> list[int]:
    return [int(key) for key in sets.keys[sets.offsets[value] : sets.offsets[value + 1]]]


@pytest.mark.parametrize("case", CASES["parse"], ids=lambda case: case["raw"])
def test_a_raw_text_is_read_or_missing(case: dict[str, Any]) -> None:
    result = standardise_date(pa.array([case["raw"]], pa.string()), latest_year=LATEST)
    found = [case["value"]] if case["value"] else []
    assert result.values.to_pylist() == found
    assert result.mapping.tolist() == [0 if found else -1]
    assert result.integers is not None
    assert result.integers.tolist() == [number(text) for text in found]
    assert result.flags is not None
    assert result.flags.tolist() == [case.get("flags", 0)] * len(found)


@pytest.mark.parametrize("case", CASES["parse"], ids=lambda case: case["raw"])
def test_validation_names_what_cannot_be_a_date(case: dict[str, Any]) -> None:
    assert date_problem(case["raw"], latest_year=LATEST) == case.get("problem")


def test_validation_without_a_longest_age_lets_old_registers_pass() -> None:
    assert date_problem("1860-03-17", latest_year=LATEST, longest_age=None) is None
    assert date_problem("1860-03-47", latest_year=LATEST, longest_age=None) == INVALID


MONTHS = tomllib.loads((resources.files("linkage.standardise") / "data" / "months.toml").read_text(encoding="utf-8"))


def test_no_word_names_two_months_or_is_silent_too() -> None:
    words = [word for name, words in MONTHS.items() for word in words]
    assert len(set(words)) == len(words)
    assert sorted(MONTHS, key=str) == sorted([*map(str, range(1, 13)), "silent"])


@pytest.mark.parametrize("month", range(1, 13))
def test_every_name_of_a_month_is_read_in_every_usual_order(month: int) -> None:
    for name in MONTHS[str(month)]:
        for text in (f"5 {name} 1980", f"05-{name.lower()}-80", f"{name.title()} 5, 1980", f"1980-{name}-05"):
            result = standardise_date(pa.array([text]), latest_year=LATEST)
            assert result.values.to_pylist() == [f"1980-{month:02d}-05"]


def test_no_values_give_no_values() -> None:
    result = standardise_date(pa.array([], pa.string()), latest_year=LATEST)
    assert len(result.values) == 0
    assert result.mapping.shape == (0,)
    assert {form: sets.offsets.tolist() for form, sets in result.key_sets.items()} == {
        "value": [0],
        "year": [0],
        "swapped": [0],
    }


@given(found=st.lists(days, unique=True, max_size=30))
def test_every_spelling_of_a_day_is_the_same_value_and_values_are_sorted(found: list[date]) -> None:
    spellings = ("%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d %b %Y", "%Y-%m-%d 00:00:00")
    raw = [day.strftime(spelling) for spelling in spellings for day in found]
    result = standardise_date(pa.array(raw, pa.string()), latest_year=LATEST)
    assert result.values.to_pylist() == sorted(day.isoformat() for day in found)
    assert [result.values[int(code)].as_py() for code in result.mapping] == [d.isoformat() for d in found] * len(
        spellings
    )


@given(day=days)
def test_a_day_is_flagged_as_default_by_policy_and_not_otherwise(day: date) -> None:
    flags = standardise_date(pa.array([day.isoformat()]), latest_year=LATEST).flags
    assert flags is not None
    policy = (day.month, day.day) in {(12, 31), (7, 1), (1, 1)} or day.day == 15
    assert bool(flags[0] & DATE_DEFAULT) == policy


def test_a_day_and_its_swap_share_the_swapped_key_and_no_other_day_does() -> None:
    texts = ["1990-02-03", "1990-03-02", "1990-02-13", "1991-02-03", "1990-02-04"]
    result = standardise_date(pa.array(texts), latest_year=LATEST)
    keys = {
        text: keys_of(result.key_sets["swapped"], int(code)) for text, code in zip(texts, result.mapping, strict=True)
    }
    assert keys["1990-02-03"] == keys["1990-03-02"]
    assert len({key for (key,) in keys.values()}) == 4


def test_a_year_alone_gives_a_year_key_only() -> None:
    result = standardise_date(pa.array(["1990", "1990-02-03"]), latest_year=LATEST)
    assert [keys_of(result.key_sets[form], 0) for form in ("value", "swapped")] == [[], []]
    assert keys_of(result.key_sets["year"], 0) == keys_of(result.key_sets["year"], 1) != []


@pytest.mark.parametrize("case", CASES["relation"], ids=lambda case: f"{case['left']} {case['right']}")
def test_two_dates_have_the_relation_of_the_table(case: dict[str, str]) -> None:
    left, right = number(case["left"]), number(case["right"])
    assert relation(left, right) == case["is"]
    assert relation(right, left) == case["is"]


@given(left=st.one_of(near, vague), right=st.one_of(near, vague))
def test_the_relation_is_symmetric_and_that_of_the_texts(left: str, right: str) -> None:
    assert relation(int(left), int(right)) == relation(int(right), int(left)) == date_relation_by_text(left, right)
