"""EM finds what was put in, climbs at every step, and says when it should not be believed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import recordlinkage

from linkage.errors import InvariantError
from linkage.models.defaults import default_model
from linkage.models.diagnosis import HOUSEHOLDS, NOT_CONVERGED, RELATIVES_APART
from linkage.models.em import EmOptions, fit, fit_labelled
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.models.mixture import block_patterns, run_em
from linkage.models.patterns import PatternCounts, TrainingCounts
from linkage.models.prior import estimate_prior
from linkage.models.related import settle_prior
from tests.oracles.em import em_step, log_likelihood

SIZES = {"a": 1, "b": 2, "c": 3, "d": 1, "e": 2}


def test_m_u_and_prior_are_recovered_within_sampling_error(five_comparisons, spec_of) -> None:
    """Three rules, each selecting on its own comparison; 4.5 standard errors allowed, of matches actually reached."""
    world = five_comparisons
    training = world.sample(1, (0, 1, 2), 500_000)
    result = fit(spec_of(SIZES), training)
    assert result.converged
    assert result.warnings == ()
    reached = 1_500 * 0.6 * np.array(world.present)
    for item, m, u, present, n_match in zip(
        result.model.comparisons, world.m, world.u, world.present, reached, strict=True
    ):
        for found, true in zip(item.m, m, strict=True):
            assert abs(found - true) < 4.5 * np.sqrt(true * (1 - true) / n_match) + 0.005
        for found, true in zip(item.u, u, strict=True):
            assert abs(found - true) < 4.5 * np.sqrt(true * (1 - true) / (500_000 * present))
    missed = np.prod([1 - world.present[k] * world.m[k][-1] for k in (0, 1, 2)])
    assert result.model.prior == pytest.approx(0.001 * (1 - missed), rel=0.12)


def test_the_selection_by_the_blocking_field_is_corrected(five_comparisons, spec_of) -> None:
    """Unless the rule's own comparison is left out, every blocked pair agrees on it and m looks perfect."""
    world = five_comparisons
    training = world.sample(2, (0, 1), 200_000)
    naive = TrainingCounts(
        training.candidates,
        training.random,
        training.coincidence,
        np.zeros_like(training.fixed_by_rule),
        training.n_pairs_total,
    )
    right, wrong = (fit(spec_of(SIZES), counts).model.comparisons[0].m[0] for counts in (training, naive))
    assert abs(right - 0.08) < 4.5 * np.sqrt(0.08 * 0.92 / (1_500 * 0.8 * 0.8))
    assert wrong < right / 1.5


def test_a_rule_with_hardly_any_match_among_its_pairs_teaches_nothing(
    five_comparisons, spec_of, patterns_of, monkeypatch
) -> None:
    """Strangers that agree on two things at once look like a second class of pairs; the m they would give are wrong."""
    clean = five_comparisons.sample(3, (0, 1), 200_000)
    rng = np.random.default_rng(4)
    strangers = five_comparisons.draw(rng, 200_000, five_comparisons.u)
    strangers[:80_000, 3:] = (2, 3)
    crowd = patterns_of(strangers, np.full(200_000, 4, np.uint64))
    both = PatternCounts(
        np.concatenate([clean.candidates.levels, crowd.levels]),
        np.concatenate([clean.candidates.rules, crowd.rules]),
        np.concatenate([clean.candidates.counts, crowd.counts]),
    )
    crowded = replace(
        clean, candidates=both, fixed_by_rule=np.concatenate([clean.fixed_by_rule, np.zeros((1, 5), np.bool_)])
    )
    right, kept = (fit(spec_of(SIZES), counts).model for counts in (clean, crowded))
    monkeypatch.setattr("linkage.models.em._LEAST_SHARE", 0.0)
    misled = fit(spec_of(SIZES), crowded).model
    for item, same, other in zip(right.comparisons, kept.comparisons, misled.comparisons, strict=True):
        assert same.m == pytest.approx(item.m, abs=0.01)
        if item is right.comparisons[0]:
            assert abs(other.m[-1] - item.m[-1]) > 0.3


