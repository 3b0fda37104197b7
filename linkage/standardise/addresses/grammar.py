"""The grammar of Indonesian addresses: one pass over the tokens of each, which says what every token is part of.

A word such as JALAN, DUSUN or KEC names what the words after it are, up to the next such word or a comma. Words before
the first of them are a street where a house number follows, an estate where a block follows, else a hamlet: a rural
address is often nothing else. Words after a house number or a comma are a regency or province where the table of
regions knows them.

Here is the pass itself, and which step is asked for which kind of token; the steps stand in ``number_steps`` and
``name_steps``.
"""

from __future__ import annotations

import numpy as np

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.addresses.name_steps import read_name_mark, read_plain, read_street_end
from linkage.standardise.addresses.number_steps import read_block, read_house, read_number, read_postcode, read_units
from linkage.standardise.addresses.numbers import (
    GLUED,
    HOUSE_LETTERS,
    JOIN,
    KIND,
    LENGTH,
    N_COLUMNS,
    N_TRAITS,
    NONE,
    ROLE,
    TEXT,
    rename,
)
from linkage.standardise.addresses.roles import HAMLET, LEAD, REST, STREET, Roles, Texts
from linkage.standardise.addresses.state import CURRENT, FILLED, RT_FOUND, STATE_SIZE, USED, close_part
from linkage.standardise.addresses.vocabulary import (
    BLOCK_MARK,
    BOTH_MARK,
    COMMA,
    DASH,
    FIRST_NAME_MARK,
    HOUSE_MARK,
    KODE,
    LETTER,
    LOT_MARK,
    NUMBER,
    POSTCODE_MARK,
    ROMAN,
    ROMAN_LETTER,
    RT_MARK,
    SHORT_BANJAR,
    SLASH,
)
from linkage.standardise.column import Int64, UInt8


@kernel
def assign_roles(
    traits: Int64, offsets: Int64, codes: Int64, glued: UInt8, contexts: UInt8, texts: Texts, roles: Roles
) -> None:
    """Write the roles of all tokens.

    ``traits`` int64 (n_distinct, 6) of the distinct tokens that ``codes`` (n_tokens,) point to. ``contexts`` uint8
    (n,): :data:`BALI`, :data:`ELSEWHERE` or 0.
    """
    state = np.zeros(STATE_SIZE, np.int64)
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
        rename(words, 0, end, LEAD, REST if state[USED + HAMLET] else HAMLET)
        for at in range(end):
            roles.texts[begin + at] = words[at, TEXT]
            roles.roles[begin + at] = words[at, ROLE]
            roles.joins[begin + at] = words[at, JOIN]
        for unit in range(4):
            roles.units[text, unit] = state[RT_FOUND + unit]


@borrowing
def _step(words: Int64, at: int, end: int, state: Int64, context: int, texts: Texts) -> int:
    """Read what stands at ``at`` and return where the next begins."""
    kind = int(words[at, KIND])
    words[at, ROLE] = NONE
    if kind in (SLASH, DASH):
        return at + 1
    if kind == COMMA:
        if state[FILLED]:
            close_part(state)
        return at + 1
    # Most tokens are words, so each step is asked only for what it can be.
    letters = kind <= ROMAN_LETTER and words[at, LENGTH] <= HOUSE_LETTERS
    after = at
    if RT_MARK <= kind <= BOTH_MARK or kind == LETTER:
        after = read_units(words, at, end, state)
    if after == at and kind == HOUSE_MARK:
        after = read_house(words, at, end, state)
    if after == at and (letters or kind in (BLOCK_MARK, LOT_MARK)):
        after = read_block(words, at, end, state)
    if after == at and kind in (POSTCODE_MARK, KODE):
        after = read_postcode(words, at, end, state)
    if after == at and (kind == SHORT_BANJAR or kind >= FIRST_NAME_MARK):
        after = read_name_mark(words, at, end, state, context)
    if after == at and kind == NUMBER:
        after = read_number(words, at, end, state)
    if after == at and state[CURRENT] == STREET and (letters or kind == ROMAN):
        after = read_street_end(words, at, end, state)
    if after == at:
        after = read_plain(words, at, end, state, texts)
    return after
