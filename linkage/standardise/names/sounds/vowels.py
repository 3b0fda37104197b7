"""Vowels and endings of the phonetic key."""

from __future__ import annotations

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.names.sounds.runs import (
    A,
    B,
    D,
    E,
    G,
    H,
    I,
    Int64,
    J,
    K,
    L,
    Letters,
    N,
    O,
    P,
    R,
    S,
    T,
    U,
    W,
    Y,
    collapse,
    is_consonant,
    is_vowel,
)


@kernel
def vowels(text: Letters, length: int, work: Letters, found: Letters, found_lengths: Int64, n_found: int) -> int:
    """Settle the vowels of one reading and add the one or two keys it gives."""
    row, other = work[0], work[1]
    letters = length
    row[:length] = text[:length]
    if letters >= 5 or (length == 4 and row[0] == S and row[1] == E and row[2] == R and row[3] == I):
        length = _drop_schwa(row, length, other)
    if length >= 2 and row[length - 1] == H and is_vowel(row[length - 2]):
        length -= 1
    if length >= 2 and row[length - 2] == N and row[length - 1] == G:
        length -= 1
    elif length and row[length - 1] == D:
        row[length - 1] = T
    elif length and row[length - 1] == B:
        row[length - 1] = P
    for place in range(length):
        if row[place] == Y and not (place + 1 < length and is_vowel(row[place + 1])):
            row[place] = I
    length = _glide(row, length, other, I, Y)
    length = _glide(other, length, row, U, W)
    length = _diphthongs(row, length, other)
    length = collapse(row, length)
    if length and row[length - 1] == O:
        row[length - 1] = A
    elif length and row[length - 1] == E:
        row[length - 1] = I
    return _settle_o(row, length, letters, found, found_lengths, n_found)


@kernel
def _drop_schwa(row: Letters, length: int, other: Letters) -> int:
    filled = 0
    for place in range(length):
        before = row[place - 1] if place else 0
        silent = (
            row[place] == E
            and (before in (S, T, K, P, B, D, G))
            and place + 2 < length
            and (row[place + 1] == L or row[place + 1] == R)
            and is_vowel(row[place + 2])
        )
        if not silent:
            other[filled] = row[place]
            filled += 1
    row[:filled] = other[:filled]
    return filled


@borrowing
def _glide(row: Letters, length: int, other: Letters, vowel: int, glide: int) -> int:
    """Write the vowel (and the glide behind it) between a consonant and another vowel as the glide."""
    filled, place = 0, 0
    while place < length:
        other[filled] = row[place]
        step = 1
        if row[place] == vowel and place and is_consonant(row[place - 1]) and row[place - 1] != glide:
            behind = 2 if place + 1 < length and row[place + 1] == glide else 1
            for width in range(behind, 0, -1):
                after = row[place + width] if place + width < length else 0
                if _opens(after, glide):
                    other[filled] = glide
                    step = width
                    break
        filled += 1
        place += step
    return filled


@borrowing
def _opens(letter: int, glide: int) -> bool:
    if glide == Y:
        return letter in (A, O, U)
    return letter in (A, E, I, O)


@borrowing
def _diphthongs(row: Letters, length: int, other: Letters) -> int:
    filled, place = 0, 0
    while place < length:
        first = row[place]
        second = row[place + 1] if place + 1 < length else 0
        if (first == A and (second in (I, E))) or (second == I and (first in (E, O))):
            other[filled] = E
            place += 2
        else:
            other[filled] = first
            place += 1
        filled += 1
    length, filled, place = filled, 0, 0
    while place < length:
        row[filled] = other[place]
        filled += 1
        second = other[place + 1] if place + 1 < length else 0
        after = other[place + 2] if place + 2 < length else 0
        if other[place] == A and (second in (U, O)) and not is_vowel(after):
            row[filled] = W
            filled += 1
            place += 1
        place += 1
    return filled


@borrowing
def _settle_o(row: Letters, length: int, letters: int, found: Letters, found_lengths: Int64, n_found: int) -> int:
    """Give every O that is left its sound: A, U, or one key for each."""
    if length and row[0] == O:
        row[0] = U
    inside = False
    for place in range(length):
        inside = inside or row[place] == O
    ends_in_a = length > 0 and row[length - 1] == A
    if inside and (ends_in_a or letters >= 5):
        target = found[n_found]
        for place in range(length):
            letter = row[place]
            if letter == O:
                before = row[place - 1] if place else 0
                letter = A if ends_in_a or _is_open(before) else U
            target[place] = letter
        found_lengths[n_found] = length
        n_found += 1
    target = found[n_found]
    for place in range(length):
        target[place] = U if row[place] == O else row[place]
    found_lengths[n_found] = length
    return n_found + 1


@borrowing
def _is_open(letter: int) -> bool:
    """Return whether an O after this letter may sound A: after H K R S T D J G L."""
    return letter in (H, K, R, S, T, D, J, G, L)
