"""String similarities as kernels over packed characters.

Each takes two runs of one ``chars`` array (see :mod:`linkage.similarity.packed`), given by start and end.
They equal jellyfish and RapidFuzz to the last digit, which the tests check; ``.py_func`` is the plain form.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel

Chars = npt.NDArray[np.uint16]

_WORD = 64
_BOOST_FROM = 0.7
_PREFIX_SCALE = 0.1
_PREFIX_LENGTH = 4


@kernel
def jaro_winkler(chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int) -> float:
    """Return the Jaro-Winkler similarity, 0 to 1; 1 for two empty texts, 0 for one.

    The prefix bonus (0.1 per character, at most 4) is given above a Jaro similarity of 0.7.
    Source: Winkler (1990), String Comparator Metrics and Enhanced Decision Rules.
    """
    left_length = left_end - left_start
    right_length = right_end - right_start
    if left_length == 0 or right_length == 0:
        return 1.0 if left_length == right_length else 0.0
    if left_length <= _WORD and right_length <= _WORD:
        common, transposed = _common_in_words(chars, left_start, left_length, right_start, right_length)
    else:
        common, transposed = _common_in_arrays(chars, left_start, left_length, right_start, right_length)
    if common == 0:
        return 0.0
    similarity = (common / left_length + common / right_length + (common - transposed // 2) / common) / 3.0
    if similarity > _BOOST_FROM:
        prefix = 0
        limit = min(_PREFIX_LENGTH, left_length, right_length)
        while prefix < limit and chars[left_start + prefix] == chars[right_start + prefix]:
            prefix += 1
        similarity += prefix * _PREFIX_SCALE * (1.0 - similarity)
    return similarity


@kernel
def _common_in_words(
    chars: Chars, left_start: int, left_length: int, right_start: int, right_length: int
) -> tuple[int, int]:
    """Count common and transposed characters with the marks of matched characters held in two machine words."""
    reach = max(left_length, right_length) // 2 - 1
    reach = max(reach, 0)
    one = np.uint64(1)
    left_marks = np.uint64(0)
    right_marks = np.uint64(0)
    common = 0
    for i in range(left_length):
        char = chars[left_start + i]
        for j in range(max(0, i - reach), min(right_length, i + reach + 1)):
            if chars[right_start + j] == char and (right_marks >> np.uint64(j)) & one == np.uint64(0):
                left_marks |= one << np.uint64(i)
                right_marks |= one << np.uint64(j)
                common += 1
                break
    transposed = 0
    j = 0
    for i in range(left_length):
        if (left_marks >> np.uint64(i)) & one:
            while (right_marks >> np.uint64(j)) & one == np.uint64(0):
                j += 1
            if chars[left_start + i] != chars[right_start + j]:
                transposed += 1
            j += 1
    return common, transposed


@kernel
def _common_in_arrays(
    chars: Chars, left_start: int, left_length: int, right_start: int, right_length: int
) -> tuple[int, int]:
    """The same for texts longer than a machine word."""
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


@kernel
def edit_distance(
    chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int, transpositions: bool
) -> int:
    """Return the Levenshtein distance, or with ``transpositions`` the optimal string alignment distance.

    Optimal string alignment counts a swap of neighbours as one edit and edits no part twice.
    Source: Wagner and Fischer (1974), with the swap of Damerau (1964).
    """
    while left_start < left_end and right_start < right_end and chars[left_start] == chars[right_start]:
        left_start += 1
        right_start += 1
    while left_start < left_end and right_start < right_end and chars[left_end - 1] == chars[right_end - 1]:
        left_end -= 1
        right_end -= 1
    left_length = left_end - left_start
    right_length = right_end - right_start
    if left_length == 0 or right_length == 0:
        return left_length + right_length
    before = np.empty(right_length + 1, np.int64)
    above = np.empty(right_length + 1, np.int64)
    row = np.empty(right_length + 1, np.int64)
    for j in range(right_length + 1):
        above[j] = j
    for i in range(1, left_length + 1):
        row[0] = i
        char = chars[left_start + i - 1]
        for j in range(1, right_length + 1):
            other = chars[right_start + j - 1]
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (0 if char == other else 1))
            if (
                transpositions
                and i > 1
                and j > 1
                and char == chars[right_start + j - 2]
                and chars[left_start + i - 2] == other
            ):
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        before, above, row = above, row, before
    return int(above[right_length])


@kernel
def jaccard(items: npt.NDArray[np.uint64], left_start: int, left_end: int, right_start: int, right_end: int) -> float:
    """Return the share of common items in all items of two sorted sets, 0 to 1; 0 when both are empty.

    Two empty sets say nothing about each other, so they do not agree.
    """
    common = 0
    i, j = left_start, right_start
    while i < left_end and j < right_end:
        if items[i] == items[j]:
            common += 1
            i += 1
            j += 1
        elif items[i] < items[j]:
            i += 1
        else:
            j += 1
    union = (left_end - left_start) + (right_end - right_start) - common
    return common / union if union else 0.0
