"""Texts as arrays that a kernel can walk: packed characters, and stable 64-bit hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import InvariantError
from linkage.similarity.jit import borrowing, kernel, scratch_words

Chars = npt.NDArray[Any]
"""Characters of packed texts: uint16, or uint32 for a column of very many different ones."""
Words = npt.NDArray[np.uint64]

_OFFSET_BASIS: Final = 0xCBF29CE484222325
_PRIME: Final = 0x100000001B3
"""FNV-1a (Fowler, Noll, Vo); a finaliser follows, because short texts leave its high bits nearly untouched."""

BLANK: Final = 0
"""The code of U+0020 in every :class:`PackedTexts`, whether it occurs or not."""


@dataclass(frozen=True)
class PackedTexts:
    """Texts as one run of characters.

    ``chars`` (n_chars,), ``offsets`` int64 (n_texts + 1,): text t is ``chars[offsets[t]:offsets[t + 1]]``.
    Characters are numbered within this object: the blank is 0, the others follow in code point order. Similarities only
    ask whether two characters are equal (and sort tokens), so texts packed *together* compare exactly, whatever their
    script. ``chars`` is uint16. Unicode has room for 1.1 million characters; a column with more than 65,535 different
    ones besides the blank, which no written language needs, is uint32: every kernel takes it, compiled once more.
    """

    chars: Chars
    offsets: npt.NDArray[np.int64]


def pack_texts(texts: pa.StringArray) -> PackedTexts:
    """Pack distinct texts (n_texts,) by Unicode code point. Nulls are refused.

    Raises:
        InvariantError: a null.
    """
    points, offsets = _code_points(texts)
    used = np.zeros(max(int(points.max(initial=0)), ord(" ")) + 1, np.bool_)
    used[points] = True
    used[ord(" ")] = False
    number = np.cumsum(used)
    number[ord(" ")] = BLANK
    narrow = int(number.max()) < 1 << 16
    return PackedTexts(number.astype(np.uint16 if narrow else np.uint32)[points], offsets)


def _code_points(texts: pa.StringArray) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Return all characters one after the other, and where each text begins and ends."""
    bounds, raw = _utf8(texts)
    raw = raw[bounds[0] : bounds[-1]]
    offsets = bounds - bounds[0]
    if not raw.size or int(raw.max()) < 0x80:
        return raw, offsets
    # Continuation bytes of UTF-8 are 10xxxxxx; every other byte begins a character.
    begins = np.zeros(raw.size + 1, np.int64)
    np.cumsum((raw & 0xC0) != 0x80, out=begins[1:])
    return np.frombuffer(raw.tobytes().decode("utf-8").encode("utf-32-le"), np.uint32), begins[offsets]


def _utf8(texts: pa.StringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return the bounds (n_texts + 1,) and the buffer of the texts' UTF-8 bytes."""
    if texts.null_count:
        raise InvariantError("a null is no text to pack or to hash")
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    begin, count = texts.offset, len(texts)
    bounds = np.frombuffer(offsets, np.int64)[begin : begin + count + 1] if count else np.zeros(1, np.int64)
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    return bounds, raw


def hash_texts(texts: pa.StringArray) -> npt.NDArray[np.uint64]:
    """Return a 64-bit hash (n_texts,) of each text's UTF-8 bytes, the same on every machine. Nulls are refused."""
    bounds, raw = _utf8(texts)
    return _hash_bytes(raw, bounds)


@kernel
def _hash_bytes(raw: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    hashes = np.empty(bounds.shape[0] - 1, np.uint64)
    for text in range(hashes.shape[0]):
        value = np.uint64(_OFFSET_BASIS)
        for position in range(bounds[text], bounds[text + 1]):
            value = (value ^ np.uint64(raw[position])) * np.uint64(_PRIME)
        hashes[text] = mix_key(np.uint64(0), value)
    return hashes


@kernel
def hash_digits(numbers: npt.NDArray[np.int64], digits: int) -> npt.NDArray[np.uint64]:
    """Return what :func:`hash_texts` says of numbers, int64 (n,), written with so many digits; none is negative."""
    hashes, written = np.empty(numbers.shape[0], np.uint64), scratch_words()
    for entry in range(numbers.shape[0]):
        rest = numbers[entry]
        for place in range(digits - 1, -1, -1):
            shorter = rest // 10
            written[place] = np.uint64(48 + rest - shorter * 10)
            rest = shorter
        value = np.uint64(_OFFSET_BASIS)
        for place in range(digits):
            value = (value ^ written[place]) * np.uint64(_PRIME)
        hashes[entry] = mix_key(np.uint64(0), value)
    return hashes


@borrowing
def mix_key(key: np.uint64, part: np.uint64) -> np.uint64:
    """Return the 64-bit key that extends ``key`` by one more part (the finaliser of MurmurHash3, Appleby)."""
    value = (key * np.uint64(0x9E3779B97F4A7C15)) ^ part
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))
