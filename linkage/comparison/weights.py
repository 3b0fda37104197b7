"""What the *survive* fold judges by: weights by level, and how high a pair may come before its levels are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.comparison.opcodes import MAX_LEVELS, MAY_BE_SILENT, ONE_TEXT_ONE_VALUE
from linkage.comparison.program import Program
from linkage.comparison.tables import VALUE_BITS, Tables
from linkage.spec import KERNELS, ComparisonSpec, LinkageSpec
from linkage.standardise.frequencies.regional import RegionalFrequencies

Float64 = npt.NDArray[np.float64]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

STATES: Final = 5
"""What two codes tell before anything is looked up: missing, unequal, equal, and the last two with a flagged code."""

MISSING, UNEQUAL, EQUAL, FLAGGED_UNEQUAL, FLAGGED_EQUAL = range(STATES)

_MOST_PARTS: Final = 8


class Weights(NamedTuple):
    """``weight`` float64 (C, 16): bits by level of each of C comparisons, 0 for parts and for missing.

    A pair whose weight can no longer reach ``least`` is dropped. How high it can come is a sum over T *terms*, one for
    each weighted comparison: ``term`` int64 (T,) its number; ``part`` int64 (T, 8) the comparisons it reads that have a
    column, itself or its parts, -1 beyond the end. Each of them has a digit: its level where known, else
    ``levels`` (T, 8), the number of its levels, plus the state of the two codes. ``bound`` at ``start`` (T,) plus the
    digits times ``stride`` (T, 8) is the most the term can come to. Where a term has a term frequency, ``bound`` leaves
    out the best level and ``best`` tells, bool, whether that can be reached: ``best_bits`` float64 (T,) are its bits
    before the adjustment for the value.
    """

    weight: Float64
    least: float
    term: Int64
    part: Int64
    levels: Int64
    stride: Int64
    start: Int64
    bound: Float64
    best: npt.NDArray[np.bool_]
    best_bits: Float64


def build_weights(weights: Float64, spec: LinkageSpec, program: Program, least: float) -> Weights:
    """Spread a model's weights float64 (n_weighted, levels) over all comparisons of the program.

    ``least``: match weight in bits below which a pair does not survive.
    """
    table = np.zeros((len(spec.comparisons), MAX_LEVELS))
    own = [index for index, item in enumerate(spec.comparisons) if not item.part]
    for row, index in enumerate(own):
        n_levels = len(spec.comparisons[index].level_names)
        table[index, :n_levels] = weights[row, :n_levels]
    shape = (len(own), _MOST_PARTS)
    part, levels, stride = np.full(shape, -1, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    start = np.zeros(len(own) + 1, np.int64)
    bounds: list[Float64] = [np.zeros(0)]
    best: list[npt.NDArray[np.bool_]] = [np.zeros(0, np.bool_)]
    for row, index in enumerate(own):
        parts = program.parts[index][program.parts[index] >= 0] if spec.comparisons[index].combine else [index]
        reach = [_reachable(spec.comparisons[leaf], program, int(leaf)) for leaf in parts]
        bound, reaches_best = _bounds(table[index], program, index, reach)
        part[row, : len(reach)] = parts
        levels[row, : len(reach)] = [len(states[-1]) for states in reach]
        stride[row, : len(reach)] = np.cumprod([1, *bound.shape[:0:-1]])[::-1]
        start[row + 1] = start[row] + bound.size
        bounds.append(bound.ravel())
        best.append(reaches_best.ravel() & program.term_frequency[index])
    return Weights(
        table, float(least), np.array(own, np.int64), part, levels, stride, start[:-1],
        np.concatenate(bounds), np.concatenate(best), table[own, program.top[own]],
    )  # fmt: skip


def every_level(program: Program) -> Weights:
    """Return weights by which every pair survives, with all its levels."""
    none = np.zeros((0, _MOST_PARTS), np.int64)
    weight = np.zeros((program.opcode.size, MAX_LEVELS))
    return Weights(
        weight, -np.inf, np.zeros(0, np.int64), none, none, none, np.zeros(0, np.int64), np.zeros(0),
        np.zeros(0, np.bool_), np.zeros(0),
    )  # fmt: skip


def weigh(
    program: Program,
    tables: Tables,
    weights: Weights,
    left: Int32,
    right: Int32,
    levels: npt.NDArray[np.int8],
    regional: Sequence[tuple[int, RegionalFrequencies]] = (),
) -> Float64:
    """Return the match weights, in bits, of pairs of records with these levels, int8 (n, C), none of them open.

    Added in the order of the spec, as the kernel does, so that the last digit is the same. ``regional``: by number of
    a comparison, what shifts the adjustment for the value, which the kernel does not know.
    """
    total = np.zeros(left.size)
    by_region = dict(regional)
    for comparison in weights.term:
        own = levels[:, comparison]
        bits = weights.weight[comparison, own]
        column = program.column[comparison]
        base = tables.frequency_base[column]
        if program.term_frequency[comparison] and base >= 0:
            at_top = np.flatnonzero(own == program.top[comparison])
            one, other = (tables.codes[side[at_top], column] & VALUE_BITS for side in (left, right))
            adjustment = np.minimum(tables.frequency[base + one], tables.frequency[base + other])
            if int(comparison) in by_region:
                codes = tables.codes[:, column]
                codes = np.where(codes < 0, codes, codes & VALUE_BITS)
                shift = by_region[int(comparison)].bits(codes, left[at_top], right[at_top])
                adjustment = shifted(adjustment, shift, weights.weight[comparison, 1] - bits[at_top])
            bits[at_top] += adjustment
        total += bits
    return total


def shifted(adjustment: Float64, shift: Float64, lowest: Float64 | float) -> Float64:
    """Return national adjustments with the regional shift, all in bits (n,).

    Not below ``lowest``, the weight of "different" less that of the best level, unless they are below it already.
    """
    return np.maximum(adjustment + shift, np.minimum(adjustment, lowest))


def _bounds(
    weight: Float64, program: Program, index: int, reach: Sequence[Sequence[npt.NDArray[np.bool_]]]
) -> tuple[Float64, npt.NDArray[np.bool_]]:
    """Return the highest weight for every combination of digits, and whether the best level is among the reachable."""
    sizes = [states[-1].size for states in reach]
    level: npt.NDArray[np.integer[Any]] = np.arange(sizes[0])
    if program.column[index] < 0:
        first = program.combined_start[index]
        radix = (MAX_LEVELS,) * len(sizes)
        level = program.combined_level[first : first + MAX_LEVELS ** len(sizes)].reshape(radix)
        level = level[tuple(slice(size) for size in sizes)]
    bound = weight[level]
    reaches_best = level == program.top[index]
    if program.term_frequency[index]:
        bound = np.where(reaches_best, -np.inf, bound)
    for axis, states in enumerate(reach):
        known, known_best = bound, reaches_best
        for levels in states:
            reached = np.flatnonzero(levels)
            highest = known.take(reached, axis).max(axis, keepdims=True)
            bound = np.concatenate([bound, highest], axis)
            some = known_best.take(reached, axis).any(axis, keepdims=True)
            reaches_best = np.concatenate([reaches_best, some], axis)
    return bound, reaches_best


def _reachable(item: ComparisonSpec, program: Program, index: int) -> tuple[npt.NDArray[np.bool_], ...]:
    """Return which levels a comparison can reach, bool (n_levels,), for each state of the two codes."""
    size = len(item.level_names)

    def only(*levels: int) -> npt.NDArray[np.bool_]:
        return np.isin(np.arange(size), levels)

    offered = KERNELS[item.kernel]
    unequal, flagged = only(1), only(*range(size))
    if item.kernel == "custom":
        unequal = only(*range(size - (item.levels[0].at_least is None)))
    elif offered is None:
        never_best = item.levels[0].at_least is None and item.levels[0].at_most is None
        unequal = only(*range(1, size - (never_best and item.kernel != "number_distance")))
    elif item.kernel != "equal":
        relations = len(offered) + (item.kernel not in ONE_TEXT_ONE_VALUE)
        unequal = only(1, *program.relation_level[index, :relations].tolist())
        if item.kernel == "name" and program.threshold[index, 0] > 0.0:
            unequal |= only(2)
    if item.kernel in MAY_BE_SILENT:
        unequal |= only(0)
    equal = only(int(program.same[index]))
    if program.looks[index]:
        return only(0), unequal, equal, flagged, flagged
    return only(0), unequal, equal, unequal, equal
