"""From blocks to batches of pairs: every pair that counts, once, in arrays that a kernel can work through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from linkage.comparison.blocks import Blocks, Int32, Int64, UInt64
from linkage.comparison.tasks import Task
from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.similarity.packed import mix_key

PAIRS_PER_BATCH: Final = 1 << 15
"""Enough that what Python does between two batches costs nothing; small beside the caches of a processor."""

EVERY_PAIR: Final = (1 << 64) - 1

_POSITION, _OTHER, _BLOCK, _FIRST, _END = 0, 1, 2, 3, 4
"""Where a walk stands: the first record of the next pair, the second (0: not begun), their block; and the positions
whose marks are at hand."""

_MARKS: Final = 2048
"""About so many members are marked at a time."""

_MARKED: Final = 5
"""Records of the smallest block whose members are marked: with fewer pairs it is quicker to look each of them up."""


def pair_batches(
    blocks: Blocks, task: Task, share: int = EVERY_PAIR, pairs_per_batch: int = PAIRS_PER_BATCH
) -> Iterator[tuple[Int32, Int32]]:
    """Yield the pairs of a task, left < right int32 (n,) with n of at most ``pairs_per_batch``.

    A pair is yielded in the smallest block that both records share, and nowhere else (design: the pair pass).
    ``share``: only pairs are taken of which a hash is at most this, a sample that no order of work can change. The
    arrays are used again for the next batch.
    """
    left, right = np.empty(pairs_per_batch, np.int32), np.empty(pairs_per_batch, np.int32)
    marks = np.empty(_MARKS + task.largest_block, np.uint64)
    starts, members = blocks.starts[task.rule], blocks.members[task.rule]
    block = int(np.searchsorted(starts, task.first, side="right")) - 1
    cursor = np.array([task.first, 0, block, 0, 0], np.int64)
    while True:
        count = _next_batch(
            starts, members, blocks.offsets, blocks.blocks, int(blocks.first_block[task.rule]), blocks.left_end,
            blocks.right_start, np.uint64(share), task.last, cursor, marks, left, right,
        )  # fmt: skip
        if count:
            yield left[:count], right[:count]
        if count < pairs_per_batch:
            return


@borrowing
def _next_batch(
    starts: Int64,
    members: Int32,
    offsets: Int64,
    lists: Int32,
    first_block: int,
    left_end: int,
    right_start: int,
    share: np.uint64,
    last: int,
    cursor: Int64,
    marks: UInt64,
    left: Int32,
    right: Int32,
) -> int:
    """Fill ``left`` and ``right`` from where ``cursor`` stands, and return how many; fewer than fit means the end."""
    count = 0
    position, other, block = cursor[_POSITION], cursor[_OTHER], cursor[_BLOCK]
    while position < last:
        while position >= starts[block + 1]:
            block += 1
        end = starts[block + 1]
        if position >= cursor[_END]:
            cursor[_FIRST] = position
            cursor[_END] = _mark_blocks(starts, members, offsets, lists, first_block, position, block, last, marks)
        i = members[position]
        if i >= left_end:
            position = end
            continue
        if other == 0:
            other = position + 1
            while other < end and members[other] < right_start:
                other += 1
        number, first = first_block + block, cursor[_FIRST]
        mark = marks[position - first]
        for at in range(other, end):
            j = members[at]
            if share != np.uint64(EVERY_PAIR) and mix_key(np.uint64(i), np.uint64(j)) > share:
                continue
            if mark & marks[at - first] and _meet_before(offsets, lists, i, j, number):
                continue
            left[count] = i
            right[count] = j
            count += 1
            if count == left.shape[0]:
                cursor[_POSITION], cursor[_OTHER], cursor[_BLOCK] = position, at + 1, block
                return count
        position += 1
        other = 0
    cursor[_POSITION] = last
    return count


@borrowing
def _mark_blocks(
    starts: Int64, members: Int32, offsets: Int64, lists: Int32, first_block: int, position: int, block: int, last: int,
    marks: UInt64,
) -> int:  # fmt: skip
    """Mark the members from a position on, to the end of some block, and return that end.

    A mark has 64 bits, of which those are set that the earlier blocks of the record hash to: two records of a block
    without a common bit share no earlier block, and need not be looked up.
    """
    final = block
    while starts[final + 1] < last and starts[final + 2] - position <= _MARKS:
        final += 1
    end = starts[final + 1]
    for at in range(position, end):
        far, near = min(at + 2 * AHEAD, end - 1), min(at + AHEAD, end - 1)
        ask_for(offsets, members[far])
        ask_for(lists, offsets[members[near]])
        while at >= starts[block + 1]:
            block += 1
        if starts[block + 1] - starts[block] < _MARKED:
            marks[at - position] = ~np.uint64(0)
            continue
        entry = offsets[members[at]]
        mark = np.uint64(0)
        while lists[entry] < first_block + block:  # the block itself is on the list, so the walk ends
            mark |= np.uint64(1) << (np.uint64(lists[entry]) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(58))
            entry += 1
        marks[at - position] = mark
    return int(end)


@borrowing
def _meet_before(offsets: Int64, lists: Int32, i: int, j: int, number: int) -> bool:
    """Tell whether two records share a block of a smaller number; both lie in the block of this number."""
    a, b = offsets[i], offsets[j]
    while True:
        one, other = lists[a], lists[b]
        if one == other:
            return bool(one < number)
        behind = np.int64(one < other)  # no branch: which list goes on cannot be predicted
        a += behind
        b += 1 - behind
