"""Texts taken apart at their blanks: ratios as RapidFuzz has them, and names with initials."""

from collections import Counter
from itertools import permutations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from linkage.similarity.packed import pack_texts
from linkage.similarity.tokens import (
    INITIALS_NAMES,
    initials_relation,
    token_set_similarity,
    token_sort_similarity,
)

words = st.one_of(st.text("ABC", min_size=1, max_size=4), st.text("é😀漢A", min_size=1, max_size=12))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts that share some of their tokens, with blanks at odd places; long ones too."""
    shared = draw(st.lists(words, max_size=4))
    sides = []
    for _ in range(2):
        tokens = draw(st.permutations(shared + draw(st.lists(words, max_size=draw(st.sampled_from([3, 20]))))))
        sides.append(draw(st.sampled_from(["", " "])) + draw(st.sampled_from([" ", "  "])).join(tokens))
    return sides[0], sides[1]


def of_pair(function, left, right):
    packed = pack_texts(pa.array([left, right], pa.string()))
    return function(packed.chars, 0, packed.offsets[1], packed.offsets[1], packed.offsets[2])


@given(pairs())
def test_token_ratios_equal_rapidfuzz_in_both_orders(pair):
    left, right = pair
    as_sets = of_pair(token_set_similarity, left, right)
    assert as_sets == of_pair(token_set_similarity, right, left) == fuzz.token_set_ratio(left, right) / 100
    in_order = of_pair(token_sort_similarity, left, right)
    assert in_order == of_pair(token_sort_similarity, right, left)
    assert in_order * 100 == fuzz.token_sort_ratio(left, right)


def by_trying(left: str, right: str) -> str:
    """The relation of two names by pairing what is not equal in every way there is."""
    few, many = sorted((left.split(), right.split()), key=len)
    same = Counter(few) & Counter(many)
    open_few, open_many = list((Counter(few) - same).elements()), list((Counter(many) - same).elements())
    if not few or not many:
        return "different"
    if not open_few and not open_many:
        return "equal"

    def initial(one: str, other: str) -> bool:
        return one[0] == other[0] and (len(one) == 1) != (len(other) == 1)

    every = any(
        all(initial(one, other) for one, other in zip(open_few, chosen, strict=True))
        for chosen in permutations(open_many, len(open_few))
    )
    if not every or not any(len(token) > 1 for token in same):
        return "different"
    if len(few) == len(many):
        return "initials"
    return "initials_within" if open_few else "within"


names = st.lists(st.sampled_from(["A", "B", "AL", "ALI", "BEN", "BO", "ÉVA", "É"]), max_size=5).map(" ".join)


@given(names, names)
def test_names_with_initials_relate_as_trying_every_pairing_finds(left, right):
    found = INITIALS_NAMES[of_pair(initials_relation, left, right)]
    assert found == INITIALS_NAMES[of_pair(initials_relation, right, left)] == by_trying(left, right)


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("JOHN PAUL SMITH", "SMITH JOHN PAUL", "equal"),
        ("J P SMITH", "JOHN PAUL SMITH", "initials"),
        ("JOHN P SMITH", "J PAUL SMITH", "initials"),
        ("JOHN SMITH", "JOHN PAUL SMITH", "within"),
        ("J SMITH", "JOHN PAUL SMITH", "initials_within"),
        ("J S", "JOHN SMITH", "different"),
        ("JOHN SMITH", "JOHN PAUL", "different"),
        ("JOHN SMITH", "JACK SMITH", "different"),
        ("X" * 40 + " A", "X" * 40 + " " + "A" * 40, "initials"),
        ("", "", "different"),
    ],
)
def test_an_initial_stands_for_a_token(left, right, relation):
    assert INITIALS_NAMES[of_pair(initials_relation, left, right)] == relation
