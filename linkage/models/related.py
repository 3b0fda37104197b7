"""Classes of different people who agree too often, when strangers and matches are not enough.

Blocks on a family card, a parent or an address hold far more relatives than copies of one person, and blocks on a name
and a birth date hold namesakes. They agree too often for the fixed u, so two classes put them among the matches. Here
the non-matches of a rule are a mixture themselves: strangers with the fixed u, and others with probabilities of their
own, learned and shared by the rules as m is. A class is tried for each comparison that identifies a person, from
people who agree on all but this one: on all but the name they are siblings, on all but the family namesakes.

M. D. Larsen and D. B. Rubin, "Iterative automated record linkage using mixture models", JASA 96 (2001) 32-41.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from linkage.models.diagnosis import identifying_bits, looks_related
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.models.mixture import (
    SHARE_LIMIT,
    BlockedPatterns,
    Solution,
    best_values,
    block_patterns,
    largest_change,
    log_prior,
)
from linkage.models.patterns import Bool, Float64, PatternCounts, TrainingCounts
from linkage.models.prior import estimate_prior

_MAX_ROUNDS = 500
_TOLERANCE = 1e-7
_MOST_CLASSES = 4
"""So many classes are tried at once, for the comparisons that identify most."""
_FIRST_SHARE = 0.1
_ROUGH_STEPS = 200
"""Which classes hold different people is seen long before they stand still."""

Class = tuple[Float64, ...]
"""P(level | class, both present) by comparison, float64 by level code from "different" on."""


@dataclass(frozen=True)
class RelatedSolution:
    """A solution beside classes of ``others``; its ``solution``: m, u and the share of matches by rule.

    ``starts``: where the others were looked for. ``shares`` float64 (2 + n_others, n_rules): of matches, the others and
    strangers among the pairs of each rule.
    """

    solution: Solution
    others: tuple[Class, ...]
    starts: tuple[Class, ...]
    shares: Float64


def run_beside(
    data: BlockedPatterns,
    starts: tuple[Class, ...],
    *,
    m: Sequence[Float64],
    u: Sequence[Float64],
    prior_m: Sequence[Float64],
    max_iter: int,
    tolerance: float,
    resume: RelatedSolution | None = None,
) -> RelatedSolution:
    """Climb from ``m`` and the classes ``starts``, each held to its start by one pair; u stays fixed.

    ``resume``: climb on from there. Other arguments as in :func:`~linkage.models.mixture.run_em`. The history is this
    criterion's own; it does not compare with that of two classes.
    """
    from linkage.models.expectation import expect  # here, for numba takes a second to load and scoring needs none of it

    prior = [list(prior_m), *map(list, starts)]
    first = (m, *starts) if resume is None else (resume.solution.m, *resume.others)
    classes = [[np.asarray(item) for item in values] for values in first]
    shares = np.full((len(classes) + 1, data.n_rules), _FIRST_SHARE)
    shares[-1] = 1.0 - _FIRST_SHARE * len(classes)
    shares = shares if resume is None else resume.shares
    seen = np.zeros((shares.shape[0], len(data.n_levels), max(data.n_levels)))
    found = np.zeros(shares.shape)
    history: list[float] = []
    converged = False
    for step in range(max_iter + 1):
        logs = np.stack([_log_table(item, seen.shape[2]) for item in (*classes, u)])
        objective = expect(data.levels, data.rule, data.counts, logs, np.log(shares), seen, found)
        history.append(objective + sum(map(log_prior, classes, prior)))
        if converged or step == max_iter:
            break
        new = [
            [best_values(seen[k, c, 1:size] + prior[k][c], classes[k][c]) for c, size in enumerate(data.n_levels)]
            for k in range(len(classes))
        ]
        new_shares = _shares(found)
        # How the rest divides between others and strangers may creep for ever where a rule holds no strangers.
        moved = max(largest_change(classes[0], new[0]), float(np.abs(new_shares[0] - shares[0]).max(initial=0.0)))
        classes, shares = new, new_shares
        converged = moved < tolerance
    solution = Solution(tuple(classes[0]), tuple(u), shares[0], tuple(history), converged)
    return RelatedSolution(solution, tuple(map(tuple, classes[1:])), starts, shares)


def set_apart(
    data: BlockedPatterns,
    *,
    m: Sequence[Float64],
    u: Sequence[Float64],
    prior_m: Sequence[Float64],
    fixed_by_rule: Bool,
    max_iter: int,
    tolerance: float,
    resume: RelatedSolution | None = None,
) -> RelatedSolution | None:
    """Return the fit beside those classes that hold different people, or None when none does.

    A class that turns out to hold copies of one person (:func:`~linkage.models.diagnosis.looks_related`) is dropped and
    the rest is fitted again. When none is left, one class half-way between matches and strangers is tried.
    ``resume``: what was found under another u, to climb on from.
    """
    climb = partial(run_beside, data, m=m, u=u, prior_m=prior_m, tolerance=tolerance)
    rough = min(max_iter, _ROUGH_STEPS)
    half = tuple((item + other) / 2.0 for item, other in zip(m, u, strict=True))
    tries = (_all_but_one(m, u, fixed_by_rule), (half,)) if resume is None else (resume.starts,)
    for starts in tries:
        while starts:
            found = climb(starts, max_iter=rough, resume=resume)
            kept, resume = _related(found, m, fixed_by_rule), None
            if len(kept) == len(found.starts):
                found = climb(found.starts, max_iter=max_iter, resume=found)
                kept = _related(found, m, fixed_by_rule)
                if len(kept) == len(found.starts):
                    return found
            starts = kept
    return None


def _related(found: RelatedSolution, m: Sequence[Float64], fixed_by_rule: Bool) -> tuple[Class, ...]:
    """Return the starts of those classes that hold different people."""
    return tuple(
        start
        for start, other in zip(found.starts, found.others, strict=True)
        if looks_related(m, found.solution, other, fixed_by_rule)
    )


def settle_prior(
    model: FellegiSunter,
    training: TrainingCounts,
    *,
    max_iter: int = 500,
    tolerance: float = 1e-4,
    resume: RelatedSolution | None = None,
) -> tuple[float, RelatedSolution | None]:
    """Return the prior of a model whose m and u are given, and the others set aside for it, None without any.

    Two classes take relatives for matches, and a prior estimated so can be many times too high. Here the other classes
    alone are learned; if there are any, the prior is that of the matches beside them, else
    :func:`~linkage.models.prior.estimate_prior`. ``resume``: others found under another u, to climb on from.
    """
    sizes = [len(item.level_names) for item in model.comparisons]
    data = block_patterns(training.candidates, training.fixed_by_rule, sizes)
    m, u = ([np.asarray(getattr(item, name)) for item in model.comparisons] for name in ("m", "u"))
    if data.counts.size:
        # A prior worth far more pairs than there are holds m where it is.
        held = [1e6 * max(training.n_pairs_total, 1.0) * item for item in m]
        apart = set_apart(
            data,
            m=m,
            u=u,
            prior_m=held,
            fixed_by_rule=training.fixed_by_rule,
            max_iter=max_iter,
            tolerance=tolerance,
            resume=resume,
        )
        if apart is not None:
            return prior_beside(model, apart.others, training.candidates, training.n_pairs_total), apart
    return estimate_prior(model, training.candidates, training.n_pairs_total), None


def prior_beside(
    model: FellegiSunter, others: Sequence[Class], candidates: PatternCounts, n_pairs_total: float
) -> float:
    """Return the share of matches among all pairs when some candidates are of the classes ``others``.

    As :func:`~linkage.models.prior.estimate_prior`, with all classes over all comparisons:
    all shares are substituted until they stand still.
    """
    patterns = candidates.without_rules()
    odds = np.ones((1 + len(others), patterns.counts.size))
    odds[0] = np.exp2(model.evidence_weight(patterns.levels))
    for row, other in zip(odds[1:], others, strict=True):
        for position, (item, values) in enumerate(zip(model.comparisons, other, strict=True)):
            row *= np.concatenate([np.ones(1), values / np.asarray(item.u)])[patterns.levels[:, position]]
    smallest = min(1.0 / n_pairs_total, 0.5 / odds.shape[0])
    shares = np.full(odds.shape[0], max(model.prior, smallest))
    for _ in range(_MAX_ROUNDS):
        parts = shares[:, None] * odds
        total = parts.sum(axis=0) + max(1.0 - float(shares.sum()), smallest)
        found = (patterns.counts * parts / total).sum(axis=1) / n_pairs_total
        new = np.clip(found, smallest, 0.5)
        still = bool((np.abs(new - shares) <= _TOLERANCE * shares).all())
        shares = new
        if still:
            break
    return float(shares[0])


def _all_but_one(m: Sequence[Float64], u: Sequence[Float64], fixed_by_rule: Bool) -> tuple[Class, ...]:
    """Return a class of people who agree as matches do on all but one identifying comparison, for each of these."""
    bits = identifying_bits(m, u, fixed_by_rule)
    chosen = [int(k) for k in np.argsort(-bits, kind="stable")[:_MOST_CLASSES] if bits[k] > 0.0]
    return tuple(
        tuple(other if position == left_out else item for position, (item, other) in enumerate(zip(m, u, strict=True)))
        for left_out in sorted(chosen)
    )


def _log_table(values: Sequence[Float64], width: int) -> Float64:
    """Return log P(level) by comparison and level code, float64 (n_comparisons, width); 0 for missing."""
    table = np.zeros((len(values), width))
    for row, item in zip(table, values, strict=True):
        row[1 : 1 + item.size] = np.log(item)
    return table


def _shares(found: Float64) -> Float64:
    """Return the shares of the classes within each rule from their pairs; even ones in a rule without pairs."""
    total = found.sum(axis=0)
    shares = np.where(total > 0.0, found / np.where(total > 0.0, total, 1.0), 1.0 / found.shape[0])
    limited: Float64 = np.maximum(shares, SHARE_LIMIT)
    scaled: Float64 = limited / limited.sum(axis=0)
    return scaled
