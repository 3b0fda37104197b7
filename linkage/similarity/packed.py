"""Texts as arrays that a kernel can walk: packed characters, and stable 64-bit hashes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import InvariantError
from linkage.similarity.jit import kernel


@dataclass(frozen=True)
class PackedTexts:
    """Texts as one run of characters.

    ``chars`` uint16 (n_chars,), ``offsets`` int64 (n_texts + 1,): text t is ``chars[offsets[t]:offsets[t + 1]]``.
    Characters are numbered within this object, in code point order. Similarities only ask whether two characters
    are equal, so texts packed *together* compare exactly, whatever their script.
    """

    chars: npt.NDArray[np.uint16]
    offsets: npt.NDArray[np.int64]


def pack_texts(texts: pa.StringArray) -> PackedTexts:
    """Pack distinct texts (no nulls) by Unicode code point.

    Raises:
        InvariantError: more than 65,536 different characters in one column.
    """
    values = texts.to_pylist()
    points = np.frombuffer("".join(values).encode("utf-32-le"), np.uint32)
    used = np.zeros(int(points.max(initial=0)) + 1, np.bool_)
    used[points] = True
    if int(used.sum()) > 1 << 16:
        raise InvariantError("a column holds more than 65,536 different characters")
    number = (np.cumsum(used) - 1).astype(np.uint16)
    offsets = np.zeros(len(values) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, values), np.int64, len(values)), out=offsets[1:])
    return PackedTexts(number[points], offsets)


def hash_texts(texts: pa.StringArray) -> npt.NDArray[np.uint64]:
    """Return a 64-bit hash (n_texts,) of each text's UTF-8 bytes, the same on every machine. Nulls are refused."""
    if texts.null_count:
        raise InvariantError("a null has no hash")
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    begin, count = texts.offset, len(texts)
    bounds = np.frombuffer(offsets, np.int64)[begin : begin + count + 1] if count else np.zeros(1, np.int64)
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return _hash_bytes(raw, bounds)


@kernel
def _hash_bytes(raw: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    hashes = np.empty(bounds.shape[0] - 1, np.uint64)
    for text in range(hashes.shape[0]):
        # FNV-1a (Fowler, Noll, Vo), then a finaliser, because short texts leave its high bits nearly untouched.
        value = np.uint64(0xCBF29CE484222325)
        for position in range(bounds[text], bounds[text + 1]):
            value = (value ^ np.uint64(raw[position])) * np.uint64(0x100000001B3)
        hashes[text] = mix_key(np.uint64(0), value)
    return hashes


@kernel
def mix_key(key: np.uint64, part: np.uint64) -> np.uint64:
    """Return the 64-bit key that extends ``key`` by one more part (the finaliser of MurmurHash3, Appleby)."""
    value = (key * np.uint64(0x9E3779B97F4A7C15)) ^ part
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))
