"""Slow and obvious counterparts of the estimators: loops over pairs and levels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def log_likelihood(
    patterns: Iterable[tuple[Sequence[int], Sequence[int], float]],
    m: Sequence[Sequence[float]],
    u: Sequence[Sequence[float]],
    shares: Sequence[float],
    fixed: Sequence[Sequence[bool]],
) -> float:
    """Composite log-likelihood; patterns are (levels, rules met, count); m and u start at "different"."""
    total = 0.0
    for levels, rules, count in patterns:
        for rule in rules:
            match, other = shares[rule], 1.0 - shares[rule]
            for k, level in enumerate(levels):
                if level and not fixed[rule][k]:
                    match *= m[k][level - 1]
                    other *= u[k][level - 1]
            total += count * math.log(match + other)
    return total


def em_step(
    patterns: Iterable[tuple[Sequence[int], Sequence[int], float]],
    m: Sequence[Sequence[float]],
    u: Sequence[Sequence[float]],
    shares: Sequence[float],
    fixed: Sequence[Sequence[bool]],
    pseudo: Sequence[Sequence[float]],
) -> tuple[list[list[float]], list[float]]:
    """One EM step with u fixed: the new m and shares."""
    mass = [list(row) for row in pseudo]
    found, seen = [0.0] * len(shares), [0.0] * len(shares)
    for levels, rules, count in patterns:
        for rule in rules:
            match, other = shares[rule], 1.0 - shares[rule]
            for k, level in enumerate(levels):
                if level and not fixed[rule][k]:
                    match *= m[k][level - 1]
                    other *= u[k][level - 1]
            gamma = match / (match + other)
            found[rule] += count * gamma
            seen[rule] += count
            for k, level in enumerate(levels):
                if level and not fixed[rule][k]:
                    mass[k][level - 1] += count * gamma
    return [[value / sum(row) for value in row] for row in mass], [a / b for a, b in zip(found, seen, strict=True)]
