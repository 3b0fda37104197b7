"""Which keys occur more than once: a key of one record makes no pair, so it is never sorted.

Keys are made twice. The first time each sets a bit in the slot of its hash, or a second bit when it finds the first
one set; the second time only the entries are kept whose slot has both. What shares a slot by chance is kept too, and
dropped after sorting: nothing is lost (Bloom 1970, Space/Time Trade-offs in Hash Coding).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from linkage.blocking.blocks import KeyBlocks, join_blocks, sorted_blocks
from linkage.blocking.keys import RuleKeys
from linkage.similarity.jit import borrowing
from linkage.standardise.column import Int32, UInt8, UInt64

SLOTS_PER_ENTRY: Final = 4
"""Two bits each; of the entries that occur once about one in five or fewer is kept in vain."""
ENTRIES_AT_ONCE: Final = 8.0
"""A rule with more entries a record than this is sorted in parts, by ranges of keys; its keys are made for each."""
_FEWEST_SLOTS: Final = 10
_MOST_SLOTS: Final = 36
_REMEMBERED: Final = 1.5
"""Of a rule with at most so many entries a record, keys are remembered instead of being made again."""

Entries = tuple[Int32, UInt64]


def repeated_blocks(
    source: RuleKeys, slots_per_entry: float = SLOTS_PER_ENTRY, entries_at_once: float = ENTRIES_AT_ONCE
) -> tuple[KeyBlocks, int]:
    """Return the blocks of all keys that two records or more have, and the number of records with a key.

    ``slots_per_entry`` and ``entries_at_once`` trade memory against time; the blocks are the same.
    """
    parts, with_key = repeated_entries(source, slots_per_entry, entries_at_once)
    return join_blocks([sorted_blocks(records, keys) for records, keys in parts]), with_key


def repeated_entries(
    source: RuleKeys, slots_per_entry: float = SLOTS_PER_ENTRY, entries_at_once: float = ENTRIES_AT_ONCE
) -> tuple[Iterator[Entries], int]:
    """Return the (record, key) entries whose key may occur twice, and the number of records with a key.

    Every entry whose key does occur twice is among them, records ascending. They come range by range of keys; a range
    is overwritten when the next is asked for.
    """
    expected = source.expected_entries()
    planes, shift = _planes(expected * slots_per_entry)
    remembered = _Buffer(expected) if expected <= _REMEMBERED * source.n_records else None
    with_key = 0
    for records, keys in source.chunks():
        _mark(planes, shift, keys)
        with_key += int(np.count_nonzero(records[1:] != records[:-1])) + (records.size > 0)
        if remembered is not None:
            remembered.append(records, keys)
    if remembered is not None:
        remembered.keep_repeated(planes, shift)
        return iter([remembered.entries]), with_key
    ranges = max(expected / (entries_at_once * source.n_records), 1)
    return _made_again(source, planes, shift, int(np.ceil(np.log2(ranges))), expected), with_key


def _made_again(source: RuleKeys, planes: UInt8, shift: np.uint64, bits: int, expected: int) -> Iterator[Entries]:
    """Yield the entries of each of 2**``bits`` ranges of keys."""
    buffer = _Buffer(expected >> bits)
    for number in range(1 << bits):
        buffer.filled = 0
        for records, keys in source.chunks():
            buffer.append_repeated(records, keys, planes, shift, bits, number)
        yield buffer.entries


class _Buffer:
    """Entries one after the other in two arrays that grow. Room that is never written takes no memory."""

    def __init__(self, expected: int) -> None:
        size = max(expected + expected // 8, 1 << 10)
        self._records, self._keys = np.empty(size, np.int32), np.empty(size, np.uint64)
        self.filled = 0

    @property
    def entries(self) -> Entries:
        return self._records[: self.filled], self._keys[: self.filled]

    def append(self, records: Int32, keys: UInt64) -> None:
        self._make_room(keys.size)
        end = self.filled + keys.size
        self._records[self.filled : end], self._keys[self.filled : end] = records, keys
        self.filled = end

    def append_repeated(
        self, records: Int32, keys: UInt64, planes: UInt8, shift: np.uint64, bits: int, number: int
    ) -> None:
        """Append those of the range whose slot was seen twice."""
        self._make_room(keys.size)
        into = (self._records, self._keys, self.filled)
        self.filled = _take_repeated(records, keys, planes, shift, bits, number, *into)

    def keep_repeated(self, planes: UInt8, shift: np.uint64) -> None:
        """Drop those whose slot was not seen twice."""
        self.filled = _take_repeated(*self.entries, planes, shift, 0, 0, self._records, self._keys, 0)

    def _make_room(self, more: int) -> None:
        if self.filled + more > self._keys.size:
            size = self.filled + max(more, self.filled // 2)
            self._records = np.concatenate([self._records[: self.filled], np.empty(size - self.filled, np.int32)])
            self._keys = np.concatenate([self._keys[: self.filled], np.empty(size - self.filled, np.uint64)])


def _planes(slots: float) -> tuple[UInt8, np.uint64]:
    """Return two bits for each of about so many slots, a power of two, and how far a key is shifted to its slot."""
    bits = min(max(int(np.ceil(np.log2(max(slots, 1)))), _FEWEST_SLOTS), _MOST_SLOTS)
    return np.zeros((1 << bits) // 4, np.uint8), np.uint64(64 - bits)


@borrowing
def _mark(planes: UInt8, shift: np.uint64, keys: UInt64) -> None:
    for entry in range(keys.shape[0]):
        slot = keys[entry] >> shift
        place = np.int64(slot >> np.uint64(2))
        first = np.uint8(1 << (2 * np.int64(slot & np.uint64(3))))
        seen = planes[place]
        if seen & first:
            planes[place] = seen | np.uint8(first << 1)
        else:
            planes[place] = seen | first


@borrowing
def _take_repeated(
    records: Int32,
    keys: UInt64,
    planes: UInt8,
    shift: np.uint64,
    bits: int,
    number: int,
    into_records: Int32,
    into_keys: UInt64,
    filled: int,
) -> int:
    """Write what is kept behind ``filled``, return where it ends; from and into may be the same arrays."""
    for entry in range(keys.shape[0]):
        key = keys[entry]
        if bits and np.int64(key >> np.uint64(64 - bits)) != number:
            continue
        slot = key >> shift
        second = 2 << (2 * np.int64(slot & np.uint64(3)))
        if planes[np.int64(slot >> np.uint64(2))] & second:
            into_records[filled] = records[entry]
            into_keys[filled] = key
            filled += 1
    return filled
