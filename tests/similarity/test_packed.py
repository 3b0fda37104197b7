"""Texts become arrays without losing what tells them apart."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.similarity.packed import hash_texts, mix_key, pack_texts


@given(st.lists(st.text(max_size=12), max_size=12))
def test_two_packed_texts_are_equal_exactly_when_the_texts_are(texts):
    packed = pack_texts(pa.array(texts, pa.string()))
    runs = [tuple(packed.chars[packed.offsets[i] : packed.offsets[i + 1]]) for i in range(len(texts))]
    assert [[a == b for a in runs] for b in runs] == [[a == b for a in texts] for b in texts]


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
