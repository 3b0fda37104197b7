"""The final blocks of all rules, by rule and by record: what tells which pairs are compared, and each of them once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RuleIndex
from linkage.similarity.jit import AHEAD, ask_for, borrowing, kernel

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt64 = npt.NDArray[np.uint64]


class Blocks(NamedTuple):
    """Final blocks of R rules over N records, each of two records or more.

    Block b of rule r holds the records ``members[r][starts[r][b]:starts[r][b + 1]]``, ascending (``starts`` int64,
    ``members`` int32; the arrays are those of the rule's index, not copies). Blocks are numbered through all rules, in
    rule order: that block has the number ``first_block[r] + b``, ``first_block`` int64 (R + 1,). Record i lies in the
    blocks ``blocks[offsets[i]:offsets[i + 1]]``, ascending numbers (``offsets`` int64 (N + 1,), ``blocks`` int32).

    A pair of records i < j counts only when ``i < left_end`` and ``j >= right_start``: (N, 0) is every pair,
    (left_count, left_count) are those across two files, (N, first_new) those with a new record in them.

    Memory: 8 bytes a record, and 8 for each of its blocks.
    """

    starts: tuple[Int64, ...]
    members: tuple[Int32, ...]
    first_block: Int64
    offsets: Int64
    blocks: Int32
    n_records: int
    left_end: int
    right_start: int

    @property
    def possible_pairs(self) -> int:
        """Number of pairs that count, blocked or not."""
        overlap = max(0, self.left_end - self.right_start)
        return self.left_end * (self.n_records - self.right_start) - overlap * (overlap + 1) // 2


def stack_blocks(indexes: Sequence[RuleIndex], n_records: int, left_end: int, right_start: int) -> Blocks:
    """Return the blocks of all rules, with the lists by record; the bounds are those of :class:`Blocks`."""
    first_block = np.zeros(len(indexes) + 1, np.int64)
    np.cumsum([index.starts.size - 1 for index in indexes], out=first_block[1:])
    offsets = np.zeros(n_records + 2, np.int64)
    for index in indexes:
        _count_entries(index.members, offsets)
    np.cumsum(offsets, out=offsets)
    blocks = np.empty(offsets[-1], np.int32)
    # Rule after rule and block after block, so every record's list ascends without a sort.
    for index, first in zip(indexes, first_block[:-1].tolist(), strict=True):
        _fill_entries(index.starts, index.members, first, offsets, blocks)
    return Blocks(
        starts=tuple(index.starts for index in indexes),
        members=tuple(index.members for index in indexes),
        first_block=first_block,
        offsets=offsets[:-1],
        blocks=blocks,
        n_records=n_records,
        left_end=left_end,
        right_start=right_start,
    )


def pair_bounds(n_records: int, left_count: int) -> tuple[int, int]:
    """Return ``left_end`` and ``right_start`` of :class:`Blocks` for a ``left_count`` as in ``EncodedRecords``."""
    return (n_records, 0) if left_count < 0 else (left_count, left_count)


def rules_of_pairs(blocks: Blocks, left: Int32, right: Int32) -> UInt64:
    """Return the bit mask, uint64 (n,), of the rules that each pair of records meets; left, right int32 (n,)."""
    if blocks.blocks.size == 0:
        return np.zeros(left.size, np.uint64)
    masks: UInt64 = _masks(blocks.first_block, blocks.offsets, blocks.blocks, left, right)
    return masks


@borrowing
def _count_entries(members: Int32, offsets: Int64) -> None:
    for member in range(members.shape[0]):
        offsets[members[member] + 2] += 1


@borrowing
def _fill_entries(starts: Int64, members: Int32, first_block: int, offsets: Int64, blocks: Int32) -> None:
    """Enter the blocks of one rule; ``offsets[i + 1]`` is where record i's next block goes."""
    for block in range(starts.shape[0] - 1):
        for member in range(starts[block], starts[block + 1]):
            record = members[member]
            blocks[offsets[record + 1]] = first_block + block
            offsets[record + 1] += 1


@kernel
def _masks(first_block: Int64, offsets: Int64, blocks: Int32, left: Int32, right: Int32) -> UInt64:
    masks = np.empty(left.shape[0], np.uint64)
    _write_masks(first_block, offsets, blocks, left, right, masks)
    return masks


@borrowing
def _write_masks(first_block: Int64, offsets: Int64, blocks: Int32, left: Int32, right: Int32, masks: UInt64) -> None:
    end = left.shape[0] - 1
    for pair in range(left.shape[0]):
        far, near = min(pair + 2 * AHEAD, end), min(pair + AHEAD, end)
        ask_for(offsets, left[far])
        ask_for(offsets, right[far])
        ask_for(blocks, min(offsets[left[near]], blocks.shape[0] - 1))
        ask_for(blocks, min(offsets[right[near]], blocks.shape[0] - 1))
        a, a_end = offsets[left[pair]], offsets[left[pair] + 1]
        b, b_end = offsets[right[pair]], offsets[right[pair] + 1]
        mask, rule = np.uint64(0), 0
        while a < a_end and b < b_end:
            one, other = blocks[a], blocks[b]
            if one == other:
                while one >= first_block[rule + 1]:
                    rule += 1
                mask |= np.uint64(1) << np.uint64(rule)
            a += np.int64(one <= other)  # no branch: which list goes on cannot be predicted
            b += np.int64(other <= one)
        masks[pair] = mask
