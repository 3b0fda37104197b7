"""NIK: what is read, what is refused, which numbers share a key, and how two of them relate."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.identifiers import Nik, Severity, damaged_digits
from linkage.spec import FIELD_KINDS
from linkage.standardise.column import KeySets, StandardColumn, StandardValues
from linkage.standardise.nik import relation as relations
from linkage.standardise.nik.numbers import (
    NIK_DISTRICT,
    NIK_FATAL,
    NIK_WARN,
    damaged_number,
    nik_numbers,
    odd_niks,
    read_niks,
    sixteen_digits,
    standardise_nik,
    unknown_districts,
    valid_codes,
)
from linkage.standardise.nik.relation import damaged_relation, nik_relation
from linkage.standardise.regions.districts import known_districts
from linkage.standardise.regions.table import region_table
from tests.oracles.digit_relations import damaged_relation_by_text, nik_relation_by_text, one_slip

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "niks.toml").read_text(encoding="utf-8"))
NAMES = {value: name for name, value in vars(relations).items() if name.isupper() and isinstance(value, int)}

niks = st.builds(
    "{:04d}{:02d}{:02d}{:02d}{:02d}{:04d}".format,
    st.sampled_from(sorted(region_table().ever)),
    st.integers(1, 3),
    st.one_of(st.integers(1, 31), st.integers(41, 71)),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(1, 9999),
)


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A number, and the number with up to two digits substituted or neighbours exchanged."""
    text = draw(niks)
    changed = list(text)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, 14))
        if draw(st.booleans()):
            changed[place], changed[place + 1] = changed[place + 1], changed[place]
        else:
            changed[place] = draw(st.sampled_from("0123456789"))
    return text, "".join(changed)


def keys_of(sets: KeySets, value: int) -> list[int]:
    return [int(key) for key in sets.keys[sets.offsets[value] : sets.offsets[value + 1]]]


def relation(left: str, right: str) -> str:
    return NAMES[nik_relation(np.int64(int(left)), np.int64(int(right)))]


def held(text: str) -> int:
    """A NIK or a damaged number as the columns hold it."""
    return int(read_niks(pa.array([text]))[0])


def relation_of_damaged(left: str, right: str) -> str:
    return NAMES[damaged_relation(np.int64(held(left)), np.int64(held(right)))]


def column(content: StandardValues) -> StandardColumn:
    return StandardColumn("nik", "nik", content.mapping, content)


@pytest.mark.parametrize("case", CASES["parse"], ids=lambda case: case["raw"])
def test_a_raw_text_is_a_nik_a_damaged_number_or_missing(case: dict[str, Any]) -> None:
    kept = case.get("value") or case.get("damaged")
    result = standardise_nik(pa.array([case["raw"]], pa.string()))
    flags = NIK_WARN * case.get("warn", False) + NIK_DISTRICT * case.get("district", False)
    assert result.values.to_pylist() == ([kept] if kept else [])
    assert result.mapping.tolist() == [0 if kept else -1]
    assert result.flags is not None
    assert result.flags.tolist() == ([NIK_FATAL if "damaged" in case else flags] if kept else [])


@pytest.mark.parametrize("case", CASES["parse"], ids=lambda case: case["raw"])
def test_the_array_form_agrees_with_the_value_type(case: dict[str, Any]) -> None:
    fault = Nik.fault(case["raw"])
    assert (fault.code if fault else "") == case.get("fault", "")
    parsed = Nik.parse(case["raw"])
    assert (parsed.digits if parsed else "") == case.get("value", "")
    assert damaged_digits(case["raw"]) == case.get("damaged", "")
    found = parsed.findings(regencies=region_table().ever, districts=known_districts()) if parsed else ()
    assert all(finding.severity is Severity.WARN for finding in found)
    codes = {finding.code for finding in found}
    assert bool(codes - {"DISTRICT_UNKNOWN"}) == case.get("warn", False)
    assert ("DISTRICT_UNKNOWN" in codes) == case.get("district", False)


