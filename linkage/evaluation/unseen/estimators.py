"""Estimators of the unseen cell: how many pairs are on none of the lists. Each leans on another assumption.

Lists that fail together (rules that read a common field) and pairs that are hard for every list (errors pile up on
some) make the lists overlap more than independent ones would, so an estimator that takes them as independent says too
little.

- S. E. Fienberg, "The multiple recapture census for closed populations and incomplete 2^k contingency tables",
  Biometrika 59 (1972) 591-603: log-linear models with interactions of lists.
- International Working Group for Disease Monitoring and Forecasting, "Capture-recapture and multiple-record systems
  estimation I", American Journal of Epidemiology 142 (1995) 1047-1058: choosing among them.
- A. Chao and P. K. Tsay, "A sample coverage approach to multiple-system estimation with application to census
  undercount", JASA 93 (1998) 283-293.
- A. Chao, "Estimating the population size for capture-recapture data with unequal catchability", Biometrics 43 (1987)
  783-791: a lower bound that holds whatever the pairs' differences.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from linkage.evaluation.unseen.lists import Float64, memberships

_ITERATIONS: Final = 60
_CLASS_ITERATIONS: Final = 300


def two_lists(cells: Float64) -> Float64:
    """Return the unseen of two lists taken as independent, (...,) from cells (..., 3): on the first only, second, both.

    Chapman's form of Lincoln and Petersen's, finite when the lists share nothing.
    """
    return cells[..., 0] * cells[..., 1] / (cells[..., 2] + 1.0)


def sample_coverage(cells: Float64) -> Float64:
    """Return the unseen by the sample coverage of three lists, (...,) from cells (..., 7).

    Coverage is the mean share of a list that another list holds too; how far each two lists depend on each other is
    read from their overlap (Chao and Tsay 1998, for three lists). At least 0; where the lists share nothing, all that
    was seen is as much again as many times as the coverage says of one shared pair.
    """
    held = memberships(3)
    alone = np.stack([cells[..., 0], cells[..., 1], cells[..., 3]], axis=-1)
    sizes = cells @ held
    seen = cells.sum(axis=-1)
    safe = np.maximum(sizes, 1e-9)
    coverage = np.maximum(1.0 - (alone / safe).mean(axis=-1), 1.0 / np.maximum(seen, 1.0))
    first = (seen - alone.mean(axis=-1)) / coverage
    spread = np.zeros_like(first)
    for one, other in combinations(range(3), 2):
        both = cells @ (held[:, one] * held[:, other])
        dependence = first * both / (safe[..., one] * safe[..., other]) - 1.0
        spread += (alone[..., one] + alone[..., other]) * dependence
    unseen: Float64 = np.maximum(first + spread / (3.0 * coverage) - seen, 0.0)
    return unseen


def chao_lower_bound(times: Float64) -> float:
    """Return Chao's lower bound of the unseen; ``times`` float64 (K,): pairs met by 1, 2, ... K rules."""
    once, twice = float(times[0]), float(times[1]) if times.size > 1 else 0.0
    bound = once * once / (2.0 * twice) if twice > 0.0 else once * max(once - 1.0, 0.0) / 2.0
    return bound * (times.size - 1) / max(times.size, 1)


def log_linear(cells: Float64, n_lists: int) -> float:
    """Return the unseen by log-linear models averaged by BIC; ``cells`` float64 (2 ** n_lists - 1,).

    Poisson models with every list and any set of interactions of two; the weight of each is exp(-BIC / 2). At three
    lists these are the eight models of Fienberg (1972).
    """
    held = memberships(n_lists)
    pairs = list(combinations(range(n_lists), 2))
    together = np.column_stack([held[:, one] * held[:, other] for one, other in pairs])
    plain = np.column_stack([np.ones(len(held)), held])
    unseen, criterion = [], []
    for chosen in range(1 << len(pairs)):
        picked = [place for place in range(len(pairs)) if chosen >> place & 1]
        design = np.column_stack([plain, together[:, picked]])
        intercept, deviance = _poisson_fit(design, cells)
        unseen.append(np.exp(intercept))
        criterion.append(deviance + design.shape[1] * np.log(max(cells.sum(), 2.0)))
    weight = np.exp(-(np.array(criterion) - min(criterion)) / 2.0)
    return float((weight * np.array(unseen)).sum() / weight.sum())


def _poisson_fit(design: Float64, counts: Float64) -> tuple[float, float]:
    """Return the intercept and the deviance of a Poisson model, by iteratively reweighted least squares.

    A ridge of 1e-6 keeps a parameter finite that empty cells would send to infinity.
    """
    mean: Float64 = counts + 0.5
    ridge = 1e-6 * np.eye(design.shape[1])
    coefficients: Float64 = np.zeros(design.shape[1])
    for _ in range(_ITERATIONS):
        working = np.log(mean) + (counts - mean) / mean
        weighted = design.T * mean
        coefficients = np.asarray(np.linalg.solve(weighted @ design + ridge, weighted @ working), np.float64)
        fitted = np.exp(np.clip(design @ coefficients, -15.0, 40.0))
        settled = bool(np.max(np.abs(fitted - mean) / (mean + 1e-9)) < 1e-8)
        mean = fitted
        if settled:
            break
    ratio = np.log(np.maximum(counts, 1e-300) / mean)
    deviance = 2.0 * float((np.where(counts > 0.0, counts * ratio, 0.0) - (counts - mean)).sum())
    return float(coefficients[0]), deviance


def latent_class(cells: Float64, n_lists: int) -> float:
    """Return the unseen by two latent classes, easy pairs and hard ones, each with independent lists, fitted by EM.

    ``cells`` float64 (2 ** n_lists - 1,). Four lists at least, or the classes cannot be told apart.
    """
    held = np.vstack([np.zeros((1, n_lists)), memberships(n_lists)])
    seen = float(cells.sum())
    full = np.concatenate([[0.03 * seen], cells])
    share = np.array([0.7, 0.3])
    found = np.repeat([[0.85], [0.35]], n_lists, axis=1)
    for _ in range(_CLASS_ITERATIONS):
        joint = share[:, None] * np.exp(np.log(found) @ held.T + np.log1p(-found) @ (1.0 - held).T)
        total = joint.sum(axis=0)
        full[0] = seen * total[0] / max(1.0 - total[0], 1e-9)
        expected = joint / total * full
        size = np.maximum(expected.sum(axis=1), 1e-9)
        share = size / size.sum()
        found = np.clip((expected @ held) / size[:, None], 1e-4, 1.0 - 1e-4)
    return float(full[0])
