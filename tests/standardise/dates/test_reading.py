"""Columns of dates: spellings, default dates, vague and impossible dates, keys."""

import tomllib
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.spec import FIELD_KINDS
from linkage.standardise.column import KeySets
from linkage.standardise.dates.months import ROMAN_MONTHS
from linkage.standardise.dates.reading import DATE_DEFAULT, DATE_DISCOUNTED, INVALID, date_problem, standardise_date

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "dates.toml").read_text(encoding="utf-8"))
LATEST = 2026

days = st.dates(date(1900, 1, 1), date(LATEST, 12, 31))


def number(text: str) -> int:
    return int(text.replace("-", "").ljust(8, "0"))


def read(texts: list[str]) -> list[str | None]:
    """The value of each text, None for a missing one."""
    result = standardise_date(pa.array(texts, pa.string()), latest_year=LATEST)
    return [result.values[code].as_py() if code >= 0 else None for code in result.mapping.tolist()]


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


def test_no_word_names_two_months_or_says_nothing_too() -> None:
    words = [word for name, words in MONTHS.items() if name != "spelled" for word in words]
    assert len(set(words)) == len(words)
    assert sorted(MONTHS) == sorted([*map(str, range(1, 13)), "spelled", "labels", "silent", "approximate"])
    assert set(MONTHS["spelled"]) <= set(words)
    assert not set(ROMAN_MONTHS) & set(words)


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
        form: [0] for form in FIELD_KINDS["date"]
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


@given(day=days, numeral=st.sampled_from(sorted(ROMAN_MONTHS)))
def test_a_roman_month_stands_between_day_and_year(day: date, numeral: str) -> None:
    month = ROMAN_MONTHS[numeral]
    texts = [f"{day.day % 28 + 1}-{numeral}-{day.year}", f"{day.day % 28 + 1} {numeral.lower()}. {day.year}"]
    assert read(texts) == [f"{day.year}-{month:02d}-{day.day % 28 + 1:02d}"] * 2


@given(name=st.sampled_from(MONTHS["spelled"]), at=st.integers(0, 8), letter=st.sampled_from("AEIOUMNRST"))
def test_a_name_of_a_month_with_one_wrong_letter_is_read_as_this_month_or_not_at_all(
    name: str, at: int, letter: str
) -> None:
    wrong = name[:at] + letter + name[at + 1 :]
    months = {month for month, names in MONTHS.items() if month.isdigit() and name in names}
    other = {month for month, names in MONTHS.items() if month.isdigit() and wrong in names}
    (value,) = read([f"5 {wrong} 1980"])
    assert value is None or {str(int(value[5:7]))} == (other or months)


@pytest.mark.parametrize(
    "cut", ["JANUA", "FEBR", "PEBR", "MARE", "APRI", "AGUS", "AGUSTU", "SEPTEM", "OKTOB", "NOPEM", "DESEMB"]
)
def test_a_name_of_a_month_may_be_cut_short(cut: str) -> None:
    assert read([f"5 {cut} 1980", f"05-{cut.lower()}-80"]) == read([f"5 {cut[:3]} 1980"]) * 2 != [None, None]


spoilt = st.one_of(
    st.text(max_size=70),
    st.text(alphabet="0123456789-/. XO?", max_size=12),
    st.lists(
        st.sampled_from(["17", "08", "1945", "45", "VIII", "AGUSTUS", "TGL", "BLN", "-", "/", " ", "²", "½", "١", "M"]),
        max_size=9,
    ).map("".join),
)


@given(texts=st.lists(spoilt, max_size=8))
def test_any_text_is_read_and_a_standard_value_is_possible_and_read_as_itself(texts: list[str]) -> None:
    found = sorted({value for value in read(texts) if value is not None})
    assert read(found) == found
    assert [date_problem(value, latest_year=LATEST, longest_age=None) for value in found] == [None] * len(found)


@given(texts=st.lists(spoilt, max_size=8))
def test_a_value_does_not_depend_on_what_else_the_column_holds(texts: list[str]) -> None:
    assert read(texts) == [value for text in texts for value in read([text])]


@given(day=st.integers(0, 39), month=st.integers(0, 39), year=st.integers(1890, 2030))
def test_the_quick_way_for_ten_characters_reads_as_the_slow_one_does(day: int, month: int, year: int) -> None:
    quick = [f"{day:02d}-{month:02d}-{year}", f"{year}-{month:02d}-{day:02d}"]
    slow = read([f"{text} " for text in quick])
    assert read(quick) == slow
    for time in (" 00:00", "T10:20:30", " 9:05:00.000"):
        assert read([text + time for text in quick]) == slow


def test_a_default_date_is_discounted_for_those_born_until_2005() -> None:
    texts = [f"{year}-{rest}" for rest in ("07-01", "12-31", "01-01", "03-15", "03-16") for year in (1940, 2005, 2006)]
    result = standardise_date(pa.array(texts), latest_year=LATEST)
    assert result.flags is not None
    discounted = (result.flags[result.mapping] & DATE_DISCOUNTED) != 0
    assert discounted.tolist() == [True, True, False] * 4 + [False] * 3
