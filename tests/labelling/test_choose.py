"""Choosing pairs: as many as asked for, each with the probability it states, few of one cluster."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError, UsageError
from linkage.labelling.choose import PER_CLUSTER, STRATEGIES, Pool, choose, inclusions, systematic, weight_bands
from linkage.labelling.committee import committee_spread


def pool(n: int, seed: int, *, clusters: int = 0) -> Pool:
    rng = np.random.default_rng(seed)
    p = 1.0 / (1.0 + np.exp(-rng.normal(0.0, 4.0, n)))
    cluster = rng.integers(0, clusters, n) if clusters else np.arange(n)
    return Pool(p, rng.random(n) * (1 - abs(2 * p - 1)), rng.integers(0, 5, n), cluster)


@given(st.integers(0, 60), st.integers(1, 40), st.integers(1, 30), st.sampled_from(STRATEGIES), st.integers(0, 99))
def test_as_many_pairs_are_chosen_as_asked_for_or_as_the_clusters_have(
    n: int, clusters: int, count: int, strategy: str, seed: int
) -> None:
    given_ = pool(n, seed, clusters=clusters)
    chosen = choose(given_, count, strategy=strategy, rng=np.random.default_rng(seed))
    _, of_cluster = np.unique(given_.cluster, return_counts=True)
    assert chosen.rows.size == min(count, int(np.minimum(of_cluster, PER_CLUSTER).sum()))
    assert np.unique(chosen.rows).size == chosen.rows.size
    assert ((chosen.inclusion > 0) & (chosen.inclusion <= 1)).all()
    assert np.bincount(given_.cluster[chosen.rows], minlength=1).max() <= PER_CLUSTER


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_answers_weighted_by_their_inclusion_estimate_the_whole(strategy: str) -> None:
    given_ = pool(400, 7, clusters=150)
    worth = given_.probability
    estimates = []
    for seed in range(300):
        chosen = choose(given_, 60, strategy=strategy, rng=np.random.default_rng(seed))
        estimates.append((worth[chosen.rows] / chosen.inclusion).sum())
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates) - worth.sum()) < 4 * error


def test_the_same_seed_chooses_the_same_pairs_and_another_seed_others() -> None:
    given_ = pool(300, 1)
    one, again, other = (choose(given_, 20, rng=np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert one.rows.tolist() == again.rows.tolist()
    assert sorted(one.rows.tolist()) != sorted(other.rows.tolist())


def test_uncertain_pairs_are_asked_about_first_where_uncertainty_is_asked_for() -> None:
    given_ = pool(2_000, 3)
    doubt = given_.probability * (1 - given_.probability)
    chosen = choose(given_, 60, strategy="uncertain", rng=np.random.default_rng(0))
    spread = choose(given_, 60, strategy="stratified", rng=np.random.default_rng(0))
    assert doubt[chosen.rows].mean() > 1.7 * doubt.mean()
    assert doubt[chosen.rows].mean() > 1.2 * doubt[spread.rows].mean()


def test_a_stratified_choice_has_every_band_of_weights_in_like_numbers() -> None:
    given_ = pool(5_000, 4)
    chosen = choose(given_, 90, strategy="stratified", rng=np.random.default_rng(0))
    drawn = np.bincount(weight_bands(given_.probability)[chosen.rows], minlength=9)
    assert drawn.min() >= 9
    assert drawn.max() <= 11


def test_where_nothing_is_uncertain_the_strata_take_over() -> None:
    sure = Pool(np.repeat([0.0, 1.0], 50), np.zeros(100), np.zeros(100, np.int64), np.arange(100))
    chosen = choose(sure, 10, strategy="uncertain", rng=np.random.default_rng(0))
    assert chosen.rows.size == 10


@given(st.lists(st.floats(0.001, 100.0), min_size=1, max_size=40), st.integers(1, 40))
def test_inclusions_sum_to_the_count_and_keep_proportion_below_one(worths: list[float], count: int) -> None:
    worth = np.array(worths)
    found = inclusions(worth, count)
    assert found.sum() == pytest.approx(min(count, worth.size))
    free = found < 1.0
    if free.any():
        ratio = found[free] / worth[free]
        assert ratio.max() == pytest.approx(ratio.min())


def test_a_systematic_sample_draws_each_row_as_often_as_stated() -> None:
    inclusion = np.array([0.1, 0.9, 0.5, 0.25, 1.0, 0.25])
    rng = np.random.default_rng(2)
    times = np.zeros(6)
    for _ in range(4_000):
        drawn = systematic(inclusion, rng)
        assert drawn.size == 3
        times[drawn] += 1
    assert times / 4_000 == pytest.approx(inclusion, abs=0.03)


def test_a_committee_needs_labels_of_both_kinds_and_doubts_what_it_has_not_seen() -> None:
    rng = np.random.default_rng(0)
    same = rng.random(300) < 0.5
    told = np.where(same ^ (rng.random(300) < 0.1), 2, 1).astype(np.int8)
    levels = np.stack([told, np.zeros(300, np.int8)], axis=1)
    levels[200:, 0] = 0  # the first comparison is missing: nothing is known of these
    assert committee_spread(levels, np.arange(9), same[:9], rng=rng) is None
    spread = committee_spread(levels, np.arange(60), same[:60], rng=rng)
    assert spread is not None
    assert spread[200:].mean() > spread[:200].mean()


def test_a_choice_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(UsageError):
        choose(pool(5, 0), 0, rng=np.random.default_rng(0))
    with pytest.raises(InvariantError):
        choose(Pool(np.zeros(2), np.zeros(1), np.zeros(2), np.zeros(2)), 1, rng=np.random.default_rng(0))
