"""What blocking will cost, before any pair is compared: pairs of each rule, of all together, and of each one alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RuleReport
from linkage.blocking.pair_sample import PairSample

Bool = npt.NDArray[np.bool_]

_Z: Final = 1.959964


@dataclass(frozen=True)
class Estimate:
    """A number of pairs with its 95 % interval; ``low`` = ``high`` where it was counted, not estimated."""

    pairs: float
    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether it was counted."""
        return self.low == self.high


@dataclass(frozen=True)
class RuleCost:
    """What a rule brings. Every pair is counted once, however many of the rule's keys it shares.

    ``report``: exact counts of its blocks. ``met``: pairs that meet the rule; ``compared``: those that no rule before
    it brings, which is what a run compares under it; ``alone``: those that no other rule brings at all, which is what
    the run would save without it.
    """

    report: RuleReport
    met: Estimate
    compared: Estimate
    alone: Estimate


@dataclass(frozen=True)
class BlockingPlan:
    """The costs of the rules in their order, and ``compared``: the pairs that the run will compare."""

    rules: tuple[RuleCost, ...]
    compared: Estimate


def plan_blocking(sample: PairSample, reports: Sequence[RuleReport]) -> BlockingPlan:
    """Return what the rules bring, from a sample of their pairs; exact where the sample is all of them."""
    bit = np.uint64(1) << sample.drawn_from.astype(np.uint64)
    met = by_rule(sample, np.ones(bit.size, np.bool_))
    compared = by_rule(sample, sample.first_met)
    alone = by_rule(sample, sample.masks == bit)
    rules = tuple(RuleCost(*item) for item in zip(reports, met, compared, alone, strict=True))
    return BlockingPlan(rules, of_run(sample, np.ones(bit.size, np.bool_)))


def by_rule(sample: PairSample, chosen: Bool) -> list[Estimate]:
    """Return how many pairs of each rule are of a kind, bool (n,) by draw."""
    sums, variances = sample.totals(chosen)
    heaviest = np.divide(sample.pairs, sample.drawn, out=np.zeros(sums.size), where=sample.drawn < sample.pairs)
    return [_estimate(*item) for item in zip(sums.tolist(), variances.tolist(), heaviest.tolist(), strict=True)]


def of_run(sample: PairSample, chosen: Bool) -> Estimate:
    """Return how many pairs that the run compares are of a kind, bool (n,) by draw."""
    sums, variances = sample.totals(chosen & sample.first_met)
    sampled = sample.drawn < sample.pairs
    heaviest = float((sample.pairs[sampled] / sample.drawn[sampled]).max(initial=0.0))
    return _estimate(float(sums.sum()), float(variances.sum()), heaviest)


def _estimate(pairs: float, variance: float, heaviest: float) -> Estimate:
    """Return an estimate; ``heaviest``: the pairs that one draw may stand for, 0 where all were taken."""
    if heaviest == 0.0:
        pairs = float(round(pairs))  # a sum of 1 / c
        return Estimate(pairs, pairs, pairs)
    # A kind of which nothing was drawn may still exist: at 95 % no more than 3 draws' worth (the rule of three).
    error = max(_Z * variance**0.5, 3.0 * heaviest if pairs == 0.0 else 0.0)
    return Estimate(pairs, max(pairs - error, 0.0), pairs + error)
