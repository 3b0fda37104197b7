"""Two classes of pairs, matches and non-matches, told apart by EM over several blocking rules at once.

Every rule r sees its own selection of pairs, with its own share of matches lambda_r. Given the truth,
a comparison that uses no field of the rule is not touched by that selection; one that does is left out under
that rule. So all rules share one m, and the criterion is the sum of the rules' log-likelihoods (a composite
likelihood; a pair that meets three rules speaks three times, which costs efficiency but no consistency: weighing
it down would select again).

M. A. Jaro, "Advances in record-linkage methodology", JASA 84 (1989) 414-420; C. Varin, N. Reid and D. Firth,
"An overview of composite likelihood methods", Statistica Sinica 21 (2011) 5-42.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.models.fellegi_sunter import SMALLEST_PROBABILITY
from linkage.models.patterns import Bool, Float64, Int8, Int64, PatternCounts

SHARE_LIMIT = 1e-9
"""No share of matches is nearer to 0 or 1, so that its logarithm exists."""


@dataclass(frozen=True)
class BlockedPatterns:
    """The patterns as each rule sees them, equal ones merged.

    ``levels`` int8 (n_comparisons, n_entries), Fortran-like so that one comparison is contiguous: the level
    code, 0 where missing or fixed by the entry's rule. ``rule`` int64 (n_entries,). ``counts`` float64
    (n_entries,): pairs. ``n_levels`` by comparison, missing included.
    """

    levels: Int8
    rule: Int64
    counts: Float64
    n_rules: int
    n_levels: tuple[int, ...]


@dataclass(frozen=True)
class Solution:
    """Where one run of EM ended.

    ``m`` and ``u``: by comparison, float64 by level code from "different" on. ``shares`` float64
    (n_rules,): lambda. ``history``: the penalised log-likelihood before each step and at the end; never falls.
    """

    m: tuple[Float64, ...]
    u: tuple[Float64, ...]
    shares: Float64
    history: tuple[float, ...]
    converged: bool

    @property
    def n_iter(self) -> int:
        """Number of EM steps taken."""
        return len(self.history) - 1


def block_patterns(candidates: PatternCounts, fixed_by_rule: Bool, n_levels: Sequence[int]) -> BlockedPatterns:
    """Return the patterns seen through each rule, without the comparisons the rule fixes."""
    levels, rules, counts = [np.zeros((0, len(n_levels)), np.int8)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for rule in range(fixed_by_rule.shape[0]):
        met = ((candidates.rules >> np.uint64(rule)) & np.uint64(1)).astype(np.bool_) & (candidates.counts > 0)
        free = np.where(fixed_by_rule[rule], np.int8(0), candidates.levels[met])
        seen = PatternCounts(free, candidates.rules[met], candidates.counts[met]).without_rules()
        levels.append(seen.levels)
        counts.append(seen.counts.astype(np.float64))
        rules.append(np.full(seen.counts.size, rule, np.int64))
    return BlockedPatterns(
        levels=np.ascontiguousarray(np.concatenate(levels).T),
        rule=np.concatenate(rules),
        counts=np.concatenate(counts),
        n_rules=fixed_by_rule.shape[0],
        n_levels=tuple(n_levels),
    )


def run_em(
    data: BlockedPatterns,
    *,
    m: Sequence[Float64],
    u: Sequence[Float64],
    shares: Float64,
    prior_m: Sequence[Float64],
    prior_u: Sequence[Float64] | None = None,
    max_iter: int,
    tolerance: float,
) -> Solution:
    """Climb from one start until no parameter moves by more than ``tolerance``.

    Args:
        data: what each rule sees.
        m, u: where to start; ``u`` stays fixed unless ``prior_u`` is given.
        shares: float64 (n_rules,), the start of lambda.
        prior_m: pseudo-counts by comparison and level ("different" first): a Dirichlet prior with these plus 1.
        prior_u: the same for u; given, u is estimated too.
        max_iter: most steps.
        tolerance: largest change of an m, u or lambda at which a run has converged.
    """
    m, u = [np.asarray(item) for item in m], [np.asarray(item) for item in u]
    history: list[float] = []
    converged = False
    for _ in range(max_iter):
        log_u = log_likelihoods(data, u)
        gamma, objective = _expect(data, m, log_u, shares)
        history.append(objective + log_prior(m, prior_m) + (log_prior(u, prior_u) if prior_u is not None else 0.0))
        matches = data.counts * gamma
        new_m = maximise(data, matches, prior_m, m)
        new_u = u if prior_u is None else maximise(data, data.counts - matches, prior_u, u)
        new_shares = _new_shares(data, matches, shares)
        moved = max(
            largest_change(m, new_m), largest_change(u, new_u), float(np.abs(new_shares - shares).max(initial=0.0))
        )
        m, u, shares = new_m, new_u, new_shares
        if moved < tolerance:
            converged = True
            break
    _, objective = _expect(data, m, log_likelihoods(data, u), shares)
    history.append(objective + log_prior(m, prior_m) + (log_prior(u, prior_u) if prior_u is not None else 0.0))
    return Solution(tuple(m), tuple(u), shares, tuple(history), converged)


def shares_of_rules(
    data: BlockedPatterns, m: Sequence[Float64], u: Sequence[Float64], shares: Float64, *, steps: int = 30
) -> Float64:
    """Return the share of matches among the pairs of each rule when m and u are taken as given, float64 (n_rules,)."""
    log_u = log_likelihoods(data, u)
    for _ in range(steps):
        gamma, _ = _expect(data, m, log_u, shares)
        shares = _new_shares(data, data.counts * gamma, shares)
    return shares


def of_rules(data: BlockedPatterns, wanted: Bool) -> BlockedPatterns:
    """Return the patterns seen through the ``wanted`` (n_rules,) rules alone; the rules keep their numbers."""
    seen = wanted[data.rule]
    return replace(
        data, levels=np.ascontiguousarray(data.levels[:, seen]), rule=data.rule[seen], counts=data.counts[seen]
    )


def match_shares(data: BlockedPatterns, solution: Solution) -> Float64:
    """Return the probability of each entry to be a match, float64 (n_entries,)."""
    gamma, _ = _expect(data, solution.m, log_likelihoods(data, solution.u), solution.shares)
    return gamma


def log_likelihoods(data: BlockedPatterns, probabilities: Sequence[Float64]) -> Float64:
    """Return log P(levels | class) of each entry, float64 (n_entries,); missing and fixed levels add 0."""
    total = np.zeros(data.counts.size)
    for position, values in enumerate(probabilities):
        total += np.concatenate([np.zeros(1), np.log(values)])[data.levels[position]]
    return total


def _expect(data: BlockedPatterns, m: Sequence[Float64], log_u: Float64, shares: Float64) -> tuple[Float64, float]:
    # Sums, not dot products: a threaded BLAS would round by the number of its threads.
    odds = log_likelihoods(data, m) - log_u + (np.log(shares) - np.log1p(-shares))[data.rule]
    # log(1 + e^odds) without overflow; one exponential serves it and the posterior.
    small = np.exp(-np.abs(odds))
    gamma = np.where(odds >= 0.0, 1.0, small) / (1.0 + small)
    evidence = np.maximum(odds, 0.0) + np.log1p(small)
    return gamma, float((data.counts * (log_u + np.log1p(-shares)[data.rule] + evidence)).sum())


def maximise(
    data: BlockedPatterns, mass: Float64, pseudo: Sequence[Float64], before: Sequence[Float64]
) -> list[Float64]:
    """Return the best m (or u) for entries that weigh ``mass``; ``before`` where nothing was seen."""
    result = []
    for position, size in enumerate(data.n_levels):
        seen = np.bincount(data.levels[position], weights=mass, minlength=size)[1:] + pseudo[position]
        result.append(best_values(seen, before[position]))
    return result


def best_values(seen: Float64, before: Float64) -> Float64:
    """Return the probabilities of levels that were ``seen`` so often, float64 (n_levels,); ``before`` if none was."""
    total = float(seen.sum())
    if total <= 0.0:
        return before
    values = np.maximum(seen / total, SMALLEST_PROBABILITY)
    scaled: Float64 = values / values.sum()
    return scaled


def _new_shares(data: BlockedPatterns, matches: Float64, before: Float64) -> Float64:
    pairs = np.bincount(data.rule, weights=data.counts, minlength=data.n_rules)
    found = np.bincount(data.rule, weights=matches, minlength=data.n_rules)
    shares = np.where(pairs > 0.0, found / np.where(pairs > 0.0, pairs, 1.0), before)
    limited: Float64 = np.clip(shares, SHARE_LIMIT, 1.0 - SHARE_LIMIT)
    return limited


def log_prior(values: Sequence[Float64], pseudo: Sequence[Float64]) -> float:
    """Return the logarithm of the Dirichlet prior's density, up to a constant."""
    return float(sum((weight * np.log(item)).sum() for item, weight in zip(values, pseudo, strict=True)))


def largest_change(old: Sequence[Float64], new: Sequence[Float64]) -> float:
    """Return the largest absolute difference of any probability."""
    return max(float(np.abs(after - before).max()) for before, after in zip(old, new, strict=True))
