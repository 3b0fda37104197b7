"""Rows of tokens are made distinct and sorted as their texts are."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.token_rows import _ranks_of_two, distinct_rows, joined_texts, take_rows

TOKENS = ["A", "AB", "ABC", "B", "Z", "É", "王", "0A"]
ROWS = st.lists(st.lists(st.sampled_from(TOKENS), max_size=7), max_size=30)


@given(ROWS)
def test_the_codes_of_rows_are_the_places_of_their_texts_among_the_distinct_sorted_ones(rows: list[list[str]]) -> None:
    tokens = sorted(TOKENS, key=str.encode)
    offsets = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    ids = np.array([tokens.index(token) for row in rows for token in row], np.int32)
    codes, row_of = distinct_rows(offsets, ids, len(tokens))
    texts = [" ".join(row) for row in rows]
    distinct = sorted({text for text in texts if text}, key=str.encode)
    assert codes.tolist() == [distinct.index(text) if text else -1 for text in texts]
    assert row_of.tolist() == [texts.index(text) for text in distinct]
    assert joined_texts(*take_rows(offsets, ids, row_of), pa.array(tokens)).to_pylist() == distinct


@given(st.lists(st.tuples(st.integers(0, 2**62), st.integers(0, 2**40)), min_size=1, max_size=20))
def test_pairs_that_do_not_fit_one_number_are_ranked_all_the_same(pairs: list[tuple[int, int]]) -> None:
    high, low = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    ordered = sorted(set(pairs))
    assert _ranks_of_two(high, low, 63).tolist() == [ordered.index(pair) for pair in pairs]
