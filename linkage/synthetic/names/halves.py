"""Which half of the names a token belongs to: two registers of different halves hardly share a given name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

SMALLEST: Final = 40
"""Tables of no more tokens are in both halves: titles, MUHAMMAD and its forms, birth-order names, links, *suku*."""

_SPELLINGS: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[^A-Z]", ""),
        ("OE", "U"),
        ("DJ", "J"),
        ("TJ", "C"),
        ("[CK]H", "H"),
        ("PH|[FV]", "P"),
        ("Z", "S"),
        ("Y", "J"),
        (r"(?<=I)J(?=[AEOU])|(?<=U)W(?=[AEIO])", ""),
        (r"(.)\1+", r"\1"),
    )
)


def halves_of(tokens: Sequence[str]) -> npt.NDArray[np.int8]:
    """Return int8 (n,): 0 for tokens of the first half, 1 for those of the second, -1 for words of both.

    Old and new spellings of one name are in the same half.
    """
    return np.array([_half(token) for token in tokens], np.int8)


def _half(token: str) -> int:
    words = {crc32(_plain(word).encode()) >> 7 & 1 for word in token.split()}
    return words.pop() if len(words) == 1 else -1


def _plain(token: str) -> str:
    for pattern, replacement in _SPELLINGS:
        token = pattern.sub(replacement, token)
    return token
