"""Fitting Fellegi-Sunter: u from random pairs, m by EM on blocked pairs, the prior from both.

The order matters. u is fixed before EM sees a blocked pair, so that the second class cannot drift to
whatever fills the blocks; the matches among the random pairs need the prior, which needs a fit: so a few rounds
of (u, EM, prior) from the default m come first, and then the real search from several starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.errors import InvariantError
from linkage.models.chance import estimate_u
from linkage.models.defaults import comparison_model, default_m, default_u
from linkage.models.diagnosis import (
    HOUSEHOLDS,
    NOT_CONVERGED,
    RELATIVES_APART,
    few_matches_warning,
    household_signs,
    most_matches,
    unlearned_warnings,
    weight_warnings,
)
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.models.mixture import BlockedPatterns, Solution, block_patterns, of_rules, run_em, shares_of_rules
from linkage.models.patterns import Float64, PatternCounts, TrainingCounts
from linkage.models.prior import estimate_prior
from linkage.models.related import RelatedSolution, prior_beside, set_apart
from linkage.spec import ComparisonSpec, LinkageSpec

FEWEST_RECORDS = 200
"""Below this many records the caller uses the spec's default m and u (``defaults.default_model``)."""

_PRIOR_ROUNDS = 5
_PRIOR_TOLERANCE = 0.01
_FIRST_SHARE = 0.1
_LEAST_SHARE = 0.1
_LEAST_MATCHES = 1.0
"""A match class that others left without a single pair is none: nobody is in the data twice, or nobody was found."""


@dataclass(frozen=True)
class EmOptions:
    """How EM searches.

    ``max_iter`` steps at most per start, ``tolerance`` the largest change of a probability at convergence.
    ``n_starts``: the default m, a flat one, then perturbed ones drawn with ``seed``. ``smoothing``: the default m
    counts as much as this many matches, per comparison. ``estimate_u``: u is estimated from the blocked pairs
    as well instead of being fixed; for data without random pairs, and to compare with other programs.
    ``separate_relatives``: try classes of relatives and namesakes beside the matches (never with ``estimate_u``).

    Raises:
        InvariantError: a number outside its range.
    """

    max_iter: int = 5_000
    tolerance: float = 1e-5
    n_starts: int = 4
    smoothing: float = 5.0
    seed: int = 0
    estimate_u: bool = False
    separate_relatives: bool = True

    def __post_init__(self) -> None:
        if self.max_iter < 1 or self.n_starts < 1 or not self.tolerance > 0.0 or not self.smoothing >= 0.0:
            raise InvariantError("max_iter and n_starts must be at least 1, tolerance positive, smoothing not negative")


@dataclass(frozen=True)
class FitResult:
    """A fitted model and how it was reached.

    ``history``: penalised log-likelihood (natural logarithm) of the kept start, before each step and at the end;
    it never falls. ``rule_shares`` float64 (n_rules,): share of matches among the pairs of each rule.
    ``found_households``: the match class looks like relatives (see
    :func:`~linkage.models.diagnosis.household_signs`). ``warnings``: sentences for the log and the manifest.
    Without ``converged`` the caller uses the spec's defaults.
    """

    model: FellegiSunter
    converged: bool
    n_iter: int
    history: tuple[float, ...]
    rule_shares: Float64
    found_households: bool
    warnings: tuple[str, ...]


def fit(spec: LinkageSpec, training: TrainingCounts, options: EmOptions | None = None) -> FitResult:
    """Learn m, u and the prior from pattern counts, without labels.

    Of the starts, the one with the best penalised likelihood is kept; one whose match class looks like
    households is kept only when all do. Then classes of relatives and namesakes are tried
    (:mod:`linkage.models.related`); if they leave persons, the m beside them is kept, with a warning where the matches
    had looked like households; otherwise the result says that they do.

    Args:
        spec: its weighted comparisons, in order, are the columns of the patterns; its m and u are defaults
            and priors; its ``prior`` starts the search.
        training: the counts. All counts are read, none is sampled; the result does not depend on their order
            beyond rounding.
        options: how to search.

    Raises:
        InvariantError: the counts do not have the spec's comparisons or levels.
    """
    options = options or EmOptions()
    comparisons = spec.weighted
    n_levels = [len(item.level_names) for item in comparisons]
    training.candidates.check_levels(n_levels, where="candidate patterns")
    training.random.check_levels(n_levels, where="random patterns")
    data = block_patterns(training.candidates, training.fixed_by_rule, n_levels)
    search = _Search(comparisons, training, data, options)
    first_prior = 0.0 if spec.prior is None else spec.prior
    if not data.counts.size:
        return search.nothing_to_learn(first_prior)
    search = search.of_telling_rules(first_prior)
    data = search.data
    u, prior = search.settle_u(first_prior)
    solution, signs, others = search.best(u)
    model = search.model(solution, prior)
    apart = search.without_relatives(solution, model.prior) if options.separate_relatives else None
    if apart is not None:
        solution, prior = apart
        model = search.model(solution, prior).with_prior(prior)
        signs, others = (), (RELATIVES_APART,) if signs else others
    warnings = [
        *(() if solution.converged else (f"{NOT_CONVERGED} in {options.max_iter} steps",)),
        *((f"{HOUSEHOLDS}: {'; '.join(signs)}",) if signs else ()),
        *others,
        *weight_warnings(comparisons, solution),
        *unlearned_warnings(comparisons, data),
        *few_matches_warning(data, solution),
    ]
    return FitResult(
        model=model,
        converged=solution.converged,
        n_iter=solution.n_iter,
        history=solution.history,
        rule_shares=solution.shares,
        found_households=bool(signs),
        warnings=tuple(warnings),
    )


