"""How two names of one column agree: the name levels, computed here alone and called by the pair pass.

The rule behind all levels: a token may be missing on *one* side. What is left over on both sides contradicts:
another clan name (HARAHAP, LUBIS), another place among siblings (WAYAN, MADE), another given name.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from linkage.similarity.jit import borrowing, scratch_words
from linkage.similarity.packed import Chars, Words, pack_texts
from linkage.similarity.strings import jaro_winkler_at_least
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.names.columns import religion_code, standardise_names
from linkage.standardise.names.keys import INITIAL_BIT, LETTER_BITS
from linkage.standardise.names.letters import at_width, same_letters, sexes_differ, similar_letters, span
from linkage.standardise.names.matching import MOST_MATCHED, covers

DIFFERENT: Final = 0
SIMILAR: Final = 1
PARTIAL: Final = 2
PHONETIC: Final = 3
EQUAL: Final = 4
RELATION_NAMES: Final = ("different", "similar", "partial", "phonetic", "equal")
"""Relations by code, best last."""

MONONYM_FROM: Final = 0.85
MOST_TOKENS: Final = MOST_MATCHED
"""Names of more tokens are compared as texts only."""

_SOUNDS: Final = 0
_SOUNDED: Final = 64
_COUNTERPARTS: Final = 128

_LETTER = (1 << LETTER_BITS) - 1


@borrowing
def name_relation(
    left: int,
    right: int,
    token_offsets: Int64,
    token_ids: Int32,
    token_soft: UInt8,
    key_offsets: Int64,
    keys: Int32,
    chars: Chars,
    char_offsets: Int64,
) -> int:
    """Return the relation of two values (indexes >= 0) of one column of names; the order of the two does not matter.

    ``EQUAL``: the same canonical tokens in any order, or the same letters with blanks elsewhere (N17). ``PHONETIC``:
    every hard token of either side sounds like one of the other (their KFI sets meet), one to one, and every token of
    the name with fewer. ``PARTIAL``: every token of the shorter name has its own counterpart in the longer one, by
    sound, as an initial, or cut at the width of a register's column, and at least one hard pair sounds alike.
    ``SIMILAR``: Jaro-Winkler of the names is at least 0.92 and no final vowel tells a man from a woman.

    A name of one token has little tolerance: against another of one token, PHONETIC takes Jaro-Winkler 0.85 as well
    (SIMILAR below that); against a longer name it is PARTIAL at best.

    The arrays are those of :class:`linkage.standardise.column.NameForms`, and ``chars``, ``char_offsets`` of
    :func:`linkage.similarity.packed.pack_texts` over the column's values, the codes from
    :func:`linkage.standardise.names.keys.phonetic_codes`.
    """
    if left == right:
        return EQUAL
    left_count = token_offsets[left + 1] - token_offsets[left]
    right_count = token_offsets[right + 1] - token_offsets[right]
    # From here on left is the shorter name, so that both orders of the call walk the same way.
    if left_count > right_count or (left_count == right_count and left > right):
        left, right = right, left
        left_count, right_count = right_count, left_count
    best = DIFFERENT
    if right_count <= MOST_TOKENS:
        if right_count == 1:
            best = _mononyms(left, right, token_offsets, token_ids, key_offsets, keys, chars, char_offsets)
        elif _lacks_counterpart(left, right, token_offsets, token_ids, key_offsets, keys, char_offsets):
            if same_letters(left, right, left_count, right_count, chars, char_offsets):
                return EQUAL
        else:
            best = _by_tokens(left, right, token_offsets, token_ids, token_soft, key_offsets, keys, chars, char_offsets)
        if best != DIFFERENT:
            return best
    if not similar_letters(left, right, chars, char_offsets):
        return DIFFERENT
    if sexes_differ(left, right, token_offsets, token_ids, key_offsets, keys, chars, char_offsets):
        return DIFFERENT
    return SIMILAR


@borrowing
def _lacks_counterpart(
    left: int,
    right: int,
    token_offsets: Int64,
    token_ids: Int32,
    key_offsets: Int64,
    keys: Int32,
    char_offsets: Int64,
) -> bool:
    """Return whether a token of the shorter name certainly has no counterpart, so that the tokens alone say nothing.

    Most pairs of a block end here. False where an initial, or a name as wide as a column, needs a closer look.
    """
    if at_width(char_offsets[left + 1] - char_offsets[left]):
        return False
    if at_width(char_offsets[right + 1] - char_offsets[right]):
        return False
    right_begin, right_end = token_offsets[right], token_offsets[right + 1]
    for i in range(token_offsets[left], token_offsets[left + 1]):
        first = token_ids[i]
        start, end = key_offsets[first], key_offsets[first + 1]
        key = keys[start]
        if key & INITIAL_BIT:
            continue
        possible = False
        for j in range(right_begin, right_end):
            second = token_ids[j]
            place = key_offsets[second]
            # The first keys are equal for an equal token, and mostly for one that sounds alike.
            if keys[place] == key or keys[place] & INITIAL_BIT:
                possible = True
                break
            several = end - start > 1 or key_offsets[second + 1] - place > 1
            if several and _meet(first, second, key_offsets, keys):
                possible = True
                break
        if not possible:
            return True
    return False


@borrowing
def _meet(left: int, right: int, key_offsets: Int64, keys: Int32) -> bool:
    """Return whether the key sets of two tokens meet."""
    # Sets of one to four: comparing all with all is quicker than a merge, whose turns cannot be predicted.
    for i in range(key_offsets[left], key_offsets[left + 1]):
        for j in range(key_offsets[right], key_offsets[right + 1]):
            if keys[i] == keys[j]:
                return True
    return False


@borrowing
def _mononyms(
    left: int,
    right: int,
    token_offsets: Int64,
    token_ids: Int32,
    key_offsets: Int64,
    keys: Int32,
    chars: Chars,
    char_offsets: Int64,
) -> int:
    if not _meet(token_ids[token_offsets[left]], token_ids[token_offsets[right]], key_offsets, keys):
        return DIFFERENT
    likeness = jaro_winkler_at_least(
        chars, char_offsets[left], char_offsets[left + 1], char_offsets[right], char_offsets[right + 1], MONONYM_FROM
    )
    return PHONETIC if likeness > 0.0 else SIMILAR


@borrowing
def sound_alike(left: int, right: int, token_offsets: Int64, token_ids: Int32, key_offsets: Int64, keys: Int32) -> bool:
    """Return whether two values of one token each sound alike, however far apart their letters are."""
    if token_offsets[left + 1] - token_offsets[left] != 1 or token_offsets[right + 1] - token_offsets[right] != 1:
        return False
    return _meet(token_ids[token_offsets[left]], token_ids[token_offsets[right]], key_offsets, keys)


@borrowing
def _by_tokens(
    left: int,
    right: int,
    token_offsets: Int64,
    token_ids: Int32,
    token_soft: UInt8,
    key_offsets: Int64,
    keys: Int32,
    chars: Chars,
    char_offsets: Int64,
) -> int:
    """Return EQUAL, PHONETIC or PARTIAL, or DIFFERENT where the tokens alone say nothing."""
    one = np.uint64(1)
    left_begin, left_count = token_offsets[left], token_offsets[left + 1] - token_offsets[left]
    right_begin, right_count = token_offsets[right], token_offsets[right + 1] - token_offsets[right]
    left_open = (one << np.uint64(left_count)) - one
    right_open = (one << np.uint64(right_count)) - one
    for i in range(left_count):
        token = token_ids[left_begin + i]
        for j in range(right_count):
            if token == token_ids[right_begin + j] and (right_open >> np.uint64(j)) & one:
                left_open ^= one << np.uint64(i)
                right_open ^= one << np.uint64(j)
                break
    if left_open == 0 and right_open == 0:
        return EQUAL
    if same_letters(left, right, left_count, right_count, chars, char_offsets):
        return EQUAL
    return _matched(
        left,
        right,
        left_open,
        right_open,
        token_offsets,
        token_ids,
        token_soft,
        key_offsets,
        keys,
        chars,
        char_offsets,
        scratch_words(),
    )


@borrowing
def _matched(
    left: int,
    right: int,
    left_open: np.uint64,
    right_open: np.uint64,
    token_offsets: Int64,
    token_ids: Int32,
    token_soft: UInt8,
    key_offsets: Int64,
    keys: Int32,
    chars: Chars,
    char_offsets: Int64,
    edges: Words,
) -> int:
    """Return PHONETIC or PARTIAL where the tokens still open can be matched one to one, else DIFFERENT."""
    one = np.uint64(1)
    left_begin, left_count = token_offsets[left], token_offsets[left + 1] - token_offsets[left]
    right_begin, right_count = token_offsets[right], token_offsets[right + 1] - token_offsets[right]
    for place in range(left_count):
        edges[_SOUNDS + place] = np.uint64(0)
        edges[_COUNTERPARTS + place] = np.uint64(0)
    hard_open = np.uint64(0)
    for j in range(right_count):
        edges[_SOUNDED + j] = np.uint64(0)
        if token_soft[right_begin + j] == 0:
            hard_open |= right_open & (one << np.uint64(j))
    anchored = False
    for i in range(left_count):
        first = token_ids[left_begin + i]
        for j in range(right_count):
            second = token_ids[right_begin + j]
            alike = first == second or _meet(first, second, key_offsets, keys)
            hard = token_soft[left_begin + i] == 0 and token_soft[right_begin + j] == 0
            if alike and hard and not (keys[key_offsets[first]] & INITIAL_BIT):
                anchored = True
            if not ((left_open >> np.uint64(i)) & one and (right_open >> np.uint64(j)) & one):
                continue
            if alike:
                edges[_SOUNDS + i] |= one << np.uint64(j)
                edges[_SOUNDED + j] |= one << np.uint64(i)
                edges[_COUNTERPARTS + i] |= one << np.uint64(j)
            elif _shortened(left, i, right, j, token_offsets, token_ids, key_offsets, keys, chars, char_offsets):
                edges[_COUNTERPARTS + i] |= one << np.uint64(j)
        if (left_open >> np.uint64(i)) & one and edges[_COUNTERPARTS + i] == np.uint64(0):
            return DIFFERENT
    # A matching that covers one set on the left and one that covers another on the right can always be made one
    # that covers both (Mendelsohn and Dulmage 1958), so the two sides are asked separately.
    if left_count > 1 and covers(edges, _SOUNDS, left_open) and covers(edges, _SOUNDED, hard_open):
        return PHONETIC
    if anchored and covers(edges, _COUNTERPARTS, left_open):
        return PARTIAL
    return DIFFERENT


@borrowing
def _shortened(
    left: int,
    i: int,
    right: int,
    j: int,
    token_offsets: Int64,
    token_ids: Int32,
    key_offsets: Int64,
    keys: Int32,
    chars: Chars,
    char_offsets: Int64,
) -> bool:
    """Return whether one token is the initial of the other, or the other cut at the width of a column."""
    first = token_ids[token_offsets[left] + i]
    second = token_ids[token_offsets[right] + j]
    left_count = token_offsets[left + 1] - token_offsets[left]
    right_count = token_offsets[right + 1] - token_offsets[right]
    left_length = char_offsets[left + 1] - char_offsets[left]
    right_length = char_offsets[right + 1] - char_offsets[right]
    left_cut = i == left_count - 1 and left_length < right_length and at_width(left_length)
    right_cut = j == right_count - 1 and right_length < left_length and at_width(right_length)
    initials = (keys[key_offsets[first]] | keys[key_offsets[second]]) & INITIAL_BIT
    if not (initials or left_cut or right_cut):
        return False
    left_start, left_end = span(left, i, left_count, chars, char_offsets)
    right_start, right_end = span(right, j, right_count, chars, char_offsets)
    shorter = min(left_end - left_start, right_end - right_start)
    if left_end - left_start == 1 and right_end - right_start > 1:
        return chars[left_start] == chars[right_start] or _begins(first, second, key_offsets, keys)
    if right_end - right_start == 1 and left_end - left_start > 1:
        return chars[left_start] == chars[right_start] or _begins(second, first, key_offsets, keys)
    if shorter == 1 or not (
        (left_cut and shorter == left_end - left_start) or (right_cut and shorter == right_end - right_start)
    ):
        return False
    step = 0
    while step < shorter and chars[left_start + step] == chars[right_start + step]:
        step += 1
    return step == shorter


@borrowing
def _begins(initial: int, token: int, key_offsets: Int64, keys: Int32) -> bool:
    """Return whether a key of the token begins with the letter of the initial."""
    letter = keys[key_offsets[initial]] & _LETTER
    if letter == 0:
        return False
    place, end = key_offsets[token], key_offsets[token + 1]
    while place < end and keys[place] & _LETTER != letter:
        place += 1
    return bool(place < end)


def name_relation_of(left: str, right: str, religion: str | None = None) -> str:
    """Return the relation of two raw names in words (:data:`RELATION_NAMES`), or ``missing`` when either says nothing.

    ``religion`` (SIAK number or name, of both) settles abbreviations. For people and tests; the pair pass calls
    :func:`name_relation`.
    """
    codes = np.full(2, religion_code(religion), np.uint8)
    column = standardise_names(pa.array([left, right], pa.string()), codes)
    # As the pair pass numbers names: plain integers would have the kernel compiled once more.
    first, second = column.mapping.astype(np.int32)
    forms = column.names
    if first < 0 or second < 0 or forms is None:
        return "missing"
    packed = pack_texts(column.values)
    code = name_relation(
        first,
        second,
        forms.token_offsets,
        forms.token_ids,
        forms.token_soft,
        forms.key_offsets,
        forms.keys,
        packed.chars,
        packed.offsets,
    )
    return RELATION_NAMES[int(code)]
