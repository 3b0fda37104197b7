"""All candidate pairs, written out one by one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from linkage.blocking.index import RuleIndex


def pairs_within(blocks: Sequence[Sequence[int]], left_end: int, right_start: int) -> list[tuple[int, int]]:
    """Every pair of every block, as often as it has blocks."""
    return [(i, j) for block in blocks for i, j in combinations(sorted(block), 2) if i < left_end and j >= right_start]


def masks_by_pair(
    rules: Sequence[Sequence[Sequence[int]]], left_end: int, right_start: int
) -> dict[tuple[int, int], int]:
    """The rules that each pair meets, as a bit mask."""
    masks: dict[tuple[int, int], int] = {}
    for rule, blocks in enumerate(rules):
        for pair in pairs_within(blocks, left_end, right_start):
            masks[pair] = masks.get(pair, 0) | 1 << rule
    return masks


def record_lists(indexes: Sequence[RuleIndex], n_records: int) -> tuple[np.ndarray, np.ndarray]:
    """The blocks of every record, numbered through all rules: (offsets, blocks)."""
    of_record: list[list[int]] = [[] for _ in range(n_records)]
    number = 0
    for index in indexes:
        for block in range(index.keys.size):
            for record in index.members[index.starts[block] : index.starts[block + 1]].tolist():
                of_record[record].append(number)
            number += 1
    offsets = np.cumsum([0, *map(len, of_record)]).astype(np.int64)
    return offsets, np.array([block for blocks in of_record for block in blocks], np.int32)
