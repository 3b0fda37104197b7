"""A gate never tells two texts apart that are alike."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from linkage.similarity.gates import count_bits, most_jaro_winkler, text_gates
from linkage.similarity.packed import pack_texts

texts = st.one_of(
    st.text("ABCDE ", max_size=30),
    st.text(max_size=12),
    st.text("AB", min_size=250, max_size=260),
    st.text("".join(map(chr, range(0x20, 0x20 + 90))), max_size=30),
)


@given(st.lists(texts, min_size=2, max_size=6))
def test_no_similarity_exceeds_what_the_gates_allow(listed):
    gates = text_gates(pack_texts(pa.array(listed, pa.string())))
    for one, left in zip(gates, listed, strict=True):
        for other, right in zip(gates, listed, strict=True):
            most = most_jaro_winkler(one, other)
            assert JaroWinkler.similarity(left, right) <= most == most_jaro_winkler(other, one) <= 1.0


def test_most_different_names_are_told_apart_by_their_gates():
    listed = ["BUDI SANTOSO", "SITI NURHALIZA", "JOKO PURNOMO", "KADEK AYU LESTARI", "PARDAMEAN SIREGAR"]
    gates = text_gates(pack_texts(pa.array(listed)))
    assert max(most_jaro_winkler(one, other) for one in gates for other in gates if one != other) < 0.92


@given(st.integers(0, 2**64 - 1))
def test_bits_are_counted(word):
    assert count_bits(pa.array([word], pa.uint64()).to_numpy()[0]) == word.bit_count()