def small_problem(seed: int) -> tuple[PatternCounts, np.ndarray]:
    rng = np.random.default_rng(seed)
    levels = rng.integers(0, 4, (30, 3)).astype(np.int8)
    counts = PatternCounts(levels, rng.integers(1, 4, 30).astype(np.uint64), rng.integers(1, 50, 30))
    return counts, np.array([[True, False, False], [False, False, False]])


@pytest.mark.parametrize("seed", range(5))
def test_steps_and_likelihood_agree_with_loops_over_pairs(seed: int) -> None:
    counts, fixed = small_problem(seed)
    rng = np.random.default_rng(seed)
    m, u = ([rng.dirichlet(np.ones(3)) for _ in range(3)] for _ in range(2))
    pseudo = [np.full(3, 0.3)] * 3
    shares = np.array([0.2, 0.4])
    data = block_patterns(counts, fixed, [4, 4, 4])
    solution = run_em(data, m=m, u=u, shares=shares, prior_m=pseudo, max_iter=1, tolerance=1e-12)
    patterns = [
        (levels.tolist(), [r for r in (0, 1) if int(rules) >> r & 1], float(count))
        for levels, rules, count in zip(counts.levels, counts.rules, counts.counts, strict=True)
    ]
    expected_m, expected_shares = em_step(patterns, m, u, shares.tolist(), fixed.tolist(), pseudo)
    assert np.allclose(solution.m, expected_m, atol=1e-12)
    assert np.allclose(solution.shares, expected_shares, atol=1e-12)
    for found, (mm, ss) in zip(solution.history, [(m, shares), (expected_m, expected_shares)], strict=True):
        penalty = sum(0.3 * np.log(values).sum() for values in np.array(mm))
        assert found == pytest.approx(log_likelihood(patterns, mm, u, list(ss), fixed.tolist()) + penalty, rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("estimate_u", [False, True])
def test_the_criterion_never_falls(seed: int, estimate_u: bool) -> None:
    counts, fixed = small_problem(seed)
    rng = np.random.default_rng(seed)
    m, u = ([rng.dirichlet(np.ones(3)) for _ in range(3)] for _ in range(2))
    pseudo = [np.full(3, 0.3)] * 3
    solution = run_em(
        block_patterns(counts, fixed, [4, 4, 4]),
        m=m,
        u=u,
        shares=np.array([0.2, 0.4]),
        prior_m=pseudo,
        prior_u=pseudo if estimate_u else None,
        max_iter=200,
        tolerance=1e-9,
    )
    steps = np.diff(solution.history)
    assert (steps >= -1e-9 * abs(solution.history[-1])).all()
    assert steps[0] > 0.0


def test_it_agrees_with_recordlinkage_s_ecm_on_binary_data(spec_of) -> None:
    """One rule that fixes nothing, u free, hardly any smoothing: the textbook case."""
    rng = np.random.default_rng(3)
    match = rng.random(4_000) < 0.3
    agree = np.where(match[:, None], rng.random((4_000, 4)) < 0.9, rng.random((4_000, 4)) < 0.15)
    ecm = recordlinkage.ECMClassifier(init="jaro", max_iter=2_000, atol=1e-9)
    ecm.fit(pd.DataFrame(agree.astype(int), columns=list("abcd")))
    counts = PatternCounts(agree.astype(np.int8) + 1, np.ones(4_000, np.uint64), np.ones(4_000))
    nothing = PatternCounts(np.zeros((0, 4), np.int8), np.zeros(0, np.uint64), np.zeros(0))
    training = TrainingCounts(counts, nothing, np.full(4, np.nan), np.zeros((1, 4), np.bool_), 4_000.0)
    options = EmOptions(estimate_u=True, smoothing=1e-6, tolerance=1e-9, max_iter=2_000)
    result = fit(spec_of(dict.fromkeys("abcd", 1)), training, options)
    for item in result.model.comparisons:
        assert item.m[1] == pytest.approx(ecm.m_probs[item.name][1], abs=1e-4)
        assert item.u[1] == pytest.approx(ecm.u_probs[item.name][1], abs=1e-4)
    assert result.rule_shares[0] == pytest.approx(ecm.p, abs=1e-4)


def test_the_same_counts_in_another_order_give_the_same_model(five_comparisons, spec_of) -> None:
    training = five_comparisons.sample(4, (0, 1, 2), 100_000)
    order = np.random.default_rng(0).permutation(training.candidates.counts.size)
    counts = training.candidates
    shuffled = TrainingCounts(
        PatternCounts(counts.levels[order], counts.rules[order], counts.counts[order]),
        training.random,
        training.coincidence,
        training.fixed_by_rule,
        training.n_pairs_total,
    )
    assert fit(spec_of(SIZES), shuffled).model == fit(spec_of(SIZES), training).model


def test_too_few_steps_are_reported(five_comparisons, spec_of) -> None:
    training = five_comparisons.sample(5, (0, 1), 50_000)
    result = fit(spec_of(SIZES), training, EmOptions(max_iter=2))
    assert not result.converged
    assert any(NOT_CONVERGED in text for text in result.warnings)


def test_no_candidate_at_all_gives_the_defaults_and_says_so(spec_of) -> None:
    spec = spec_of({"a": 1}, m={"a": (0.9, 0.1)}, u={"a": (0.01, 0.99)})
    nothing = PatternCounts(np.zeros((0, 1), np.int8), np.zeros(0, np.uint64), np.zeros(0))
    result = fit(spec, TrainingCounts(nothing, nothing, np.array([np.nan]), np.zeros((1, 1), np.bool_), 100.0))
    assert not result.converged
    assert result.model.comparisons[0].m == pytest.approx((0.1, 0.9))
    assert "no candidate pair" in result.warnings[0]


def test_a_comparison_that_every_rule_fixes_keeps_its_default_and_is_named(five_comparisons, spec_of) -> None:
    result = fit(spec_of(SIZES, m={"a": (0.77, 0.23)}), five_comparisons.sample(6, (0,), 50_000))
    assert result.model.comparisons[0].m == pytest.approx((0.23, 0.77))
    assert [text for text in result.warnings if text.startswith("comparison a:")]


def test_a_handful_of_matches_is_reported(spec_of, world_of) -> None:
    world = world_of(((0.1, 0.9),) * 3, ((0.99, 0.01),) * 3, (1.0, 1.0, 1.0), 1e-5, 300_000)
    result = fit(spec_of({"a": 1, "b": 1, "c": 1}), world.sample(7, (0,), 50_000))
    assert any("fewer than 20" in text for text in result.warnings)


def test_a_best_level_that_speaks_against_a_match_is_reported(spec_of, world_of) -> None:
    world = world_of(
        ((0.1, 0.9), (0.1, 0.9), (0.1, 0.9), (0.9, 0.1)),
        ((0.99, 0.01), (0.99, 0.01), (0.99, 0.01), (0.5, 0.5)),
        (1.0,) * 4,
        0.002,
        500_000,
    )
    result = fit(spec_of(dict.fromkeys("abcd", 1)), world.sample(8, (0, 1), 100_000))
    assert [text for text in result.warnings if text.startswith("comparison d: level equal weighs less")]


def family_register(seed: int, n_persons: int, n_relatives: int) -> tuple[TrainingCounts, np.ndarray]:
    """Copies of persons, relatives who share mother and family card, and strangers; blocked on card and on name."""
    rng = np.random.default_rng(seed)
    persons = [(0.1, 0.9), (0.1, 0.9), (0.08, 0.92), (0.1, 0.9), (0.3, 0.7)]
    relatives = [(0.999, 0.001), (0.98, 0.02), (0.995, 0.005), (0.1, 0.9), (0.05, 0.95)]
    strangers = [(1 - p, p) for p in (1e-5, 1e-3, 1e-4, 1e-3, 1e-4)]
    n_pairs = 1e9

    def draw(n: int, table: list[tuple[float, float]]) -> np.ndarray:
        return np.stack([rng.choice([1, 2], n, p=p) for p in table], axis=1).astype(np.int8)

    parts = [draw(n_persons, persons), draw(n_relatives, relatives)]
    for rule, share in ((4, 1e-4), (1, 1e-3)):
        block = draw(int(n_pairs * share / 10), strangers)
        block[:, rule] = 2
        parts.append(block)
    levels = np.concatenate(parts)
    rules = (levels[:, 4] == 2).astype(np.uint64) + 2 * (levels[:, 1] == 2).astype(np.uint64)
    fixed = np.zeros((2, 5), np.bool_)
    fixed[0, 4] = fixed[1, 1] = True
    sample = draw(200_000, strangers)
    coincidence = np.array([p[1] for p in strangers]) + n_persons / n_pairs * np.array([p[1] for p in persons])
    random = PatternCounts(sample, np.zeros(len(sample), np.uint64), np.ones(len(sample))).without_rules()
    met = rules > 0
    candidates = PatternCounts(levels[met], rules[met], np.ones(int(met.sum())))
    return TrainingCounts(candidates, random, coincidence, fixed, n_pairs), np.array(persons)


FAMILY = dict.fromkeys(("nik", "nama", "lahir", "ibu", "kk"), 1)


def test_households_found_in_place_of_persons_are_reported(spec_of) -> None:
    training, _ = family_register(9, 2_000, 40_000)
    result = fit(spec_of(FAMILY), training, EmOptions(separate_relatives=False))
    assert result.found_households
    assert any(text.startswith(HOUSEHOLDS) for text in result.warnings)
    assert result.model.comparisons[0].m[0] > 0.5


def test_a_third_class_takes_the_relatives_up_and_leaves_the_persons(spec_of) -> None:
    training, persons = family_register(9, 2_000, 40_000)
    result = fit(spec_of(FAMILY), training)
    assert not result.found_households
    assert RELATIVES_APART in result.warnings
    for item, (different, _) in zip(result.model.comparisons, persons, strict=True):
        assert item.m[0] == pytest.approx(different, abs=4.5 * np.sqrt(0.1 / 1_000))
    reached = 1 - 0.1 * 0.3
    assert result.model.prior == pytest.approx(2_000 * reached / 1e9, rel=0.15)


def test_persons_alone_raise_no_suspicion(spec_of) -> None:
    training, _ = family_register(10, 2_000, 0)
    result = fit(spec_of(FAMILY), training)
    assert not result.found_households
    assert result.warnings == ()


def test_the_prior_is_a_fixpoint_of_the_expected_matches(five_comparisons, spec_of) -> None:
    training = five_comparisons.sample(11, (0, 1, 2), 50_000)
    model = fit(spec_of(SIZES), training).model
    starts = [estimate_prior(model.with_prior(p), training.candidates, 1_500_000.0) for p in (1e-6, 0.3)]
    assert starts[0] == pytest.approx(starts[1], rel=1e-5)
    counts = training.candidates
    expected = (model.with_prior(starts[0]).match_probability(counts.levels) * counts.counts).sum()
    assert starts[0] == pytest.approx(expected / 1_500_000.0, rel=1e-6)


def test_the_prior_stays_between_one_pair_and_a_half(spec_of) -> None:
    model = default_model(spec_of({"a": 1}), 0.1)
    for level, bound in ((1, 1 / 50), (2, 0.5)):
        counts = PatternCounts(np.array([[level]], np.int8), np.ones(1, np.uint64), np.array([50]))
        assert estimate_prior(model, counts, 50.0) == pytest.approx(bound)


def test_labels_give_m_as_counted_and_u_from_random_pairs(five_comparisons, spec_of, patterns_of) -> None:
    world, rng = five_comparisons, np.random.default_rng(12)
    matches, random = world.draw(rng, 20_000, world.m), world.draw(rng, 200_000, world.u)
    model = fit_labelled(
        spec_of(SIZES),
        patterns_of(matches, np.zeros(20_000, np.uint64)),
        patterns_of(random, np.zeros(200_000, np.uint64)),
        coincidence=np.full(5, np.nan),
        n_pairs_total=1e9,
        prior=1e-6,
    )
    for item, m, u, present in zip(model.comparisons, world.m, world.u, world.present, strict=True):
        for found, true in zip(item.m, m, strict=True):
            assert abs(found - true) < 4.5 * np.sqrt(true * (1 - true) / (20_000 * present)) + 1e-4
        for found, true in zip(item.u, u, strict=True):
            assert abs(found - true) < 4.5 * np.sqrt(true * (1 - true) / (200_000 * present)) + 1e-5


def test_levels_the_spec_does_not_have_are_refused(five_comparisons, spec_of) -> None:
    training = five_comparisons.sample(13, (0,), 1_000)
    with pytest.raises(InvariantError, match="candidate patterns"):
        fit(spec_of(dict.fromkeys(SIZES, 1)), training)
    with pytest.raises(InvariantError, match="4 are weighted"):
        fit(spec_of(dict.fromkeys("abcd", 1)), training)


def test_counts_that_do_not_fit_together_are_refused() -> None:
    one = PatternCounts(np.ones((1, 1), np.int8), np.ones(1, np.uint64), np.ones(1))
    with pytest.raises(InvariantError, match="shapes"):
        PatternCounts(np.ones((2, 1), np.int8), np.ones(1, np.uint64), np.ones(1))
    with pytest.raises(InvariantError, match="negative"):
        PatternCounts(np.ones((1, 1), np.int8), np.ones(1, np.uint64), np.array([-1.0]))
    with pytest.raises(InvariantError, match="different numbers"):
        TrainingCounts(one, one, np.array([np.nan, np.nan]), np.zeros((1, 1), np.bool_), 1.0)
    with pytest.raises(InvariantError, match="0 to 1"):
        TrainingCounts(one, one, np.array([1.5]), np.zeros((1, 1), np.bool_), 1.0)


@pytest.mark.parametrize(("n_persons", "n_relatives"), [(2_000, 0), (2_000, 40_000), (200, 40_000)])
def test_the_prior_of_a_stored_model_is_not_raised_by_relatives(spec_of, n_persons: int, n_relatives: int) -> None:
    training, persons = family_register(14, n_persons, n_relatives)
    chance = (1e-5, 1e-3, 1e-4, 1e-3, 1e-4)
    model = FellegiSunter(
        tuple(
            ComparisonModel(name, ("missing", "different", "equal"), tuple(m), (1 - u, u))
            for name, m, u in zip(FAMILY, persons.tolist(), chance, strict=True)
        ),
        1e-6,
    )
    prior, apart = settle_prior(model, training)
    reached = 1 - 0.1 * 0.3
    assert prior == pytest.approx(n_persons * reached / 1e9, rel=0.15)
    if n_relatives:
        assert apart
        assert estimate_prior(model, training.candidates, training.n_pairs_total) > 1.5 * prior
    assert settle_prior(model.with_prior(0.01), training)[0] == pytest.approx(prior, rel=1e-3)


def test_a_prior_settled_without_candidates_is_one_pair(spec_of) -> None:
    nothing = PatternCounts(np.zeros((0, 1), np.int8), np.zeros(0, np.uint64), np.zeros(0))
    training = TrainingCounts(nothing, nothing, np.array([np.nan]), np.zeros((1, 1), np.bool_), 100.0)
    assert settle_prior(default_model(spec_of({"a": 1}), 0.1), training) == (0.01, None)
