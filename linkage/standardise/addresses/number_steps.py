"""The steps of the grammar that read a number: RT and RW, a house, a block, a postcode, the number of a street.

Each returns where it ended, or where it began if the token there is not its own.
"""

from __future__ import annotations

from linkage.similarity.jit import borrowing
from linkage.standardise.addresses.numbers import (
    JOIN,
    KIND,
    LENGTH,
    MOST_UNITS,
    NONE,
    POSTCODES,
    ROLE,
    TRAITS,
    UNIT_DIGITS,
    VALUE,
    begins_house,
    block_end,
    drop,
    house_end,
    is_name,
    number_end,
    pair_end,
)
from linkage.standardise.addresses.roles import (
    BLOCK,
    ESTATE,
    HAMLET,
    HOUSE,
    LEAD,
    MARK,
    POSTCODE,
    REST,
    STREET,
    STREET_NUMBER,
    UNIT,
)
from linkage.standardise.addresses.state import (
    CURRENT,
    FILLED,
    OPENED,
    POSTCODE_FOUND,
    RT_FOUND,
    RW_FOUND,
    STREET_NUMBER_FOUND,
    USED,
    close_part,
    open_part,
    settle_lead,
    take_once,
)
from linkage.standardise.addresses.vocabulary import (
    BLOCK_MARK,
    BOTH_MARK,
    DASH,
    HOUSE_MARK,
    KILOMETRE,
    KODE,
    LEADING_ZERO,
    LETTER,
    LOT_MARK,
    NUMBER,
    POS,
    RT_MARK,
    RW_MARK,
    SLASH,
)
from linkage.standardise.column import Int64

_R, _T, _W = ord("R"), ord("T"), ord("W")


@borrowing
def _sign_at(words: Int64, at: int, end: int) -> bool:
    return bool(at < end and (words[at, KIND] == SLASH or words[at, KIND] == DASH))


@borrowing
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


@borrowing
def read_units(words: Int64, at: int, end: int, state: Int64) -> int:
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
    if state[RT_FOUND] == 0 and first > 0:
        state[RT_FOUND] = first
    if state[RW_FOUND] == 0 and second > 0:
        state[RW_FOUND] = second
    for place in range(at, after):
        words[place, ROLE] = UNIT
    close_part(state)
    return after


@borrowing
def read_house(words: Int64, at: int, end: int, state: Int64) -> int:
    """NO and a house number; NO alone or with zero says nothing."""
    after = house_end(words, at + 1, end)
    if after == at + 1:
        return after
    if after == at + 2 and words[at + 1, KIND] == NUMBER and words[at + 1, VALUE] == 0:
        drop(words, at, after)
        close_part(state)
        return after
    take_once(words, at + 1, after, state, HOUSE)
    words[at, ROLE] = MARK
    settle_lead(words, at, state, STREET)
    close_part(state)
    state[OPENED] = 1
    return after


@borrowing
def read_block(words: Int64, at: int, end: int, state: Int64) -> int:
    """BLOK or KAVLING, or letters and a number at the end of an estate (GRIYA ASRI C3/12)."""
    marked = words[at, KIND] == BLOCK_MARK or words[at, KIND] == LOT_MARK
    in_estate = state[FILLED] and (state[CURRENT] == ESTATE or state[CURRENT] == LEAD)
    if not marked and not (in_estate and not state[USED + BLOCK] and begins_house(words, at, end)):
        return at
    start = at + 1 if marked else at
    after = block_end(words, start, end)
    if marked:
        words[at, ROLE] = MARK
    if after == start:
        if start < end and is_name(words[start, KIND]):
            # BLOK and a word is a hamlet (Cirebon, Indramayu, Majalengka); a lot with a name is an estate.
            open_part(state, HAMLET if words[at, KIND] == BLOCK_MARK else ESTATE)
        return start
    take_once(words, start, after, state, BLOCK)
    settle_lead(words, at, state, ESTATE)
    close_part(state)
    state[OPENED] = 1
    return _house_of_block(words, after, end, state)


@borrowing
def _house_of_block(words: Int64, at: int, end: int, state: Int64) -> int:
    """The number after a block, with a slash (C3/12) or without (C3 12)."""
    slash = at < end and words[at, KIND] == SLASH
    start = at + 1 if slash else at
    if start >= end or words[start, KIND] != NUMBER or (state[USED + HOUSE] and not slash):
        return at
    units = not slash and pair_end(words, start, end)[2] > start
    if units or words[start, VALUE] >= POSTCODES or words[start, VALUE] == 0:
        return at
    after = house_end(words, start, end)
    take_once(words, start, after, state, HOUSE)
    if slash:
        words[at, ROLE] = MARK
        words[at, JOIN] = 1
        words[start, JOIN] = 1
    return after


@borrowing
def read_postcode(words: Int64, at: int, end: int, state: Int64) -> int:
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
    fits = POSTCODES <= words[start, VALUE] < 10 * POSTCODES and state[POSTCODE_FOUND] == 0
    words[start, ROLE] = POSTCODE if fits else REST
    if fits:
        state[POSTCODE_FOUND] = words[start, VALUE]
    close_part(state)
    state[OPENED] = 1
    return start + 1


@borrowing
def read_number(words: Int64, at: int, end: int, state: Int64) -> int:
    """Bare RT and RW (001/002), a bare postcode, or the number of a street or of a house in it."""
    open_name = state[CURRENT] != NONE and not state[FILLED]
    if not open_name and _bare_units(words, at, end) and state[RT_FOUND] == 0 and state[RW_FOUND] == 0:
        state[RT_FOUND], state[RW_FOUND] = words[at, VALUE], words[at + 2, VALUE]
        for place in range(at, at + 3):
            words[place, ROLE] = UNIT
        close_part(state)
        return at + 3
    if not open_name and POSTCODES <= words[at, VALUE] < 10 * POSTCODES and state[POSTCODE_FOUND] == 0:
        state[POSTCODE_FOUND] = words[at, VALUE]
        words[at, ROLE] = POSTCODE
        close_part(state)
        state[OPENED] = 1
        return at + 1
    if state[CURRENT] != STREET or not state[FILLED]:
        return at
    if words[at - 1, TRAITS] & KILOMETRE:
        words[at, ROLE] = STREET
        return at + 1
    before_house = at + 1 < end and words[at + 1, KIND] == HOUSE_MARK and house_end(words, at + 2, end) > at + 2
    if before_house and words[at, VALUE] > 0:
        if state[STREET_NUMBER_FOUND] == 0 and words[at, VALUE] <= MOST_UNITS:
            state[STREET_NUMBER_FOUND] = words[at, VALUE]
            words[at, ROLE] = STREET_NUMBER
        else:
            words[at, ROLE] = STREET
        return at + 1
    if state[USED + HOUSE]:
        return at
    after = house_end(words, at, end)
    if after > at + 1 or words[at, VALUE] > 0:
        take_once(words, at, after, state, HOUSE)
    else:
        words[at, ROLE] = MARK  # a zero says nothing, but it stands there
    close_part(state)
    return after


@borrowing
def _bare_units(words: Int64, at: int, end: int) -> bool:
    """Whether three digits, a sign and three digits stand there, one of them with a zero before: 001/002."""
    if at + 2 >= end or words[at + 2, KIND] != NUMBER or not _sign_at(words, at + 1, end):
        return False
    three = words[at, LENGTH] == UNIT_DIGITS and words[at + 2, LENGTH] == UNIT_DIGITS
    return bool(three and (words[at, TRAITS] | words[at + 2, TRAITS]) & LEADING_ZERO)
