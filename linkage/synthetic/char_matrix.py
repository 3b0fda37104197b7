"""Texts as a matrix of characters: one slip of the hand for many texts at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

UInt32 = npt.NDArray[np.uint32]
Int64 = npt.NDArray[np.int64]

_NEIGHBOURS: Final = {
    "A": "QSZW", "B": "VGNH", "C": "XDVF", "D": "SFEC", "E": "WRDS", "F": "DGRV", "G": "FHTB", "H": "GJYN", "I": "UOKJ",
    "J": "HKUM", "K": "JLIM", "L": "KOPM", "M": "NJKL", "N": "BMHJ", "O": "IPLK", "P": "OLIO", "Q": "WASA", "R": "ETDF",
    "S": "ADWX", "T": "RYGF", "U": "YIJH", "V": "CBFG", "W": "QESA", "X": "ZCSD", "Y": "TUHG", "Z": "XASX",
}  # fmt: skip
_LOOK_ALIKES: Final = {
    "O": "0",
    "I": "1",
    "S": "5",
    "B": "8",
    "G": "6",
    "Z": "2",
    "L": "1",
    "E": "F",
    "U": "V",
    "M": "N",
}
_VOWELS: Final = "AEIOU"


def substitute(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace one letter of each text by a neighbour on the keyboard; texts without a letter stay."""
    matrix = _matrix(texts)
    row, place = _choose(_is_letter(matrix), rng)
    table = _table(_NEIGHBOURS)
    matrix[row, place] = table[matrix[row, place] - ord("A"), rng.integers(0, 4, row.size)]
    return _texts(matrix)


def look_alike(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace one letter by a sign that a reading machine takes for it (O by 0, I by 1, ..)."""
    matrix = _matrix(texts)
    known = np.isin(matrix, [ord(letter) for letter in _LOOK_ALIKES])
    row, place = _choose(known, rng)
    table = np.zeros(128, np.uint32)
    for letter, sign in _LOOK_ALIKES.items():
        table[ord(letter)] = ord(sign)
    matrix[row, place] = table[matrix[row, place]]
    return _texts(matrix)


def change_vowel(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace one vowel by another; the way parents name twins (RINA, RINI)."""
    matrix = _matrix(texts)
    row, place = _choose(np.isin(matrix, [ord(vowel) for vowel in _VOWELS]), rng)
    vowels = np.array([ord(vowel) for vowel in _VOWELS], np.uint32)
    number = np.searchsorted(vowels, matrix[row, place])
    matrix[row, place] = vowels[(number + rng.integers(1, 5, row.size)) % 5]
    return _texts(matrix)


def insert(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Double one letter, or put a neighbour of it behind it."""
    matrix = _matrix(texts, spare=1)
    row, place = _choose(_is_letter(matrix), rng)
    letters = matrix[row, place]
    near = _table(_NEIGHBOURS)[letters - ord("A"), rng.integers(0, 4, row.size)]
    added = np.where(rng.random(row.size) < 0.5, letters, near)
    columns = np.arange(matrix.shape[1])
    source = np.where(columns > place[:, None] + 1, columns - 1, columns)
    moved = np.take_along_axis(matrix[row], source, axis=1)
    moved[np.arange(row.size), place + 1] = added
    matrix[row] = moved
    return _texts(matrix)


def delete(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Leave out one letter; texts of fewer than three letters stay."""
    matrix = _matrix(texts, spare=1)
    letters = _is_letter(matrix)
    letters[letters.sum(axis=1) < 3] = False
    row, place = _choose(letters, rng)
    columns = np.arange(matrix.shape[1])
    source = np.minimum(np.where(columns >= place[:, None], columns + 1, columns), matrix.shape[1] - 1)
    matrix[row] = np.take_along_axis(matrix[row], source, axis=1)
    return _texts(matrix)


def transpose(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Exchange two neighbouring characters that differ, neither of them a blank or mark."""
    matrix = _matrix(texts, spare=1)
    sound = _is_letter(matrix) | _is_digit(matrix)
    pair = sound & np.roll(sound, -1, axis=1) & (matrix != np.roll(matrix, -1, axis=1))
    pair[:, -1] = False
    row, place = _choose(pair, rng)
    matrix[row, place], matrix[row, place + 1] = matrix[row, place + 1], matrix[row, place]
    return _texts(matrix)


def change_digit(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace one digit by another."""
    matrix = _matrix(texts)
    row, place = _choose(_is_digit(matrix), rng)
    zero = np.uint32(ord("0"))
    matrix[row, place] = zero + (matrix[row, place] - zero + rng.integers(1, 10, row.size).astype(np.uint32)) % 10
    return _texts(matrix)


def _matrix(texts: pa.StringArray, spare: int = 0) -> UInt32:
    values = texts.to_numpy(zero_copy_only=False).astype(np.str_)
    width = max(1, values.dtype.itemsize // 4) + spare
    return np.ascontiguousarray(values.astype(f"<U{width}")).view(np.uint32).reshape(len(values), width)


def _texts(matrix: UInt32) -> pa.StringArray:
    rows = np.ascontiguousarray(matrix).view(f"<U{matrix.shape[1]}").reshape(len(matrix))
    return pa.array(rows.astype(object), pa.string())


def _is_letter(matrix: UInt32) -> npt.NDArray[np.bool_]:
    return (matrix >= ord("A")) & (matrix <= ord("Z"))


def _is_digit(matrix: UInt32) -> npt.NDArray[np.bool_]:
    return (matrix >= ord("0")) & (matrix <= ord("9"))


def _choose(allowed: npt.NDArray[np.bool_], rng: np.random.Generator) -> tuple[Int64, Int64]:
    """Return, for every row that allows any, the row and one allowed column drawn evenly."""
    chance = rng.random(allowed.shape) * allowed
    place = chance.argmax(axis=1)
    row = np.flatnonzero(allowed.any(axis=1))
    return row, place[row]


def _table(signs: dict[str, str]) -> UInt32:
    table = np.zeros((26, 4), np.uint32)
    for letter, others in signs.items():
        table[ord(letter) - ord("A")] = [ord(other) for other in others]
    return table
