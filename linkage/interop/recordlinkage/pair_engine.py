"""Engines that compare given pairs, and that let another judge weigh them.

The stages are the usual ones: the blocking rules of the spec still serve to estimate a model, and tell in ``rules``
which of them bring a pair together. Only the pairs that are compared, or their weights, come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RuleIndex
from linkage.comparison.pair_pass import (
    Blocks,
    CountedPatterns,
    PairWork,
    Survivors,
    Weights,
    rules_of_pairs,
    stack_blocks,
)
from linkage.engine.base import Engine, Progress
from linkage.interop.recordlinkage.labels import Pairs
from linkage.models.fellegi_sunter import SMALLEST_PROBABILITY, log2odds

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PairEngine:
    """Compares ``pairs``, record numbers (n, 2) with the smaller one first, each once, instead of blocks."""

    inner: Engine
    pairs: Pairs

    @property
    def threads(self) -> int:
        """The threads of the engine inside."""
        return self.inner.threads

    def survive(self, work: PairWork, weights: Weights, progress: Progress | None = None) -> Survivors:
        """Return the surviving pairs, sorted by (left, right)."""
        blocks = pair_blocks(self.pairs, work.blocks)
        found = self.inner.survive(replace(work, blocks=blocks), weights, progress)
        return replace(found, rules=rules_of_pairs(work.blocks, found.left, found.right))

    def count(self, work: PairWork, share: float, progress: Progress | None = None) -> CountedPatterns:
        """Return agreement patterns over a share (0 to 1) of the pairs that the blocking rules bring together."""
        return self.inner.count(work, share, progress)

    def random(self, work: PairWork, n_pairs: int, seed: int) -> CountedPatterns:
        """Return agreement patterns of random pairs."""
        return self.inner.random(work, n_pairs, seed)


@dataclass(frozen=True)
class JudgedEngine:
    """Compares every pair and weighs it by ``judge``, which returns a probability, float64 (n,), for n survivors.

    ``least``: probability below which a pair does not survive, unless a comparison keeps it.
    """

    inner: Engine
    judge: Callable[[Survivors], Float64]
    least: float

    @property
    def threads(self) -> int:
        """The threads of the engine inside."""
        return self.inner.threads

    def survive(self, work: PairWork, weights: Weights, progress: Progress | None = None) -> Survivors:
        """Return the surviving pairs, sorted by (left, right); their weights and the model's prior make the verdict."""
        every = self.inner.survive(work, weights._replace(least=-np.inf), progress)
        probability = np.clip(self.judge(every), SMALLEST_PROBABILITY, 1.0 - SMALLEST_PROBABILITY)
        prior = float(log2odds(self.least)) - weights.least  # in bits; the stages add it to every weight
        kept = ((every.levels == work.program.top) & work.program.keep).any(axis=1)
        stay = (probability >= self.least) | kept
        return Survivors(
            every.left[stay],
            every.right[stay],
            every.rules[stay],
            log2odds(probability[stay]) - prior,
            every.levels[stay],
            every.compared,
        )

    def count(self, work: PairWork, share: float, progress: Progress | None = None) -> CountedPatterns:
        """Return agreement patterns over a share (0 to 1) of the pairs that the blocking rules bring together."""
        return self.inner.count(work, share, progress)

    def random(self, work: PairWork, n_pairs: int, seed: int) -> CountedPatterns:
        """Return agreement patterns of random pairs."""
        return self.inner.random(work, n_pairs, seed)


def distinct_pairs(pairs: Pairs) -> Pairs:
    """Return the pairs (n, 2) sorted, each once."""
    numbers = np.unique(packed(pairs))
    return np.stack([numbers >> 32, numbers & 0xFFFFFFFF], axis=1).astype(np.int32)


def packed(pairs: Pairs) -> npt.NDArray[np.int64]:
    """Return one number per pair, int64 (n,), in the order of the pairs."""
    numbers: npt.NDArray[np.int64] = pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1].astype(np.int64)
    return numbers


def pair_blocks(pairs: Pairs, blocks: Blocks) -> Blocks:
    """Return distinct pairs as the blocks of one rule, each a block of two records, over the records of ``blocks``."""
    count = len(pairs)
    members = pairs.ravel()
    starts = np.arange(0, 2 * count + 1, 2, dtype=np.int64)
    index = RuleIndex(np.arange(count, dtype=np.uint64), starts, members)
    return stack_blocks([index], blocks.n_records, blocks.left_end, blocks.right_start)
