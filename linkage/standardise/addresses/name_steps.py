"""The steps of the grammar that read a name: a word that one follows, what ends that of a street, and plain words.

Each returns where it ended, or where it began if the token there is not its own.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.jit import borrowing
from linkage.similarity.packed import mix_key
from linkage.standardise.addresses.numbers import (
    HOUSE_LETTERS,
    KIND,
    LENGTH,
    NONE,
    ROLE,
    TEXT,
    TRAITS,
    VALUE,
    WRITTEN,
    begins_house,
    drop,
    house_end,
    is_letters,
    is_name,
    rename,
    spelled,
    take,
)
from linkage.standardise.addresses.roles import (
    ALLEY,
    BALI,
    DISTRICT,
    ESTATE,
    HAMLET,
    HOUSE,
    LEAD,
    MARK,
    PROVINCE,
    REGENCY,
    REST,
    STREET,
    STREET_NUMBER,
    VILLAGE,
    Texts,
)
from linkage.standardise.addresses.state import (
    CURRENT,
    FILLED,
    OPENED,
    STREET_NUMBER_FOUND,
    USED,
    close_part,
    open_part,
    take_once,
)
from linkage.standardise.addresses.vocabulary import (
    ALLEY_MARK,
    BANJAR_TEXT,
    BARU_TEXT,
    CITY_MARK,
    ESTATE_KEPT,
    FIRST_NAME_MARK,
    HAMLET_MARK,
    NOT_CITY,
    NUMBER,
    ROMAN,
    ROMAN_LETTER,
    SHORT_BANJAR,
)
from linkage.standardise.column import Int64

_REGION_WORDS: Final = 4
_ROLE_OF_MARK = np.array([STREET, ALLEY, ESTATE, ESTATE, HAMLET, VILLAGE, DISTRICT, REGENCY, REGENCY, PROVINCE])


@borrowing
def read_name_mark(words: Int64, at: int, end: int, state: Int64, context: int) -> int:
    """A word that a name follows: JALAN, DUSUN, KEC. Right behind another one it is part of the name (JALAN DESA)."""
    kind = int(words[at, KIND])
    followed = at + 1 < end and (is_name(words[at + 1, KIND]) or words[at + 1, KIND] >= FIRST_NAME_MARK)
    if kind == SHORT_BANJAR:
        after_name = at > 0 and (state[FILLED] or (state[CURRENT] != NONE and not followed))
        banjar = followed and (context == BALI or (context == NONE and not after_name))
        words[at, TEXT] = BANJAR_TEXT if banjar else BARU_TEXT
        if not banjar:
            return at
        kind = HAMLET_MARK
    role = _ROLE_OF_MARK[kind - FIRST_NAME_MARK]
    current = state[CURRENT]
    if current != NONE and not state[FILLED]:
        if current != role and not (current == STREET and kind == ALLEY_MARK):
            return at
        if current != role:
            open_part(state, role)
        words[at, ROLE] = MARK
        return at + 1
    if not followed:
        if state[FILLED]:
            return at
        words[at, ROLE] = MARK
        return at + 1
    if kind == CITY_MARK and words[at + 1, TRAITS] & NOT_CITY:
        return at
    if role == VILLAGE and state[USED + VILLAGE] and not state[USED + HAMLET]:
        rename(words, 0, at, VILLAGE, HAMLET)  # DS for dusun, then the desa
        state[USED + HAMLET] = 1
        state[USED + VILLAGE] = 0
    open_part(state, role)
    words[at, ROLE] = MARK
    if kind == ESTATE_KEPT:
        words[at, ROLE] = state[CURRENT]
        state[FILLED] = 1
    return at + 1


@borrowing
def read_street_end(words: Int64, at: int, end: int, state: Int64) -> int:
    """What ends the name of a street: letters and a number, its house; a Roman number, which of several streets."""
    kind = words[at, KIND]
    if state[CURRENT] != STREET or not state[FILLED]:
        return at
    if not state[USED + HOUSE] and begins_house(words, at, end):
        after = house_end(words, at, end)
        if after > at:
            take_once(words, at, after, state, HOUSE)
            close_part(state)
        return after
    if kind in (ROMAN, ROMAN_LETTER) and state[STREET_NUMBER_FOUND] == 0 and not spelled(words, at, end):
        state[STREET_NUMBER_FOUND] = words[at, VALUE]
        words[at, ROLE] = STREET_NUMBER
        return at + 1
    return at


@borrowing
def read_plain(words: Int64, at: int, end: int, state: Int64, texts: Texts) -> int:
    """A word of the part that is open; with none open, the head of the address, a region, or left over."""
    if state[CURRENT] == NONE:
        if state[OPENED]:
            after = _regions(words, at, end, state, texts)
            if after > at:
                return after
        state[CURRENT] = REST if state[OPENED] else LEAD
        state[OPENED] = 1
    after = at
    brief = words[at, LENGTH] <= HOUSE_LETTERS
    if words[at, KIND] == NUMBER or (brief and begins_house(words, at, end)):
        after = house_end(words, at, end)
    if after > at + 1:
        drop(words, at, after)
        take(words, at, after, state[CURRENT])
    else:
        after = at + 1
        words[at, ROLE] = state[CURRENT]
        if brief and spelled(words, at, end):
            words[at, TEXT] = words[at, WRITTEN]
    state[FILLED] = 1
    return after


@borrowing
def _regions(words: Int64, at: int, end: int, state: Int64, texts: Texts) -> int:
    """Words without a mark of which the last are the name of a region."""
    if not is_letters(words[at, KIND]):
        return at
    after = at + 1
    while after < end and is_letters(words[after, KIND]):
        after += 1
    start, role = _region_suffix(words, at, after, texts)
    if role == NONE or state[USED + role]:
        return at
    for place in range(at, after):
        words[place, ROLE] = REST if place < start else role
        if spelled(words, place, end):
            words[place, TEXT] = words[place, WRITTEN]
    state[USED + role] = 1
    return after


@borrowing
def _region_suffix(words: Int64, at: int, end: int, texts: Texts) -> tuple[int, int]:
    """Return where the longest run of last words begins that is a region's name, and its role; else (end, NONE)."""
    first = max(at, end - _REGION_WORDS)
    for start in range(first, end):
        value = np.uint64(0xCBF29CE484222325)
        for place in range(start, end):
            text = words[place, TEXT]
            for position in range(texts.edges[text], texts.edges[text + 1]):
                value = (value ^ np.uint64(texts.chars[position])) * np.uint64(0x100000001B3)
        key = mix_key(np.uint64(0), value)
        found = np.searchsorted(texts.known, key)
        if found < texts.known.shape[0] and texts.known[found] == key:
            return start, PROVINCE if texts.is_province[found] else REGENCY
    return end, NONE
