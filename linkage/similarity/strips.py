"""Texts longer than a machine word: edit distance and longest common subsequence in strips of 64 characters.

The left text is cut into strips, one bit a character. A strip is walked along the whole right text; what its last row
hands to the next strip is kept in a few bits for each place of the right text. So memory is one byte a character, and
a strip needs the places of at most 64 characters, whatever the script.
Source: Hyyrö (2003), A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances; Hyyrö (2004),
Bit-parallel LCS-length Computation Revisited; the band is Ukkonen's (1985).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.gates import count_bits
from linkage.similarity.jit import borrowing, kernel, scratch_words
from linkage.similarity.packed import Chars, Words

_STRIP: Final = 64
_SLOTS: Final = 128
_PLUS: Final = 1
_MINUS: Final = 2


@borrowing
def fill_places(chars: Chars, start: int, length: int, words: Words) -> None:
    """Enter where each of at most 64 characters stands into an open-addressing table of 128 slots.

    ``words[slot]`` is the character's code plus one, 0 for an empty slot; ``words[128 + slot]`` its places, a bit each.
    """
    one, mask = np.uint64(1), np.uint64(_SLOTS - 1)
    for empty in range(_SLOTS):
        words[empty] = np.uint64(0)
    for place in range(length):
        code = np.uint64(chars[start + place])
        slot = code & mask
        while words[slot] != np.uint64(0) and words[slot] != code + one:
            slot = (slot + one) & mask
        if words[slot] == np.uint64(0):
            words[slot] = code + one
            words[slot + np.uint64(_SLOTS)] = np.uint64(0)
        words[slot + np.uint64(_SLOTS)] |= one << np.uint64(place)


@borrowing
def places_of(code: np.uint64, words: Words) -> np.uint64:
    """Return the places of a character in the table of :func:`fill_places`, 0 when it has none."""
    one, mask = np.uint64(1), np.uint64(_SLOTS - 1)
    slot = code & mask
    while words[slot] != np.uint64(0):
        if words[slot] == code + one:
            return np.uint64(words[slot + np.uint64(_SLOTS)])
        slot = (slot + one) & mask
    return np.uint64(0)


@kernel
def distance_in_strips(
    chars: Chars,
    left_start: int,
    left_length: int,
    right_start: int,
    right_length: int,
    transpositions: bool,
    limit: int,
) -> int:
    """Return the edit distance of two texts (1 <= left_length <= right_length), ``limit + 1`` when it is over.

    Only cells within ``limit`` of the diagonal are walked. Those outside are taken as steps of one, which is never too
    little, and no way of a cost within the limit leads through them.
    """
    one = np.uint64(1)
    words = scratch_words()
    carries = np.full(right_length + 1, np.uint8(_PLUS))
    first_before = 1
    corner = 0  # the distance in the row above the strip, one column before its first
    for top in range(0, left_length, _STRIP):
        rows = min(_STRIP, left_length - top)
        first = max(1, top + 1 - limit)
        final = min(right_length, top + rows + limit)
        for column in range(first_before, first):
            corner += int(np.int64(carries[column] & _PLUS) - np.int64((carries[column] & _MINUS) >> 1))
        first_before = first
        fill_places(chars, left_start + top, rows, words)
        plus, minus = ~np.uint64(0), np.uint64(0)
        flat, equal_before = ~np.uint64(0), np.uint64(0)
        low = np.uint64(rows - 1)
        distance = corner + rows
        corner = distance
        nearest = distance + abs((left_length - top - rows) - (right_length - first + 1))
        for column in range(first, final + 1):
            carry = np.uint64(carries[column])
            from_plus, from_minus = carry & one, (carry >> one) & one
            equal = places_of(np.uint64(chars[right_start + column - 1]), words)
            rising = ~flat & equal
            swapped = ((rising << one) | (carry >> np.uint64(2))) & equal_before if transpositions else np.uint64(0)
            begun = equal | from_minus
            flat = (((begun & plus) + plus) ^ plus) | begun | minus | swapped
            along_plus = minus | ~(flat | plus)
            along_minus = flat & plus
            out_plus, out_minus = (along_plus >> low) & one, (along_minus >> low) & one
            carries[column] = np.uint8(out_plus | (out_minus << one) | (((rising >> low) & one) << np.uint64(2)))
            distance += int(np.int64(out_plus) - np.int64(out_minus))
            nearest = min(nearest, distance + abs((left_length - top - rows) - (right_length - column)))
            along_plus = (along_plus << one) | from_plus
            along_minus = (along_minus << one) | from_minus
            plus = along_minus | ~(flat | along_plus)
            minus = along_plus & flat
            equal_before = equal
        if nearest > limit:
            return limit + 1
    return distance


@borrowing
def common_subsequence(chars: Chars, left_start: int, left_length: int, right_start: int, right_length: int) -> int:
    """Return the length of the longest common subsequence of two texts; 0 when one is empty. Symmetric."""
    if left_length > right_length:
        left_start, left_length, right_start, right_length = right_start, right_length, left_start, left_length
    words = scratch_words()
    if left_length > _STRIP:
        return _subsequence_in_strips(chars, left_start, left_length, right_start, right_length, words)
    fill_places(chars, left_start, left_length, words)
    unmatched = ~np.uint64(0)
    for column in range(right_length):
        moved = unmatched & places_of(np.uint64(chars[right_start + column]), words)
        unmatched = (unmatched + moved) | (unmatched - moved)
    return _count_cleared(unmatched, left_length)


@kernel
def _subsequence_in_strips(
    chars: Chars, left_start: int, left_length: int, right_start: int, right_length: int, words: Words
) -> int:
    carries = np.zeros(right_length, np.bool_)
    found = 0
    for top in range(0, left_length, _STRIP):
        rows = min(_STRIP, left_length - top)
        fill_places(chars, left_start + top, rows, words)
        unmatched = ~np.uint64(0)
        for column in range(right_length):
            moved = unmatched & places_of(np.uint64(chars[right_start + column]), words)
            total = unmatched + moved
            over = total < unmatched
            if carries[column]:
                total += np.uint64(1)
                over = over or total == np.uint64(0)
            carries[column] = over
            unmatched = total | (unmatched - moved)
        found += _count_cleared(unmatched, rows)
    return found


@borrowing
def _count_cleared(word: np.uint64, count: int) -> int:
    """Return how many of the lowest ``count`` bits, 0 to 64, are not set."""
    return count_bits(~word if count == _STRIP else ~word & ((np.uint64(1) << np.uint64(count)) - np.uint64(1)))
