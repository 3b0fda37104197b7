"""Probabilities to start from, and to fall back on where the data are too few to speak."""

from __future__ import annotations

import math

import numpy as np

from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.models.patterns import Float64
from linkage.spec import ComparisonSpec, LinkageSpec

_M_DIFFERENT = 0.05
_M_RATIO = 0.5
_U_RATIO = 3.0


def default_m(comparison: ComparisonSpec) -> Float64:
    """Return m by level code from "different" on, float64 (n_levels - 1,), sum 1.

    The spec's own numbers when it has any. Otherwise one match in twenty differs, and each level below the
    best is half as frequent as the one above it.
    """
    if comparison.m:
        return _normal(np.asarray(comparison.m[::-1]))
    shares = _M_RATIO ** np.arange(len(comparison.levels))[::-1].astype(np.float64)
    return np.concatenate([[_M_DIFFERENT], (1.0 - _M_DIFFERENT) * shares / shares.sum()])


def default_u(comparison: ComparisonSpec, coincidence: float = math.nan) -> Float64:
    """Return u by level code from "different" on, float64 (n_levels - 1,), sum 1.

    The spec's own numbers when it has any. Otherwise, when the coincidence probability of the best level is
    known, each level below is three times as likely as the one above, all of them together at most a quarter of
    what the best one leaves; when nothing is known, 10^-1 for the lowest level of agreement, 10^-2 for the next.
    """
    if comparison.u:
        return _normal(np.asarray(comparison.u[::-1]))
    rank = np.arange(1, len(comparison.levels) + 1, dtype=np.float64)
    if math.isnan(coincidence):
        agree = 10.0**-rank
    else:
        best = min(max(coincidence, 1e-9), 0.9)
        lower = best * _U_RATIO ** (len(comparison.levels) - rank[:-1])
        room = (1.0 - best) / 4.0
        agree = np.append(lower * min(1.0, room / max(float(lower.sum()), room)), best)
    return _normal(np.concatenate([[max(1.0 - float(agree.sum()), 0.05)], agree]))


def default_model(spec: LinkageSpec, prior: float, coincidence: Float64 | None = None) -> FellegiSunter:
    """Return the model of the spec's own m and u, for data too few to learn from.

    ``prior``: probability that two random records match. ``coincidence`` float64 (n_comparisons,), nan where
    unknown, fills in for comparisons whose spec states no u (see :func:`default_u`).
    """
    chance = np.full(len(spec.weighted), np.nan) if coincidence is None else coincidence
    return FellegiSunter(
        tuple(
            comparison_model(item, default_m(item), default_u(item, float(chance[position])))
            for position, item in enumerate(spec.weighted)
        ),
        prior,
    )


def comparison_model(comparison: ComparisonSpec, m: Float64, u: Float64) -> ComparisonModel:
    """Return the model of a comparison from m and u by level code, "different" first."""
    return ComparisonModel(
        name=comparison.name,
        level_names=comparison.level_names,
        m=tuple(float(value) for value in m),
        u=tuple(float(value) for value in u),
        term_frequency=comparison.term_frequency,
    )


def _normal(values: Float64) -> Float64:
    scaled: Float64 = values / values.sum()
    return scaled
