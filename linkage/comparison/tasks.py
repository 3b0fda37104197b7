"""The pieces of a pair pass: ranges of one rule's members, of about equal work, that any thread may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.comparison.blocks import Blocks, Int32, Int64
from linkage.similarity.jit import borrowing, kernel

PAIRS_PER_TASK: Final = 1 << 20


@dataclass(frozen=True)
class Task:
    """The pairs whose first record is at positions ``first`` to ``last - 1`` of a rule's members.

    ``pairs``: how many lie in those blocks, before those are left out that meet in an earlier block. ``largest_block``:
    records in the largest of the blocks.
    """

    rule: int
    first: int
    last: int
    pairs: int
    largest_block: int


def split_tasks(blocks: Blocks, pairs_per_task: int = PAIRS_PER_TASK) -> tuple[Task, ...]:
    """Cut the members of every rule into pieces of about ``pairs_per_task``, whatever the number of threads.

    A block with more pairs is cut between two of its records; a piece never has more than ``pairs_per_task`` pairs and
    those of one record.
    """
    tasks = []
    for rule, (starts, members) in enumerate(zip(blocks.starts, blocks.members, strict=True)):
        pieces: Int64 = _cut(starts, members, blocks.left_end, blocks.right_start, pairs_per_task)
        tasks += [Task(rule, *piece) for piece in pieces.tolist()]
    return tuple(tasks)


@kernel
def _cut(starts: Int64, members: Int32, left_end: int, right_start: int, pairs_per_task: int) -> Int64:
    """Return first, last, pairs and largest block of each piece that has a pair, int64 (n, 4)."""
    pieces = np.empty((64, 4), np.int64)
    count = _cut_into(starts, members, left_end, right_start, pairs_per_task, pieces)
    if count > pieces.shape[0]:
        pieces = np.empty((count, 4), np.int64)
        _cut_into(starts, members, left_end, right_start, pairs_per_task, pieces)
    return pieces[:count].copy()


@borrowing
def _cut_into(
    starts: Int64, members: Int32, left_end: int, right_start: int, pairs_per_task: int, pieces: Int64
) -> int:
    """Write the pieces for which there is room, and return how many there are."""
    count, first, pairs, largest = 0, 0, 0, 0
    for block in range(starts.shape[0] - 1):
        begin, end = starts[block], starts[block + 1]
        size = end - begin
        largest = max(largest, size)
        every = size * (size - 1) // 2
        whole = members[begin] >= right_start and members[end - 1] < left_end
        if whole and pairs + every < pairs_per_task:  # as nearly all blocks: no need to go from record to record
            pairs += every
            continue
        split = begin
        while split < end and members[split] < right_start:
            split += 1
        for position in range(begin, end):
            if members[position] >= left_end:
                break
            pairs += end - max(position + 1, split)
            if pairs >= pairs_per_task:
                count = _write_piece(pieces, count, first, position + 1, pairs, largest)
                first, pairs, largest = position + 1, 0, size
    return _write_piece(pieces, count, first, members.shape[0], pairs, largest) if pairs > 0 else count


@borrowing
def _write_piece(pieces: Int64, count: int, first: int, last: int, pairs: int, largest: int) -> int:
    if count < pieces.shape[0]:
        pieces[count, 0], pieces[count, 1], pieces[count, 2], pieces[count, 3] = first, last, pairs, largest
    return count + 1
