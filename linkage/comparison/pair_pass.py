"""The pair pass: what an engine is given, the pieces it may run in any order, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RuleIndex
from linkage.comparison.kernel import Blocks, Weights, count_patterns, levels_of_pairs, random_patterns, survive
from linkage.comparison.program import MAX_LEVELS, Program
from linkage.comparison.tables import Tables
from linkage.spec import LinkageSpec

_PAIRS_PER_TASK: Final = 1 << 21
_DRAWS_PER_TASK: Final = 1 << 17


@dataclass(frozen=True)
class PairWork:
    """Everything the kernel needs: final blocks, compiled comparisons, record tables."""

    blocks: Blocks
    program: Program
    tables: Tables


@dataclass(frozen=True)
class Task:
    """Member positions ``first`` to ``last - 1`` of one rule, about two million pairs; a piece any thread may take."""

    rule: int
    first: int
    last: int
    pairs: int


@dataclass(frozen=True)
class Survivors:
    """Pairs worth a second look, sorted by (left, right). n pairs, C comparisons in the spec's order.

    ``left < right`` int32 (n,) record numbers; ``rules`` uint64 (n,) bit mask; ``weight`` float64 (n,) match weight in
    bits without the prior; ``levels`` int8 (n, C), 0 for missing. ``compared``: pairs the kernel looked at.
    """

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    rules: npt.NDArray[np.uint64]
    weight: npt.NDArray[np.float64]
    levels: npt.NDArray[np.int8]
    compared: int


@dataclass(frozen=True)
class CountedPatterns:
    """Agreement patterns of candidate pairs: ``levels`` int8 (n, C) of weighted comparisons, ``rules``, ``counts``.

    ``share``: the part of all candidate pairs that was counted, 0 to 1.
    """

    levels: npt.NDArray[np.int8]
    rules: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int64]
    share: float


def stack_blocks(indexes: Sequence[RuleIndex], n_records: int, left_count: int) -> Blocks:
    """Return the blocks of all rules as one set of arrays."""
    starts: list[npt.NDArray[np.int64]] = []
    offsets: list[npt.NDArray[np.int64]] = []
    blocks: list[npt.NDArray[np.int64]] = []
    rule_blocks = [0]
    n_members = n_entries = 0
    for index in indexes:
        starts.append(index.starts[:-1] + n_members)
        offsets.append(index.offsets + n_entries)
        blocks.append(index.blocks.astype(np.int64) + rule_blocks[-1])
        n_members += index.members.size
        n_entries += index.blocks.size
        rule_blocks.append(rule_blocks[-1] + index.keys.size)
    return Blocks(
        starts=np.concatenate([*starts, [n_members]]).astype(np.int64),
        members=np.concatenate([np.zeros(0, np.int32), *(index.members for index in indexes)]),
        rule_blocks=np.array(rule_blocks, np.int64),
        offsets=np.concatenate(offsets),
        blocks=np.concatenate([np.zeros(0, np.int64), *blocks]),
        n_records=n_records,
        left_count=left_count,
    )


def split_tasks(blocks: Blocks, pairs_per_task: int = _PAIRS_PER_TASK) -> tuple[Task, ...]:
    """Cut the members of every rule into pieces of about equal work, whatever the number of threads."""
    tasks: list[Task] = []
    for rule in range(blocks.rule_blocks.size - 1):
        starts = blocks.starts[blocks.rule_blocks[rule] : blocks.rule_blocks[rule + 1] + 1]
        if starts.size < 2:
            continue
        sizes = np.diff(starts)
        ends = np.repeat(starts[1:], sizes)
        partners = ends - np.arange(starts[0], starts[-1]) - 1
        total = np.cumsum(partners)
        cuts = np.searchsorted(total, np.arange(pairs_per_task, int(total[-1]), pairs_per_task)) + 1
        bounds = np.unique(np.concatenate([[0], cuts, [total.size]]))
        for first, last in pairwise(bounds.tolist()):
            pairs = int(total[last - 1] - (total[first - 1] if first else 0))
            tasks.append(Task(rule, int(starts[0]) + first, int(starts[0]) + last, pairs))
    return tuple(tasks)


def build_weights(weights: npt.NDArray[np.float64], spec: LinkageSpec, program: Program, least: float) -> Weights:
    """Spread a model's weights float64 (n_weighted, levels) over all comparisons of the program.

    ``least``: match weight in bits below which a pair does not survive.
    """
    count = len(spec.comparisons)
    table = np.zeros((count, MAX_LEVELS))
    highest = np.zeros(count)
    unequal = np.zeros(count)
    row = 0
    for index, item in enumerate(spec.comparisons):
        if item.part:
            continue
        n_levels = len(item.level_names)
        table[index, :n_levels] = weights[row, :n_levels]
        highest[index] = table[index, :n_levels].max()
        only_equal_is_best = item.kernel == "equal" or (item.field != "" and program.threshold[index, 0] == np.inf)
        reachable = n_levels - 1 if only_equal_is_best or item.term_frequency else n_levels
        unequal[index] = table[index, 1:reachable].max(initial=-np.inf)
        row += 1
    return Weights(table, highest, unequal, float(least))


def run_survive(work: PairWork, weights: Weights, task: Task) -> Survivors:
    """Run the *survive* fold over one task."""
    found = survive(work.blocks, work.program, work.tables, weights, task.rule, task.first, task.last)
    return Survivors(*found)


def join_survivors(parts: Sequence[Survivors], n_comparisons: int) -> Survivors:
    """Return the survivors of all tasks, sorted by (left, right), whatever the order they were run in."""
    left = np.concatenate([np.zeros(0, np.int32), *(part.left for part in parts)])
    right = np.concatenate([np.zeros(0, np.int32), *(part.right for part in parts)])
    order = np.lexsort((right, left))
    return Survivors(
        left=left[order],
        right=right[order],
        rules=np.concatenate([np.zeros(0, np.uint64), *(part.rules for part in parts)])[order],
        weight=np.concatenate([np.zeros(0), *(part.weight for part in parts)])[order],
        levels=np.concatenate([np.zeros((0, n_comparisons), np.int8), *(part.levels for part in parts)])[order],
        compared=sum(part.compared for part in parts),
    )


Counted = tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.int64]]


def run_count(work: PairWork, share: float, task: Task) -> Counted:
    """Run the *count* fold over one task, on a share of the pairs (0 to 1)."""
    bound = np.uint64(min(int(share * 2.0**64), 2**64 - 1))
    counted: Counted = count_patterns(work.blocks, work.program, work.tables, bound, task.rule, task.first, task.last)
    return counted


def possible_pairs(n_records: int, left_count: int) -> int:
    """Return the number of all possible pairs, blocked or not; ``left_count`` as in :class:`Blocks`."""
    return n_records * (n_records - 1) // 2 if left_count < 0 else left_count * (n_records - left_count)


def split_draws(n_pairs: int, seed: int) -> tuple[tuple[int, int], ...]:
    """Return (draws, seed) pieces of a random sample, the same for any number of threads."""
    pieces = -(-n_pairs // _DRAWS_PER_TASK)
    seeds = np.random.SeedSequence(seed).generate_state(max(pieces, 1), np.uint64)
    sizes = [min(_DRAWS_PER_TASK, n_pairs - piece * _DRAWS_PER_TASK) for piece in range(pieces)]
    return tuple((size, int(seeds[piece])) for piece, size in enumerate(sizes))


def run_random(work: PairWork, n_pairs: int, seed: int) -> Counted:
    """Count the patterns of ``n_pairs`` random pairs."""
    blocks = work.blocks
    drawn = random_patterns(work.program, work.tables, blocks.n_records, blocks.left_count, n_pairs, np.uint64(seed))
    patterns, counts = np.unique(drawn, return_counts=True)
    return patterns, np.zeros(patterns.size, np.uint64), counts.astype(np.int64)


def run_every(work: PairWork) -> Counted:
    """Count the patterns of all pairs there are, each once: for inputs so small that drawing would only add noise."""
    n, left_count = work.blocks.n_records, work.blocks.left_count
    if left_count < 0:
        left, right = np.triu_indices(n, 1)
    else:
        left, right = (side.ravel() for side in np.meshgrid(np.arange(left_count), np.arange(left_count, n)))
    levels = levels_of_pairs(work.program, work.tables, left.astype(np.int32), right.astype(np.int32))
    shifts = np.arange(int(work.program.weighted.sum()), dtype=np.uint64) * np.uint64(4)
    packed = np.bitwise_or.reduce(levels[:, work.program.weighted].astype(np.uint64) << shifts, axis=1)
    patterns, counts = np.unique(packed, return_counts=True)
    return patterns, np.zeros(patterns.size, np.uint64), counts.astype(np.int64)


def join_counts(parts: Sequence[Counted], n_weighted: int, share: float) -> CountedPatterns:
    """Return the counts of all tasks together, sorted by pattern, then rules."""
    patterns = np.concatenate([np.zeros(0, np.uint64), *(part[0] for part in parts)])
    masks = np.concatenate([np.zeros(0, np.uint64), *(part[1] for part in parts)])
    counts = np.concatenate([np.zeros(0, np.int64), *(part[2] for part in parts)])
    order = np.lexsort((masks, patterns))
    patterns, masks, counts = patterns[order], masks[order], counts[order]
    new = np.ones(patterns.size, np.bool_)
    new[1:] = (patterns[1:] != patterns[:-1]) | (masks[1:] != masks[:-1])
    first = np.flatnonzero(new)
    summed = np.add.reduceat(counts, first) if first.size else counts
    return CountedPatterns(unpack_patterns(patterns[first], n_weighted), masks[first], summed, share)


def unpack_patterns(patterns: npt.NDArray[np.uint64], n_weighted: int) -> npt.NDArray[np.int8]:
    """Return int8 (n, n_weighted) levels from packed patterns."""
    shifts = np.arange(n_weighted, dtype=np.uint64) * np.uint64(4)
    return ((patterns[:, None] >> shifts) & np.uint64(15)).astype(np.int8)
