"""The grammar of Indonesian addresses: one pass over the tokens of each, which says what every token is part of.

A word such as JALAN, DUSUN or KEC names what the words after it are, up to the next such word or a comma. Words before
the first of them are a street where a house number follows, an estate where a block follows, else a hamlet: a rural
address is often nothing else. Words after a house number or a comma are a regency or province where the table of
regions knows them.

Each step below looks at one kind of token. It returns where it ended, or where it began if the token is not its own.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from linkage.similarity.jit import kernel
from linkage.similarity.packed import mix_key
from linkage.standardise.addresses.numbers import (
    GLUED,
    HOUSE_LETTERS,
    JOIN,
    KIND,
    LENGTH,
    MOST_UNITS,
    N_COLUMNS,
    N_TRAITS,
    NONE,
    POSTCODES,
    ROLE,
    TEXT,
    TRAITS,
    UNIT_DIGITS,
    VALUE,
    WRITTEN,
    begins_house,
    block_end,
    drop,
    house_end,
    is_letters,
    is_name,
    number_end,
    pair_end,
    rename,
    spelled,
    take,
)
from linkage.standardise.addresses.vocabulary import (
    ALLEY_MARK,
    BANJAR_TEXT,
    BARU_TEXT,
    BLOCK_MARK,
    BOTH_MARK,
    CITY_MARK,
    COMMA,
    DASH,
    ESTATE_KEPT,
    FIRST_NAME_MARK,
    HAMLET_MARK,
    HOUSE_MARK,
    KILOMETRE,
    KODE,
    LEADING_ZERO,
    LETTER,
    LOT_MARK,
    NOT_CITY,
    NUMBER,
    POS,
    POSTCODE_MARK,
    ROMAN,
    ROMAN_LETTER,
    RT_MARK,
    RW_MARK,
    SHORT_BANJAR,
    SLASH,
)
from linkage.standardise.column import Int32, Int64, UInt8, UInt64

MARK: Final = 1
"""A word that says what follows; part of the whole text alone."""
UNIT: Final = 2
"""RT, RW and their numbers."""
STREET: Final = 3
ALLEY: Final = 4
ESTATE: Final = 5
BLOCK: Final = 6
HOUSE: Final = 7
HAMLET: Final = 8
VILLAGE: Final = 9
DISTRICT: Final = 10
REGENCY: Final = 11
PROVINCE: Final = 12
POSTCODE: Final = 13
REST: Final = 14
STREET_NUMBER: Final = 15
_LEAD: Final = 16
_N_ROLES: Final = 17

BALI: Final = 1
"""Region context of an address: it lies in Bali. 0: not known."""
ELSEWHERE: Final = 2

_REGION_WORDS: Final = 4
_R, _T, _W = ord("R"), ord("T"), ord("W")
_ROLE_OF_MARK = np.array([STREET, ALLEY, ESTATE, ESTATE, HAMLET, VILLAGE, DISTRICT, REGENCY, REGENCY, PROVINCE])

# Where the state of one address stands: the role that words get, whether it has one, whether any part has begun, the
# numbers found, and from _USED on one flag for each role that is taken.
_CURRENT, _FILLED, _OPENED, _RT, _RW, _STREET_NUMBER, _POSTCODE, _USED = range(8)
_STATE_SIZE: Final = _USED + _N_ROLES


class Texts(NamedTuple):
    """The texts of tokens, packed, and the sorted hashes of region names, with 1 for a province."""

    chars: UInt8
    edges: Int64
    known: UInt64
    is_province: UInt8


class Roles(NamedTuple):
    """What the grammar says of all tokens (n_tokens,), and of the numbers of each address.

    ``texts`` int64, ``roles`` uint8 and ``joins`` uint8 as the columns of ``numbers``; ``units`` int32 (n, 4): RT, RW,
    street number and postcode, 0 for none.
    """

    texts: Int64
    roles: UInt8
    joins: UInt8
    units: Int32


@kernel
def assign_roles(
    traits: Int64, offsets: Int64, codes: Int64, glued: UInt8, contexts: UInt8, texts: Texts, roles: Roles
) -> None:
    """Write the roles of all tokens.

    ``traits`` int64 (n_distinct, 6) of the distinct tokens that ``codes`` (n_tokens,) point to. ``contexts`` uint8
    (n,): :data:`BALI`, :data:`ELSEWHERE` or 0.
    """
    state = np.zeros(_STATE_SIZE, np.int64)
    longest = 0
    for text in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[text + 1] - offsets[text])
    words = np.zeros((longest, N_COLUMNS), np.int64)
    for text in range(offsets.shape[0] - 1):
        begin = offsets[text]
        end = offsets[text + 1] - begin
        for at in range(end):
            for column in range(N_TRAITS):
                words[at, column] = traits[codes[begin + at], column]
            words[at, GLUED] = glued[begin + at]
            words[at, ROLE] = NONE
            words[at, JOIN] = 0
        state[:] = 0
        at = 0
        while at < end:
            at = _step(words, at, end, state, contexts[text], texts)
        rename(words, 0, end, _LEAD, REST if state[_USED + HAMLET] else HAMLET)
        for at in range(end):
            roles.texts[begin + at] = words[at, TEXT]
            roles.roles[begin + at] = words[at, ROLE]
            roles.joins[begin + at] = words[at, JOIN]
        for unit in range(4):
            roles.units[text, unit] = state[_RT + unit]


@kernel
def _step(words: Int64, at: int, end: int, state: Int64, context: int, texts: Texts) -> int:
    """Read what stands at ``at`` and return where the next begins."""
    kind = int(words[at, KIND])
    words[at, ROLE] = NONE
    if kind in (SLASH, DASH):
        return at + 1
    if kind == COMMA:
        if state[_FILLED]:
            _close(state)
        return at + 1
    # Most tokens are words, so each step is asked only for what it can be.
    letters = kind <= ROMAN_LETTER and words[at, LENGTH] <= HOUSE_LETTERS
    after = at
    if RT_MARK <= kind <= BOTH_MARK or kind == LETTER:
        after = _units(words, at, end, state)
    if after == at and kind == HOUSE_MARK:
        after = _house(words, at, end, state)
    if after == at and (letters or kind in (BLOCK_MARK, LOT_MARK)):
        after = _block(words, at, end, state)
    if after == at and kind in (POSTCODE_MARK, KODE):
        after = _postcode(words, at, end, state)
    if after == at and (kind == SHORT_BANJAR or kind >= FIRST_NAME_MARK):
        after = _name_mark(words, at, end, state, context)
    if after == at and kind == NUMBER:
        after = _number(words, at, end, state)
    if after == at and state[_CURRENT] == STREET and (letters or kind == ROMAN):
        after = _street_end(words, at, end, state)
    if after == at:
        after = _plain(words, at, end, state, texts)
    return after


@kernel
def _close(state: Int64) -> None:
    state[_CURRENT] = NONE
    state[_FILLED] = 0


@kernel
def _open(state: Int64, role: int) -> None:
    """Let the words to come have a role, or be left over where it is taken."""
    state[_CURRENT] = REST if state[_USED + role] else role
    state[_USED + role] = 1
    state[_FILLED] = 0
    state[_OPENED] = 1


@kernel
def _settle_lead(words: Int64, at: int, state: Int64, role: int) -> None:
    """The words at the head of the address turn out to be a street or an estate."""
    if state[_CURRENT] == _LEAD:
        rename(words, 0, at, _LEAD, REST if state[_USED + role] else role)
        state[_USED + role] = 1


@kernel
def _take_once(words: Int64, at: int, end: int, state: Int64, role: int) -> None:
    """Take a house number or block, left over where there is one already."""
    drop(words, at, end)
    take(words, at, end, REST if state[_USED + role] else role)
    state[_USED + role] = 1


@kernel
def _sign_at(words: Int64, at: int, end: int) -> bool:
    return bool(at < end and (words[at, KIND] == SLASH or words[at, KIND] == DASH))


@kernel
def _unit_mark(words: Int64, at: int, end: int) -> tuple[int, int]:
    """Return RT_MARK, RW_MARK, BOTH_MARK or NONE, and where the mark ends; R.T. is one when a number follows."""
    kind = int(words[at, KIND])
    if RT_MARK <= kind <= BOTH_MARK:
        return kind, at + 1
    if kind == LETTER and words[at, VALUE] == _R and at + 1 < end and words[at + 1, KIND] == LETTER:
        second = words[at + 1, VALUE]
        number = at + 3 if _sign_at(words, at + 2, end) else at + 2
        if second in (_T, _W) and number_end(words, number, end)[0] >= 0:
            return RT_MARK if second == _T else RW_MARK, at + 2
    return NONE, at


@kernel
def _units(words: Int64, at: int, end: int, state: Int64) -> int:
    """RT and RW, in either order, with their numbers after each or after both (RT/RW 003/005)."""
    mark, start = _unit_mark(words, at, end)
    if mark == NONE:
        return at
    while _sign_at(words, start, end):
        start += 1
    first, second, after = -1, -1, at
    other = start < end and (words[start, KIND] == RT_MARK or words[start, KIND] == RW_MARK)
    if mark == BOTH_MARK or (other and words[start, KIND] != mark):
        place = start + 1 if other else start
        while _sign_at(words, place, end):
            place += 1
        first, second, after = pair_end(words, place, end)
    if first < 0 and not other:
        if mark != RW_MARK:
            first, second, after = pair_end(words, start, end)
        if first < 0:
            first, after = number_end(words, start, end)
            second = -1
    if first < 0 or first > MOST_UNITS:
        return at + 1  # the word alone says nothing
    if mark == RW_MARK:
        first, second = second, first
    if state[_RT] == 0 and first > 0:
        state[_RT] = first
    if state[_RW] == 0 and second > 0:
        state[_RW] = second
    for place in range(at, after):
        words[place, ROLE] = UNIT
    _close(state)
    return after


@kernel
def _house(words: Int64, at: int, end: int, state: Int64) -> int:
    """NO and a house number; NO alone or with zero says nothing."""
    after = house_end(words, at + 1, end)
    if after == at + 1:
        return after
    if after == at + 2 and words[at + 1, KIND] == NUMBER and words[at + 1, VALUE] == 0:
        drop(words, at, after)
        _close(state)
        return after
    _take_once(words, at + 1, after, state, HOUSE)
    words[at, ROLE] = MARK
    _settle_lead(words, at, state, STREET)
    _close(state)
    state[_OPENED] = 1
    return after


@kernel
def _block(words: Int64, at: int, end: int, state: Int64) -> int:
    """BLOK or KAVLING, or letters and a number at the end of an estate (GRIYA ASRI C3/12)."""
    marked = words[at, KIND] == BLOCK_MARK or words[at, KIND] == LOT_MARK
    in_estate = state[_FILLED] and (state[_CURRENT] == ESTATE or state[_CURRENT] == _LEAD)
    if not marked and not (in_estate and not state[_USED + BLOCK] and begins_house(words, at, end)):
        return at
    start = at + 1 if marked else at
    after = block_end(words, start, end)
    if marked:
        words[at, ROLE] = MARK
    if after == start:
        if start < end and is_name(words[start, KIND]):
            # BLOK and a word is a hamlet (Cirebon, Indramayu, Majalengka); a lot with a name is an estate.
            _open(state, HAMLET if words[at, KIND] == BLOCK_MARK else ESTATE)
        return start
    _take_once(words, start, after, state, BLOCK)
    _settle_lead(words, at, state, ESTATE)
    _close(state)
    state[_OPENED] = 1
    return _house_of_block(words, after, end, state)


@kernel
def _house_of_block(words: Int64, at: int, end: int, state: Int64) -> int:
    """The number after a block, with a slash (C3/12) or without (C3 12)."""
    slash = at < end and words[at, KIND] == SLASH
    start = at + 1 if slash else at
    if start >= end or words[start, KIND] != NUMBER or (state[_USED + HOUSE] and not slash):
        return at
    units = not slash and pair_end(words, start, end)[2] > start
    if units or words[start, VALUE] >= POSTCODES or words[start, VALUE] == 0:
        return at
    after = house_end(words, start, end)
    _take_once(words, start, after, state, HOUSE)
    if slash:
        words[at, ROLE] = MARK
        words[at, JOIN] = 1
        words[start, JOIN] = 1
    return after


@kernel
def _postcode(words: Int64, at: int, end: int, state: Int64) -> int:
    """KODEPOS or KODE POS and a number."""
    start = at + 1
    if words[at, KIND] == KODE:
        if start >= end or not words[start, TRAITS] & POS:
            return at
        start += 1
    if start >= end or words[start, KIND] != NUMBER:
        return at
    for place in range(at, start):
        words[place, ROLE] = MARK
    fits = POSTCODES <= words[start, VALUE] < 10 * POSTCODES and state[_POSTCODE] == 0
    words[start, ROLE] = POSTCODE if fits else REST
    if fits:
        state[_POSTCODE] = words[start, VALUE]
    _close(state)
    state[_OPENED] = 1
    return start + 1


@kernel
def _name_mark(words: Int64, at: int, end: int, state: Int64, context: int) -> int:
    """A word that a name follows: JALAN, DUSUN, KEC. Right behind another one it is part of the name (JALAN DESA)."""
    kind = int(words[at, KIND])
    followed = at + 1 < end and (is_name(words[at + 1, KIND]) or words[at + 1, KIND] >= FIRST_NAME_MARK)
    if kind == SHORT_BANJAR:
        after_name = at > 0 and (state[_FILLED] or (state[_CURRENT] != NONE and not followed))
        banjar = followed and (context == BALI or (context == NONE and not after_name))
        words[at, TEXT] = BANJAR_TEXT if banjar else BARU_TEXT
        if not banjar:
            return at
        kind = HAMLET_MARK
    role = _ROLE_OF_MARK[kind - FIRST_NAME_MARK]
    current = state[_CURRENT]
    if current != NONE and not state[_FILLED]:
        if current != role and not (current == STREET and kind == ALLEY_MARK):
            return at
        if current != role:
            _open(state, role)
        words[at, ROLE] = MARK
        return at + 1
    if not followed:
        if state[_FILLED]:
            return at
        words[at, ROLE] = MARK
        return at + 1
    if kind == CITY_MARK and words[at + 1, TRAITS] & NOT_CITY:
        return at
    if role == VILLAGE and state[_USED + VILLAGE] and not state[_USED + HAMLET]:
        rename(words, 0, at, VILLAGE, HAMLET)  # DS for dusun, then the desa
        state[_USED + HAMLET] = 1
        state[_USED + VILLAGE] = 0
    _open(state, role)
    words[at, ROLE] = MARK
    if kind == ESTATE_KEPT:
        words[at, ROLE] = state[_CURRENT]
        state[_FILLED] = 1
    return at + 1


@kernel
def _number(words: Int64, at: int, end: int, state: Int64) -> int:
    """Bare RT and RW (001/002), a bare postcode, or the number of a street or of a house in it."""
    open_name = state[_CURRENT] != NONE and not state[_FILLED]
    if not open_name and _bare_units(words, at, end) and state[_RT] == 0 and state[_RW] == 0:
        state[_RT], state[_RW] = words[at, VALUE], words[at + 2, VALUE]
        for place in range(at, at + 3):
            words[place, ROLE] = UNIT
        _close(state)
        return at + 3
    if not open_name and POSTCODES <= words[at, VALUE] < 10 * POSTCODES and state[_POSTCODE] == 0:
        state[_POSTCODE] = words[at, VALUE]
        words[at, ROLE] = POSTCODE
        _close(state)
        state[_OPENED] = 1
        return at + 1
    if state[_CURRENT] != STREET or not state[_FILLED]:
        return at
    if words[at - 1, TRAITS] & KILOMETRE:
        words[at, ROLE] = STREET
        return at + 1
    before_house = at + 1 < end and words[at + 1, KIND] == HOUSE_MARK and house_end(words, at + 2, end) > at + 2
    if before_house and words[at, VALUE] > 0:
        if state[_STREET_NUMBER] == 0 and words[at, VALUE] <= MOST_UNITS:
            state[_STREET_NUMBER] = words[at, VALUE]
            words[at, ROLE] = STREET_NUMBER
        else:
            words[at, ROLE] = STREET
        return at + 1
    if state[_USED + HOUSE]:
        return at
    after = house_end(words, at, end)
    if after > at + 1 or words[at, VALUE] > 0:
        _take_once(words, at, after, state, HOUSE)
    else:
        words[at, ROLE] = MARK  # a zero says nothing, but it stands there
    _close(state)
    return after


@kernel
def _bare_units(words: Int64, at: int, end: int) -> bool:
    """Whether three digits, a sign and three digits stand there, one of them with a zero before: 001/002."""
    if at + 2 >= end or words[at + 2, KIND] != NUMBER or not _sign_at(words, at + 1, end):
        return False
    three = words[at, LENGTH] == UNIT_DIGITS and words[at + 2, LENGTH] == UNIT_DIGITS
    return bool(three and (words[at, TRAITS] | words[at + 2, TRAITS]) & LEADING_ZERO)


@kernel
def _street_end(words: Int64, at: int, end: int, state: Int64) -> int:
    """What ends the name of a street: letters and a number, its house; a Roman number, which of several streets."""
    kind = words[at, KIND]
    if state[_CURRENT] != STREET or not state[_FILLED]:
        return at
    if not state[_USED + HOUSE] and begins_house(words, at, end):
        after = house_end(words, at, end)
        if after > at:
            _take_once(words, at, after, state, HOUSE)
            _close(state)
        return after
    if kind in (ROMAN, ROMAN_LETTER) and state[_STREET_NUMBER] == 0 and not spelled(words, at, end):
        state[_STREET_NUMBER] = words[at, VALUE]
        words[at, ROLE] = STREET_NUMBER
        return at + 1
    return at


@kernel
def _plain(words: Int64, at: int, end: int, state: Int64, texts: Texts) -> int:
    """A word of the part that is open; with none open, the head of the address, a region, or left over."""
    if state[_CURRENT] == NONE:
        if state[_OPENED]:
            after = _regions(words, at, end, state, texts)
            if after > at:
                return after
        state[_CURRENT] = REST if state[_OPENED] else _LEAD
        state[_OPENED] = 1
    after = at
    brief = words[at, LENGTH] <= HOUSE_LETTERS
    if words[at, KIND] == NUMBER or (brief and begins_house(words, at, end)):
        after = house_end(words, at, end)
    if after > at + 1:
        drop(words, at, after)
        take(words, at, after, state[_CURRENT])
    else:
        after = at + 1
        words[at, ROLE] = state[_CURRENT]
        if brief and spelled(words, at, end):
            words[at, TEXT] = words[at, WRITTEN]
    state[_FILLED] = 1
    return after


@kernel
def _regions(words: Int64, at: int, end: int, state: Int64, texts: Texts) -> int:
    """Words without a mark of which the last are the name of a region."""
    if not is_letters(words[at, KIND]):
        return at
    after = at + 1
    while after < end and is_letters(words[after, KIND]):
        after += 1
    start, role = _region_suffix(words, at, after, texts)
    if role == NONE or state[_USED + role]:
        return at
    for place in range(at, after):
        words[place, ROLE] = REST if place < start else role
        if spelled(words, place, end):
            words[place, TEXT] = words[place, WRITTEN]
    state[_USED + role] = 1
    return after


@kernel
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
