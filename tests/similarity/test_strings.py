"""The string kernels equal jellyfish and RapidFuzz to the last digit."""

import random

import jellyfish
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler, LCSseq, Levenshtein

from linkage.similarity.packed import pack_texts
from linkage.similarity.strings import edit_distance, jaro_winkler, jaro_winkler_at_least
from linkage.similarity.strips import common_subsequence

HOSTILE = ["", "A", "AB", "BA", "MARTHA", "MARHTA", "SUPARNO", "SUPARNI", "é", "e\u0301", "😀", "😀é", "A" * 63]
HOSTILE += [
    "X" * 64 + "Y",
    "BA" * 40,
    "SITI NURHALIZA BINTI ABDUL RAHMAN",
    "BUDI",
    "漢字",
    "AAAB",
    "BAAA",
    "AB" * 32 + "C",
]
HOSTILE += ["AB" * 32 + "C", "A" * 64, "B" * 64, "A" * 65, "\x00", "\u200d", "".join(map(chr, range(0x4E00, 0x4E40)))]
wide = st.text(alphabet="".join(map(chr, range(0x20, 0x20 + 90))), max_size=140)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(alphabet="ABCé😀 ", max_size=200), wide, st.text(max_size=30))


@st.composite
def near(draw: st.DrawFn) -> tuple[str, str]:
    """A text and what a few slips make of it: some at the borders of machine words."""
    left = draw(texts)
    right = list(left)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.one_of(st.integers(0, len(right)), st.sampled_from([0, 62, 63, 64, 65, 127, 128])))
        kind = draw(st.sampled_from(["insert", "drop", "swap", "other"]))
        if kind == "insert" or place >= len(right):
            right.insert(place, draw(st.sampled_from("ABé")))
        elif kind == "drop":
            right.pop(place)
        elif kind == "swap" and place + 1 < len(right):
            right[place], right[place + 1] = right[place + 1], right[place]
        else:
            right[place] = draw(st.sampled_from("ABZ"))
    return left, "".join(right)


pairs = st.one_of(st.tuples(texts, texts), near())


def runs_of(left, right):
    packed = pack_texts(pa.array([left, right], pa.string()))
    return packed.chars, 0, packed.offsets[1], packed.offsets[1], packed.offsets[2]


def of_pair(function, left, right, *rest):
    return function(*runs_of(left, right), *rest)


@given(pairs)
def test_jaro_winkler_equals_rapidfuzz_in_both_orders(pair):
    left, right = pair
    expected = JaroWinkler.similarity(left, right)
    assert of_pair(jaro_winkler, left, right) == of_pair(jaro_winkler, right, left) == expected


@given(st.text("ABCDEé漢", min_size=1, max_size=70), st.text("ABCDEé漢", min_size=1, max_size=70))
def test_jaro_winkler_equals_jellyfish_where_no_marks_combine(left, right):
    """jellyfish takes a letter and its combining marks as one; here, as in RapidFuzz, each code point counts."""
    assert of_pair(jaro_winkler, left, right) == jellyfish.jaro_winkler_similarity(left, right)


@given(pairs, st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.7, 0.85, 0.92, 1.0])))
def test_a_similarity_below_the_least_is_nothing_and_any_other_is_itself(pair, least):
    full = JaroWinkler.similarity(*pair)
    assert of_pair(jaro_winkler_at_least, *pair, least) == (full if full >= least else 0.0)
    assert of_pair(jaro_winkler_at_least, *pair, full) == full


@given(pairs)
def test_edit_distances_equal_rapidfuzz_in_both_orders(pair):
    left, right = pair
    for transpositions, measure in ((False, Levenshtein), (True, OSA)):
        expected = measure.distance(left, right)
        assert of_pair(edit_distance, left, right, transpositions, -1) == expected
        assert of_pair(edit_distance, right, left, transpositions, -1) == expected


@given(pairs, st.integers(0, 90))
def test_a_distance_over_the_bound_is_one_more_than_it(pair, bound):
    for transpositions, measure in ((False, Levenshtein), (True, OSA)):
        expected = measure.distance(*pair)
        for limit in {bound, 0, 1, 2, expected, max(expected - 1, 0)}:
            assert of_pair(edit_distance, *pair, transpositions, limit) == min(expected, limit + 1)


@given(pairs)
def test_the_longest_common_subsequence_equals_rapidfuzz(pair):
    chars, start, end, other, other_end = runs_of(*pair)
    assert common_subsequence(chars, start, end - start, other, other_end - other) == LCSseq.similarity(*pair)


@pytest.mark.parametrize("alphabet", ["AB", "".join(map(chr, range(0x20, 0x2000)))], ids=["two letters", "any letters"])
def test_texts_of_ten_thousand_characters_are_compared(alphabet):
    dice = random.Random(6)
    left = "".join(dice.choices(alphabet, k=10_000))
    right = left[:4_000] + "".join(dice.choices(alphabet, k=300)) + left[4_100:]
    assert of_pair(jaro_winkler, left, right) == JaroWinkler.similarity(left, right)
    assert of_pair(edit_distance, left, right, False, -1) == Levenshtein.distance(left, right)
    assert of_pair(edit_distance, left, right, True, -1) == OSA.distance(left, right)
    assert of_pair(edit_distance, left, right, True, 50) == 51
