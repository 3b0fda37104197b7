"""Pairs of records that no rule chose: drawn at random, or all there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from linkage.comparison.batches import PAIRS_PER_BATCH
from linkage.comparison.blocks import Blocks, Int32, Int64
from linkage.similarity.jit import borrowing
from linkage.similarity.packed import mix_key

DRAWS_PER_TASK: Final = 1 << 17


def possible_pairs(n_records: int, left_count: int) -> int:
    """Return the number of all possible pairs, blocked or not; ``left_count`` as in ``EncodedRecords``."""
    return n_records * (n_records - 1) // 2 if left_count < 0 else left_count * (n_records - left_count)


def split_draws(n_pairs: int, seed: int) -> tuple[tuple[int, int], ...]:
    """Return (draws, seed) pieces of a random sample, the same for any number of threads."""
    pieces = -(-n_pairs // DRAWS_PER_TASK)
    seeds = np.random.SeedSequence(seed).generate_state(max(pieces, 1), np.uint64)
    sizes = [min(DRAWS_PER_TASK, n_pairs - piece * DRAWS_PER_TASK) for piece in range(pieces)]
    return tuple((size, int(seeds[piece])) for piece, size in enumerate(sizes))


def random_batches(blocks: Blocks, n_pairs: int, seed: int) -> Iterator[tuple[Int32, Int32]]:
    """Yield ``n_pairs`` pairs drawn with replacement from those that count, left < right int32 (n,)."""
    for first in range(0, n_pairs, PAIRS_PER_BATCH):
        left = np.empty(min(PAIRS_PER_BATCH, n_pairs - first), np.int32)
        right = np.empty_like(left)
        _draw(blocks.n_records, blocks.left_end, blocks.right_start, first, np.uint64(seed), left, right)
        yield left, right


def all_batches(blocks: Blocks) -> Iterator[tuple[Int32, Int32]]:
    """Yield every pair that counts, left < right int32 (n,)."""
    cursor = np.array([0, max(1, blocks.right_start)], np.int64)
    while True:
        left, right = np.empty(PAIRS_PER_BATCH, np.int32), np.empty(PAIRS_PER_BATCH, np.int32)
        count = _next_pairs(blocks.n_records, blocks.left_end, blocks.right_start, cursor, left, right)
        if count:
            yield left[:count], right[:count]
        if count < PAIRS_PER_BATCH:
            return


@borrowing
def _draw(
    n_records: int, left_end: int, right_start: int, first: int, seed: np.uint64, left: Int32, right: Int32
) -> None:
    whole = left_end == n_records and right_start == 0
    for pair in range(left.shape[0]):
        draw = np.uint64(2 * (first + pair))
        attempt = np.uint64(0)
        while True:
            a = np.uint64(mix_key(np.uint64(mix_key(seed, draw)), attempt))
            b = np.uint64(mix_key(np.uint64(mix_key(seed, draw + np.uint64(1))), attempt))
            i = np.int64(a % np.uint64(left_end))
            j = right_start + np.int64(b % np.uint64(n_records - right_start))
            # Where either record may be the left one, both orders are drawn; else one, so that none counts twice.
            if i < j or (whole and i != j):
                break
            attempt += np.uint64(1)
        left[pair] = min(i, j)
        right[pair] = max(i, j)


@borrowing
def _next_pairs(n_records: int, left_end: int, right_start: int, cursor: Int64, left: Int32, right: Int32) -> int:
    i, j = cursor[0], cursor[1]
    count = 0
    while i < left_end and count < left.shape[0]:
        if j >= n_records:
            i += 1
            j = max(i + 1, right_start)
            continue
        left[count] = i
        right[count] = j
        count += 1
        j += 1
    cursor[0], cursor[1] = i, j
    return count
