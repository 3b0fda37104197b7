"""Words of ASCII texts, as the scalar folding gives them."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.ascii_words import ascii_words
from linkage.standardise.generic_text import fold_words

TEXTS = st.lists(st.text(alphabet=st.characters(max_codepoint=127), max_size=12), max_size=8)


@given(TEXTS, st.integers(0, 3))
def test_ascii_texts_are_folded_as_the_scalar_rule_does_wherever_the_array_begins(texts: list[str], start: int) -> None:
    folded = ascii_words(pa.array(texts, pa.string()).slice(min(start, len(texts))))
    assert folded.to_pylist() == [fold_words(text) for text in texts[start:]]


def test_bytes_beyond_ascii_part_words() -> None:
    assert ascii_words(pa.array(["aÄb", "é"], pa.string())).to_pylist() == ["A B", ""]
