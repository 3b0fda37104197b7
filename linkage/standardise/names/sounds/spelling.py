"""The first steps of the phonetic key: old digraphs, long vowels, sibilants and foreign letters."""

from __future__ import annotations

from typing import Final

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.names.sounds.runs import (
    A,
    C,
    D,
    E,
    H,
    I,
    J,
    K,
    Letters,
    N,
    O,
    Q,
    R,
    S,
    T,
    U,
    X,
    Y,
    Z,
    is_vowel,
    pair,
    single,
)

_SETTLED_J: Final = 106
"""A small j: the J of an old DJ, which must not become Y."""


@borrowing
def modern(work: Letters, length: int, old: bool) -> int:
    """Write the digraphs of the old spelling in the new one; with ``old`` a plain J is a Y."""
    row = work[0]
    if length >= 2 and row[0] == N and row[1] == J:
        row[1] = Y
    length = pair(row, length, T, J, C)
    for place in range(length - 1):
        if row[place] == S and row[place + 1] == J:
            row[place + 1] = Y
    length = pair(row, length, D, J, _SETTLED_J)
    if old:
        single(row, length, J, Y)
    single(row, length, _SETTLED_J, J)
    return length


@kernel
def simplify(work: Letters, length: int) -> int:
    """Write long vowels, sibilants and foreign letters plainly, in place of row 0; return the new length."""
    row, other = work[0], work[1]
    length = pair(row, length, O, E, U)
    length = pair(row, length, O, O, U)
    length = pair(row, length, E, E, I)
    filled, place = 0, 0
    while place < length:
        row[filled] = row[place]
        if row[place] == I and place + 1 < length and row[place + 1] == E:
            after = row[place + 2] if place + 2 < length else 0
            if after not in (A, O, U):
                place += 1
        filled += 1
        place += 1
    length = filled
    length = pair(row, length, A, A, A)
    length = pair(row, length, U, U, U)
    length = pair(row, length, I, I, I)
    length = pair(row, length, E, U, E)
    length = _sibilants(row, length, other)
    if length >= 3 and row[0] == C and row[1] == H and row[2] == R:
        row[0] = K
        for place in range(2, length):
            row[place - 1] = row[place]
        length -= 1
    if length >= 2 and row[length - 2] == C and row[length - 1] == H:
        row[length - 2] = H
        length -= 1
    length = pair(row, length, C, K, K)
    filled = 0
    for place in range(length):
        if row[place] == X:
            other[filled] = K
            filled += 1
            other[filled] = S
        else:
            other[filled] = K if row[place] == Q else row[place]
        filled += 1
    row[:filled] = other[:filled]
    return pair(row, filled, Z, Z, Z)


@kernel
def _sibilants(row: Letters, length: int, other: Letters) -> int:
    """SCH, SH, TS, and SY before a vowel or inside before a consonant, are one S."""
    filled, place = 0, 0
    while place < length:
        letter = row[place]
        after = row[place + 1] if place + 1 < length else 0
        then = row[place + 2] if place + 2 < length else 0
        other[filled] = letter
        filled += 1
        step = 1
        if letter == S:
            if after == C and then == H:
                step = 3
            elif after == H or (after == Y and (is_vowel(then) or (place > 0 and then != 0 and then != Y))):
                step = 2
        elif letter == T and after == S:
            other[filled - 1] = S
            step = 2
        place += step
    row[:filled] = other[:filled]
    return filled
