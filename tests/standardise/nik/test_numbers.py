"""NIK: what is read, what is refused, which numbers share a key, and how two of them relate."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.identifiers import Nik
from linkage.standardise.column import KeySets
from linkage.standardise.nik import relation as relations
from linkage.standardise.nik.numbers import NIK_WARN, nik_numbers, odd_niks, standardise_nik
from linkage.standardise.nik.relation import nik_relation
from linkage.standardise.regions.table import region_table
from tests.oracles.digit_relations import nik_relation_by_text, one_slip

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


@pytest.mark.parametrize("case", CASES["parse"], ids=lambda case: case["raw"])
def test_a_raw_text_is_read_or_missing(case: dict[str, Any]) -> None:
    result = standardise_nik(pa.array([case["raw"]], pa.string()))
    assert result.values.to_pylist() == ([case["value"]] if case["value"] else [])
    assert result.mapping.tolist() == [0 if case["value"] else -1]
    assert result.flags is not None
    assert result.flags.tolist() == ([NIK_WARN * case.get("warn", False)] if case["value"] else [])


@pytest.mark.parametrize("case", CASES["parse"], ids=lambda case: case["raw"])
def test_the_array_form_agrees_with_the_value_type(case: dict[str, Any]) -> None:
    fault = Nik.fault(case["raw"])
    assert (fault.code if fault else "") == case.get("fault", "")
    parsed = Nik.parse(case["raw"])
    assert (parsed.digits if parsed else "") == case["value"]
    warned = parsed is not None and bool(parsed.findings(regencies=region_table().ever))
    assert warned == case.get("warn", False)


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
        "value": [0],
        "first12": [0],
        "deletions": [0],
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
    if len(sets) == 2:
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
    assert sorted(set(numbers[numbers >= 0].tolist())) == content.integers.tolist()
    assert (numbers < 0).tolist() == (content.mapping < 0).tolist()
    assert odd_niks(content.integers).tolist() == (content.flags & NIK_WARN > 0).tolist()
