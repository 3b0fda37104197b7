"""Numbers inside an address: RT and RW, house numbers and blocks, wherever they stand."""

from __future__ import annotations

from typing import Final

from linkage.similarity.jit import borrowing
from linkage.standardise.addresses.vocabulary import (
    DASH,
    KODE,
    LEADING_ZERO,
    LETTER,
    NUMBER,
    ROMAN,
    ROMAN_LETTER,
    SHORT_BANJAR,
    SLASH,
    SLASH_TEXT,
    WORD,
    ZEROS,
)
from linkage.standardise.column import Int64

NONE: Final = 0
"""Role: dropped, or a sign."""
MOST_UNITS: Final = 999
"""The largest number of an RT or RW, or of one of several streets of a name."""
POSTCODES: Final = 10_000
"""The least number of five digits."""
UNIT_DIGITS: Final = 3
"""Digits of RT and RW as the register writes them."""
_BLOCK_LETTERS: Final = 3
HOUSE_LETTERS: Final = 2
"""So many letters can be part of a house number."""


KIND, VALUE, LENGTH, TRAITS, WRITTEN, TEXT, GLUED, ROLE, JOIN = range(9)
"""Columns of ``words``, the tokens of one address as int64 (n_tokens, 9).

The first six are traits of the token (:class:`linkage.standardise.addresses.vocabulary.TokenTraits`), of which the
grammar may change the text; then whether it stands right behind the one before; then what the grammar writes: the role,
and whether the standard text has no blank before it. One array of all, because a call copies and counts each of its
arrays.
"""
N_TRAITS: Final = 6
N_COLUMNS: Final = 9


@borrowing
def is_letters(kind: int) -> bool:
    """Whether a token is letters alone and stands for nothing else."""
    return kind in (WORD, LETTER, ROMAN_LETTER, ROMAN)


@borrowing
def is_name(kind: int) -> bool:
    """Whether a token can be part of a name."""
    return kind <= NUMBER or kind in (KODE, SHORT_BANJAR)


@borrowing
def number_end(words: Int64, at: int, end: int) -> tuple[int, int]:
    """Read a number at ``at``, with letters O written for zeros: its value and where it ends, or (-1, at)."""
    value = 0
    place = at
    digits = False
    while place < end and (place == at or words[place, GLUED] == 1):
        if words[place, KIND] == NUMBER:
            value = value * 10 ** min(words[place, LENGTH], 9) + words[place, VALUE]
            digits = True
        elif words[place, TRAITS] & ZEROS:
            value *= 10 ** words[place, LENGTH]
        elif place == at and (words[place, KIND] == ROMAN or words[place, KIND] == ROMAN_LETTER):
            return words[place, VALUE], at + 1
        else:
            break
        place += 1
    if place == at or (not digits and place == at + 1 and words[at, LENGTH] == 1 and words[at, KIND] != LETTER):
        return -1, at
    return min(value, 1 << 40), place


@borrowing
def house_end(words: Int64, at: int, end: int) -> int:
    """Return where the house number at ``at`` ends (12, 12A, A5, B-7, C3/12, 12-14), ``at`` when there is none."""
    place = at
    if place >= end:
        return at
    if is_letters(words[place, KIND]) and words[place, LENGTH] <= HOUSE_LETTERS:
        place += 1
        if place + 1 < end and words[place, KIND] == DASH and words[place + 1, KIND] == NUMBER:
            place += 1
        if place < end and words[place, KIND] == NUMBER:
            place += 1
        elif place < end and is_name(words[place, KIND]):
            return at
        else:
            return place
    elif words[place, KIND] == NUMBER:
        place += 1
    else:
        return at
    while place < end:
        kind = words[place, KIND]
        if is_letters(kind) and words[place, LENGTH] <= HOUSE_LETTERS and words[place, GLUED] == 1:
            place += 1
        elif is_letters(kind) and words[place, LENGTH] == 1 and words[place - 1, KIND] == NUMBER:
            if place + 1 < end and is_name(words[place + 1, KIND]):
                break
            place += 1
        elif kind == NUMBER and words[place, GLUED] == 1:
            place += 1
        elif (kind in (SLASH, DASH)) and _continues(words, place + 1, end):
            place += 2
        else:
            break
    return place


@borrowing
def _continues(words: Int64, at: int, end: int) -> bool:
    """Whether a number or a single letter at ``at`` goes on with a house number after a slash or dash."""
    if at >= end:
        return False
    if words[at, KIND] == NUMBER:
        return bool(words[at, VALUE] < POSTCODES)
    single = is_letters(words[at, KIND]) and words[at, LENGTH] == 1
    return single and (at + 1 >= end or not is_name(words[at + 1, KIND]))


