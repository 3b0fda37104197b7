"""Which tokens of an address count, and where leaving some out may change how the rest is read."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.addresses.numbers import KIND, LENGTH, NONE, POSTCODES, VALUE
from linkage.standardise.addresses.roles import BLOCK, MARK, UNIT
from linkage.standardise.addresses.vocabulary import (
    BOTH_MARK,
    COMMA,
    DROPPED,
    FIRST_NAME_MARK,
    HOUSE_MARK,
    LETTER,
    NUMBER,
    ROMAN,
    ROMAN_LETTER,
    RT_MARK,
    SHORT_BANJAR,
    SLASH,
)
from linkage.standardise.column import Int64, UInt8

_SHORT: Final = 3


@kernel
def telling_tokens(offsets: Int64, codes: Int64, traits: Int64) -> npt.NDArray[np.bool_]:
    """Return bool (n_tokens,): neither a rank, nor a sign that parts nothing, nor RT, RW or NO without a number.

    ``offsets`` int64 (n_texts + 1,), ``codes`` int64 (n_tokens,) into ``traits`` int64 (n_distinct, 6).
    """
    keep = np.zeros(codes.shape[0], np.bool_)
    for text in range(offsets.shape[0] - 1):
        before = -1
        end = offsets[text + 1]
        for token in range(offsets[text], end):
            kind = traits[codes[token], KIND]
            if kind == DROPPED:
                continue
            if SLASH <= kind <= COMMA and not _parting(codes, traits, before, token, end):
                continue
            if HOUSE_MARK <= kind <= BOTH_MARK and not _numbered(codes, traits, token, end):
                continue
            keep[token] = True
            before = token
    return keep


@borrowing
def _parting(codes: Int64, traits: Int64, before: int, token: int, end: int) -> bool:
    """Whether a sign parts what stands around it.

    A comma ends a name unless a number or a letter follows (JL. MAWAR, 12); a slash or dash counts between what can be
    parts of one number (C-3/12).
    """
    after = token + 1
    while after < end and SLASH <= traits[codes[after], KIND] <= DROPPED:
        after += 1
    if before < 0 or after == end:
        return False
    left, right = traits[codes[before]], traits[codes[after]]
    if left[KIND] >= HOUSE_MARK or SLASH <= left[KIND] <= COMMA:
        return False
    number = right[KIND] == NUMBER and right[VALUE] < POSTCODES
    if traits[codes[token], KIND] == COMMA:
        return bool(not number and right[LENGTH] > 1)
    beside = number or right[KIND] >= HOUSE_MARK or right[LENGTH] <= _SHORT
    return bool(beside and (left[KIND] == NUMBER or left[LENGTH] <= _SHORT))


@borrowing
def _numbered(codes: Int64, traits: Int64, token: int, end: int) -> bool:
    """Whether something that can be a number follows RT, RW or NO, past signs and, after RT, past RW."""
    house = traits[codes[token], KIND] == HOUSE_MARK
    for place in range(token + 1, end):
        kind = traits[codes[place], KIND]
        if SLASH <= kind <= DROPPED or (not house and RT_MARK <= kind <= BOTH_MARK):
            continue
        return bool(kind <= NUMBER and (kind >= ROMAN_LETTER or traits[codes[place], LENGTH] <= _SHORT))
    return False


@kernel
def unsettled_texts(offsets: Int64, codes: Int64, traits: Int64, roles: UInt8) -> npt.NDArray[np.bool_]:
    """Return bool (n_texts,): the standard text may be read another way than the text it came from.

    So it is where a token was left out, or written elsewhere (RT, RW), before words that open no part: NO 12 RT 0 A is
    no NO 12A until RT 0 is gone. A word that opens one ends the doubt, unless another such word stands before it now.
    So it is, too, where a Roman number was written in figures beside letters. ``roles`` uint8 (n_tokens,).
    """
    found = np.zeros(offsets.shape[0] - 1, np.bool_)
    for text in range(found.shape[0]):
        gap, marked, short, blocked, initials = False, False, False, False, 0
        end = offsets[text + 1]
        for token in range(offsets[text], end):
            role, kind, length = roles[token], traits[codes[token], KIND], traits[codes[token], LENGTH]
            left_out = role in (UNIT, NONE)
            spelled = kind == LETTER and left_out  # R.T.
            if kind == SHORT_BANJAR or spelled or (role == UNIT and kind == NUMBER and short and not gap):
                found[text] = True
            if left_out:
                gap = True
                continue
            opens = role == MARK and kind >= FIRST_NAME_MARK
            if gap and (marked or not opens):
                found[text] = True
            if kind in (ROMAN, ROMAN_LETTER) and token + 1 < end:
                mark_next = roles[token + 1] == MARK and not blocked
                brief_next = traits[codes[token + 1], LENGTH] <= _SHORT and not mark_next
                found[text] = found[text] or initials > 1 or brief_next
            gap = gap and not opens
            initials = initials + 1 if kind == LETTER else 0
            marked = kind >= FIRST_NAME_MARK
            blocked = role == BLOCK
            short = kind != NUMBER and length <= _SHORT
    return found