def fit_labelled(
    spec: LinkageSpec,
    matches: PatternCounts,
    random: PatternCounts,
    *,
    coincidence: Float64,
    n_pairs_total: float,
    prior: float,
    smoothing: float = 5.0,
) -> FellegiSunter:
    """Return the model with m from pairs known to match and u from random pairs.

    ``matches`` must hold *all* true pairs or a random sample of them, not those that a blocking found, or m is too
    good. m is the posterior mean under a Dirichlet prior worth ``smoothing`` pairs of the default m; u as in
    :func:`~linkage.models.chance.estimate_u`, whose arguments ``coincidence``, ``n_pairs_total`` and
    ``prior`` (share of matches among all pairs) are.
    """
    comparisons = spec.weighted
    n_levels = [len(item.level_names) for item in comparisons]
    matches.check_levels(n_levels, where="patterns of matches")
    random.check_levels(n_levels, where="random patterns")
    m = []
    for item, counts in zip(comparisons, matches.level_counts(n_levels), strict=True):
        seen = counts[1:] + max(smoothing, 1e-6) * default_m(item)
        m.append(seen / seen.sum())
    u = estimate_u(comparisons, random, coincidence, n_pairs_total=n_pairs_total, prior=prior, m=m)
    return FellegiSunter(tuple(map(comparison_model, comparisons, m, u)), prior)


