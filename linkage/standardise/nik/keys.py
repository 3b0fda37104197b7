"""Blocking keys of NIKs."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import kernel
from linkage.similarity.packed import hash_digits, mix_key
from linkage.standardise.column import Int64, KeySets, UInt64
from linkage.standardise.key_sets import KeyForms

_SERIAL: Final = 10_000
_HALF: Final = 100_000_000


def nik_keys(numbers: Int64) -> KeyForms:
    """Return the key forms "value", "first12", "halves" and "deletions" of NIKs, int64 (n_values,); none below 0.

    ``halves``: the first eight digits and the last eight. One wrong digit leaves one of them as it was, and so do two
    exchanged within a half: far fewer keys than ``deletions``, and far more common ones.
    """
    forms = {
        "value": lambda: _one_key(numbers, 16),
        "first12": lambda: _first_twelve_keys(numbers),
        "halves": lambda: _half_keys(numbers),
    }
    return KeyForms(numbers.size, forms, {"deletions": lambda chosen: _deletion_sets(numbers[chosen])})


def digit_texts(numbers: Int64, lengths: npt.NDArray[np.uint8]) -> pa.StringArray:
    """Return the numbers (n,), none negative, written with so many digits each, leading zeros included."""
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    digits = _write_digits(numbers, offsets)
    large = pa.LargeStringArray.from_buffers(numbers.size, pa.py_buffer(offsets), pa.py_buffer(digits))
    return large.cast(pa.string())


def _first_twelve_keys(numbers: Int64) -> KeySets:
    return _one_key(np.where(numbers < 0, -1, numbers // _SERIAL), 12)


def _one_key(numbers: Int64, digits: int) -> KeySets:
    """Return the hash of each number as a text of so many digits."""
    keyed = numbers >= 0
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(keyed, out=offsets[1:])
    return KeySets(offsets, hash_digits(numbers[keyed], digits))


def _half_keys(numbers: Int64) -> KeySets:
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(np.where(numbers >= 0, 2, 0), out=offsets[1:])
    return KeySets(offsets, _hashed_halves(numbers[numbers >= 0]))


def _deletion_sets(numbers: Int64) -> KeySets:
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(_deletion_counts(numbers), out=offsets[1:])
    return KeySets(offsets, _deletion_keys(numbers, offsets))


@kernel
def _write_digits(numbers: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    digits = np.empty(offsets[-1], np.uint8)
    for value in range(numbers.shape[0]):
        rest = numbers[value]
        for place in range(offsets[value + 1] - 1, offsets[value] - 1, -1):
            shorter = rest // 10
            digits[place] = np.uint8(48 + rest - shorter * 10)
            rest = shorter
    return digits


@kernel
def _hashed_halves(numbers: npt.NDArray[np.int64]) -> UInt64:
    keys = np.empty(2 * numbers.shape[0], np.uint64)
    for value in range(numbers.shape[0]):
        front = mix_key(np.uint64(1), np.uint64(numbers[value] // _HALF))
        back = mix_key(np.uint64(2), np.uint64(numbers[value] % _HALF))
        keys[2 * value], keys[2 * value + 1] = min(front, back), max(front, back)
    return keys


@kernel
def _deletion_counts(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    counts = np.zeros(numbers.shape[0], np.int64)
    for value in range(numbers.shape[0]):
        if numbers[value] >= 0:
            rest = numbers[value]
            count = 1
            for _ in range(15):
                shorter = rest // 10
                count += rest % 10 != shorter % 10
                rest = shorter
            counts[value] = count
    return counts


@kernel
def _deletion_keys(numbers: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64]) -> UInt64:
    keys = np.empty(offsets[-1], np.uint64)
    for value in range(numbers.shape[0]):
        begin = end = offsets[value]
        if offsets[value + 1] == begin:
            continue
        power = np.int64(1)
        last = np.int64(-1)
        for _ in range(16):
            digit = numbers[value] // power % 10
            if digit != last:  # leaving out any digit of a run of equal ones gives the same number
                shorter = numbers[value] // (power * 10) * power + numbers[value] % power
                key = mix_key(np.uint64(0), np.uint64(shorter))
                place = end
                while place > begin and keys[place - 1] > key:
                    keys[place] = keys[place - 1]
                    place -= 1
                keys[place] = key
                end += 1
            last = digit
            power *= 10
    return keys
