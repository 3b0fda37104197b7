"""The string kernels equal jellyfish and RapidFuzz to the last digit."""

import jellyfish
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from linkage.similarity.packed import pack_texts
from linkage.similarity.strings import edit_distance, jaccard, jaro_winkler

HOSTILE = ["", "A", "AB", "BA", "MARTHA", "MARHTA", "SUPARNO", "SUPARNI", "é", "😀", "😀é", "A" * 63, "AB" * 32 + "C"]
HOSTILE += ["X" * 64 + "Y", "BA" * 40, "SITI NURHALIZA BINTI ABDUL RAHMAN", "BUDI", "漢字", "AAAB", "BAAA"]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(alphabet="ABCé😀 ", max_size=80), st.text(max_size=30))


def of_pair(function, left, right, *rest):
    packed = pack_texts(pa.array([left, right], pa.string()))
    return function(packed.chars, 0, packed.offsets[1], packed.offsets[1], packed.offsets[2], *rest)


@given(texts, texts)
def test_jaro_winkler_equals_rapidfuzz(left, right):
    assert of_pair(jaro_winkler, left, right) == JaroWinkler.similarity(left, right)


@given(st.text("ABCDE", min_size=1, max_size=70), st.text("ABCDE", min_size=1, max_size=70))
def test_jaro_winkler_equals_jellyfish(left, right):
    assert of_pair(jaro_winkler, left, right) == jellyfish.jaro_winkler_similarity(left, right)


@given(texts, texts)
def test_levenshtein_equals_rapidfuzz(left, right):
    assert of_pair(edit_distance, left, right, False) == Levenshtein.distance(left, right)


@given(texts, texts)
def test_optimal_string_alignment_equals_rapidfuzz(left, right):
    assert of_pair(edit_distance, left, right, True) == OSA.distance(left, right)


def test_texts_of_ten_thousand_characters_are_compared():
    left, right = "AB" * 5000, "BA" * 5000
    assert of_pair(edit_distance, left[:2000], right[:2000], False) == Levenshtein.distance(left[:2000], right[:2000])
    assert of_pair(jaro_winkler, left, right) == JaroWinkler.similarity(left, right)


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [([1, 2, 3], [2, 3, 4], 0.5), ([1], [1], 1.0), ([1], [2], 0.0), ([], [1], 0.0), ([], [], 0.0)],
)
def test_jaccard_is_the_share_of_common_items(left, right, share):
    items = pa.array([*left, *right], pa.uint64()).to_numpy(zero_copy_only=False)
    assert jaccard(items, 0, len(left), len(left), len(left) + len(right)) == share