@borrowing
def begins_house(words: Int64, at: int, end: int) -> bool:
    """Whether one or two letters stand at ``at`` with a number right behind them, or behind a dash: C3, B-7."""
    if words[at, KIND] > ROMAN_LETTER or words[at, LENGTH] > HOUSE_LETTERS or at + 1 >= end:
        return False
    if words[at + 1, KIND] == NUMBER:
        return bool(words[at + 1, GLUED] == 1)
    return words[at + 1, KIND] == DASH and at + 2 < end and words[at + 2, KIND] == NUMBER


@borrowing
def block_end(words: Int64, at: int, end: int) -> int:
    """Return where the block at ``at`` ends (C, C3, C-3, AA 12, 3B, II), ``at`` when a name or nothing stands there."""
    if at >= end:
        return at
    place = at
    if is_letters(words[place, KIND]) and (words[place, LENGTH] <= _BLOCK_LETTERS or words[place, KIND] == ROMAN):
        numbered = place + 1 < end and ROMAN_LETTER <= words[place + 1, KIND] <= NUMBER
        dashed = place + 2 < end and words[place + 1, KIND] == DASH and words[place + 2, KIND] == NUMBER
        if words[place, KIND] == WORD and words[place, LENGTH] == _BLOCK_LETTERS and not (numbered or dashed):
            return at
        if not (numbered or dashed):
            alone = place + 1 >= end or not is_name(words[place + 1, KIND])
            alone = alone or words[place, LENGTH] == 1 or words[place, KIND] == ROMAN
            return place + 1 if alone else at
        place += 3 if dashed else 2
    elif words[place, KIND] == NUMBER:
        place += 1
    else:
        return at
    while place < end and words[place, GLUED] == 1 and words[place, KIND] <= NUMBER:
        if words[place, KIND] != NUMBER and words[place, LENGTH] > _BLOCK_LETTERS:
            break
        place += 1
    return place


@borrowing
def take(words: Int64, at: int, end: int, role: int) -> None:
    """Give the tokens of a house number or block their role; they are written without blanks between them."""
    for place in range(at, end):
        kind = words[place, KIND]
        if kind in (SLASH, DASH):
            before = words[place - 1, KIND] == NUMBER
            after = words[place + 1, KIND] == NUMBER
            if before == after:
                words[place, ROLE] = role
                words[place, TEXT] = SLASH_TEXT
                words[place, JOIN] = 1
            continue
        words[place, ROLE] = role
        words[place, JOIN] = 1 if place > at else 0
        if kind == WORD:
            words[place, TEXT] = words[place, WRITTEN]  # TJ is short for TANJUNG, but not in NO 12TJ
        # Before or after a number I, V and X are letters; alone, or after a letter, they are numbers.
        if kind == ROMAN_LETTER and place == at and end > at + 1:
            words[place, TEXT] = words[place, WRITTEN]
        if (kind in (ROMAN, ROMAN_LETTER)) and place > at and words[place - 1, KIND] >= NUMBER:
            words[place, TEXT] = words[place, WRITTEN]


@borrowing
def drop(words: Int64, begin: int, end: int) -> None:
    """Leave tokens out of the standard text and of every part."""
    for place in range(begin, end):
        words[place, ROLE] = NONE


@borrowing
def spelled(words: Int64, at: int, end: int) -> bool:
    """Whether an I, V or X is a letter: after an initial (D I PANJAITAN) or before a word."""
    if words[at, KIND] != ROMAN_LETTER:
        return False
    initial = at > 0 and words[at - 1, KIND] == LETTER
    return initial or (at + 1 < end and words[at + 1, KIND] == WORD)


@borrowing
def rename(words: Int64, begin: int, end: int, old: int, new: int) -> None:
    """Give the tokens of one role another."""
    for place in range(begin, end):
        if words[place, ROLE] == old:
            words[place, ROLE] = new


@borrowing
def pair_end(words: Int64, at: int, end: int) -> tuple[int, int, int]:
    """Read two numbers with a slash or dash, or the second written with zeros: values and end, or (-1, -1, at)."""
    left, place = number_end(words, at, end)
    if left < 0 or left > MOST_UNITS:
        return -1, -1, at
    signed = place < end and (words[place, KIND] == SLASH or words[place, KIND] == DASH)
    start = place + 1 if signed else place
    right, after = number_end(words, start, end)
    if right < 0 or right > MOST_UNITS or (not signed and words[start, KIND] != NUMBER):
        return -1, -1, at
    if not signed and not (words[start, LENGTH] == UNIT_DIGITS and words[start, TRAITS] & LEADING_ZERO):
        return -1, -1, at
    return left, right, after
