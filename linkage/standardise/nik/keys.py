"""Blocking keys of NIKs, each form made when a rule first asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import kernel
from linkage.similarity.packed import hash_texts, mix_key
from linkage.standardise.column import Int64, KeySets, UInt64

_SERIAL: Final = 10_000


class NikKeys(Mapping[str, KeySets]):
    """The key forms "value", "first12" and "deletions" of NIKs, int64 (n_values,); a number below 0 has no key.

    Deletions are sixteen keys a number and dearer than reading the NIKs; a spec without such a rule does not pay.
    """

    def __init__(self, numbers: Int64) -> None:
        self._numbers = numbers
        self._made: dict[str, KeySets] = {}

    def __getitem__(self, form: str) -> KeySets:
        if form not in self._made:
            self._made[form] = _FORMS[form](self._numbers)
        return self._made[form]

    def __iter__(self) -> Iterator[str]:
        return iter(_FORMS)

    def __len__(self) -> int:
        return len(_FORMS)


def digit_texts(numbers: Int64, lengths: npt.NDArray[np.uint8]) -> pa.StringArray:
    """Return the numbers (n,), none negative, written with so many digits each, leading zeros included."""
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    digits = _write_digits(numbers, offsets)
    large = pa.LargeStringArray.from_buffers(numbers.size, pa.py_buffer(offsets), pa.py_buffer(digits))
    return large.cast(pa.string())


def _value_keys(numbers: Int64) -> KeySets:
    return _one_key(numbers, 16)


def _first_twelve_keys(numbers: Int64) -> KeySets:
    return _one_key(np.where(numbers < 0, -1, numbers // _SERIAL), 12)


def _one_key(numbers: Int64, digits: int) -> KeySets:
    keyed = numbers >= 0
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(keyed, out=offsets[1:])
    kept = numbers[keyed]
    return KeySets(offsets, hash_texts(digit_texts(kept, np.full(kept.size, digits, np.uint8))))


def _deletion_sets(numbers: Int64) -> KeySets:
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(_deletion_counts(numbers), out=offsets[1:])
    return KeySets(offsets, _deletion_keys(numbers, offsets))


_FORMS: Final = {"value": _value_keys, "first12": _first_twelve_keys, "deletions": _deletion_sets}


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
