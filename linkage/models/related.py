"""A third class for relatives, when two classes are not enough.

Blocks on a family card, a parent or an address hold far more relatives than copies of one person. Relatives
agree too often for the fixed u, so two classes put them among the matches. Here the non-matches of a rule are a
mixture themselves: strangers with the fixed u, and relatives with probabilities of their own, learned and shared
by the rules as m is.

M. D. Larsen and D. B. Rubin, "Iterative automated record linkage using mixture models", JASA 96 (2001) 32-41.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.models.diagnosis import looks_related
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.models.mixture import (
    SHARE_LIMIT,
    BlockedPatterns,
    Solution,
    block_patterns,
    largest_change,
    log_likelihoods,
    log_prior,
    maximise,
)
from linkage.models.patterns import Float64, PatternCounts, TrainingCounts
from linkage.models.prior import estimate_prior

_MAX_ROUNDS = 500
_TOLERANCE = 1e-7


@dataclass(frozen=True)
class RelatedSolution:
    """A solution with three classes.

    ``solution``: m, u and the share of matches by rule. ``related``: by comparison, float64 by level code from
    "different" on, P(level | relatives, both present).
    """

    solution: Solution
    related: tuple[Float64, ...]


def run_three_classes(
    data: BlockedPatterns,
    *,
    m: Sequence[Float64],
    u: Sequence[Float64],
    prior_m: Sequence[Float64],
    max_iter: int,
    tolerance: float,
) -> RelatedSolution:
    """Climb from ``m``, and from relatives half-way between matches and strangers; u stays fixed.

    Arguments as in :func:`~linkage.models.mixture.run_em`. The history is this criterion's own; it does not compare
    with that of two classes.
    """
    m = [np.asarray(item) for item in m]
    related = [(item + other) / 2.0 for item, other in zip(m, u, strict=True)]
    prior_related = [item.copy() for item in related]
    shares = np.tile(np.array([[0.1], [0.1], [0.8]]), (1, data.n_rules))
    log_u = log_likelihoods(data, u)
    history: list[float] = []
    converged = False
    for _ in range(max_iter):
        classes, objective = _posterior(data, m, related, log_u, shares)
        history.append(objective + log_prior(m, prior_m) + log_prior(related, prior_related))
        mass = classes * data.counts
        new_m = maximise(data, mass[0], prior_m, m)
        new_related = maximise(data, mass[1], prior_related, related)
        new_shares = _shares(data, mass)
        # How the rest divides between relatives and strangers may creep for ever where a rule holds no strangers.
        moved = max(largest_change(m, new_m), float(np.abs(new_shares[0] - shares[0]).max(initial=0.0)))
        m, related, shares = new_m, new_related, new_shares
        if moved < tolerance:
            converged = True
            break
    _, objective = _posterior(data, m, related, log_u, shares)
    history.append(objective + log_prior(m, prior_m) + log_prior(related, prior_related))
    return RelatedSolution(Solution(tuple(m), tuple(u), shares[0], tuple(history), converged), tuple(related))


def settle_prior(
    model: FellegiSunter, training: TrainingCounts, *, max_iter: int = 500, tolerance: float = 1e-5
) -> tuple[float, bool]:
    """Return the prior of a model whose m and u are given, and whether relatives were set aside for it.

    Two classes take relatives for matches, and a prior estimated so can be many times too high. Here the third class
    alone is learned; if it holds relatives, the prior is that of the matches beside them, else
    :func:`~linkage.models.prior.estimate_prior`.
    """
    sizes = [len(item.level_names) for item in model.comparisons]
    data = block_patterns(training.candidates, training.fixed_by_rule, sizes)
    m, u = ([np.asarray(getattr(item, name)) for item in model.comparisons] for name in ("m", "u"))
    if data.counts.size:
        # A prior worth far more pairs than there are holds m where it is.
        held = [1e6 * max(training.n_pairs_total, 1.0) * item for item in m]
        apart = run_three_classes(data, m=m, u=u, prior_m=held, max_iter=max_iter, tolerance=tolerance)
        if looks_related(m, apart.solution, apart.related, training.fixed_by_rule):
            return prior_beside_relatives(model, apart.related, training.candidates, training.n_pairs_total), True
    return estimate_prior(model, training.candidates, training.n_pairs_total), False


def prior_beside_relatives(
    model: FellegiSunter, related: Sequence[Float64], candidates: PatternCounts, n_pairs_total: float
) -> float:
    """Return the share of matches among all pairs when some candidates are relatives.

    As :func:`~linkage.models.prior.estimate_prior`, with three classes over all comparisons:
    both shares are substituted until they stand still.
    """
    patterns = candidates.without_rules()
    match = np.exp2(model.evidence_weight(patterns.levels))
    relative = np.ones(patterns.counts.size)
    for position, (item, values) in enumerate(zip(model.comparisons, related, strict=True)):
        relative *= np.concatenate([np.ones(1), values / np.asarray(item.u)])[patterns.levels[:, position]]
    smallest = min(1.0 / n_pairs_total, 0.25)
    share, other = max(model.prior, smallest), max(model.prior, smallest)
    for _ in range(_MAX_ROUNDS):
        total = share * match + other * relative + max(1.0 - share - other, smallest)
        new_share = float((patterns.counts * share * match / total).sum()) / n_pairs_total
        new_other = float((patterns.counts * other * relative / total).sum()) / n_pairs_total
        new_share, new_other = (min(max(value, smallest), 0.5) for value in (new_share, new_other))
        still = abs(new_share - share) <= _TOLERANCE * share and abs(new_other - other) <= _TOLERANCE * other
        share, other = new_share, new_other
        if still:
            break
    return share


def _posterior(
    data: BlockedPatterns, m: Sequence[Float64], related: Sequence[Float64], log_u: Float64, shares: Float64
) -> tuple[Float64, float]:
    logs = np.stack([log_likelihoods(data, m), log_likelihoods(data, related), log_u]) + np.log(shares)[:, data.rule]
    highest = logs.max(axis=0)
    scaled = np.exp(logs - highest)
    total = scaled.sum(axis=0)
    return scaled / total, float((data.counts * (highest + np.log(total))).sum())


def _shares(data: BlockedPatterns, mass: Float64) -> Float64:
    found = np.stack([np.bincount(data.rule, weights=row, minlength=data.n_rules) for row in mass])
    total = found.sum(axis=0)
    shares = np.maximum(np.where(total > 0.0, found / np.where(total > 0.0, total, 1.0), 1.0 / 3.0), SHARE_LIMIT)
    scaled: Float64 = shares / shares.sum(axis=0)
    return scaled
