"""Pairs for people to judge: a stratified sample by match weight, of known inclusion probabilities.

Half of the sample is shared equally among the strata, so that every claim of the model is checked; the other half goes
where it makes a total surest, in proportion to pairs times standard deviation (J. Neyman, "On the two different aspects
of the representative method", JRSS 97, 1934, 558-625).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

LEAST_DEVIATION: Final = 0.1
"""Of a stratum the model is sure of, one pair in a hundred is taken to be otherwise: its sureness is what is tested."""


@dataclass(frozen=True)
class Sample:
    """Rows of the pairs drawn, int64 (n,), in the order of asking, and the ``inclusion`` float64 (n,) of each."""

    rows: Int64
    inclusion: Float64


def draw_sample(probability: Float64, stratum: Int64, count: int, *, rng: np.random.Generator) -> Sample:
    """Return ``count`` pairs, or all when there are fewer; within a stratum every pair is as likely as another.

    Args:
        probability: float64 (n_pairs,), the run's.
        stratum: int64 (n_pairs,), 0 to n_strata - 1.

    Raises:
        UsageError: ``count`` below 1, or unequal lengths.
    """
    if count < 1 or probability.shape != stratum.shape:
        raise UsageError("a sample needs a count of 1 or more, and one probability and stratum a pair")
    pairs = np.bincount(stratum)
    deviation = np.bincount(stratum, weights=np.sqrt(probability * (1.0 - probability))) / np.maximum(pairs, 1)
    taken = allocate(pairs.astype(np.int64), deviation, count)
    rows = [
        rng.choice(np.flatnonzero(stratum == number), int(size), replace=False) for number, size in enumerate(taken)
    ]
    drawn = rng.permutation(np.concatenate([np.zeros(0, np.int64), *rows]))
    return Sample(drawn, (taken / np.maximum(pairs, 1))[stratum[drawn]])


def allocate(pairs: Int64, deviation: Float64, count: int) -> Int64:
    """Return how many pairs of each stratum to take, int64 (n_strata,), never more than it has.

    Args:
        pairs: int64 (n_strata,), how many there are.
        deviation: float64 (n_strata,), mean of sqrt(p (1 - p)) of each.
        count: in all.
    """
    equal = _share(np.ones(pairs.size), pairs, count // 2)
    worth: Float64 = pairs.astype(np.float64) * np.maximum(deviation, LEAST_DEVIATION)
    return equal + _share(worth, pairs - equal, count - int(equal.sum()))


def _share(worth: Float64, room: Int64, count: int) -> Int64:
    """Return ``count`` divided in proportion to worth, none above its room; what is over goes to the others."""
    given = np.zeros(room.size, np.int64)
    left = min(count, int(room.sum()))
    while left > 0:
        open_ = given < room
        wanted = np.where(open_, worth, 0.0)
        wanted = left * wanted / wanted.sum()
        step = np.minimum(np.floor(wanted).astype(np.int64), room - given)
        if not step.any():
            # Only parts of a pair are left to give: one each, largest first.
            first = np.lexsort((np.arange(room.size), -wanted))[: min(left, int(open_.sum()))]
            step[first] = 1
        given += step
        left -= int(step.sum())
    return given
