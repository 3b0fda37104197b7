"""Similarities of texts taken apart at their blanks, as kernels over packed characters; symmetric throughout.

Texts of up to 64 characters are compared on the stack. Sources of the two ratios: Cohen (2011), FuzzyWuzzy; Bachmann,
RapidFuzz, which they equal to the last digit where U+0020 is the only white space.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.jit import borrowing, kernel, scratch_words
from linkage.similarity.packed import BLANK, Chars, Words
from linkage.similarity.strips import common_subsequence

DIFFERENT: Final = 0
"""A token on each side has no counterpart, or no token but initials agrees, or a text has no token."""
INITIALS_WITHIN: Final = 1
"""Every token of one name has its counterpart in the other, some as an initial: J SMITH, JOHN PAUL SMITH."""
WITHIN: Final = 2
"""Every token of one name stands in the other: JOHN SMITH, JOHN PAUL SMITH."""
INITIALS: Final = 3
"""Every token of either has its counterpart, some as an initial: J SMITH, JOHN SMITH."""
EQUAL: Final = 4
"""The same tokens in any order."""
INITIALS_NAMES: Final = ("different", "initials_within", "within", "initials", "equal")
"""Names of the codes of :func:`initials_relation`, best last."""

_ON_STACK = 64
_HALF = 32


@kernel
def token_sort_similarity(chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int) -> float:
    """Return how alike two texts are when their tokens are sorted, 0 to 1; 1 for two texts without any token.

    Twice the longest common subsequence of the sorted tokens, joined by blanks, by the sum of their lengths;
    RapidFuzz's ``token_sort_ratio`` is a hundred times that.
    """
    longer = max(left_end - left_start, right_end - right_start)
    if longer <= _ON_STACK:
        return _sort_similarity(chars, left_start, left_end, right_start, right_end, scratch_words(), _ON_STACK)
    work = np.empty(4 * longer, np.uint64)
    return _sort_similarity(chars, left_start, left_end, right_start, right_end, work, longer)


@borrowing
def _sort_similarity(
    chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int, work: Words, size: int
) -> float:
    left_count = _sorted_tokens(chars, left_start, left_end, work, 0)
    right_count = _sorted_tokens(chars, right_start, right_end, work, size)
    left_filled = right_filled = 0
    for token in range(left_count):
        left_filled = _append(chars, left_start, work[token], work, 2 * size, left_filled)
    for token in range(right_count):
        right_filled = _append(chars, right_start, work[size + token], work, 3 * size, right_filled)
    both = left_filled + right_filled
    if both == 0:
        return 1.0
    distance = both - 2 * common_subsequence(work, 2 * size, left_filled, 3 * size, right_filled)
    return 1.0 - distance / both


@kernel
def token_set_similarity(chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int) -> float:
    """Return how alike the sets of tokens of two texts are, 0 to 1; 0 where a text has no token.

    1 where all tokens of one text stand in the other. Else the best of three: the common tokens beside either text, and
    both texts beside each other with the common tokens put first. RapidFuzz's ``token_set_ratio``, divided by 100.
    """
    longer = max(left_end - left_start, right_end - right_start)
    if longer <= _ON_STACK:
        return _set_similarity(chars, left_start, left_end, right_start, right_end, scratch_words(), _ON_STACK)
    work = np.empty(4 * longer, np.uint64)
    return _set_similarity(chars, left_start, left_end, right_start, right_end, work, longer)


@borrowing
def _set_similarity(
    chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int, work: Words, size: int
) -> float:
    left_count = _sorted_tokens(chars, left_start, left_end, work, 0)
    right_count = _sorted_tokens(chars, right_start, right_end, work, size)
    if left_count == 0 or right_count == 0:
        return 0.0
    shared = left_filled = right_filled = 0
    i = j = 0
    while i < left_count or j < right_count:
        order = 1 if i == left_count else -1
        if i < left_count and j < right_count:
            order = _compare(chars, left_start, work[i], right_start, work[size + j])
        span = work[i] if order <= 0 else work[size + j]
        if order == 0:
            shared += _length(span) + (1 if shared else 0)
        elif order < 0:
            left_filled = _append(chars, left_start, span, work, 2 * size, left_filled)
        else:
            right_filled = _append(chars, right_start, span, work, 3 * size, right_filled)
        # A token said twice counts once.
        while order <= 0 and i < left_count and _compare(chars, left_start, work[i], left_start, span) == 0:
            i += 1
        start = left_start if order == 0 else right_start
        while order >= 0 and j < right_count and _compare(chars, right_start, work[size + j], start, span) == 0:
            j += 1
    if shared and (left_filled == 0 or right_filled == 0):
        return 1.0
    blank = 1 if shared else 0
    left_whole, right_whole = shared + blank + left_filled, shared + blank + right_filled
    distance = left_filled + right_filled
    distance -= 2 * common_subsequence(work, 2 * size, left_filled, 3 * size, right_filled)
    best = _percent(distance, left_whole + right_whole)
    if shared:
        best = max(best, _percent(blank + left_filled, shared + left_whole))
        best = max(best, _percent(blank + right_filled, shared + right_whole))
    return best / 100.0


@borrowing
def _percent(distance: int, length: int) -> float:
    return 100.0 - 100.0 * distance / length


@kernel
def initials_relation(chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int) -> int:
    """Return how the tokens of two names agree when one letter may stand for a token: :data:`INITIALS_NAMES`.

    For names of any country, in any order of their tokens; equal tokens are paired first, then initials. Indonesian
    names have a relation of their own (``linkage.standardise.names.level``).
    """
    longer = max(left_end - left_start, right_end - right_start)
    if longer <= _ON_STACK:
        return _relate_initials(chars, left_start, left_end, right_start, right_end, scratch_words(), _ON_STACK)
    work = np.empty(2 * longer, np.uint64)
    return _relate_initials(chars, left_start, left_end, right_start, right_end, work, longer)


@borrowing
def _relate_initials(
    chars: Chars, left_start: int, left_end: int, right_start: int, right_end: int, work: Words, size: int
) -> int:
    left_count = _sorted_tokens(chars, left_start, left_end, work, 0)
    right_count = _sorted_tokens(chars, right_start, right_end, work, size)
    if left_count == 0 or right_count == 0:
        return DIFFERENT
    whole = equal = i = j = 0
    while i < left_count and j < right_count:
        order = _compare(chars, left_start, work[i], right_start, work[size + j])
        if order == 0:
            equal += 1
            whole += 1 if _length(work[i]) > 1 else 0
            work[i] = work[size + j] = np.uint64(0)
        i += 1 if order <= 0 else 0
        j += 1 if order >= 0 else 0
    if equal == left_count and equal == right_count:
        return EQUAL
    by_initial = 0
    for i in range(left_count):
        for j in range(right_count):
            one, other = work[i], work[size + j]
            if one == np.uint64(0) or other == np.uint64(0):
                continue
            letter, other_letter = chars[left_start + _begin(one)], chars[right_start + _begin(other)]
            if letter == other_letter and (_length(one) == 1) != (_length(other) == 1):
                work[i] = work[size + j] = np.uint64(0)
                by_initial += 1
    paired = equal + by_initial
    if whole == 0 or paired < min(left_count, right_count):
        return DIFFERENT
    if left_count == right_count:
        return INITIALS
    return INITIALS_WITHIN if by_initial else WITHIN


@borrowing
def _sorted_tokens(chars: Chars, start: int, end: int, work: Words, base: int) -> int:
    """Put the tokens of a text, sorted by their characters, into ``work[base:]`` and return their number.

    A token is a word: where it begins, counted from the text's start, in the upper half, and its end in the lower.
    """
    count = 0
    place = start
    while place < end:
        stop = place
        while stop < end and chars[stop] != BLANK:
            stop += 1
        if stop > place:
            span = (np.uint64(place - start) << np.uint64(_HALF)) | np.uint64(stop - start)
            at = base + count
            while at > base and _compare(chars, start, span, start, work[at - 1]) < 0:
                work[at] = work[at - 1]
                at -= 1
            work[at] = span
            count += 1
        place = stop + 1
    return count


@borrowing
def _begin(span: np.uint64) -> int:
    return int(np.int64(span >> np.uint64(_HALF)))


@borrowing
def _length(span: np.uint64) -> int:
    return int(np.int64(span & np.uint64(0xFFFFFFFF)) - np.int64(span >> np.uint64(_HALF)))


@borrowing
def _compare(chars: Chars, start: int, span: np.uint64, other_start: int, other: np.uint64) -> int:
    """Return -1, 0 or 1 as one token comes before, is, or comes after another, by their characters."""
    length, other_length = _length(span), _length(other)
    place, other_place = start + _begin(span), other_start + _begin(other)
    for step in range(min(length, other_length)):
        one, two = chars[place + step], chars[other_place + step]
        if one != two:
            return -1 if one < two else 1
    return 0 if length == other_length else (-1 if length < other_length else 1)


@borrowing
def _append(chars: Chars, start: int, span: np.uint64, work: Words, base: int, filled: int) -> int:
    """Append a token to the text in ``work[base:base + filled]``, after a blank, and return its length then."""
    if filled:
        work[base + filled] = np.uint64(BLANK)
        filled += 1
    for step in range(_length(span)):
        work[base + filled] = np.uint64(chars[start + _begin(span) + step])
        filled += 1
    return filled
