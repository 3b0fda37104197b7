"""Blocks of records that share a key: sorted from entries, chosen, joined, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64, UInt64

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class KeyBlocks:
    """Blocks of at least two records. ``keys`` uint64 (n_blocks,) ascending.

    Block b holds the records ``members[starts[b]:starts[b + 1]]``, ascending and distinct (``starts`` int64
    (n_blocks + 1,), ``members`` int32).
    """

    keys: UInt64
    starts: Int64
    members: Int32

    @property
    def sizes(self) -> Int64:
        """Records of each block, int64 (n_blocks,)."""
        return np.diff(self.starts)

    def select(self, chosen: Mask) -> KeyBlocks:
        """Return the chosen blocks, bool (n_blocks,)."""
        if chosen.all():
            return self
        sizes = self.sizes
        return _blocks(self.keys[chosen], sizes[chosen], self.members[np.repeat(chosen, sizes)])

    def pairs(self, left_count: int) -> int:
        """Return the pairs inside the blocks; in ``link`` those across the two files."""
        sizes = self.sizes
        if left_count < 0:
            return int((sizes * (sizes - 1) // 2).sum())
        left = np.zeros(self.members.size + 1, np.int64)
        np.cumsum(self.members < left_count, out=left[1:])
        lefts = np.diff(left[self.starts])
        return int((lefts * (sizes - lefts)).sum())

    def bearers(self, n_records: int) -> int:
        """Return how many records lie in a block."""
        seen = np.zeros(n_records, np.bool_)
        seen[self.members] = True
        return int(np.count_nonzero(seen))


def sorted_blocks(records: Int32, keys: UInt64) -> KeyBlocks:
    """Return the blocks of (record, key) entries, in any order; those of one record are left out.

    The upper bits of a key and the place of its entry are sorted as one number, which is far faster than to sort by
    two; keys that differ in their lower bits only are put right afterwards.
    """
    if not keys.size:
        return _blocks(keys, np.zeros(0, np.int64), records)
    place_bits = max(int(keys.size - 1).bit_length(), 1)
    places = np.uint64((1 << place_bits) - 1)
    packed = _packed(keys, places)
    packed.sort()
    return KeyBlocks(*_runs(packed, places, records, keys))


def join_blocks(parts: Sequence[KeyBlocks]) -> KeyBlocks:
    """Return the blocks of all parts, whose keys differ, in the order of their keys."""
    parts = [part for part in parts if part.keys.size]
    if len(parts) == 1:
        return parts[0]
    keys = np.concatenate([np.zeros(0, np.uint64), *(part.keys for part in parts)])
    sizes = np.concatenate([np.zeros(0, np.int64), *(part.sizes for part in parts)])
    members = np.concatenate([np.zeros(0, np.int32), *(part.members for part in parts)])
    if np.all(keys[1:] > keys[:-1]):
        return _blocks(keys, sizes, members)
    order = np.argsort(keys)
    return _blocks(keys[order], sizes[order], _in_order(order, np.cumsum(sizes) - sizes, sizes, members))


def _blocks(keys: UInt64, sizes: Int64, members: Int32) -> KeyBlocks:
    starts = np.zeros(keys.size + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return KeyBlocks(keys, starts, members)


@kernel
def _in_order(order: Int64, starts: Int64, sizes: Int64, members: Int32) -> Int32:
    moved = np.empty_like(members)
    filled = 0
    for block in order:
        for place in range(starts[block], starts[block] + sizes[block]):
            moved[filled] = members[place]
            filled += 1
    return moved


@kernel
def _packed(keys: UInt64, places: np.uint64) -> UInt64:
    packed = np.empty_like(keys)
    for entry in range(keys.shape[0]):
        packed[entry] = (keys[entry] & ~places) | np.uint64(entry)
    return packed


@kernel
def _runs(
    packed: UInt64, places: np.uint64, records: Int32, keys: UInt64
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return keys, starts and members of the blocks. ``packed`` is overwritten by the sorted keys."""
    count = packed.shape[0]
    members = np.empty(count, np.int32)
    for entry in range(count):
        place = np.int64(packed[entry] & places)
        key, record = keys[place], records[place]
        slot = entry
        while slot > 0 and (packed[slot - 1] > key or (packed[slot - 1] == key and members[slot - 1] > record)):
            packed[slot] = packed[slot - 1]
            members[slot] = members[slot - 1]
            slot -= 1
        packed[slot] = key
        members[slot] = record
    starts = np.empty(count // 2 + 1, np.int64)  # room that is never written takes no memory
    starts[0] = 0
    n_blocks = kept = 0
    entry = 0
    while entry < count:  # runs move to the front: what is overwritten has been read
        key = packed[entry]
        first = kept
        while entry < count and packed[entry] == key:
            if kept == first or members[kept - 1] != members[entry]:
                members[kept] = members[entry]
                kept += 1
            entry += 1
        if kept - first > 1:
            packed[n_blocks] = key
            n_blocks += 1
            starts[n_blocks] = kept
        else:
            kept = first
    return packed[:n_blocks].copy(), starts[: n_blocks + 1].copy(), members[:kept].copy()