@given(
    text=st.one_of(st.text(), st.text("0123456789 .'’`", max_size=24), st.from_regex(r"[0-9]{14,18}", fullmatch=True))
)
def test_whatever_stands_in_a_field_both_forms_say_the_same_of_it(text: str) -> None:
    values = pa.array([text.encode("utf-8", "replace").decode()])
    text = values[0].as_py()
    result, parsed = standardise_nik(values), Nik.parse(text)
    kept = parsed.digits if parsed else damaged_digits(text)
    assert result.values.to_pylist() == ([kept] if kept else [])
    assert (nik_numbers(values)[0] >= 0) == (parsed is not None)
    fault = Nik.fault(text)
    assert (sixteen_digits(values)[0] < 0) == (fault is not None and fault.code == "LENGTH")


@given(texts=st.lists(st.one_of(niks, st.from_regex(r"[0-9]{15,17}", fullmatch=True)), max_size=8))
def test_values_are_distinct_sorted_as_texts_and_read_back_from_their_numbers(texts: list[str]) -> None:
    result = standardise_nik(pa.array(texts, pa.string()))
    values = result.values.to_pylist()
    assert values == sorted(set(values))
    assert result.integers is not None
    assert result.flags is not None
    fatal = (result.flags & NIK_FATAL) != 0
    assert result.integers.tolist() == [
        damaged_number(int(value), len(value)) if broken else int(value)
        for value, broken in zip(values, fatal.tolist(), strict=True)
    ]
    kept = [code for code in result.mapping.tolist() if code >= 0]
    assert [values[code] for code in kept] == [text for text in texts if Nik.parse(text) or damaged_digits(text)]


def test_a_damaged_number_has_no_key_and_no_code_that_equals_another() -> None:
    result = standardise_nik(pa.array(["3273010213900001", "3273010203900001", "327301020390001"]))
    assert result.values.to_pylist() == ["3273010203900001", "327301020390001", "3273010213900001"]
    for form in ("value", "first12", "deletions"):
        assert [bool(keys_of(result.key_sets[form], value)) for value in range(3)] == [True, False, False]
    assert valid_codes(column(result)).tolist() == [-1, 0, -1]
    assert valid_codes(StandardColumn("x", "category", result.mapping, result)).tolist() == result.mapping.tolist()


@given(pair=slips())
def test_a_damaged_number_in_a_column_changes_no_key_of_the_good_ones(pair: tuple[str, str]) -> None:
    alone, among = standardise_nik(pa.array([pair[0]])), standardise_nik(pa.array([pair[0], "3273010213900001"]))
    place = int(among.mapping[0])
    for form in ("value", "first12", "deletions"):
        assert keys_of(alone.key_sets[form], 0) == keys_of(among.key_sets[form], place)


@pytest.mark.parametrize("case", CASES["damaged"], ids=lambda case: f"{case['is']} {case['left']} {case['right']}")
def test_a_damaged_number_has_the_relation_of_the_table(case: dict[str, str]) -> None:
    assert min(held(case["left"]), held(case["right"])) < 0
    assert relation_of_damaged(case["left"], case["right"]) == case["is"]
    assert relation_of_damaged(case["right"], case["left"]) == case["is"]


@given(
    pair=slips(),
    place=st.integers(0, 15),
    digit=st.sampled_from("0123456789"),
    shape=st.sampled_from(["lost", "added", "same"]),
)
def test_the_relation_of_damaged_numbers_is_symmetric_and_that_of_the_texts(
    pair: tuple[str, str], place: int, digit: str, shape: str
) -> None:
    left, right = pair
    if shape != "same":
        right = right[:place] + (digit if shape == "added" else "") + right[place + (shape == "lost") :]
    one, other = held(left), held(right)
    if one and other and min(one, other) < 0:
        expected = damaged_relation_by_text(left, right, both_damaged=max(one, other) < 0)
        assert relation_of_damaged(left, right) == relation_of_damaged(right, left) == expected
        assert expected not in ("EQUAL", "DIFFERENT")


def test_the_sub_districts_of_a_number_are_judged_by_the_highest_one_known() -> None:
    numbers = np.array([3273300203900001, 3273310203900001, 3204010203900001, 6404990203900001, 3299990203900001, -1])
    assert unknown_districts(numbers).tolist() == [False, True, False, False, False, False]


