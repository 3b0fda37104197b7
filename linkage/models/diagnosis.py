"""Is this match class made of persons? What a fit can say against itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linkage.models.mixture import BlockedPatterns, Solution, match_shares
from linkage.models.patterns import Bool, Float64
from linkage.spec import ComparisonSpec

HOUSEHOLDS = "EM found households instead of persons"
NOT_CONVERGED = "EM did not converge"
RELATIVES_APART = "relatives fill the candidate pairs; they were fitted as a class of their own, apart from the matches"

_IDENTIFYING_BITS = 4.0
_LARGEST_LOST_SHARE = 0.25
_LARGEST_DISAGREEMENT = 0.30
_RELATIVES_LOST_SHARE = 0.50
_LARGEST_FACTOR = 20.0
_FEWEST_MATCHES = 20.0


def household_signs(
    comparisons: Sequence[ComparisonSpec],
    default_m: Sequence[Float64],
    data: BlockedPatterns,
    solution: Solution,
    fixed_by_rule: Bool,
) -> tuple[str, ...]:
    """Return what speaks for a match class of relatives, or nothing.

    Members of a household share surname, address and parents, and differ in what identifies a person. Three signs:

    1. The comparisons are worth W = log2(m(best) / u(best)) bits by the *default* m. Of all the bits worth at
       least 4, sum(W * m(different)) / sum(W) is lost to disagreement in a typical match; above 25 % is a sign.
       Persons lose 5 to 20 %, siblings more than half.
    2. The most identifying comparison differs in over 30 % of the matches, and over twice as often as in the default m.
    3. The rules contradict each other. Rule r holds M_r = lambda_r * n_r matches, so there are at least M_r. If the
       comparisons it fixes agree at their best level, present on both sides, with probability q_r in a match, the
       rule should hold at least a share q_r of all matches, so there are at most M_r / q_r. No number fits when
       the largest lower bound exceeds the smallest upper one; more than 20 times over is a sign. Rules
       with fewer than 20 expected matches are left out; one that fixes nothing identifying bounds nothing from above.
    """
    bits = identifying_bits(default_m, solution.u, fixed_by_rule)
    strong = bits > 0.0
    differ = np.array([float(m[0]) for m in solution.m])
    names = [item.name for item in comparisons]
    signs = []
    if strong.any():
        lost = _lost_share(bits, solution.m)
        if lost > _LARGEST_LOST_SHARE:
            signs.append(f"a typical match disagrees in {lost:.0%} of what identifies a person")
        first = int(np.argmax(bits))
        if differ[first] > max(_LARGEST_DISAGREEMENT, 2.0 * float(default_m[first][0])):
            signs.append(f"{names[first]}, the most identifying comparison, differs in {differ[first]:.0%} of matches")
    factor = _rule_contradiction(data, solution, fixed_by_rule, strong)
    if factor > _LARGEST_FACTOR:
        signs.append(f"the blocking rules imply numbers of matches {factor:.0f} times apart")
    return tuple(signs)


def looks_related(
    default_m: Sequence[Float64], solution: Solution, related: Sequence[Float64], fixed_by_rule: Bool
) -> bool:
    """Tell whether another class is one of different people: it loses more than half of the identifying bits.

    Copies of one person with many errors lose less; they are matches, and must not be taken away from them.
    """
    bits = identifying_bits(default_m, solution.u, fixed_by_rule)
    return bool(bits.any()) and _lost_share(bits, related) > _RELATIVES_LOST_SHARE


def identifying_bits(default_m: Sequence[Float64], u: Sequence[Float64], fixed_by_rule: Bool) -> Float64:
    """Return the bits of the best level where they are at least 4, float64 (n_comparisons,), else 0."""
    bits = np.array([float(np.log2(m0[-1] / other[-1])) for m0, other in zip(default_m, u, strict=True)])
    # What every rule fixes is not learned; its m says nothing about this class.
    learned = ~fixed_by_rule.all(axis=0)
    return np.where(learned & (bits >= _IDENTIFYING_BITS), bits, 0.0)


def weight_warnings(comparisons: Sequence[ComparisonSpec], solution: Solution) -> tuple[str, ...]:
    """Return a warning for each comparison whose best level speaks less for a match than "different"."""
    return tuple(
        f"comparison {item.name}: level {item.level_names[-1]} weighs less than different"
        for item, m, u in zip(comparisons, solution.m, solution.u, strict=True)
        if m[-1] * u[0] < m[0] * u[-1]
    )


def unlearned_warnings(comparisons: Sequence[ComparisonSpec], data: BlockedPatterns) -> tuple[str, ...]:
    """Return a warning for each comparison that no rule leaves free with a value: its m is the default."""
    return tuple(
        f"comparison {item.name}: m is the default, for no candidate pair shows it outside its own blocking rules"
        for position, item in enumerate(comparisons)
        if not data.levels[position].any()
    )


def most_matches(data: BlockedPatterns, solution: Solution) -> float:
    """Return the expected matches among the pairs of the rule that holds most, 0 without rules."""
    pairs = np.bincount(data.rule, weights=data.counts, minlength=data.n_rules)
    return float((pairs * solution.shares).max(initial=0.0))


def few_matches_warning(data: BlockedPatterns, solution: Solution) -> tuple[str, ...]:
    """Return a warning when no blocking rule holds 20 expected matches: m then rests on the defaults."""
    if most_matches(data, solution) >= _FEWEST_MATCHES:
        return ()
    return ("fewer than 20 expected matches under every blocking rule: m rests on the defaults",)


def _lost_share(bits: Float64, probabilities: Sequence[Float64]) -> float:
    differ = np.array([float(values[0]) for values in probabilities])
    return float((bits * differ).sum() / bits.sum())


def _rule_contradiction(data: BlockedPatterns, solution: Solution, fixed_by_rule: Bool, identifying: Bool) -> float:
    found = np.bincount(data.rule, weights=data.counts, minlength=data.n_rules) * solution.shares
    present = _presence(data, match_shares(data, solution), fixed_by_rule)
    agree = np.array([float(m[-1]) for m in solution.m]) * present
    reach = np.prod(np.where(fixed_by_rule, agree, 1.0), axis=1)
    usable = found >= _FEWEST_MATCHES
    # A rule that fixes nothing identifying blocks on fields that nothing compares: how often they agree is not known.
    bounds = usable & (reach > 0.0) & (fixed_by_rule & identifying).any(axis=1)
    if usable.sum() < 2 or not bounds.any():
        return 1.0
    return float(found[usable].max() / (found[bounds] / reach[bounds]).min())


def _presence(data: BlockedPatterns, gamma: Float64, fixed_by_rule: Bool) -> Float64:
    """Share of matches in which both values are present, from the rules that leave the comparison free."""
    matches = data.counts * gamma
    shares = np.ones(len(data.n_levels))
    for position in range(shares.size):
        free = ~fixed_by_rule[data.rule, position]
        total = float(matches[free].sum())
        if total > 0.0:
            shares[position] = float(matches[free & (data.levels[position] > 0)].sum()) / total
    return shares
