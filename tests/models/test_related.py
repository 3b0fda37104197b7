"""Siblings and namesakes are told from copies of one person, and copies are not taken for either."""

import numpy as np
import pytest

from linkage.models.em import fit
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.models.mixture import block_patterns
from linkage.models.patterns import PatternCounts, TrainingCounts
from linkage.models.related import run_beside, set_apart, settle_prior

NAMES = ("nama", "nik", "keluarga", "lahir", "kota", "alamat")
PERSONS = np.array([0.1, 0.1, 0.05, 0.08, 0.1, 0.3])
"""How often a comparison differs, by class; ``NAMES`` in order."""
SIBLINGS = np.array([0.97, 0.95, 0.02, 0.98, 0.1, 0.1])
NAMESAKES = np.array([0.03, 0.95, 0.999, 0.02, 0.15, 0.99])
STRANGERS = 1.0 - np.array([1e-4, 1e-6, 1e-4, 1e-4, 0.1, 1e-3])
N_PAIRS = 1e9


def register(seed: int, n_siblings: int, n_namesakes: int, n_persons: int = 3_000) -> TrainingCounts:
    """Pairs of all four classes under four rules: the same name, NIK, family, birth date."""
    rng = np.random.default_rng(seed)

    def draw(n: int, differs: np.ndarray) -> np.ndarray:
        return np.where(rng.random((n, differs.size)) < differs, 1, 2).astype(np.int8)

    parts = [draw(n_persons, PERSONS), draw(n_siblings, SIBLINGS), draw(n_namesakes, NAMESAKES)]
    for rule, count in ((0, 2_000), (2, 2_000), (3, 2_000)):
        block = draw(count, STRANGERS)
        block[:, rule] = 2
        parts.append(block)
    levels = np.concatenate(parts)
    rules = sum((levels[:, rule] == 2).astype(np.uint64) << np.uint64(rule) for rule in range(4))
    met = rules > 0
    sample = draw(200_000, STRANGERS)
    return TrainingCounts(
        candidates=PatternCounts(levels[met], rules[met], np.ones(int(met.sum()))),
        random=PatternCounts(sample, np.zeros(len(sample), np.uint64), np.ones(len(sample))).without_rules(),
        coincidence=1.0 - STRANGERS + n_persons / N_PAIRS * (1.0 - PERSONS),
        fixed_by_rule=np.eye(4, len(NAMES), dtype=np.bool_),
        n_pairs_total=N_PAIRS,
    )


def two_levels(differs: np.ndarray) -> list[np.ndarray]:
    return [np.array([share, 1.0 - share]) for share in differs]


def settings(training: TrainingCounts) -> dict:
    m = two_levels(PERSONS)
    return {
        "m": m,
        "u": two_levels(STRANGERS),
        "prior_m": [5.0 * item for item in m],
        "max_iter": 2_000,
        "tolerance": 1e-6,
        "fixed_by_rule": training.fixed_by_rule,
    }


def test_siblings_and_namesakes_become_classes_of_their_own() -> None:
    training = register(1, 6_000, 4_000)
    data = block_patterns(training.candidates, training.fixed_by_rule, [3] * len(NAMES))
    apart = set_apart(data, **settings(training))
    assert apart is not None
    found = np.array([[item[0] for item in other] for other in apart.others])
    away = np.abs(found[:, None] - np.stack([SIBLINGS, NAMESAKES])).max(axis=2)
    assert set(away.argmin(axis=1)) == {0, 1}  # siblings may be found in two parts
    assert away.min(axis=1).max() < 0.15
    np.testing.assert_allclose([float(item[0]) for item in apart.solution.m], PERSONS, atol=0.03)


def test_persons_are_recovered_beside_siblings_and_namesakes(spec_of) -> None:
    result = fit(spec_of(dict.fromkeys(NAMES, 1)), register(2, 6_000, 4_000))
    assert result.converged
    assert not result.found_households
    np.testing.assert_allclose([item.m[0] for item in result.model.comparisons], PERSONS, atol=0.03)
    reached = 1.0 - PERSONS[:4].prod()
    assert result.model.prior == pytest.approx(3_000 * reached / N_PAIRS, rel=0.1)


@pytest.mark.parametrize(("n_siblings", "n_namesakes"), [(0, 0), (6_000, 0), (0, 4_000), (6_000, 4_000)])
def test_the_prior_counts_copies_and_nobody_else(n_siblings: int, n_namesakes: int) -> None:
    training = register(3, n_siblings, n_namesakes)
    comparisons = tuple(
        ComparisonModel(name, ("missing", "different", "equal"), tuple(m), tuple(u), False)
        for name, m, u in zip(NAMES, two_levels(PERSONS), two_levels(STRANGERS), strict=True)
    )
    prior, _ = settle_prior(FellegiSunter(comparisons, 1e-3), training)
    assert prior == pytest.approx(3_000 / N_PAIRS, rel=0.1)


def test_climbing_on_from_where_one_stands_moves_nothing() -> None:
    training = register(4, 3_000, 3_000)
    data = block_patterns(training.candidates, training.fixed_by_rule, [3] * len(NAMES))
    given = settings(training)
    apart = set_apart(data, **given)
    assert apart is not None
    again = set_apart(data, **given, resume=apart)
    assert again is not None
    assert again.solution.n_iter <= 2
    np.testing.assert_allclose(np.stack(again.solution.m), np.stack(apart.solution.m), atol=1e-5)


def test_the_criterion_never_falls() -> None:
    training = register(5, 2_000, 2_000)
    data = block_patterns(training.candidates, training.fixed_by_rule, [3] * len(NAMES))
    given = settings(training)
    del given["fixed_by_rule"]
    starts = (tuple(two_levels(SIBLINGS)), tuple(two_levels(NAMESAKES)))
    history = np.array(run_beside(data, starts, **given).solution.history)
    assert (np.diff(history) >= -1e-9 * np.abs(history[:-1])).all()
