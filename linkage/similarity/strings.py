"""String similarities as kernels over packed characters.

Each takes two runs of one ``chars`` array (see :mod:`linkage.similarity.packed`), given by start and end.
They equal jellyfish and RapidFuzz to the last digit, which the tests check. Up to 64 characters a text is a machine
word, one bit a character, and nothing is allocated; longer ones are compared in strips of 64.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.jit import borrowing, kernel, scratch_words
from linkage.similarity.packed import Chars, Words
from linkage.similarity.strips import distance_in_strips

WORD: Final = 64
"""Characters in a machine word, and the codes that have a place of their own in a table of one word a code."""

_BOOST_FROM = 0.7
_PREFIX_SCALE = 0.1
_PREFIX_LENGTH = 4
_SLACK = 1e-9


@borrowing
def jaro_winkler(chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int) -> float:
    """Return the Jaro-Winkler similarity, 0 to 1; 1 for two empty texts, 0 for one. Symmetric.

    The prefix bonus (0.1 per character, at most 4) is given above a Jaro similarity of 0.7.
    Source: Winkler (1990), String Comparator Metrics and Enhanced Decision Rules.
    """
    return jaro_winkler_at_least(chars, left_start, left_end, right_start, right_end, 0.0)


@borrowing
def jaro_winkler_at_least(
    chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int, least: float
) -> float:
    """Return :func:`jaro_winkler` where it is ``least`` or more, 0 where it is less.

    Most pairs of different texts are settled by a bound from their lengths, or from the characters they have in common;
    the bounds are generous by more than any rounding, so the answer is never another one.
    """
    left_length = left_end - left_start
    right_length = right_end - right_start
    if left_length == 0 or right_length == 0:
        return 1.0 if left_length == right_length else 0.0
    prefix = 0
    limit = min(_PREFIX_LENGTH, left_length, right_length)
    while prefix < limit and chars[left_start + prefix] == chars[right_start + prefix]:
        prefix += 1
    # The Jaro similarity below which not even the prefix bonus lifts the pair to the least.
    needed = 1.0 - (1.0 - least) / (1.0 - prefix * _PREFIX_SCALE) - _SLACK
    shorter = min(left_length, right_length)
    if (shorter / left_length + shorter / right_length + 1.0) / 3.0 < needed:
        return 0.0
    common = -1
    half_swaps = 0
    if left_length <= WORD and right_length <= WORD:
        words = scratch_words()
        common, right_marks = _match_in_words(chars, left_start, left_length, right_start, right_length, words)
        if common > 0 and (common / left_length + common / right_length + 1.0) / 3.0 < needed:
            return 0.0
        half_swaps = _count_swaps(common, right_marks, words)
    if common < 0:
        common, half_swaps = _common_in_arrays(chars, left_start, left_length, right_start, right_length)
    if common == 0:
        return 0.0
    similarity = (common / left_length + common / right_length + (common - half_swaps // 2) / common) / 3.0
    if similarity > _BOOST_FROM:
        similarity += prefix * _PREFIX_SCALE * (1.0 - similarity)
    return similarity if similarity >= least else 0.0


@borrowing
def _match_in_words(
    chars: Chars, left_start: int, left_length: int, right_start: int, right_length: int, words: Words
) -> tuple[int, np.uint64]:
    """Give each left character the first free equal one on the right that is near enough.

    Return how many found one (-1 when a right character has no place in the table), and which right places are taken.
    ``words[64 + k]`` then holds the right places equal to the k-th left character that found one.
    """
    one, wide = np.uint64(1), np.uint64(WORD)
    for empty in range(WORD):
        words[empty] = np.uint64(0)
    seen = np.uint64(0)
    for place in range(right_length):
        code = np.uint64(chars[right_start + place])
        seen |= code
        words[code & np.uint64(WORD - 1)] |= one << np.uint64(place)
    if seen >= wide:
        return -1, np.uint64(0)
    reach = np.uint64(max(max(left_length, right_length) // 2 - 1, 0))
    window = (np.uint64(2) << reach) - one
    opening = (one << reach) - one
    free = ~np.uint64(0)
    common = np.uint64(0)
    for place in range(left_length):
        code = np.uint64(chars[left_start + place])
        equal = words[code & np.uint64(WORD - 1)]
        equal = equal if code < wide else np.uint64(0)
        words[wide + common] = equal
        near = equal & window & free
        free ^= near & (~near + one)
        # Counted without a branch: whether a character of another name is found cannot be predicted.
        common += np.uint64(near != np.uint64(0))
        window = (window << one) | (opening & one)
        opening >>= one
    return int(np.int64(common)), ~free


@borrowing
def _count_swaps(common: int, right_marks: np.uint64, words: Words) -> int:
    """Count the matched characters that differ from the one in their place when both sides are read in order."""
    one = np.uint64(1)
    swaps = 0
    for turn in range(common):
        lowest = right_marks & (~right_marks + one)
        swaps += (words[np.uint64(WORD) + np.uint64(turn)] & lowest) == np.uint64(0)
        right_marks ^= lowest
    return swaps


@kernel
def _common_in_arrays(
    chars: Chars, left_start: int, left_length: int, right_start: int, right_length: int
) -> tuple[int, int]:
    """The same for texts longer than a machine word, or with characters that have no place in the table."""
    reach = max(max(left_length, right_length) // 2 - 1, 0)
    left_marks = np.zeros(left_length, np.bool_)
    right_marks = np.zeros(right_length, np.bool_)
    common = 0
    for i in range(left_length):
        char = chars[left_start + i]
        for j in range(max(0, i - reach), min(right_length, i + reach + 1)):
            if chars[right_start + j] == char and not right_marks[j]:
                left_marks[i] = True
                right_marks[j] = True
                common += 1
                break
    transposed = 0
    j = 0
    for i in range(left_length):
        if left_marks[i]:
            while not right_marks[j]:
                j += 1
            if chars[left_start + i] != chars[right_start + j]:
                transposed += 1
            j += 1
    return common, transposed


@borrowing
def edit_distance(
    chars: Chars,
    left_start: int,
    left_end: int,
    right_start: int,
    right_end: int,
    transpositions: bool,
    bound: int = -1,
) -> int:
    """Return the Levenshtein distance, or with ``transpositions`` the optimal string alignment distance. Symmetric.

    Optimal string alignment counts a swap of neighbours as one edit and edits no part twice. ``bound``: a distance over
    it is returned as ``bound + 1``, which is found sooner; negative for none.
    Source: Wagner and Fischer (1974), with the swap of Damerau (1964); computed by Myers (1999) as Hyyrö (2003) has it.
    """
    while left_start < left_end and right_start < right_end and chars[left_start] == chars[right_start]:
        left_start += 1
        right_start += 1
    while left_start < left_end and right_start < right_end and chars[left_end - 1] == chars[right_end - 1]:
        left_end -= 1
        right_end -= 1
    if left_end - left_start > right_end - right_start:
        left_start, left_end, right_start, right_end = right_start, right_end, left_start, left_end
    left_length, right_length = left_end - left_start, right_end - right_start
    limit = right_length if bound < 0 else min(bound, right_length)
    if right_length - left_length > limit:
        return limit + 1
    if left_length == 0:
        return right_length
    if limit == 0:
        return 1
    if left_length <= WORD:
        found = _distance_in_word(
            chars, left_start, left_length, right_start, right_length, transpositions, limit, scratch_words()
        )
        if found >= 0:
            return found
    return distance_in_strips(chars, left_start, left_length, right_start, right_length, transpositions, limit)


@borrowing
def _distance_in_word(
    chars: Chars,
    left_start: int,
    left_length: int,
    right_start: int,
    right_length: int,
    transpositions: bool,
    limit: int,
    words: Words,
) -> int:
    """Walk the columns of the distance matrix, its rows (the left text) in one word; -1 when the table cannot hold it.

    Words hold where a step down a column, or along a row, adds one (``plus``) or takes one off (``minus``).
    """
    one, wide = np.uint64(1), np.uint64(WORD)
    for empty in range(WORD):
        words[empty] = np.uint64(0)
    seen = np.uint64(0)
    for place in range(left_length):
        code = np.uint64(chars[left_start + place])
        seen |= code
        words[code & np.uint64(WORD - 1)] |= one << np.uint64(place)
    if seen >= wide:
        return -1
    last = one << np.uint64(left_length - 1)
    plus, minus = ~np.uint64(0), np.uint64(0)
    equal_before, flat = np.uint64(0), ~np.uint64(0)
    distance = left_length
    for place in range(right_length):
        code = np.uint64(chars[right_start + place])
        equal = words[code & np.uint64(WORD - 1)]
        equal = equal if code < wide else np.uint64(0)
        swapped = ((~flat & equal) << one) & equal_before if transpositions else np.uint64(0)
        flat = (((equal & plus) + plus) ^ plus) | equal | minus | swapped
        along_plus = minus | ~(flat | plus)
        along_minus = flat & plus
        distance += (along_plus & last) != np.uint64(0)
        distance -= (along_minus & last) != np.uint64(0)
        # Each column left takes one off at most.
        if distance - (right_length - 1 - place) > limit:
            return limit + 1
        along_plus = (along_plus << one) | one
        along_minus <<= one
        plus = along_minus | ~(flat | along_plus)
        minus = along_plus & flat
        equal_before = equal
    return distance
