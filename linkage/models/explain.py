"""Why Fellegi-Sunter gives a pair its weight: one term per comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.errors import ModelError
from linkage.models.fellegi_sunter import FellegiSunter, probability


@dataclass(frozen=True)
class Contribution:
    """What one comparison adds, in bits.

    ``weight_log2`` is log2(m / u) of the level, ``tf_adjustment_log2`` the correction for the rarity of the shared
    value (0 where none applies). Both are 0 for a missing value.
    """

    comparison: str
    level: str
    weight_log2: float
    tf_adjustment_log2: float

    @property
    def total_log2(self) -> float:
        """Weight and adjustment together, in bits."""
        return self.weight_log2 + self.tf_adjustment_log2


@dataclass(frozen=True)
class PairExplanation:
    """The terms of a pair's match weight; prior and contributions, added in order, are exactly ``total_log2``.

    ``total_log2`` = log2(p / (1 - p)); ``probability`` = p.
    """

    prior_log2: float
    contributions: tuple[Contribution, ...]
    total_log2: float
    probability: float


def explain_pair(
    model: FellegiSunter, levels: Sequence[int], tf_adjustments: Mapping[str, float] | None = None
) -> PairExplanation:
    """Return the terms of one pair's weight.

    Args:
        model: whose weights.
        levels: one level code per comparison, in the model's order.
        tf_adjustments: bits by comparison name, for those that share a value at their best level.

    Raises:
        ModelError: a wrong number of levels, a code beyond a comparison's levels, or an unknown name.
    """
    adjustments = dict(tf_adjustments or {})
    if len(levels) != len(model.comparisons):
        raise ModelError(f"a pair needs {len(model.comparisons)} levels, not {len(levels)}")
    if unknown := set(adjustments) - {item.name for item in model.comparisons}:
        raise ModelError(f"an adjustment names an unknown comparison: {min(unknown)}")
    total, contributions = model.prior_log2odds, []
    for item, level in zip(model.comparisons, levels, strict=True):
        if not 0 <= level < len(item.level_names):
            raise ModelError(f"level {level} does not exist", where=f"comparison {item.name}")
        adjustment = adjustments.get(item.name, 0.0) if level else 0.0
        term = Contribution(item.name, item.level_names[level], float(item.level_weights()[level]), adjustment)
        contributions.append(term)
        total += term.total_log2
    return PairExplanation(model.prior_log2odds, tuple(contributions), total, float(probability(np.array([total]))[0]))
