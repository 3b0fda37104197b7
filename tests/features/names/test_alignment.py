"""Tokens of two names find the partners that make the best sum of all."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.features.names.alignment import MOST_OPEN, MOST_TOKENS, OPEN, align, room_for_alignment
from linkage.features.names.couples import JOINED, LEAST_LIKENESS, SAME, SHORTENED, SLIPPED, SOUNDS, UNLIKE
from linkage.features.names.spelled import spell_names
from linkage.standardise.names.columns import canonical_names
from tests.oracles import name_alignment as oracle

WORDS = [
    "BUDI", "BUDY", "BUDO", "RINA", "RINI", "SUPARNO", "SUPARNP", "SUPAR", "S", "NUR", "HAYATI", "NURHAYATI",
    "WAYAN", "MADE", "RADEN", "HARAHAP", "KURNIAWATI", "KURNIAWTAI", "KURN",
]  # fmt: skip


def couples(left: str, right: str) -> dict[tuple[int, int], int]:
    """Return the couples that the kernel finds, and how they relate."""
    texts = sorted({left, right})
    content = canonical_names(pa.array(texts, pa.string()))
    nobody = np.zeros(len(content.names.tokens), np.int64)
    spelled = spell_names(
        content.names, content.values, nobody, np.zeros(len(texts), np.int64), 10, np.zeros(0, np.int32)
    )
    room = room_for_alignment()
    align(spelled, texts.index(left), texts.index(right), room)
    found = {}
    for i in range(min(len(left.split()), MOST_TOKENS)):
        if room.partner[i] != OPEN:
            found[i, int(room.partner[i])] = int(room.relation[i])
    for j in range(min(len(right.split()), MOST_TOKENS)):
        if room.other_partner[j] != OPEN:
            found[int(room.other_partner[j]), j] = int(room.other_relation[j])
    return found


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("BUDI SUPARNO", "BUDI SUPARNO", {(0, 0): SAME, (1, 1): SAME}),
        ("BUDI SUPARNO", "SUPARNO BUDI", {(0, 1): SAME, (1, 0): SAME}),
        ("BUDI SUPARNO", "BUDI S", {(0, 0): SAME, (1, 1): SHORTENED}),
        ("BUDI SUPARNO", "BUDI SUPAR", {(0, 0): SAME, (1, 1): SHORTENED}),
        ("BUDI SUPARNO", "BUDI SUPARMO", {(0, 0): SAME, (1, 1): SLIPPED}),
        ("BUDI SOEPARNO", "BUDI SUPARNO", {(0, 0): SAME, (1, 1): SOUNDS}),
        ("BUDI SUPARNO", "BUDI HARTONO", {(0, 0): SAME, (1, 1): UNLIKE}),
        ("BUDI SUPARNO", "BUDI", {(0, 0): SAME}),
        ("SITI NUR HAYATI", "SITI NURHAYATI", {(0, 0): SAME, (1, 1): JOINED, (2, 1): JOINED}),
        ("SITI NURHAYATI", "SITI NUR HAYATI", {(0, 0): SAME, (1, 1): JOINED, (1, 2): JOINED}),
        ("WAYAN SUPARNO", "BUDI SUPARNO", {(1, 1): SAME}),
        ("WAYAN SUPARNO", "MADE SUPARNO", {(0, 0): UNLIKE, (1, 1): SAME}),
        ("BUDI BUDI", "BUDI RINA", {(0, 0): SAME, (1, 1): UNLIKE}),
        ("S KURN", "KURNIAWATI SUPARNO", {(0, 1): SHORTENED, (1, 0): SHORTENED}),
    ],
)
def test_tokens_find_their_counterparts(left, right, expected):
    assert couples(left, right) == expected


NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@settings(deadline=None)
@given(NAMES, NAMES)
def test_no_other_assignment_has_a_greater_sum(left, right):
    found = couples(left, right)
    few, many = left.split(), right.split()
    settled = oracle.settled(few, many)
    rest = {couple: relation for couple, relation in found.items() if couple not in settled}
    assert {couple: found[couple] for couple in settled} == settled
    assert all(relation == oracle.related(few, i, many, j) for (i, j), relation in rest.items())
    assert len({i for i, _ in rest}) == len({j for _, j in rest}) == len(rest)
    total = sum(oracle.score(few, i, many, j) for i, j in rest)
    assert total == pytest.approx(oracle.best_sum(few, many), abs=1e-9)


def test_names_of_very_many_tokens_are_aligned_as_far_as_there_is_room():
    left, right = ["BUDI"] * 40, ["BUDI"] * 20 + ["RINA"] * 20
    found = couples(" ".join(left), " ".join(right))
    assert sum(relation == SAME for relation in found.values()) == 20
    assert sum(relation == UNLIKE for relation in found.values()) == MOST_OPEN


def test_two_leftovers_are_a_couple_even_without_a_letter_in_common():
    assert oracle.score(["BUDI"], 0, ["RHOMO"], 0) == LEAST_LIKENESS
    assert couples("BUDI", "RHOMO") == {(0, 0): UNLIKE}
