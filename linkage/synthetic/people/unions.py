"""Marriage and birth: how old couples are, when they married, which children they have, who is married at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.people.pyramid import Pyramid, group_of
from linkage.synthetic.streams import Float64, Int64

Int8 = npt.NDArray[np.int8]

MOST_BIRTHS: Final = 7
"""Births of one mother, at most; twins are one birth."""

YOUNGEST_WIFE: Final = 17.2
YOUNGEST_HUSBAND: Final = 19.2
"""Ages in years of those who are married; child marriage is left out but for a few wives."""

_COHORTS: Final = np.array([1925.0, 1945.0, 1955.0, 1965.0, 1975.0, 1985.0, 1995.0, 2005.0])
_AGE_AT_MARRIAGE: Final = np.array([18.5, 18.8, 19.6, 20.6, 21.6, 22.4, 22.8, 23.0])
_CHILDREN: Final = np.array([5.2, 5.0, 4.2, 3.2, 2.6, 2.4, 2.25, 2.2])
_GAP: Final = np.array([2.9, 2.9, 3.2, 3.9, 4.6, 5.0, 4.6, 4.0])
_CHILDLESS: Final = 0.05
_LEAST_GAP: Final = 0.95
_OLDEST_MOTHER: Final = 45.4
_OLDEST: Final = 99.0


@dataclass(frozen=True)
class Births:
    """Children born to unions, in order of union and birth.

    ``union`` int64, row of the union; ``order`` int64, place among the children of the union from 0; ``age`` float64,
    years; ``twin`` int8, 0 none, 1 the elder twin, 2 the younger one, who has the next order.
    """

    union: Int64
    order: Int64
    age: Float64
    twin: Int8

    def take(self, rows: Int64) -> Births:
        """Return the children of some rows."""
        return Births(self.union[rows], self.order[rows], self.age[rows], self.twin[rows])


def wife_ages(rng: np.random.Generator, husband: Float64) -> Float64:
    """Return the ages of wives of husbands of given ages (years)."""
    age = husband - rng.normal(np.interp(husband, [20.0, 30.0], [2.0, 4.2]), 3.8)
    return np.minimum(_at_least(rng, age, YOUNGEST_WIFE), _OLDEST)


def husband_ages(rng: np.random.Generator, wife: Float64) -> Float64:
    """Return the ages of husbands of wives of given ages (years)."""
    age = wife + rng.normal(4.2, 3.8, wife.size)
    return np.minimum(_at_least(rng, age, YOUNGEST_HUSBAND), _OLDEST)


def _at_least(rng: np.random.Generator, age: Float64, least: float) -> Float64:
    return np.where(age < least, least + rng.random(age.size) * 4.0, age)


def first_union_ages(rng: np.random.Generator, wife: Float64, husband: Float64, year: float) -> Float64:
    """Return the age of each wife at her marriage, given both ages now (years) and the year it is.

    She is at least 16.4 and he 18.2 then.
    """
    mean = np.interp(year - wife, _COHORTS, _AGE_AT_MARRIAGE)
    age = _at_least(rng, rng.normal(mean, 3.6), 16.4)
    late = age > wife - 0.2
    age = np.where(late, 16.6 + (wife - 16.8) * rng.random(wife.size), age)
    return np.minimum(np.maximum(age, 18.2 - (husband - wife)), wife - 0.1)


def births(
    rng: np.random.Generator, mother: Float64, married: Float64, ended: Float64, year: float, twin_rate: float
) -> Births:
    """Return the children of unions.

    Args:
        rng: where chance comes from.
        mother: age of each mother now, years; whether she is alive is of no account.
        married: her age at marriage.
        ended: her age when the union ended, her age now when it did not.
        year: the year it is, on which cohort and so fertility depend.
        twin_rate: twin births per birth.
    """
    cohort = year - mother
    count = mother.size
    mean = np.interp(cohort, _COHORTS, _CHILDREN) / (1.0 - _CHILDLESS)
    wanted = 1 + rng.binomial(MOST_BIRTHS - 1, (mean - 1.0) / (MOST_BIRTHS - 1))
    wanted[rng.random(count) < _CHILDLESS] = 0
    scale = (np.interp(cohort, _COHORTS, _GAP) - _LEAST_GAP) / 2.0
    at = _LEAST_GAP + rng.standard_gamma(2.0, (count, MOST_BIRTHS)) * scale[:, None]
    at[:, 0] = married + 0.8 + rng.standard_exponential(count) * 0.9
    np.cumsum(at, axis=1, out=at)
    born = (np.arange(MOST_BIRTHS) < wanted[:, None]) & (at < np.minimum(ended, _OLDEST_MOTHER)[:, None])
    pair = born & (rng.random(born.shape) < twin_rate)
    order = np.arange(MOST_BIRTHS) + np.cumsum(pair, axis=1) - pair
    union = np.nonzero(born)[0]
    age, twin = mother[union] - at[born], pair[born]
    repeat = 1 + twin.astype(np.int64)
    second = np.zeros(int(repeat.sum()), np.bool_)
    second[np.cumsum(repeat)[twin] - 1] = True
    mark = np.where(second, 2, np.where(np.repeat(twin, repeat), 1, 0)).astype(np.int8)
    return Births(np.repeat(union, repeat), np.repeat(order[born], repeat) + second, np.repeat(age, repeat), mark)


def child_sexes(rng: np.random.Generator, twin: Int8) -> Int8:
    """Return int8 (n,): sexes of children in order of birth; a third of the twins are of one egg and so of one sex."""
    sex = (rng.random(twin.size) > 0.5122).astype(np.int8)
    younger = np.flatnonzero(twin == 2)
    alike = younger[rng.random(younger.size) < 1.0 / 3.0]
    sex[alike] = sex[alike - 1]
    return sex


def marital_status(rng: np.random.Generator, pyramid: Pyramid, sex: Int8, age: Float64) -> Int8:
    """Return int8 (n,): codes of STAT_KWN drawn as sex and age have them."""
    return _drawn(rng, pyramid.marital[sex, group_of(age)])


def status_without_spouse(
    rng: np.random.Generator, pyramid: Pyramid, sex: Int8, age: Float64, single: float = 1.0, absent: float = 0.03
) -> Int8:
    """Return int8 (n,): codes of STAT_KWN of people whose spouse, if any, is not in the household.

    ``single`` weighs those never married, ``absent`` those whose spouse is registered elsewhere.
    """
    return _drawn(rng, pyramid.marital[sex, group_of(age)] * np.array([single, absent, 1.0, 1.0]) + [1e-9, 0, 0, 0])


def _drawn(rng: np.random.Generator, weights: Float64) -> Int8:
    running = np.cumsum(weights, axis=1)
    chance = rng.random(len(weights)) * running[:, -1]
    codes: Int8 = (1 + (running[:, :3] <= chance[:, None]).sum(axis=1)).astype(np.int8)
    return codes
