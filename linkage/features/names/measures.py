"""What an alignment says in numbers: the columns that the features of names are taken from."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.features.feature import Float32
from linkage.features.names.alignment import MOST_TOKENS, OPEN, Alignment, align, room_for_alignment
from linkage.features.names.couples import JOINED, SAME, SHORTENED, UNLIKE, edits, likeness
from linkage.features.names.spelled import SpelledNames
from linkage.similarity.jit import borrowing, kernel
from linkage.similarity.strings import jaro_winkler
from linkage.standardise.column import Int32, Int64

N_MEASURES: Final = 16
(
    PAIRED, CONTRADICTING,
    MATCHED_BITS, MATCHED_BITS_MOST, CONTRADICTING_BITS, EXTRA_BITS, VALUE_BITS,
    WEAKEST_RELATION, WEAKEST_SIMILARITY, WEAKEST_EDITS, WEAKEST_FIRST_LETTER, WEAKEST_RARER_BITS,
    WEAKEST_COMMONER_BITS, WEAKEST_ODD,
    JOINED_SIMILARITY, TOKENS_MOST,
) = range(N_MEASURES)  # fmt: skip

Row = npt.NDArray[np.float32]


@kernel
def measure_pairs(left: Int32, right: Int32, names: SpelledNames) -> Float32:
    """Return the measures of pairs of values, float32 (n_pairs, :data:`N_MEASURES`); no value may be missing."""
    measures = np.zeros((left.shape[0], N_MEASURES), np.float32)
    room = room_for_alignment()
    for pair in range(left.shape[0]):
        one, other = left[pair], right[pair]
        align(names, one, other, room)
        _measure(names, one, other, room, measures[pair])
    return measures


@borrowing
def _measure(names: SpelledNames, left: int, right: int, room: Alignment, found: Row) -> None:
    here, end = names.offsets[left], names.offsets[left + 1]
    there, other_end = names.offsets[right], names.offsets[right + 1]
    found[TOKENS_MOST] = max(end - here, other_end - there)
    count, other_count = min(end - here, MOST_TOKENS), min(other_end - there, MOST_TOKENS)
    _count_tokens(names, here, count, there, other_count, room, found)
    _add_bits(names, here, count, there, other_count, room, found)
    found[VALUE_BITS] = min(names.value_bits[left], names.value_bits[right])
    _describe_weakest(names, here, count, there, room, found)
    found[JOINED_SIMILARITY] = jaro_winkler(
        names.chars, names.bounds[here], names.bounds[end], names.bounds[there], names.bounds[other_end]
    )


@borrowing
def _count_tokens(
    names: SpelledNames, here: int, count: int, there: int, other_count: int, room: Alignment, found: Row
) -> None:
    """Tell which share of the hard tokens of the shorter name agrees, and how many contradict each other."""
    hard, other_hard = 0, 0
    for place in range(here, here + count):
        hard += names.soft[place] == 0
    for place in range(there, there + other_count):
        other_hard += names.soft[place] == 0
    # A name of soft tokens alone is measured by these.
    every = hard == 0 or other_hard == 0
    hard, other_hard = (count, other_count) if every else (hard, other_hard)
    paired = _paired(names.soft, here, count, room.partner, room.relation, every)
    other_paired = _paired(names.soft, there, other_count, room.other_partner, room.other_relation, every)
    found[PAIRED] = max(paired / hard, other_paired / other_hard)
    found[CONTRADICTING] = min(hard - paired, other_hard - other_paired)


@borrowing
def _paired(soft: npt.NDArray[np.uint8], start: int, count: int, partner: Int64, relation: Int64, every: bool) -> int:
    """Count the hard tokens, or every token, that agree with their partner in any way."""
    paired = 0
    for i in range(count):
        paired += (every or soft[start + i] == 0) and partner[i] != OPEN and relation[i] >= SHORTENED
    return paired


@borrowing
def _add_bits(
    names: SpelledNames, here: int, count: int, there: int, other_count: int, room: Alignment, found: Row
) -> None:
    """Add up how rare the tokens are that agree, that contradict, and that one side has more.

    Of two forms the commoner counts, of a token and the two that make it the commoner of it and the first.
    """
    matched = most = contradicting = extra = other_extra = 0.0
    for i in range(count):
        bits = names.token_bits[names.ids[here + i]]
        if room.partner[i] == OPEN:
            extra += bits if names.soft[here + i] == 0 else 0.0
            continue
        if room.relation[i] == JOINED and room.other_partner[room.partner[i]] != i:
            continue
        bits = min(bits, names.token_bits[names.ids[there + room.partner[i]]])
        if room.relation[i] == UNLIKE:
            contradicting += bits
        else:
            matched += bits
            most = max(most, bits)
    for j in range(other_count):
        if room.other_partner[j] == OPEN and names.soft[there + j] == 0:
            other_extra += names.token_bits[names.ids[there + j]]
    found[MATCHED_BITS], found[MATCHED_BITS_MOST] = matched, most
    found[CONTRADICTING_BITS], found[EXTRA_BITS] = contradicting, max(extra, other_extra)


@borrowing
def _describe_weakest(names: SpelledNames, here: int, count: int, there: int, room: Alignment, found: Row) -> None:
    """Describe the couple that agrees least, among those neither equal nor joined; if there is none, as the best."""
    found[WEAKEST_RELATION], found[WEAKEST_SIMILARITY], found[WEAKEST_FIRST_LETTER] = SAME, 1.0, 1.0
    weakest, similarity, place, partner = 0.0, 1.0, -1, -1
    for i in range(count):
        if room.partner[i] == OPEN or room.relation[i] >= JOINED:
            continue
        alike = likeness(names, here + i, there + room.partner[i])
        if place < 0 or room.relation[i] + alike < weakest:
            weakest, similarity, place, partner = room.relation[i] + alike, alike, here + i, there + room.partner[i]
    if place < 0:
        return
    found[WEAKEST_RELATION], found[WEAKEST_SIMILARITY] = room.relation[place - here], similarity
    found[WEAKEST_EDITS] = edits(names, place, partner, -1)
    found[WEAKEST_FIRST_LETTER] = names.chars[names.bounds[place]] == names.chars[names.bounds[partner]]
    first, second = names.ids[place], names.ids[partner]
    found[WEAKEST_RARER_BITS] = max(names.token_bits[first], names.token_bits[second])
    found[WEAKEST_COMMONER_BITS] = min(names.token_bits[first], names.token_bits[second])
    found[WEAKEST_ODD] = max(names.odd[first], names.odd[second])
