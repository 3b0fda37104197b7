"""Rows of tokens: names as runs of token numbers, made distinct and sorted without their texts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64


def distinct_rows(offsets: Int64, ids: Int32, n_tokens: int) -> tuple[Int32, Int64]:
    """Return the code of each row (n_rows,), -1 for an empty one, and a row of each code (n_distinct,).

    Row r has the tokens ``ids[offsets[r]:offsets[r + 1]]``, numbered as their texts sort by UTF-8 bytes. No token
    holds a byte below the blank, so the codes sort as the rows do when their tokens are joined by blanks.
    """
    counts = np.diff(offsets)
    padded = np.append(ids, np.int32(0))
    bits = n_tokens.bit_length()
    # From the end of the rows: two tokens and the rank of what follows them, 0 for nothing, make a rank in their turn.
    rank = np.zeros(counts.shape, np.int64)
    longest = int(counts.max(initial=0))
    for begin in range((longest - 1) // 2 * 2, -1, -2):
        rows = np.flatnonzero(counts > begin)
        first = offsets[rows] + begin
        second = np.where(counts[rows] > begin + 1, padded[first + 1] + 1, 0)
        rank[rows] = 1 + _ranks_of_two((padded[first].astype(np.int64) + 1) << bits | second, rank[rows], 2 * bits)
    codes = (rank - 1).astype(np.int32)
    present = np.flatnonzero(codes >= 0)
    row_of = np.empty(int(rank.max(initial=0)), np.int64)
    # Backwards, so that of equal rows the first stays.
    row_of[codes[present][::-1]] = present[::-1]
    return codes, row_of


def _ranks_of_two(high: Int64, low: Int64, high_bits: int) -> Int64:
    """Return the dense ranks of pairs of numbers from 0 on; ``high`` is below ``2**high_bits``."""
    low_bits = int(low.max(initial=0)).bit_length()
    if high_bits + low_bits > 63:
        high = _dense_ranks(high)
    return _dense_ranks(high << low_bits | low)


def _dense_ranks(numbers: Int64) -> Int64:
    order = np.argsort(numbers)
    ordered = numbers[order]
    ranks = np.empty(numbers.shape, np.int64)
    ranks[order[:1]] = 0
    ranks[order[1:]] = np.cumsum(ordered[1:] != ordered[:-1])
    return ranks


@kernel
def take_rows(offsets: Int64, ids: Int32, rows: Int64) -> tuple[Int64, Int32]:
    """Return the offsets and the tokens of some rows (n,), in that order."""
    taken = np.zeros(rows.shape[0] + 1, np.int64)
    for place in range(rows.shape[0]):
        taken[place + 1] = taken[place] + offsets[rows[place] + 1] - offsets[rows[place]]
    tokens = np.empty(taken[rows.shape[0]], np.int32)
    for place in range(rows.shape[0]):
        begin = offsets[rows[place]]
        for step in range(taken[place + 1] - taken[place]):
            tokens[taken[place] + step] = ids[begin + step]
    return taken, tokens


def joined_texts(offsets: Int64, ids: Int32, tokens: pa.StringArray) -> pa.StringArray:
    """Return each row (n_rows,) as a text, its tokens joined by one blank."""
    rows = pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), tokens.take(pa.array(ids)))
    return pc.binary_join(rows, " ")
