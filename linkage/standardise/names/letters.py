"""The letters behind the name levels: kernels over the packed characters of a column of names.

A name's tokens stand in its text divided by one blank, which is the least character of the column and so has
code 0; a column without any blank has names of one token only.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.gates import count_bits
from linkage.similarity.jit import borrowing
from linkage.similarity.packed import Chars
from linkage.similarity.strings import jaro_winkler_at_least
from linkage.standardise.column import Int32, Int64
from linkage.standardise.names.keys import ENDING_I, ENDING_SHIFT, ENDING_WAN

SIMILAR_FROM: Final = 0.92

_ENDING = 3
_SLACK = 1e-9


@borrowing
def similar_letters(left: int, right: int, chars: Chars, char_offsets: Int64) -> bool:
    """Return whether the Jaro-Winkler similarity of two texts (indexes of ``char_offsets``) is at least 0.92.

    Most pairs are settled by an upper bound from their lengths, then from the letters that only one of them has.
    """
    left_start, left_end = char_offsets[left], char_offsets[left + 1]
    right_start, right_end = char_offsets[right], char_offsets[right + 1]
    left_length, right_length = left_end - left_start, right_end - right_start
    shorter = min(left_length, right_length)
    prefix = 0
    while prefix < min(4, shorter) and chars[left_start + prefix] == chars[right_start + prefix]:
        prefix += 1
    # The Jaro similarity below which not even the prefix bonus lifts the pair to the threshold.
    needed = 1.0 - (1.0 - SIMILAR_FROM) / (1.0 - 0.1 * prefix) - _SLACK
    if (shorter / left_length + shorter / right_length + 1.0) / 3.0 < needed:
        return False
    left_set = _letter_set(left_start, left_end, chars)
    right_set = _letter_set(right_start, right_end, chars)
    common = min(left_length - count_bits(left_set & ~right_set), right_length - count_bits(right_set & ~left_set))
    if (common / left_length + common / right_length + 1.0) / 3.0 < needed:
        return False
    return bool(jaro_winkler_at_least(chars, left_start, left_end, right_start, right_end, SIMILAR_FROM) > 0.0)


@borrowing
def _letter_set(start: int, end: int, chars: Chars) -> np.uint64:
    """Return a bit for each letter of a text; letters that share a bit only hide that another text lacks one."""
    letters = np.uint64(0)
    for place in range(start, end):
        letters |= np.uint64(1) << (np.uint64(chars[place]) & np.uint64(63))
    return letters


@borrowing
def same_letters(left: int, right: int, left_count: int, right_count: int, chars: Chars, char_offsets: Int64) -> bool:
    """Return whether two names differ only in their blanks. The blank is the least character of a column: code 0."""
    i, left_end = char_offsets[left], char_offsets[left + 1]
    j, right_end = char_offsets[right], char_offsets[right + 1]
    if left_end - i - left_count != right_end - j - right_count:
        return False
    while True:
        if i < left_end and chars[i] == 0 and left_count > 1:
            i += 1
        elif j < right_end and chars[j] == 0 and right_count > 1:
            j += 1
        elif i == left_end or j == right_end:
            return bool(i == left_end and j == right_end)
        elif chars[i] != chars[j]:
            return False
        else:
            i += 1
            j += 1


@borrowing
def span(value: int, place: int, count: int, chars: Chars, char_offsets: Int64) -> tuple[int, int]:
    """Return where token ``place`` of a value of ``count`` tokens starts and ends in ``chars``."""
    start, limit = char_offsets[value], char_offsets[value + 1]
    if count == 1:
        return start, limit
    while place > 0:
        if chars[start] == 0:
            place -= 1
        start += 1
    end = start
    while end < limit and chars[end] != 0:
        end += 1
    return start, end


@borrowing
def sexes_differ(
    left: int,
    right: int,
    token_offsets: Int64,
    token_ids: Int32,
    key_offsets: Int64,
    keys: Int32,
    chars: Chars,
    char_offsets: Int64,
) -> bool:
    """Return whether a token of one name is the other sex's form of a token of the other.

    SUPARNO and SUPARNI, PUTRA and PUTRI: all but the last letter is equal. SETIAWAN and SETIAWATI.
    """
    left_count = token_offsets[left + 1] - token_offsets[left]
    right_count = token_offsets[right + 1] - token_offsets[right]
    for i in range(left_count):
        first = (keys[key_offsets[token_ids[token_offsets[left] + i]]] >> ENDING_SHIFT) & _ENDING
        for j in range(right_count):
            second = (keys[key_offsets[token_ids[token_offsets[right] + j]]] >> ENDING_SHIFT) & _ENDING
            if first == second or (first != ENDING_I and second != ENDING_I) or first == 0 or second == 0:
                continue
            left_start, left_end = span(left, i, left_count, chars, char_offsets)
            right_start, right_end = span(right, j, right_count, chars, char_offsets)
            left_stem = left_end - left_start - (2 if second == ENDING_WAN else 1)
            right_stem = right_end - right_start - (2 if first == ENDING_WAN else 1)
            if left_stem != right_stem:
                continue
            step = 0
            while step < left_stem and chars[left_start + step] == chars[right_start + step]:
                step += 1
            if step == left_stem:
                return True
    return False


@borrowing
def at_width(length: int) -> bool:
    """Return whether a name of this length may have been cut at the width of a register's column."""
    return length == 25 or length == 30 or length == 50 or length == 55 or length == 60
