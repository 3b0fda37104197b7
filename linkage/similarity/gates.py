"""Gates: one word for each text that tells, without reading its characters, how alike another text can be at most.

Most pairs of a block are told apart by their gates alone: one word of memory for a text instead of the lines that its
characters, its tokens and their keys stand on.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing, kernel
from linkage.similarity.packed import Chars, PackedTexts, Words

LETTERS: Final = 0xFFFFFFFF
"""Bits 0 to 31 of a gate: the characters that occur, by the lowest five bits of their code (bit 0 is the blank's)."""

_LENGTH_SHIFT: Final = 32
_LENGTH: Final = 0xFF
"""Bits 32 to 39: the length; 255 for texts of more, which no gate bounds."""
_PREFIX_SHIFT: Final = 40
_PREFIX_BITS: Final = 6
"""Bits 40 to 63: the first four characters, six bits each: the code plus one, at most 63; 0 where there is none."""
_BEYOND: Final = 63
_SLACK: Final = 1e-9


def text_gates(packed: PackedTexts) -> Words:
    """Return uint64 (n_texts,): the gate of each text."""
    return _gates(packed.chars, packed.offsets)


@kernel
def _gates(chars: Chars, offsets: npt.NDArray[np.int64]) -> Words:
    gates = np.empty(offsets.shape[0] - 1, np.uint64)
    for text in range(gates.shape[0]):
        start, end = offsets[text], offsets[text + 1]
        gate = np.uint64(min(end - start, _LENGTH)) << np.uint64(_LENGTH_SHIFT)
        for place in range(start, end):
            code = np.uint64(chars[place])
            gate |= np.uint64(1) << (code & np.uint64(31))
            if place - start < 4:
                first = min(code + np.uint64(1), np.uint64(_BEYOND))
                gate |= first << np.uint64(_PREFIX_SHIFT + _PREFIX_BITS * (place - start))
        gates[text] = gate
    return gates


@borrowing
def most_jaro_winkler(left: np.uint64, right: np.uint64) -> float:
    """Return a number that the Jaro-Winkler similarity of two texts, given by their gates, does not exceed. Symmetric.

    1.0 where the gates tell nothing: an empty text, or one of 255 characters or more.
    """
    length = np.int64((left >> np.uint64(_LENGTH_SHIFT)) & np.uint64(_LENGTH))
    other = np.int64((right >> np.uint64(_LENGTH_SHIFT)) & np.uint64(_LENGTH))
    if length == 0 or other == 0 or length == _LENGTH or other == _LENGTH:
        return 1.0
    # A character that only one text has finds no counterpart, however often it occurs.
    apart = (left ^ right) & np.uint64(LETTERS)
    common = min(length - count_bits(left & apart), other - count_bits(right & apart))
    jaro = (common * (length + other) / (length * other) + 1.0) / 3.0
    unlike = (left ^ right) >> np.uint64(_PREFIX_SHIFT)
    prefix = 0
    while prefix < 4 and unlike & np.uint64(_BEYOND) == np.uint64(0):
        unlike >>= np.uint64(_PREFIX_BITS)
        prefix += 1
    return min(1.0, jaro + 0.1 * prefix * (1.0 - jaro) + _SLACK)


@borrowing
def count_bits(word: np.uint64) -> int:
    """Return the number of bits set."""
    found = 0
    while word != np.uint64(0):  # the compiler knows this loop for what it is, one instruction
        word &= word - np.uint64(1)
        found += 1
    return found
