"""Which pairs are worth a person's time: those that teach a model most, and some of every kind to measure it by.

Every strategy is a sampling design: a pair's *inclusion* is the probability with which this session draws it, so that
shares and precisions can be estimated from the answers whatever drew them (each answer counts 1 / inclusion).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from linkage.errors import InvariantError, UsageError

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]
Int64 = npt.NDArray[np.int64]

Strategy = Literal["uncertain", "stratified", "committee", "mixed"]
STRATEGIES: Final[tuple[Strategy, ...]] = ("mixed", "uncertain", "stratified", "committee")

PER_CLUSTER: Final = 2
"""Pairs of one cluster are about the same people: more of them teach little."""

BANDS: Final = (-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0)
"""Bounds in bits of the match weight between the strata."""

_SHARES: Final = {
    "mixed": (0.3, 0.2, 0.5),
    "uncertain": (1.0, 0.0, 0.0),
    "committee": (0.0, 1.0, 0.0),
    "stratified": (0.0, 0.0, 1.0),
}
"""Of the pairs drawn: by uncertainty, by disagreement, by stratum. What is drawn by uncertainty alone teaches a model
nothing of the clear pairs, and trees then fail on those (docs/guide/labelling.md)."""

_DENSITY: Final = -0.5
"""Of k pairs that look alike each counts k to this power: together they count more than one pair, less than k."""


@dataclass(frozen=True)
class Pool:
    """Pairs that may be asked about, one entry each (n_pairs,).

    ``probability`` float64: the run's, 0 to 1. ``disagreement`` float64: how far models are apart about the pair, 0 or
    more. ``pattern`` int64: equal for pairs that look alike. ``cluster`` int64: equal for pairs of one cluster.
    """

    probability: Float64
    disagreement: Float64
    pattern: Int64
    cluster: Int64


@dataclass(frozen=True)
class Chosen:
    """Rows of the pool (n,) in the order of asking, and the ``inclusion`` float64 (n,) of each, above 0, up to 1."""

    rows: Int64
    inclusion: Float64


def choose(pool: Pool, count: int, *, strategy: Strategy = "mixed", rng: np.random.Generator) -> Chosen:
    """Return up to ``count`` pairs, at most two of one cluster, deterministic for a generator's state.

    First of each cluster up to two pairs are drawn, then of these the sample; both in proportion to what a pair is
    worth. ``inclusion`` is the product of both probabilities (two-phase sampling: C.-E. Särndal, B. Swensson and
    J. Wretman, "Model Assisted Survey Sampling", 1992, ch. 9).

    Raises:
        UsageError: ``count`` is below 1, or no such strategy. InvariantError: arrays of unequal length.
    """
    n = pool.probability.size
    if count < 1 or strategy not in _SHARES:
        raise UsageError(f"choosing needs a count of 1 or more and one of {', '.join(STRATEGIES)}")
    if {pool.disagreement.size, pool.pattern.size, pool.cluster.size} != {n}:
        raise InvariantError("a pool's arrays have unequal lengths", where="choosing pairs")
    worth = _worth(pool, _SHARES[strategy])
    kept, first = _of_clusters(worth, pool.cluster, rng)
    left = worth[kept]
    second = inclusions(left, count)
    order = np.lexsort((rng.random(kept.size), pool.probability[kept]))
    drawn = order[systematic(second[order], rng)]
    drawn = drawn[rng.permutation(drawn.size)]
    return Chosen(kept[drawn], first[drawn] * second[drawn])


def weight_bands(probability: Float64) -> Int64:
    """Return the stratum of each pair by its match weight in bits, int64 (n_pairs,), 0 the lowest."""
    with np.errstate(divide="ignore"):
        weight = np.log2(probability) - np.log2(1.0 - probability)
    return np.searchsorted(np.array(BANDS), weight, side="right")


def inclusions(worth: Float64, count: int) -> Float64:
    """Return probabilities (n,) in proportion to ``worth`` that sum to ``count``, none above 1.

    Where the proportion would pass 1 the pair is certain, and the others share what is left. Fewer pairs of any worth
    than ``count``: those are certain.
    """
    result = np.zeros(worth.size)
    open_, certain = worth > 0.0, np.zeros(worth.size, np.bool_)
    if np.count_nonzero(open_) <= count:
        result[open_] = 1.0
        return result
    while True:
        rest = open_ & ~certain
        scale = (count - np.count_nonzero(certain)) / worth[rest].sum()
        over = rest & (worth * scale >= 1.0)
        if not over.any():
            break
        certain |= over
    result[rest] = worth[rest] * scale
    result[certain] = 1.0
    return result


def systematic(inclusion: Float64, rng: np.random.Generator) -> Int64:
    """Return the rows that a systematic sample of these inclusion probabilities draws, ascending.

    One random start, and steps of 1 along the running sum: every row is drawn with exactly its probability, and rows
    that stand close are seldom drawn together.
    """
    ends = np.cumsum(inclusion)
    if ends.size:
        # Sums that should be whole may miss by a rounding error; that must not cost the last row.
        ends[-1] = round(ends[-1]) if abs(ends[-1] - round(ends[-1])) < 1e-9 else ends[-1]
    steps = np.floor(ends + rng.random())
    drawn: Int64 = np.flatnonzero(np.diff(steps, prepend=0.0) >= 1.0)
    return drawn


def _worth(pool: Pool, shares: tuple[float, float, float]) -> Float64:
    """Return what asking about each pair is worth, float64 (n,), above 0."""
    p = pool.probability
    uncertainty = 4.0 * p * (1.0 - p)
    _, pattern, alike = np.unique(pool.pattern, return_inverse=True, return_counts=True)
    density = alike[pattern] ** _DENSITY
    bands = weight_bands(p)
    in_band = np.bincount(bands)
    parts = (uncertainty * density, pool.disagreement * density, 1.0 / in_band[bands])
    worth = np.full(p.size, 1e-9)
    spare = 0.0
    for part, share in zip(parts[:2], shares[:2], strict=True):
        total = part.sum()
        if total > 0.0:
            worth += share * part / total
        else:
            spare += share  # nothing is uncertain, or no two models are known: the strata take it over
    worth += (shares[2] + spare) * parts[2] / max(parts[2].sum(), 1e-300)
    return worth


def _of_clusters(worth: Float64, cluster: Int64, rng: np.random.Generator) -> tuple[Int64, Float64]:
    """Return the rows left when each cluster gives up to two pairs, ascending, and with what probability it gave each.

    Two of k pairs are drawn in proportion to their worth, as :func:`inclusions` and :func:`systematic` do it.
    """
    _, group, size = np.unique(cluster, return_inverse=True, return_counts=True)
    inclusion = np.ones(worth.size)
    taken = size[group] <= PER_CLUSTER
    by_group, ends = np.argsort(group, kind="stable"), np.cumsum(size)
    for crowded in np.flatnonzero(size > PER_CLUSTER):
        rows = rng.permutation(by_group[ends[crowded] - size[crowded] : ends[crowded]])
        inclusion[rows] = inclusions(worth[rows], PER_CLUSTER)
        taken[rows[systematic(inclusion[rows], rng)]] = True
    kept = np.flatnonzero(taken)
    return kept, inclusion[kept]
