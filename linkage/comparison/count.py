"""The *count* fold: agreement patterns of candidate pairs, of a share of them, and of random pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.comparison.batches import EVERY_PAIR, pair_batches
from linkage.comparison.blocks import Int32, Int64, UInt64, rules_of_pairs
from linkage.comparison.draws import all_batches, random_batches
from linkage.comparison.survive import levels_of_pairs, no_check
from linkage.comparison.tasks import Task
from linkage.comparison.work import PairWork
from linkage.similarity.jit import borrowing, kernel
from linkage.similarity.packed import mix_key

Int8 = npt.NDArray[np.int8]


@dataclass(frozen=True)
class CountedPatterns:
    """Agreement patterns of candidate pairs: ``levels`` int8 (n, C) of weighted comparisons, ``rules``, ``counts``.

    ``share``: the part of all candidate pairs that was counted, 0 to 1.
    """

    levels: npt.NDArray[np.int8]
    rules: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int64]
    share: float


@dataclass
class PatternTally:
    """Counts by packed pattern (four bits a level, the first weighted comparison lowest) and rule mask."""

    patterns: UInt64
    rules: UInt64
    counts: Int64
    used: int = 0

    @classmethod
    def empty(cls, size: int = 1 << 12) -> PatternTally:
        """Return a tally of nothing; ``size`` is a power of two."""
        return cls(np.zeros(size, np.uint64), np.zeros(size, np.uint64), np.zeros(size, np.int64))

    def add(self, patterns: UInt64, rules: UInt64, counts: Int64) -> None:
        """Count patterns, each so many times."""
        size = self.counts.size
        while (self.used + patterns.size) * 2 > size:
            size *= 2
        if size > self.counts.size:
            entries = self.entries()
            self.__dict__.update(vars(PatternTally.empty(size)))
            self.add(*entries)
        self.used += _tally(self.patterns, self.rules, self.counts, patterns, rules, counts)

    def entries(self) -> tuple[UInt64, UInt64, Int64]:
        """Return pattern, rules and count of what was found, in no order."""
        filled = self.counts > 0
        return self.patterns[filled], self.rules[filled], self.counts[filled]


def run_count(work: PairWork, share: float, task: Task, *, check: Callable[[], None] = no_check) -> PatternTally:
    """Run the *count* fold over one task, on a share of the pairs (0 to 1)."""
    tally = PatternTally.empty()
    for left, right in pair_batches(work.blocks, task, share=min(int(share * 2.0**64), EVERY_PAIR)):
        check()
        _count(work, left, right, rules_of_pairs(work.blocks, left, right), tally)
    return tally


def run_random(work: PairWork, n_pairs: int, seed: int, *, check: Callable[[], None] = no_check) -> PatternTally:
    """Count the patterns of ``n_pairs`` random pairs."""
    tally = PatternTally.empty()
    for left, right in random_batches(work.blocks, n_pairs, seed):
        check()
        _count(work, left, right, np.zeros(left.size, np.uint64), tally)
    return tally


def run_every(work: PairWork, *, check: Callable[[], None] = no_check) -> PatternTally:
    """Count the patterns of all pairs there are, each once: for inputs so small that drawing would only add noise."""
    tally = PatternTally.empty()
    for left, right in all_batches(work.blocks):
        check()
        _count(work, left, right, np.zeros(left.size, np.uint64), tally)
    return tally


def _count(work: PairWork, left: Int32, right: Int32, rules: UInt64, tally: PatternTally) -> None:
    patterns = _pack(levels_of_pairs(work, left, right), work.program.weighted)
    tally.add(patterns, rules, np.ones(left.size, np.int64))


def join_counts(parts: Sequence[PatternTally], n_weighted: int, share: float) -> CountedPatterns:
    """Return the counts of all tasks together, sorted by pattern, then rules."""
    total = PatternTally.empty()
    for part in parts:
        total.add(*part.entries())
    patterns, rules, counts = total.entries()
    order = np.lexsort((rules, patterns))
    return CountedPatterns(unpack_patterns(patterns[order], n_weighted), rules[order], counts[order], share)


def unpack_patterns(patterns: UInt64, n_weighted: int) -> Int8:
    """Return int8 (n, n_weighted) levels from packed patterns."""
    shifts = np.arange(n_weighted, dtype=np.uint64) * np.uint64(4)
    return ((patterns[:, None] >> shifts) & np.uint64(15)).astype(np.int8)


@kernel
def _pack(levels: Int8, weighted: npt.NDArray[np.bool_]) -> UInt64:
    patterns = np.zeros(levels.shape[0], np.uint64)
    for pair in range(levels.shape[0]):
        shift = np.uint64(0)
        for comparison in range(levels.shape[1]):
            if weighted[comparison]:
                patterns[pair] |= np.uint64(levels[pair, comparison]) << shift
                shift += np.uint64(4)
    return patterns


@borrowing
def _tally(
    patterns: UInt64, rules: UInt64, counts: Int64, new_patterns: UInt64, new_rules: UInt64, new_counts: Int64
) -> int:
    """Add to an open-addressing table of a power of two; return how many entries are new."""
    slots = np.uint64(counts.shape[0] - 1)
    new = 0
    for entry in range(new_patterns.shape[0]):
        pattern, mask = new_patterns[entry], new_rules[entry]
        slot = np.int64(np.uint64(mix_key(pattern, mask)) & slots)
        while counts[slot] and (patterns[slot] != pattern or rules[slot] != mask):
            slot = (slot + 1) & np.int64(slots)
        new += counts[slot] == 0
        patterns[slot] = pattern
        rules[slot] = mask
        counts[slot] += new_counts[entry]
    return new