@dataclass(frozen=True)
class _Search:
    """The steps of :func:`fit` that share its inputs."""

    comparisons: tuple[ComparisonSpec, ...]
    training: TrainingCounts
    data: BlockedPatterns
    options: EmOptions

    def of_telling_rules(self, prior: float) -> _Search:
        """Return the search over the rules that have matches enough among their pairs to learn from.

        In a block of strangers that share a first letter, whatever depends on what (a name on a sex) looks like a
        second class of pairs. Such rules find matches, but cannot tell what matches look like. One of them is kept for
        a comparison that every other rule fixes.
        """
        m = [default_m(item) for item in self.comparisons]
        shares = shares_of_rules(self.data, m, self._u(prior, m), np.full(self.data.n_rules, _FIRST_SHARE))
        telling = shares >= _LEAST_SHARE
        for fixed in self.training.fixed_by_rule.T:
            if not np.any(telling & ~fixed) and not fixed.all():
                telling[np.argmax(np.where(fixed, -1.0, shares))] = True
        return replace(self, data=of_rules(self.data, telling)) if telling.any() else self

    def settle_u(self, prior: float) -> tuple[list[Float64], float]:
        """Alternate u, EM from the default m, and the prior, until the prior moves by less than 1 %."""
        m = [default_m(item) for item in self.comparisons]
        shares = np.full(self.data.n_rules, _FIRST_SHARE)
        for _ in range(_PRIOR_ROUNDS):
            u = self._u(prior, m)
            solution = self._run(m, u, shares)
            m, shares = list(solution.m), solution.shares
            before, prior = prior, self._prior(solution, prior)
            if self.options.estimate_u or abs(prior - before) <= _PRIOR_TOLERANCE * prior:
                break
        return u, prior

    def best(self, u: list[Float64]) -> tuple[Solution, tuple[str, ...], tuple[str, ...]]:
        """Return the solution to keep, its household signs, and what to say about the others."""
        runs = [self._run(m, u, shares) for m, shares in self._starts()]
        finished = [run for run in runs if run.converged] or runs
        judged = [(self._signs(run), run) for run in finished]
        likeliest = max(run.history[-1] for _, run in judged)
        signs, solution = min(judged, key=lambda item: (bool(item[0]), -item[1].history[-1]))
        # Starts that meet in one optimum end within the tolerance of the climb, not in one number.
        worse = likeliest - solution.history[-1] > 1e-6 * abs(likeliest)
        if worse and not signs:
            return solution, signs, ("a likelier solution was passed over, because its matches look like households",)
        return solution, signs, ()

    def without_relatives(self, solution: Solution, prior: float) -> tuple[Solution, float] | None:
        """Return a fit beside relatives and namesakes, and its prior, when that leaves persons; else None."""
        if self.options.estimate_u:
            return None
        defaults = [default_m(item) for item in self.comparisons]
        u: Sequence[Float64] = solution.u
        apart: RelatedSolution | None = None
        for _ in range(_PRIOR_ROUNDS):
            apart = set_apart(
                self.data,
                m=defaults,
                u=u,
                prior_m=[self.options.smoothing * item for item in defaults],
                fixed_by_rule=self.training.fixed_by_rule,
                max_iter=self.options.max_iter,
                tolerance=self.options.tolerance,
                resume=apart,
            )
            if apart is None or not apart.solution.converged or self._signs(apart.solution):
                return None
            found = apart.solution
            if most_matches(self.data, found) < _LEAST_MATCHES:
                return None
            model = FellegiSunter(tuple(map(comparison_model, self.comparisons, found.m, found.u)), prior)
            before = prior
            prior = prior_beside(model, apart.others, self.training.candidates, self.training.n_pairs_total)
            if abs(prior - before) <= _PRIOR_TOLERANCE * prior:
                break
            # The households' prior had taken far too many matches out of the random pairs.
            u = self._u(prior, found.m)
        return found, prior

    def model(self, solution: Solution, prior: float) -> FellegiSunter:
        """Return the solution as a model, with the prior it implies."""
        return FellegiSunter(
            tuple(map(comparison_model, self.comparisons, solution.m, solution.u)), self._prior(solution, prior)
        )

    def nothing_to_learn(self, prior: float) -> FitResult:
        """Return the default m, with u from the random pairs, as a fit that did not converge."""
        m = [default_m(item) for item in self.comparisons]
        prior = max(prior, min(0.5, 1.0 / self.training.n_pairs_total))
        model = FellegiSunter(tuple(map(comparison_model, self.comparisons, m, self._u(prior, m))), prior)
        shares = np.zeros(self.data.n_rules)
        return FitResult(model, False, 0, (), shares, False, (f"{NOT_CONVERGED}: no candidate pair meets a rule",))

    def _u(self, prior: float, m: Sequence[Float64]) -> list[Float64]:
        training = self.training
        return estimate_u(
            self.comparisons,
            training.random,
            training.coincidence,
            n_pairs_total=training.n_pairs_total,
            prior=prior,
            m=m,
        )

    def _run(self, m: Sequence[Float64], u: Sequence[Float64], shares: Float64) -> Solution:
        prior_u = None
        if self.options.estimate_u:
            defaults = [default_u(item, float(self.training.coincidence[k])) for k, item in enumerate(self.comparisons)]
            prior_u = [self.options.smoothing * item for item in defaults]
        return run_em(
            self.data,
            m=m,
            u=u,
            shares=shares,
            prior_m=[self.options.smoothing * default_m(item) for item in self.comparisons],
            prior_u=prior_u,
            max_iter=self.options.max_iter,
            tolerance=self.options.tolerance,
        )

    def _prior(self, solution: Solution, prior: float) -> float:
        start = prior or min(0.5, 1.0 / self.training.n_pairs_total)
        model = FellegiSunter(tuple(map(comparison_model, self.comparisons, solution.m, solution.u)), start)
        return estimate_prior(model, self.training.candidates, self.training.n_pairs_total)

    def _signs(self, solution: Solution) -> tuple[str, ...]:
        defaults = [default_m(item) for item in self.comparisons]
        return household_signs(self.comparisons, defaults, self.data, solution, self.training.fixed_by_rule)

    def _starts(self) -> list[tuple[list[Float64], Float64]]:
        rng = np.random.default_rng(self.options.seed)
        defaults = [default_m(item) for item in self.comparisons]
        starts = [(defaults, np.full(self.data.n_rules, _FIRST_SHARE))]
        flat = [0.5 * item + 0.5 / item.size for item in defaults]
        starts.append((flat, np.full(self.data.n_rules, 0.5)))
        while len(starts) < self.options.n_starts:
            drawn = [rng.dirichlet(1.0 + 10.0 * item) for item in defaults]
            drawn = [np.maximum(item, 1e-6) / np.maximum(item, 1e-6).sum() for item in drawn]
            starts.append((drawn, rng.uniform(0.01, 0.5, self.data.n_rules)))
        return starts[: self.options.n_starts]
