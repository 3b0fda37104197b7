"""Keep households of a pool so that the people in them have a wanted pyramid.

Whole households must be kept or dropped, since the people of one belong together. Each is kept with a probability that
depends on whom it has: the logit is linear in the number of members of each sex and age group. The coefficients are
those for which the expected counts of the kept are the wanted ones, that is calibration with bounded weights (Deville
and Särndal 1992, "Calibration estimators in survey sampling", case of the logit); among all such probabilities these
stay closest to equal ones, as in entropy balancing (Hainmueller 2012) and in raking (Deming and Stephan 1940).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.streams import Float64, Int64

_STEPS: Final = 60
_TOLERANCE: Final = 1e-7
_RIDGE: Final = 1e-6
_LENGTHS: Final = 0.5 ** np.arange(20)


@dataclass(frozen=True)
class Retention:
    """The probability with which a household is kept: ``sigmoid(intercept + sum of coefficients of its members)``.

    ``coefficients`` float64 (n_groups,), one per group of members.
    """

    intercept: float
    coefficients: Float64

    def chances(self, household: npt.NDArray[np.integer], group: npt.NDArray[np.integer], households: int) -> Float64:
        """Return float64 (households,): the chance to be kept, given household and group of every member."""
        logit = np.bincount(household, weights=self.coefficients[group], minlength=households).astype(np.float64)
        return _sigmoid(logit + self.intercept)


def fit_retention(
    household: npt.NDArray[np.integer],
    group: npt.NDArray[np.integer],
    shares: Float64,
    mean_size: float,
    kept: float,
) -> Retention:
    """Fit the chances on a pool of households.

    Args:
        household: int (n,), household of each member of the pool, from 0 without gaps.
        group: int (n,), group of each member.
        shares: float64 (n_groups,), wanted share of each group among the people kept; sums to 1.
        mean_size: wanted mean size of the households kept.
        kept: share of the people of the pool to be kept, between 0 and 1. The smaller, the more pools can be put right.

    The counts of a pool that cannot be put right come as near to the wanted ones as chances below 1 allow.
    """
    households = int(household.max()) + 1
    people = kept * household.size / households
    wanted = np.r_[people * shares, people / mean_size]
    pool = _Pool.of(household.astype(np.int64), group.astype(np.int64), households, shares.size)
    theta = np.zeros(wanted.size)
    theta[-1] = np.log(kept / (1.0 - kept))
    logit = pool.logits(theta)
    loss = _loss(logit, wanted, theta)
    for _ in range(_STEPS):
        chance = _sigmoid(logit)
        gradient = pool.totals(chance) - wanted + _RIDGE * theta
        if np.abs(gradient).max() < _TOLERANCE:
            break
        step = np.linalg.solve(pool.products(chance * (1.0 - chance)) + _RIDGE * np.eye(theta.size), gradient)
        for length in _LENGTHS:
            # The loss is convex, so that some shorter step ends at a lower one.
            logit = pool.logits(theta - length * step)
            if (lower := _loss(logit, wanted, theta - length * step)) <= loss:
                break
        theta, loss = theta - length * step, lower
    return Retention(float(theta[-1]), theta[:-1])


@dataclass(frozen=True)
class _Pool:
    """The counts of members, households by groups, as a list of members; each household has one of a last group more.

    Sums run in the order of the list, so that no number of threads changes the result.
    """

    house: Int64
    group: Int64
    left: Int64
    right: Int64
    households: int
    groups: int

    @staticmethod
    def of(household: Int64, group: Int64, households: int, groups: int) -> _Pool:
        house = np.r_[household, np.arange(households)]
        order = np.argsort(house, kind="stable")
        house, group = house[order], np.r_[group, np.full(households, groups)][order]
        size = np.bincount(house)
        first = np.cumsum(size) - size
        # Every pair of members of one household, a member with itself as well.
        left = np.repeat(np.arange(house.size), size[house])
        end = np.cumsum(size[house])
        right = np.arange(left.size) - (end - size[house])[left] + first[house[left]]
        return _Pool(house, group, left, right, households, groups + 1)

    def logits(self, theta: Float64) -> Float64:
        return np.bincount(self.house, weights=theta[self.group], minlength=self.households).astype(np.float64)

    def totals(self, weight: Float64) -> Float64:
        sums = np.bincount(self.group, weights=weight[self.house], minlength=self.groups)
        return (sums / self.households).astype(np.float64)

    def products(self, weight: Float64) -> Float64:
        cell = self.group[self.left] * self.groups + self.group[self.right]
        sums = np.bincount(cell, weights=weight[self.house[self.left]], minlength=self.groups**2)
        return (sums / self.households).astype(np.float64).reshape(self.groups, self.groups)


def _loss(logit: Float64, wanted: Float64, theta: Float64) -> float:
    return float(np.logaddexp(0.0, logit).mean() - (wanted * theta).sum() + _RIDGE / 2.0 * (theta * theta).sum())


def _sigmoid(logit: Float64) -> Float64:
    chance: Float64 = 1.0 / (1.0 + np.exp(-np.clip(logit, -500.0, 500.0)))
    return chance
