"""Texts become arrays without losing what tells them apart."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from linkage.errors import InvariantError
from linkage.similarity.packed import hash_digits, hash_texts, mix_key, pack_texts
from linkage.similarity.strings import jaro_winkler


@given(st.lists(st.text(max_size=12), max_size=12))
def test_two_packed_texts_are_equal_exactly_when_the_texts_are(texts):
    packed = pack_texts(pa.array(texts, pa.string()))
    runs = [tuple(packed.chars[packed.offsets[i] : packed.offsets[i + 1]]) for i in range(len(texts))]
    assert [[a == b for a in runs] for b in runs] == [[a == b for a in texts] for b in texts]


@given(st.lists(st.text(max_size=12), max_size=12))
def test_the_blank_is_code_0_and_the_others_follow_in_code_point_order(texts):
    packed = pack_texts(pa.array(texts, pa.string()))
    whole = "".join(texts)
    others = sorted(set(whole) - {" "})
    assert packed.chars.tolist() == [0 if char == " " else others.index(char) + 1 for char in whole]
    assert packed.chars.dtype == np.uint16


def test_a_slice_of_an_array_packs_like_its_copy():
    packed = pack_texts(pa.array(["x", "SITI", "é é", "z"]).slice(1, 2))
    assert packed.offsets.tolist() == [0, 4, 7]
    assert packed.chars.tolist() == [2, 1, 3, 1, 4, 0, 4]


def test_a_column_of_every_character_there_is_can_be_compared():
    """No written language has 65,536 characters, but a column may hold all of Unicode: 1,112,064 code points."""
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    texts = ["MARTHA", "MARHTA", "A" + every[70_000:70_020], "B" + every[70_000:70_020], every]
    packed = pack_texts(pa.array(texts))
    assert packed.chars.dtype == np.uint32
    assert np.unique(packed.chars[packed.offsets[4] :]).size == len(every)
    for one, other in ((0, 1), (2, 3), (0, 3)):
        bounds = (*packed.offsets[one : one + 2], *packed.offsets[other : other + 2])
        assert jaro_winkler(packed.chars, *bounds) == JaroWinkler.similarity(texts[one], texts[other])


def test_a_null_cannot_be_packed():
    with pytest.raises(InvariantError, match="null"):
        pack_texts(pa.array(["a", None]))


@given(st.lists(st.text(max_size=12), unique=True, max_size=40))
def test_different_texts_have_different_hashes(texts):
    assert len(set(hash_texts(pa.array(texts, pa.string())).tolist())) == len(texts)


def test_hashes_are_the_same_on_every_machine():
    expected = [17280346270528514342, 9413272369427828315, 15740586271646006756]
    assert hash_texts(pa.array(["", "a", "ab"])).tolist() == expected


def test_a_slice_of_an_array_hashes_like_its_copy():
    whole = pa.array(["x", "SITI", "é", "z"])
    assert hash_texts(whole.slice(1, 2)).tolist() == hash_texts(pa.array(["SITI", "é"])).tolist()


def test_a_null_has_no_hash():
    with pytest.raises(InvariantError, match="null"):
        hash_texts(pa.array(["a", None]))


def test_the_order_of_key_parts_matters():
    first, second = np.uint64(7), np.uint64(9)
    start = np.uint64(0)
    one, other = np.uint64(mix_key(start, first)), np.uint64(mix_key(start, second))
    assert mix_key(one, second) != mix_key(other, first)


@pytest.mark.parametrize("digits", [1, 12, 16, 18])
def test_numbers_hash_as_the_texts_they_are_written_as(digits: int) -> None:
    numbers = np.array([0, 1, 9, 10**digits - 1, 10 ** (digits - 1)], np.int64)
    texts = pa.array([f"{number:0{digits}d}" for number in numbers.tolist()])
    assert hash_digits(numbers, digits).tolist() == hash_texts(texts).tolist()
