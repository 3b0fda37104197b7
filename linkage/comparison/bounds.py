"""How high a pair may still come: sums over terms, tightened with every level that becomes known.

Arrays of one chunk of pairs; ``alive`` int32 lists those of its pairs that still count.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.comparison.opcodes import OPEN
from linkage.comparison.tables import VALUE_BITS
from linkage.similarity.jit import borrowing

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

SLACK: Final = 1e-9
"""Rounding of the running bound must not drop a pair that reaches the least exactly."""


@borrowing
def frequency_bits(left: Int32, right: Int32, count: int, frequency: Float64, base: int, bits: Float64) -> None:
    """Write the term-frequency adjustments, in bits, for agreement at the best level: that of the commoner value."""
    for pair in range(count):
        one, other = left[pair], right[pair]
        if base < 0 or (one | other) < 0:
            bits[pair] = 0.0
        else:
            bits[pair] = min(frequency[base + (one & VALUE_BITS)], frequency[base + (other & VALUE_BITS)])


@borrowing
def open_term(
    columns: Int64, states: Int8, parts: Int64, sizes: Int64, strides: Int64, bound: Float64, best: Bool,
    best_bits: float, bits: Float64, count: int, digits: Int32, possible: Float64,
) -> None:  # fmt: skip
    """Add what a term can come to by the codes alone."""
    digits[:count] = 0
    for slot in range(parts.shape[0]):
        if parts[slot] < 0:
            break
        state, size, stride = states[columns[parts[slot]]], np.int32(sizes[slot]), np.int32(strides[slot])
        for pair in range(count):
            digits[pair] += stride * (size + np.int32(state[pair]))
    for pair in range(count):
        most = bound[digits[pair]]
        if best[digits[pair]]:
            most = max(most, best_bits + bits[pair])
        possible[pair] += most


@borrowing
def tighten_term(
    state: Int8, size: int, stride: int, alive: Int32, count: int, level: Int8, bound: Float64, best: Bool,
    best_bits: float, bits: Float64, digits: Int32, possible: Float64,
) -> None:  # fmt: skip
    """Replace a state by the level now known, and what the term can come to by what it can come to with that."""
    for place in range(count):
        pair = alive[place]
        if level[pair] < 0:
            continue
        before = digits[pair]
        after = before + np.int32(stride * (level[pair] - size - state[pair]))
        most, least = bound[before], bound[after]
        if best[before]:
            most = max(most, best_bits + bits[pair])
        if best[after]:
            least = max(least, best_bits + bits[pair])
        possible[pair] += least - most
        digits[pair] = after


@borrowing
def drop_hopeless(alive: Int32, count: int, possible: Float64, kept: Bool, least: float) -> int:
    """Leave only the pairs that can reach the least weight, or are kept; return how many."""
    still = 0
    for place in range(count):
        pair = alive[place]
        alive[still] = pair
        still += (possible[pair] >= least) | kept[pair]
    return still


@borrowing
def weigh_term(
    weight: Float64, top: int, bound: Float64, best: Bool, best_bits: float, bits: Float64, digits: Int32,
    alive: Int32, count: int, level: Int8, total: Float64,
) -> None:  # fmt: skip
    """Add the weights of one term; of an open level, the most it can come to."""
    for place in range(count):
        pair = alive[place]
        own = level[pair]
        if own == OPEN:
            most = bound[digits[pair]]
            if best[digits[pair]]:
                most = max(most, best_bits + bits[pair])
            total[pair] += most
        elif own == top:
            total[pair] += weight[own] + bits[pair]
        else:
            total[pair] += weight[own]
