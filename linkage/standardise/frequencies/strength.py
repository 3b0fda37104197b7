"""How far a regency may be trusted over its province: strengths of shrinkage, by the method of moments.

The model is a chain of Gamma-Poisson distributions. Value v is borne by n residents of the N of region r,
n ~ Poisson(N f), and its frequency there varies about that of the wider region: f ~ Gamma(s p, s), so that the
posterior mean is (n + s p) / (N + s): the wider region counts as s residents more.

s is seen in how often two bearers of a value live in one region. Given the c bearers in the wider region, and shares
q_r of its residents, that is Q = sum q_r^2 for a value that keeps to no region, and Q + (1 - Q) theta for one that
does, with theta = 1 / (1 + s c / (Q* N)), Q* = (Q - 2 sum q_r^3 + Q^2) / (1 - Q). For regions of one size this is
exact: Q* = Q, and the bearers are spread as a Dirichlet-multinomial of s c / N per region.

Common names differ less between regions than rare ones, so every octave of c has a strength of its own.

J. C. Kleinman, "Proportions with extraneous variance", JASA 68 (1973), for the moments; D. J. Balding and
R. A. Nichols, "DNA profile match probability calculation", Forensic Science International 64 (1994), for theta as what
two people of one region share beyond the nation; B. Efron and C. Morris, JASA 70 (1975), for shrinkage along a chain.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

CLASSES: Final = 32
"""Octaves of the number of bearers in the wider region: 0 or 1, 2 or 3, 4 to 7 and so on."""
LEAST_STRENGTH: Final = 1.0
"""The wider region always counts as one resident, so that nothing has frequency 0."""
MOST_STRENGTH: Final = 1e9
"""More residents than any register has: where regions show no difference, the wider region speaks alone."""
FEWEST_PAIRS: Final = 200.0
"""Pairs of bearers, not of one region by force, that an octave needs for a strength of its own."""

_STEPS: Final = 60


def octave(bearers: Int64) -> Int64:
    """Return int64, same shape: the class of a number of bearers, 0 for none or one."""
    exponent = np.frexp(np.maximum(bearers, 1).astype(np.float64))[1].astype(np.int64)
    octaves: Int64 = np.minimum(exponent - 1, CLASSES - 1)
    return octaves


def estimate_strengths(bearers: Int64, cells: Int64, cell_parents: Int64, totals: Int64, parents: Int64) -> Float64:
    """Return the strength of each octave in residents, float64 (:data:`CLASSES`,), from counts in the narrower regions.

    Args:
        cells: int64 (n_cells,), bearers of one value in one region, 1 or more.
        cell_parents: int64 (n_cells,), the index of (value, wider region) into ``bearers``.
        bearers: int64 (2, n_parent_cells): bearers of each value in each wider region, and that region.
        totals: int64 (n_regions,), residents with a value in each region.
        parents: int64 (n_regions,), its wider region.

    An octave with too few pairs takes the strength of the nearest one that has enough; where none has, nothing is known
    of the regions, and the wider one speaks alone.
    """
    counts, regions = bearers
    size = int(parents.max(initial=0)) + 1
    together = np.bincount(parents, weights=totals, minlength=size)
    share = totals / np.maximum(together[parents], 1)
    second, third = (np.bincount(parents, weights=share**power, minlength=size) for power in (2, 3))
    spread = np.maximum(1.0 - second, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(spread > 1e-9, (second - 2 * third + second**2) / spread, 0.0)

    pairs = counts * (counts - 1.0)
    same = np.bincount(cell_parents, weights=cells * (cells - 1.0), minlength=counts.size)
    slot = octave(counts) * size + regions
    shape = (CLASSES, size)

    def summed(weights: Float64) -> Float64:
        return np.bincount(slot, weights=weights, minlength=CLASSES * size).reshape(shape).astype(np.float64)

    excess = summed(same - pairs * second[regions]).sum(axis=1)
    room = summed(pairs * spread[regions]) * (effective > 0)
    # What a strength of 1 does to theta, on average over the pairs of the octave.
    bearers_of_pair = summed(pairs * counts) / np.maximum(summed(pairs), 1.0)
    steepness = bearers_of_pair / np.where(effective > 0, effective * np.maximum(together, 1.0), 1.0)
    found = _solve(excess, room, steepness)
    enough = np.flatnonzero(room.sum(axis=1) >= FEWEST_PAIRS)
    if not enough.size:
        return np.full(CLASSES, MOST_STRENGTH)
    nearest = np.abs(np.arange(CLASSES)[:, None] - enough).argmin(axis=1)
    return np.asarray(found[enough[nearest]], np.float64)


def _solve(excess: Float64, room: Float64, steepness: Float64) -> Float64:
    """Return s (k,) with sum(room / (1 + s steepness)) = excess in each row, by bisection of log s, within bounds."""
    low = np.full(excess.shape, np.log(LEAST_STRENGTH))
    high = np.full(excess.shape, np.log(MOST_STRENGTH))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        left = (room / (1.0 + np.exp(middle)[:, None] * steepness)).sum(axis=1)
        weaker = left <= excess
        high, low = np.where(weaker, middle, high), np.where(weaker, low, middle)
    return np.asarray(np.exp(high), np.float64)
