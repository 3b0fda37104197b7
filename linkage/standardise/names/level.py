"""How two names of one column agree: the name levels, computed here alone and called by the pair pass.

The rule behind all levels: a token may be missing on *one* side. What is left over on both sides contradicts:
another clan name (HARAHAP, LUBIS), another place among siblings (WAYAN, MADE), another given name.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import kernel
from linkage.similarity.packed import pack_texts
from linkage.similarity.strings import jaro_winkler
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.names.columns import religion_code, standardise_names
from linkage.standardise.names.keys import INITIAL_BIT, LETTER_BITS
from linkage.standardise.names.letters import at_width, same_letters, sexes_differ, similar_letters, span

DIFFERENT: Final = 0
SIMILAR: Final = 1
PARTIAL: Final = 2
PHONETIC: Final = 3
EQUAL: Final = 4
RELATION_NAMES: Final = ("different", "similar", "partial", "phonetic", "equal")
"""Relations by code, best last."""

MONONYM_FROM: Final = 0.85
MOST_TOKENS: Final = 63
"""Names of more tokens are compared as texts only."""

Chars = npt.NDArray[np.uint16]
Bits = npt.NDArray[np.uint64]

_LETTER = (1 << LETTER_BITS) - 1


@kernel
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
        else:
            best = _by_tokens(left, right, token_offsets, token_ids, token_soft, key_offsets, keys, chars, char_offsets)
        if best != DIFFERENT:
            return best
    if not similar_letters(left, right, chars, char_offsets):
        return DIFFERENT
    if sexes_differ(left, right, token_offsets, token_ids, key_offsets, keys, chars, char_offsets):
        return DIFFERENT
    return SIMILAR


@kernel
def _meet(left: int, right: int, key_offsets: Int64, keys: Int32) -> bool:
    """Return whether the key sets of two tokens meet."""
    # Sets of one to four: comparing all with all is quicker than a merge, whose turns cannot be predicted.
    for i in range(key_offsets[left], key_offsets[left + 1]):
        for j in range(key_offsets[right], key_offsets[right + 1]):
            if keys[i] == keys[j]:
                return True
    return False


@kernel
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
    likeness = jaro_winkler(
        chars, char_offsets[left], char_offsets[left + 1], char_offsets[right], char_offsets[right + 1]
    )
    return PHONETIC if likeness >= MONONYM_FROM else SIMILAR


@kernel
def sound_alike(left: int, right: int, token_offsets: Int64, token_ids: Int32, key_offsets: Int64, keys: Int32) -> bool:
    """Return whether two values of one token each sound alike, however far apart their letters are."""
    if token_offsets[left + 1] - token_offsets[left] != 1 or token_offsets[right + 1] - token_offsets[right] != 1:
        return False
    return _meet(token_ids[token_offsets[left]], token_ids[token_offsets[right]], key_offsets, keys)


@kernel
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
    anchored = False
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
    # Most pairs of a block end here, before anything is allocated: a token of the shorter name without counterpart.
    cut = at_width(char_offsets[left + 1] - char_offsets[left]) or at_width(
        char_offsets[right + 1] - char_offsets[right]
    )
    for i in range(left_count):
        if not (left_open >> np.uint64(i)) & one:
            continue
        first = token_ids[left_begin + i]
        found = False
        for j in range(right_count):
            if not (right_open >> np.uint64(j)) & one:
                continue
            second = token_ids[right_begin + j]
            if _meet(first, second, key_offsets, keys):
                found = True
                break
            if (cut or (keys[key_offsets[first]] | keys[key_offsets[second]]) & INITIAL_BIT) and _shortened(
                left, i, right, j, token_offsets, token_ids, key_offsets, keys, chars, char_offsets
            ):
                found = True
                break
        if not found:
            return DIFFERENT
    sounds = np.zeros(left_count, np.uint64)
    sounded = np.zeros(right_count, np.uint64)
    counterparts = np.zeros(left_count, np.uint64)
    hard_open = np.uint64(0)
    for j in range(right_count):
        if token_soft[right_begin + j] == 0:
            hard_open |= right_open & (one << np.uint64(j))
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
                sounds[i] |= one << np.uint64(j)
                sounded[j] |= one << np.uint64(i)
                counterparts[i] |= one << np.uint64(j)
            elif _shortened(left, i, right, j, token_offsets, token_ids, key_offsets, keys, chars, char_offsets):
                counterparts[i] |= one << np.uint64(j)
    # A matching that covers one set on the left and one that covers another on the right can always be made one
    # that covers both (Mendelsohn and Dulmage 1958), so the two sides are asked separately.
    if left_count > 1 and _covers(sounds, left_open, right_count) and _covers(sounded, hard_open, left_count):
        return PHONETIC
    if anchored and _covers(counterparts, left_open, right_count):
        return PARTIAL
    return DIFFERENT


@kernel
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


@kernel
def _begins(initial: int, token: int, key_offsets: Int64, keys: Int32) -> bool:
    """Return whether a key of the token begins with the letter of the initial."""
    letter = keys[key_offsets[initial]] & _LETTER
    if letter == 0:
        return False
    place, end = key_offsets[token], key_offsets[token + 1]
    while place < end and keys[place] & _LETTER != letter:
        place += 1
    return bool(place < end)


@kernel
def _covers(edges: Bits, wanted: np.uint64, other_count: int) -> bool:
    """Return whether a one-to-one matching gives every wanted token a partner (augmenting paths, Berge 1957)."""
    one = np.uint64(1)
    partner = np.full(edges.shape[0], -1, np.int64)
    taken_by = np.full(other_count, -1, np.int64)
    came_from = np.empty(other_count, np.int64)
    queue = np.empty(edges.shape[0], np.int64)
    for start in range(edges.shape[0]):
        if not (wanted >> np.uint64(start)) & one:
            continue
        seen = np.uint64(0)
        queue[0] = start
        waiting, free = 1, -1
        done = 0
        while done < waiting and free < 0:
            token = queue[done]
            done += 1
            for other in range(other_count):
                bit = one << np.uint64(other)
                if not edges[token] & bit or seen & bit:
                    continue
                seen |= bit
                came_from[other] = token
                if taken_by[other] < 0:
                    free = other
                    break
                queue[waiting] = taken_by[other]
                waiting += 1
        if free < 0:
            return False
        while free >= 0:
            token = came_from[free]
            before = partner[token]
            partner[token] = free
            taken_by[free] = token
            free = before
    return True


def name_relation_of(left: str, right: str, religion: str | None = None) -> str:
    """Return the relation of two raw names in words (:data:`RELATION_NAMES`), or ``missing`` when either says nothing.

    ``religion`` (SIAK number or name, of both) settles abbreviations. For people and tests; the pair pass calls
    :func:`name_relation`.
    """
    codes = np.full(2, religion_code(religion), np.uint8)
    column = standardise_names(pa.array([left, right], pa.string()), codes)
    first, second = (int(index) for index in column.mapping)
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
