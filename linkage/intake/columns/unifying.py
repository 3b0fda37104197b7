"""Distinct texts of several lists made one list, in the order of their first appearance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import AHEAD, ask_for, borrowing, kernel
from linkage.similarity.packed import hash_texts

Int32 = npt.NDArray[np.int32]
UInt8 = npt.NDArray[np.uint8]
UInt64 = npt.NDArray[np.uint64]

_HALF: Final = 32
_WORD: Final = 64


def unified(lists: Sequence[pa.StringArray]) -> tuple[pa.StringArray, list[Int32]]:
    """Return the distinct texts of all lists, and of each list int32 (n_texts,): where its texts stand among them.

    Texts stand in the order of their first appearance. There are no nulls, and all texts together have less than 2 GiB.
    What Arrow's ``unify_dictionaries`` does, in a third of the time: places in the table are asked for ahead.
    """
    texts = pa.concat_arrays(lists)
    places, first = _places(*_bytes(texts), hash_texts(texts))
    ends = np.cumsum([len(some) for some in lists])[:-1]
    distinct = texts if first.all() else texts.filter(pa.array(first))
    return distinct, np.split(places, ends)


def _bytes(texts: pa.StringArray) -> tuple[UInt8, Int32]:
    """Return the UTF-8 bytes of the texts, and their bounds (n_texts + 1,) there."""
    _, bounds, data = texts.buffers()
    if not len(texts):
        return np.zeros(0, np.uint8), np.zeros(1, np.int32)
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    return raw, np.frombuffer(bounds, np.int32)[texts.offset : texts.offset + len(texts) + 1]


@kernel
def _places(raw: UInt8, bounds: Int32, hashes: UInt64) -> tuple[Int32, npt.NDArray[np.bool_]]:
    """Return each text's place among the distinct ones, and which texts (n_texts,) are the first of their kind."""
    count = hashes.shape[0]
    bits = 4
    while 1 << bits < 2 * count:
        bits += 1
    shift = np.uint64(_WORD - bits)
    last = (1 << bits) - 1
    # An entry holds the low half of a hash, and 1 more than the number of the first text that has it; 0 is none.
    table = np.zeros(1 << bits, np.uint64)
    places = np.empty(count, np.int32)
    first = np.zeros(count, np.bool_)
    half = np.uint64(_HALF)
    found = 0
    for text in range(count):
        if text + AHEAD < count:
            ask_for(table, hashes[text + AHEAD] >> shift)
        slot = np.int64(hashes[text] >> shift)
        tag = hashes[text] << half
        while True:
            entry = table[slot]
            if entry == 0:
                table[slot] = tag | np.uint64(text + 1)
                places[text] = found
                first[text] = True
                found += 1
                break
            other = np.int64(entry & np.uint64(0xFFFFFFFF)) - 1
            if (entry >> half) << half == tag and _same(raw, bounds, text, other):
                places[text] = places[other]
                break
            slot = (slot + 1) & last
    return places, first


@borrowing
def _same(raw: UInt8, bounds: Int32, text: int, other: np.int64) -> bool:
    """Tell whether two texts have the same bytes."""
    begin, start = bounds[text], bounds[other]
    length = bounds[text + 1] - begin
    if bounds[other + 1] - start != length:
        return False
    place = 0
    while place < length and raw[begin + place] == raw[start + place]:
        place += 1
    return bool(place == length)
