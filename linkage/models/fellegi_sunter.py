"""The Fellegi-Sunter model: how much each level of agreement speaks for one person or for two.

For a comparison with levels l, m(l) = P(l | same person, both present) and u(l) = P(l | two persons,
both present). The weight of a level is log2(m(l) / u(l)); the weights of the comparisons add up, as if they
were independent given the truth. A missing value weighs exactly 0: it never helps.

I. P. Fellegi and A. B. Sunter, "A theory for record linkage", JASA 64 (1969) 1183-1210.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from linkage.errors import ModelError
from linkage.models.patterns import Float64, Int8
from linkage.spec import LinkageSpec

SMALLEST_PROBABILITY = 1e-12
"""No m or u is smaller: a weight stays finite, within +-40 bits."""


@dataclass(frozen=True)
class ComparisonModel:
    """The m and u probabilities of one comparison.

    ``level_names`` by level code: missing, different, then better ones. ``m`` and ``u`` for the codes 1, 2, ...
    (different first, best last), given that both values are present; each sums to 1. ``term_frequency``: the best
    level is adjusted by how common the shared value is.

    Raises:
        ModelError: wrong number of probabilities, one outside (0, 1], or a sum that is not 1.
    """

    name: str
    level_names: tuple[str, ...]
    m: tuple[float, ...]
    u: tuple[float, ...]
    term_frequency: bool = False

    def __post_init__(self) -> None:
        for label, values in (("m", self.m), ("u", self.u)):
            if len(values) != len(self.level_names) - 1 or len(values) < 2:
                raise ModelError(
                    f"{label} needs one probability per level but missing", where=f"comparison {self.name}"
                )
            if not all(0.0 < value <= 1.0 for value in values) or abs(sum(values) - 1.0) > 1e-6:
                raise ModelError(f"{label} must be positive and sum to 1", where=f"comparison {self.name}")

    def level_weights(self) -> Float64:
        """Return log2(m / u) by level code, float64 (n_levels,); the first, missing, is exactly 0."""
        return np.concatenate([np.zeros(1), np.log2(np.asarray(self.m)) - np.log2(np.asarray(self.u))])


@dataclass(frozen=True)
class FellegiSunter:
    """A fitted model: its comparisons in the spec's order, and the prior.

    ``prior``: probability that two records drawn at random, blocked or not, are one person; in (0, 1).
    """

    comparisons: tuple[ComparisonModel, ...]
    prior: float

    def __post_init__(self) -> None:
        if not self.comparisons:
            raise ModelError("a model needs at least one comparison")
        if not 0.0 < self.prior < 1.0:
            raise ModelError("the prior must lie between 0 and 1")

    @property
    def prior_log2odds(self) -> float:
        """log2(prior / (1 - prior)), in bits."""
        return float(np.log2(self.prior) - np.log1p(-self.prior) / np.log(2.0))

    def weights(self) -> Float64:
        """Return the weight in bits by comparison and level code, float64 (n_comparisons, max_levels).

        Column 0 (missing) is exactly 0, and so is what lies beyond a comparison's last level.
        """
        table = np.zeros((len(self.comparisons), max(len(item.level_names) for item in self.comparisons)))
        for row, item in enumerate(self.comparisons):
            table[row, : len(item.level_names)] = item.level_weights()
        return table

    def evidence_weight(
        self, levels: Int8, tf_adjustment: Float64 | None = None, *, without: Collection[str] = ()
    ) -> Float64:
        """Return log2 of the Bayes factor of each pair, float64 (n_pairs,): all evidence, no prior.

        ``levels`` (n_pairs, n_comparisons); ``tf_adjustment`` float64 of the same shape, in bits, 0 where none
        applies; ``without`` names comparisons to leave out.
        """
        return self._add(np.zeros(levels.shape[0]), levels, tf_adjustment, without)

    def match_weight(self, levels: Int8, tf_adjustment: Float64 | None = None) -> Float64:
        """Return log2(p / (1 - p)) of each pair, float64 (n_pairs,): the prior and all evidence.

        Arguments as in :meth:`evidence_weight`. The terms are added in the order of the comparisons, prior first.
        """
        return self._add(np.full(levels.shape[0], self.prior_log2odds), levels, tf_adjustment, ())

    def match_probability(self, levels: Int8, tf_adjustment: Float64 | None = None) -> Float64:
        """Return the probability of each pair to be one person, float64 (n_pairs,)."""
        return probability(self.match_weight(levels, tf_adjustment))

    def with_prior(self, prior: float) -> FellegiSunter:
        """Return the same evidence under another prior."""
        return FellegiSunter(self.comparisons, prior)

    def check_spec(self, spec: LinkageSpec) -> None:
        """Raise :class:`ModelError` unless this model has the spec's weighted comparisons, levels and order."""
        expected = [(item.name, item.level_names, item.term_frequency) for item in spec.weighted]
        found = [(item.name, item.level_names, item.term_frequency) for item in self.comparisons]
        if [name for name, _, _ in expected] != [name for name, _, _ in found]:
            raise ModelError(
                f"the model compares {', '.join(name for name, _, _ in found)}; "
                f"the spec {', '.join(name for name, _, _ in expected)}",
                where=f"spec {spec.name}",
                remedy="Train a model for this spec, or use the spec it was trained for",
            )
        for ours, theirs in zip(found, expected, strict=True):
            if ours != theirs:
                raise ModelError(
                    "the model's levels or term-frequency setting differ from the spec's",
                    where=f"comparison {ours[0]}",
                    remedy="Train a model for this spec, or use the spec it was trained for",
                )

    def _add(self, total: Float64, levels: Int8, adjustment: Float64 | None, without: Collection[str]) -> Float64:
        if levels.ndim != 2 or levels.shape[1] != len(self.comparisons):
            raise ModelError(f"pairs must have {len(self.comparisons)} levels each")
        for position, item in enumerate(self.comparisons):
            if item.name in without:
                continue
            term = item.level_weights()[levels[:, position]]
            if adjustment is not None:
                # A value that is not there cannot be rare.
                term = term + np.where(levels[:, position] > 0, adjustment[:, position], 0.0)
            total = total + term
        return total


def probability(weight: Float64 | float) -> Float64:
    """Return p for log2 odds ``weight`` (any shape), without overflow: p = 1 / (1 + 2^-weight)."""
    half = np.exp2(-np.abs(np.asarray(weight)))
    return np.asarray(np.where(np.asarray(weight) >= 0, 1.0, half) / (1.0 + half))


def log2odds(p: Float64 | float) -> Float64:
    """Return log2(p / (1 - p)) for probabilities (any shape); 0 and 1 give -inf and inf."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log2(np.asarray(p)) - np.log2(1.0 - np.asarray(p)))
