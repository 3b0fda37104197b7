"""Free text, categories, identifiers and numbers of foreign data."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from linkage.standardise.column import KeySets
from linkage.standardise.generic_text import (
    fold_text,
    fold_words,
    standardise_category,
    standardise_identifier,
    standardise_number,
    standardise_text,
)


def keys_of(sets: KeySets, value: int) -> set[int]:
    found = [int(key) for key in sets.keys[sets.offsets[value] : sets.offsets[value + 1]]]
    assert found == sorted(set(found))
    return set(found)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("  Main   Street 5 ", "MAIN STREET 5"),
        ("Café-Bar (Zürich)", "CAFE BAR ZURICH"),
        ("Łódź, Ørsted, Straße", "LODZ ORSTED STRASSE"),
        ("서울 특별시", "서울 特別市".replace("特別市", "특별시")),
        ("プロジェクト", "プロジェクト"),
        ("Йошкар", "ЙОШКАР"),
        ("ประเทศไทย", "ประเทศไทย"),
        ("ＡＢＣ", "ABC"),
        ("soft\u00adhyphen", "SOFTHYPHEN"),
    ],
)
def test_folding_frees_latin_letters_of_marks_and_leaves_other_scripts(raw: str, folded: str) -> None:
    assert fold_words(raw) == folded
    assert standardise_text(pa.array([raw])).values.to_pylist() == [folded]


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(raw: str) -> None:
    assert fold_words(fold_words(raw)) == fold_words(raw)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_a_column_is_folded_as_each_value_alone(raw: list[str]) -> None:
    found = standardise_category(pa.array(raw, pa.string()))
    texts = found.values.to_pylist()
    assert texts == sorted(set(texts), key=str.encode)
    for text, code in zip(raw, found.mapping, strict=True):
        assert texts[code] == fold_words(text) if code >= 0 else fold_words(text) not in texts


@pytest.mark.parametrize("raw", ["-", "", "  ", "N/A", "n.a.", "NULL", "None", "xxx", "?", "Tidak Ada", None])
@pytest.mark.parametrize("standardise", [standardise_text, standardise_category, standardise_identifier])
def test_a_placeholder_is_missing(standardise: object, raw: str | None) -> None:
    assert callable(standardise)
    assert standardise(pa.array([raw, "X1"], pa.string())).mapping.tolist() == [-1, 0]


def test_text_gives_prefix_soundex_and_token_keys() -> None:
    found = standardise_text(pa.array(["Robert Smith", "RUPERT", "Smith, Robert", "Иван", "42 Smith"]))
    place = {text: value for value, text in enumerate(found.values.to_pylist())}
    sets = found.key_sets
    robert, rupert, smith = place["ROBERT SMITH"], place["RUPERT"], place["SMITH ROBERT"]
    assert keys_of(sets["soundex"], robert) == keys_of(sets["soundex"], rupert)
    assert keys_of(sets["tokens"], robert) == keys_of(sets["tokens"], smith)
    assert len(keys_of(sets["tokens"], robert)) == 2
    assert not keys_of(sets["soundex"], place["ИВАН"])
    assert not keys_of(sets["soundex"], place["42 SMITH"])
    assert keys_of(sets["prefix3"], robert) != keys_of(sets["prefix3"], rupert)
    assert keys_of(sets["value"], robert) != keys_of(sets["value"], smith)


def test_fold_text_keeps_punctuation() -> None:
    assert fold_text("a.b-ç") == "A.B-C"


def test_an_identifier_is_its_letters_and_digits() -> None:
    assert standardise_identifier(pa.array(["ab-12 34/x", "AB1234X"])).values.to_pylist() == ["AB1234X"]


@given(st.lists(st.text("01AB", min_size=1, max_size=7), min_size=2, max_size=6, unique=True))
def test_identifiers_share_a_deletion_key_when_at_most_one_edit_apart(raw: list[str]) -> None:
    raw = [f"7{text}" for text in raw]
    found = standardise_identifier(pa.array(raw))
    texts = found.values.to_pylist()
    for i, first in enumerate(texts):
        for j, second in enumerate(texts):
            meet = bool(keys_of(found.key_sets["deletions"], i) & keys_of(found.key_sets["deletions"], j))
            deletions = [{text} | {text[:k] + text[k + 1 :] for k in range(len(text))} for text in (first, second)]
            assert meet == bool(deletions[0] & deletions[1])
            if Levenshtein.distance(first, second) <= 1:
                assert meet


def test_deletion_keys_do_not_depend_on_the_rest_of_the_column() -> None:
    alone, among = standardise_identifier(pa.array(["A1"])), standardise_identifier(pa.array(["0Z", "A1", "Ж9"]))
    place = among.values.to_pylist().index("A1")
    assert keys_of(alone.key_sets["deletions"], 0) == keys_of(among.key_sets["deletions"], place)


@pytest.mark.parametrize(
    ("raw", "text", "thousandths"),
    [
        ("12", "12", 12000),
        (" -3.50 ", "-3.5", -3500),
        ("+0,25", "0.25", 250),
        (".5", "0.5", 500),
        ("1.", "1", 1000),
        ("-0.0004", "0", 0),
        ("007", "7", 7000),
        ("100", "100", 100000),
    ],
)
def test_a_number_is_held_in_thousandths(raw: str, text: str, thousandths: int) -> None:
    found = standardise_number(pa.array([raw]))
    assert found.integers is not None
    assert (found.values.to_pylist(), found.integers.tolist()) == ([text], [thousandths])


@pytest.mark.parametrize("raw", ["", "-", "abc", "1.2.3", "1e5", "nan", "inf", "9" * 30, None])
def test_what_is_no_number_is_missing(raw: str | None) -> None:
    assert standardise_number(pa.array([raw, "1"], pa.string())).mapping.tolist() == [-1, 0]


@given(st.lists(st.integers(-(10**12), 10**12), max_size=8))
def test_numbers_come_back_from_their_integers(numbers: list[int]) -> None:
    found = standardise_number(pa.array([f"{number / 1000:.3f}" for number in numbers], pa.string()))
    assert found.integers is not None
    assert found.integers[found.mapping].tolist() == numbers
    assert found.values.to_pylist() == sorted(found.values.to_pylist(), key=str.encode)
    assert np.unique(found.integers).shape == found.integers.shape
