"""Runs of letters A to Z as bytes, changed in place: what the steps of the phonetic key have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing

Letters = npt.NDArray[np.uint8]
Int64 = npt.NDArray[np.int64]

A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y, Z = range(65, 91)  # noqa: E741 - the letters themselves


@borrowing
def is_vowel(letter: int) -> bool:
    """Return whether the letter is one of A, E, I, O, U."""
    return letter in (A, E, I, O, U)


@borrowing
def is_consonant(letter: int) -> bool:
    """Return whether the letter is another of A to Z."""
    return A <= letter <= Z and not is_vowel(letter)


@borrowing
def pair(row: Letters, length: int, first: int, second: int, became: int) -> int:
    """Write one letter for every pair of two, in place; return the new length."""
    filled, place = 0, 0
    while place < length:
        if place + 1 < length and row[place] == first and row[place + 1] == second:
            row[filled] = became
            place += 2
        else:
            row[filled] = row[place]
            place += 1
        filled += 1
    return filled


@borrowing
def single(row: Letters, length: int, letter: int, became: int) -> None:
    """Write one letter for another, in place."""
    for place in range(length):
        if row[place] == letter:
            row[place] = became


@borrowing
def collapse(row: Letters, length: int) -> int:
    """Write doubled letters once, in place."""
    filled = 0
    for place in range(length):
        if filled == 0 or row[filled - 1] != row[place]:
            row[filled] = row[place]
            filled += 1
    return filled


@borrowing
def has(row: Letters, length: int, first: int, second: int) -> bool:
    """Return whether two letters stand side by side."""
    place = 0
    while place + 1 < length and not (row[place] == first and row[place + 1] == second):
        place += 1
    return bool(place + 1 < length)


@borrowing
def compare(one: Letters, one_length: int, other: Letters, other_length: int) -> int:
    """Return a number below, at or above 0 as one run of letters sorts before, with or after the other."""
    shorter = min(one_length, other_length)
    for place in range(shorter):
        if one[place] != other[place]:
            return -1 if one[place] < other[place] else 1
    return one_length - other_length