def test_spellings_of_one_number_become_one_value_and_values_are_sorted() -> None:
    result = standardise_nik(pa.array(["'9109010203900001", "3273010203900001", "-", "91.09.01.020390.0001"]))
    assert result.values.to_pylist() == ["3273010203900001", "9109010203900001"]
    assert result.mapping.tolist() == [1, 0, -1, 1]
    assert result.integers is not None
    assert result.integers.tolist() == [3273010203900001, 9109010203900001]


def test_no_values_give_no_values() -> None:
    result = standardise_nik(pa.array([], pa.string()))
    assert len(result.values) == 0
    assert result.mapping.shape == (0,)
    assert {form: sets.offsets.tolist() for form, sets in result.key_sets.items()} == {
        form: [0] for form in FIELD_KINDS["nik"]
    }


def test_a_slice_of_an_array_is_read_from_its_own_beginning() -> None:
    values = pa.array(["x", "3273010203900001", "3273010203900002", "y"])
    assert standardise_nik(values.slice(1, 2)).values.to_pylist() == values.slice(1, 2).to_pylist()


def test_only_numbers_of_one_place_date_and_sex_share_the_key_of_the_first_twelve_digits() -> None:
    result = standardise_nik(pa.array(["3273010203900001", "3273010203900002", "3273014203900001"]))
    first, second, third = (keys_of(result.key_sets["first12"], value) for value in range(3))
    assert first == second
    assert first != third


@given(pair=slips())
def test_numbers_share_a_deletion_key_when_they_share_a_text_and_one_slip_is_enough(pair: tuple[str, str]) -> None:
    left, right = ({text[:place] + text[place + 1 :] for place in range(16)} for text in pair)
    result = standardise_nik(pa.array(list(dict.fromkeys(pair))))
    sets = [keys_of(result.key_sets["deletions"], value) for value in result.mapping.tolist() if value >= 0]
    assert sets == [sorted(set(keys)) for keys in sets]
    damaged = [bool(damaged_digits(text)) for text in pair]
    assert all(sets) or any(damaged)
    if len(sets) == 2 and not any(damaged):
        assert bool(set(sets[0]) & set(sets[1])) == bool(left & right)
        assert left & right or not one_slip(*pair)


@given(text=niks)
def test_a_number_has_one_deletion_key_for_each_text_that_is_left(text: str) -> None:
    result = standardise_nik(pa.array([text]))
    left = {text[:place] + text[place + 1 :] for place in range(16)}
    assert result.values.to_pylist() == [text]
    assert len(keys_of(result.key_sets["deletions"], 0)) == len(left)


@pytest.mark.parametrize("case", CASES["relation"], ids=lambda case: f"{case['is']} {case['right']}")
def test_two_numbers_have_the_relation_of_the_table(case: dict[str, str]) -> None:
    assert relation(case["left"], case["right"]) == case["is"]
    assert relation(case["right"], case["left"]) == case["is"]


@given(pair=st.one_of(slips(), st.tuples(niks, niks)))
def test_the_relation_is_symmetric_and_that_of_the_texts(pair: tuple[str, str]) -> None:
    left, right = pair
    assert relation(left, right) == relation(right, left) == nik_relation_by_text(left, right)


def test_the_cheap_look_at_numbers_says_what_standardising_says() -> None:
    texts = ["3273031607850001", "3273 0330 0285 0001", "3299031607850001", "3273031613850001", "x", "3" * 16]
    numbers, content = nik_numbers(pa.array(texts)), standardise_nik(pa.array(texts))
    assert content.integers is not None
    assert content.flags is not None
    good = content.integers[content.integers >= 0]
    assert sorted(set(numbers[numbers >= 0].tolist())) == good.tolist()
    assert (numbers < 0).tolist() == (valid_codes(column(content)) < 0).tolist()
    assert odd_niks(good).tolist() == (content.flags[content.integers >= 0] & NIK_WARN > 0).tolist()
