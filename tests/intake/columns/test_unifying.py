"""Lists of distinct texts become one list."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.intake.columns import unifying
from linkage.intake.columns.unifying import unified

TEXTS = st.lists(st.sampled_from(["", "a", "b", "ab", "abc", "abd", "ñ", "王"]) | st.text(max_size=3), max_size=12)


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_texts_stand_in_the_order_of_their_first_appearance_and_every_place_leads_back(lists: list[list[str]]) -> None:
    distinct, places = unified([pa.array(texts, pa.string()) for texts in lists])
    assert distinct.to_pylist() == list(dict.fromkeys(text for texts in lists for text in texts))
    assert [[distinct[place].as_py() for place in some.tolist()] for some in places] == lists


def test_pieces_of_a_longer_list_are_read_where_they_begin() -> None:
    whole = pa.array(["a", "b", "c", "a", "d"])
    distinct, (first, second) = unified([whole[1:3], whole[2:]])
    assert distinct.to_pylist() == ["b", "c", "a", "d"]
    assert (first.tolist(), second.tolist()) == ([0, 1], [1, 2, 3])
    alone, (places,) = unified([whole[1:4]])
    assert (alone.to_pylist(), places.tolist()) == (["b", "c", "a"], [0, 1, 2])


def test_texts_of_one_hash_stay_apart() -> None:
    texts = pa.array(["one", "two", "one", "six", "two"])
    raw, bounds = unifying._bytes(texts)
    hashes = unifying.hash_texts(texts)
    hashes[:] = hashes[0]
    places, first = unifying._places(raw, bounds, hashes)
    assert places.tolist() == [0, 1, 0, 2, 1]
    assert first.tolist() == [True, True, False, True, False]
