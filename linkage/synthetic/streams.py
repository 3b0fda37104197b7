"""Random streams that do not disturb each other, and drawing from shares."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


def stream(seed: int, name: str, part: int = 0) -> np.random.Generator:
    """Return the generator of one stage in one part of the register.

    Stages and parts draw from streams of their own, so that adding one moves no other.
    """
    return np.random.default_rng([seed, crc32(name.encode()), part])


def pick(rng: np.random.Generator, shares: npt.ArrayLike, size: int) -> Int64:
    """Return int64 (size,): indices drawn in proportion to ``shares`` (not negative, sum above 0)."""
    return draw(rng, cumulative(np.asarray(shares, np.float64)), size)


def cumulative(shares: Float64) -> Float64:
    """Return the running sum of shares, scaled so that the last is exactly 1."""
    total = np.cumsum(shares)
    total /= total[-1]
    return total


def draw(rng: np.random.Generator, running: Float64, size: int) -> Int64:
    """Return int64 (size,): indices drawn from a running sum made by :func:`cumulative`."""
    return np.searchsorted(running, rng.random(size), side="right").astype(np.int64)


def by_group(keys: npt.NDArray[np.integer]) -> Iterator[tuple[int, Int64]]:
    """Yield each distinct key, ascending, with the rows (ascending) that hold it."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if order.size else np.zeros(0, np.int64)
    for start, rows in zip(starts, np.split(order, starts[1:]), strict=False):
        yield int(ordered[start]), rows


def rank_in_group(keys: npt.NDArray[np.integer]) -> Int64:
    """Return int64 (n,): how many earlier rows hold the same key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    positions = np.arange(keys.size)
    ranks = np.empty(keys.size, np.int64)
    ranks[order] = positions - np.maximum.accumulate(np.where(first, positions, 0))
    return ranks
