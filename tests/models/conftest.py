"""Invented comparisons and pairs with known probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from linkage.models.patterns import PatternCounts, TrainingCounts
from linkage.spec import ComparisonSpec, FieldSpec, LevelSpec, LinkageSpec, RuleSpec


def make_spec(
    sizes: dict[str, int],
    m: dict[str, tuple[float, ...]] | None = None,
    u: dict[str, tuple[float, ...]] | None = None,
) -> LinkageSpec:
    """A spec with one comparison per name and so many levels above "different"; m and u best level first."""
    comparisons = tuple(
        ComparisonSpec(
            name=name,
            field=name,
            kernel="equal" if size == 1 else "jaro_winkler",
            levels=(LevelSpec("equal"), *(LevelSpec(f"close{k}", at_least=1 - k / 10) for k in range(1, size))),
            m=(m or {}).get(name, ()),
            u=(u or {}).get(name, ()),
        )
        for name, size in sizes.items()
    )
    fields = tuple(FieldSpec(name, "text", (name,)) for name in sizes)
    rules = tuple(RuleSpec(name, (name,)) for name in sizes)
    return LinkageSpec("invented", fields, comparisons, rules).validate()


@dataclass(frozen=True)
class World:
    """True parameters: m and u by comparison, "different" first; presence by comparison; prior."""

    m: tuple[tuple[float, ...], ...]
    u: tuple[tuple[float, ...], ...]
    present: tuple[float, ...]
    prior: float
    n_pairs: int

    def draw(self, rng: np.random.Generator, n: int, probabilities: tuple[tuple[float, ...], ...]) -> np.ndarray:
        columns = [rng.choice(np.arange(1, len(p) + 1), size=n, p=p) for p in probabilities]
        levels = np.stack(columns, axis=1).astype(np.int8)
        return np.where(rng.random(levels.shape) < self.present, levels, np.int8(0))

    def sample(self, seed: int, blocked_on: tuple[int, ...], n_random: int) -> TrainingCounts:
        """All pairs drawn and blocked by equality on each named comparison; exact coincidences unknown."""
        rng = np.random.default_rng(seed)
        n_match = rng.binomial(self.n_pairs, self.prior)
        everything = np.concatenate([self.draw(rng, n_match, self.m), self.draw(rng, self.n_pairs - n_match, self.u)])
        rules = np.zeros(everything.shape[0], np.uint64)
        for rule, comparison in enumerate(blocked_on):
            rules |= (everything[:, comparison] == len(self.m[comparison])).astype(np.uint64) << np.uint64(rule)
        fixed = np.zeros((len(blocked_on), len(self.m)), np.bool_)
        fixed[np.arange(len(blocked_on)), list(blocked_on)] = True
        met = rules > 0
        chosen = rng.choice(self.n_pairs, size=n_random, replace=False)
        return TrainingCounts(
            candidates=count_patterns(everything[met], rules[met]),
            random=count_patterns(everything[chosen], np.zeros(n_random, np.uint64)),
            coincidence=np.full(len(self.m), np.nan),
            fixed_by_rule=fixed,
            n_pairs_total=float(self.n_pairs),
        )


def count_patterns(levels: np.ndarray, rules: np.ndarray) -> PatternCounts:
    """Distinct (levels, rules) with their number of pairs."""
    rows = np.concatenate([levels.astype(np.uint64), rules[:, None]], axis=1)
    distinct, counts = np.unique(rows, axis=0, return_counts=True)
    return PatternCounts(distinct[:, :-1].astype(np.int8), distinct[:, -1].copy(), counts.astype(np.int64))


@pytest.fixture
def spec_of() -> Callable[..., LinkageSpec]:
    return make_spec


@pytest.fixture
def patterns_of() -> Callable[[np.ndarray, np.ndarray], PatternCounts]:
    return count_patterns


@pytest.fixture
def world_of() -> Callable[..., World]:
    return World


@pytest.fixture
def five_comparisons() -> World:
    """Five comparisons of 2 to 4 levels, values missing at random, 1,500 matches in 1.5 million pairs."""
    return World(
        m=((0.08, 0.92), (0.05, 0.15, 0.80), (0.1, 0.05, 0.15, 0.70), (0.15, 0.85), (0.1, 0.2, 0.7)),
        u=((0.995, 0.005), (0.975, 0.02, 0.005), (0.9, 0.07, 0.02, 0.01), (0.9, 0.1), (0.93, 0.05, 0.02)),
        present=(0.8, 1.0, 0.9, 1.0, 0.7),
        prior=0.001,
        n_pairs=1_500_000,
    )
