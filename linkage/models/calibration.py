"""From the log-odds that a model states to log-odds that hold: of pairs with p = 0.8, eight in ten are one person.

The map is a broken line on log-odds, strictly rising, so that the order of the pairs stays. It goes on straight beyond
its ends, with the slope found there. Few pieces, laid where pairs are uncertain: isotonic regression would make ties
and has no ends; a single sigmoid (J. C. Platt, 1999) cannot follow a score that is right in the middle and too sure at
its ends. Fitted on pairs that the model has not learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.errors import ModelError
from linkage.models.stored_json import keyed, listed, number

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]

_SLOPES: Final = (0.05, 20.0)
_MOST_KNOTS: Final = 64
_LARGEST: Final = 1e6
_STEP: Final = 0.01
_PAIRS_PER_KNOT: Final = 20.0
"""Pairs of p = 0.5, or more that are surer, for each knot."""
_KNOTS: Final = 16
_STIFFNESS: Final = 4.0
_KEYS: Final = frozenset({"knots", "values", "first_slope", "last_slope"})


@dataclass(frozen=True)
class Calibration:
    """A strictly rising broken line: ``values`` at ``knots``, both in natural log-odds, and the slopes beyond the ends.

    Raises:
        ModelError: no knots or more than 64, not rising, a slope outside 0.05 to 20, or a number that is none.
    """

    knots: tuple[float, ...]
    values: tuple[float, ...]
    first_slope: float
    last_slope: float

    def __post_init__(self) -> None:
        if not 1 <= len(self.knots) <= _MOST_KNOTS or len(self.values) != len(self.knots):
            raise ModelError(f"a calibration has 1 to {_MOST_KNOTS} knots, each with its value")
        numbers = np.array([*self.knots, *self.values])
        if not (np.abs(numbers) <= _LARGEST).all():
            raise ModelError("a number of the calibration is too large or none")
        slopes = np.diff(self.values) / np.diff(self.knots) if (np.diff(self.knots) > 0.0).all() else np.zeros(1)
        lowest, highest = _SLOPES
        slopes = np.array([*slopes, self.first_slope, self.last_slope])
        # Room for the rounding of a difference.
        if not ((slopes > 0.999 * lowest) & (slopes < 1.001 * highest)).all():
            raise ModelError(f"a calibration must rise everywhere, by {lowest} to {highest}")

    def apply(self, log_odds: Float64) -> Float64:
        """Return calibrated log-odds, float64, for stated ones (any shape); both natural."""
        knots, values = self._ends
        return np.interp(log_odds, knots, values) + (
            self.first_slope * np.minimum(log_odds - self.knots[0], 0.0)
            + self.last_slope * np.maximum(log_odds - self.knots[-1], 0.0)
        )

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "knots": list(self.knots),
            "values": list(self.values),
            "first_slope": self.first_slope,
            "last_slope": self.last_slope,
        }

    @cached_property
    def _ends(self) -> tuple[Float64, Float64]:
        return np.array(self.knots), np.array(self.values)


IDENTITY: Final = Calibration((0.0,), (0.0,), 1.0, 1.0)
"""Leaves log-odds as they are."""


def calibration_from_plain(value: Any) -> Calibration:
    """Return the calibration in this JSON form.

    Raises:
        ModelError: see :class:`Calibration`.
        KeyError, TypeError, ValueError: not the JSON form.
    """
    item = keyed(value, _KEYS)
    return Calibration(
        knots=tuple(number(entry) for entry in listed(item["knots"])),
        values=tuple(number(entry) for entry in listed(item["values"])),
        first_slope=number(item["first_slope"]),
        last_slope=number(item["last_slope"]),
    )


def fit_calibration(log_odds: Float64, same: Bool, sample_weight: Float64 | None = None) -> Calibration:
    """Return the broken line under which the pairs are likeliest, with a penalty on slopes that change.

    Args:
        log_odds: float64 (n,), natural, finite, of pairs that the model has not learnt from.
        same: bool (n,): one person.
        sample_weight: float64 (n,), positive, or None for 1 each. They should say what they said in training.

    Returns:
        Knots where the uncertain pairs lie, 16 at most and fewer where those are few. :data:`IDENTITY` when one of the
        classes is missing. The order of the pairs does not matter beyond rounding.

    Raises:
        ModelError: shapes that do not fit, or a number that is none.
    """
    weight = np.ones(same.shape[0]) if sample_weight is None else np.asarray(sample_weight, np.float64)
    if same.dtype != np.bool_ or not log_odds.shape == same.shape == weight.shape or same.ndim != 1:
        raise ModelError("a calibration needs one label and one weight per score")
    if not (np.isfinite(log_odds) & np.isfinite(weight) & (weight > 0.0)).all():
        raise ModelError("scores must be finite, and weights positive")
    if not 0 < int(same.sum()) < same.size:
        return IDENTITY
    # Weights say how the classes mix, not how much was seen.
    score, matches, others = _gathered(log_odds, same, weight / weight.mean())
    knots = _knots(score, matches + others)
    intercept, slopes = _likeliest(score, matches, others, knots)
    values = intercept + np.concatenate([[0.0], np.cumsum(slopes[1:-1] * np.diff(knots))])
    return Calibration(tuple(knots.tolist()), tuple(values.tolist()), float(slopes[0]), float(slopes[-1]))


def _gathered(log_odds: Float64, same: Bool, weight: Float64) -> tuple[Float64, Float64, Float64]:
    """Return mean score, matches and others of the pairs whose scores agree to a hundredth."""
    order = np.lexsort((same, weight, log_odds))
    log_odds, same, weight = log_odds[order], same[order], weight[order]
    starts = np.flatnonzero(np.diff(np.floor(log_odds / _STEP), prepend=-np.inf))
    total = np.add.reduceat(weight, starts)
    matches = np.add.reduceat(np.where(same, weight, 0.0), starts)
    return np.add.reduceat(weight * log_odds, starts) / total, matches, np.maximum(total - matches, 0.0)


def _knots(score: Float64, pairs: Float64) -> Float64:
    """Return where the line may bend: as many knots as the pairs can tell, spread over more than they are in doubt.

    A pair tells p (1 - p). By its root the knots also reach scores that are in doubt only in runs where matches are
    rarer, or more frequent, than here.
    """
    doubt = np.exp(-np.abs(score) / 2.0) / (1.0 + np.exp(-np.abs(score)))
    n_knots = int(np.clip(4.0 * (pairs @ doubt**2) / _PAIRS_PER_KNOT, 1, _KNOTS))
    told = np.cumsum(pairs * doubt)
    chosen = np.unique(np.searchsorted(told, (np.arange(n_knots) + 0.5) / n_knots * told[-1]))
    knots = score[np.minimum(chosen, score.size - 1)]
    kept = np.concatenate([[True], np.diff(knots) > 10.0 * _STEP])
    return np.asarray(knots[kept])


def _likeliest(score: Float64, matches: Float64, others: Float64, knots: Float64) -> tuple[float, Float64]:
    """Return the value at the first knot, and the slopes: before it, between knots, and after the last."""
    from scipy.optimize import minimize

    basis = np.stack(
        [
            np.ones_like(score),
            np.minimum(score - knots[0], 0.0),
            *(np.clip(score, low, high) - low for low, high in pairwise(knots.tolist())),
            np.maximum(score - knots[-1], 0.0),
        ],
        axis=1,
    )

    def loss(parameters: Float64) -> tuple[float, Float64]:
        value = basis @ parameters
        bends = np.diff(parameters[1:])
        total = matches @ np.logaddexp(0.0, -value) + others @ np.logaddexp(0.0, value)
        probability = np.exp(-np.logaddexp(0.0, -value))
        gradient = basis.T @ ((matches + others) * probability - matches)
        gradient[2:] += _STIFFNESS * bends
        gradient[1:-1] -= _STIFFNESS * bends
        # The ends are held by few pairs; alone, they keep the slope of 1 that a calibrated model has.
        gradient[1:] += parameters[1:] - 1.0
        penalty = 0.5 * (_STIFFNESS * (bends @ bends) + ((parameters[1:] - 1.0) ** 2).sum())
        return float(total + penalty), gradient

    start = np.concatenate([knots[:1], np.ones(basis.shape[1] - 1)])
    bounds = [(None, None), *[_SLOPES] * (basis.shape[1] - 1)]
    options = {"maxiter": 2_000, "ftol": 1e-13, "gtol": 1e-8}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    return float(found[0]), np.asarray(found[1:])
