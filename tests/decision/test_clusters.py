"""Clusters of graphs large enough to chain equal those of the slow agglomeration, and chains are cut."""

from itertools import combinations

import numpy as np
import pytest

from linkage.decision.clusters import ABSENT, STRONGEST, UNLINKED, cluster_records, pair_bits, smallest_id_labels
from linkage.decision.evidence import DecisionSettings, id_ranks
from linkage.decision.partition import neighbours
from linkage.decision.union_find import components
from tests.oracles.correlation import best_worth, worth
from tests.oracles.decision import Pair, Person, Settings, as_facts, clusters_of


def labels_of(people, pairs, forbidden, settings):
    records, facts = as_facts(people, pairs)
    barred = np.array([frozenset((pair.left, pair.right)) in forbidden for pair in pairs], np.bool_)
    chosen = DecisionSettings(left_count=settings.left_count)
    return cluster_records(facts, barred, chosen, id_ranks(records.ids))


def random_graph(seed, n_people, share):
    """People in true groups of about five; pairs inside a group are likely, a few across are as well."""
    random = np.random.default_rng(seed)
    people = [Person(str(number)) for number in random.permutation(n_people)]
    group = random.integers(n_people // 5, size=n_people)
    pairs = []
    for left in range(n_people):
        for right in range(left + 1, n_people):
            if random.random() < (0.8 if group[left] == group[right] else share):
                pairs.append(Pair(left, right, p=float(random.choice([0.005, 0.01, 0.4, 0.5, 0.8, 0.8, 0.95]))))
    random.shuffle(pairs)
    return people, pairs, {frozenset((pair.left, pair.right)) for pair in pairs if random.random() < 0.06}


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("left_count", [-1, 20])
def test_clusters_of_a_tangled_graph_equal_the_slow_agglomeration(seed, left_count):
    people, pairs, forbidden = random_graph(seed, 40, 0.03)
    settings = Settings(left_count=left_count)
    if left_count >= 0:
        pairs = [pair for pair in pairs if pair.left < left_count <= pair.right]
        forbidden &= {frozenset((pair.left, pair.right)) for pair in pairs}
    labels = labels_of(people, pairs, forbidden, settings)
    found = {frozenset(np.flatnonzero(labels == label).tolist()) for label in labels}
    assert found == set(clusters_of(people, pairs, forbidden, settings).values())


def test_tangled_graphs_do_hold_refused_pairs_and_clusters_of_more_than_three():
    people, pairs, forbidden = random_graph(0, 40, 0.03)
    labels = labels_of(people, pairs, forbidden, Settings())
    assert np.bincount(labels).max() > 3
    assert any(pair.p >= 0.5 and labels[pair.left] != labels[pair.right] for pair in pairs)


def test_a_long_chain_never_becomes_one_cluster():
    people = [Person(f"{number:04}") for number in range(1000)]
    chain = [Pair(at, at + 1, p=0.9) for at in range(999)]
    assert np.bincount(labels_of(people, chain, set(), Settings())).max() == 4


def test_linking_one_record_to_many_of_the_other_file_needs_no_pairs_inside_a_file():
    people = [Person("left:0"), *(Person(f"right:{number}") for number in range(6))]
    star = [Pair(0, at, p=0.9) for at in range(1, 7)]
    assert set(labels_of(people, star, set(), Settings(left_count=1)).tolist()) == {0}
    assert np.bincount(labels_of(people, star, set(), Settings())).max() == 4


def small_graph(seed):
    """Four to seven records in one or two true groups, with what each pair says."""
    random = np.random.default_rng(seed)
    count = int(random.integers(4, 8))
    group = random.integers(2, size=count)
    pairs = []
    for left, right in combinations(range(count), 2):
        if random.random() < (0.85 if group[left] == group[right] else 0.3):
            likely = [0.6, 0.9, 0.99, 0.3] if group[left] == group[right] else [0.02, 0.2, 0.6, 0.9]
            pairs.append(Pair(left, right, p=float(random.choice(likely))))
    barred = {frozenset((pair.left, pair.right)) for pair in pairs if random.random() < 0.1}
    weights = {frozenset(two): ABSENT for two in combinations(range(count), 2)}
    if pairs:
        said = pair_bits(np.array([pair.p for pair in pairs]), DecisionSettings())
        weights |= {frozenset((pair.left, pair.right)): float(bits) for pair, bits in zip(pairs, said, strict=True)}
    return [Person(str(at)) for at in range(count)], pairs, barred, weights | dict.fromkeys(barred, -1000.0)


def test_small_graphs_are_parted_in_the_best_way_but_for_a_few_and_those_nearly_so():
    found, best = [], []
    for seed in range(300):
        people, pairs, barred, weights = small_graph(seed)
        labels = labels_of(people, pairs, barred, Settings())
        groups = tuple(frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels))
        found.append(worth(groups, weights))
        best.append(best_worth(list(range(len(people))), weights))
    short = np.array(best) - np.array(found)
    assert short.min() >= -0.01  # sums are rounded to 1/1024 bit
    assert (short < 0.01).mean() >= 0.94
    assert np.sum(found) >= 0.995 * np.sum(best)


def test_a_record_that_is_no_copy_of_the_others_changes_no_cluster_but_its_own_component():
    people, pairs, forbidden = random_graph(3, 40, 0.02)
    before = labels_of(people, pairs, forbidden, Settings())
    people = [*people, Person("00"), Person("01")]
    after = labels_of(people, [*pairs, Pair(40, 41, p=0.99)], forbidden, Settings())
    assert after[:40].tolist() == before.tolist()
    assert after[40] == after[41]


@pytest.mark.parametrize(
    ("probability", "bits"),
    [(0.5, 0.0), (0.9, np.log2(9)), (1.0, STRONGEST), (0.3, UNLINKED), (0.01, UNLINKED), (0.009, ABSENT)],
)
def test_a_pair_speaks_by_its_log_odds_within_bounds(probability, bits):
    assert pair_bits(np.array([probability]), DecisionSettings())[0] == pytest.approx(bits)


def test_a_higher_threshold_asks_more_of_every_pair():
    strict = DecisionSettings(link_threshold=0.9)
    assert pair_bits(np.array([0.9, 0.99, 0.89]), strict) == pytest.approx(
        [0.0, np.log2(11), -np.log2(9 / 8.0909090909)]
    )


def test_labels_point_to_the_smallest_id():
    roots, ranks = np.array([2, 1, 2, 1], np.int32), np.array([3, 2, 1, 0])
    assert smallest_id_labels(roots, ranks).tolist() == [2, 3, 2, 3]


def test_components_are_named_by_their_smallest_index():
    left, right = np.array([5, 1, 2], np.int32), np.array([4, 2, 3], np.int32)
    assert components(left, right, 6).tolist() == [0, 1, 1, 1, 4, 4]


def test_neighbours_stand_in_both_lists():
    offsets, partners, weights = neighbours(
        np.array([0, 2], np.int32), np.array([2, 3], np.int32), np.array([7, -8]), 4
    )
    assert offsets.tolist() == [0, 1, 1, 3, 4]
    assert [sorted(part.tolist()) for part in np.split(partners, offsets[1:-1])] == [[2], [], [0, 3], [2]]
    assert [sorted(part.tolist()) for part in np.split(weights, offsets[1:-1])] == [[7], [], [-8, 7], [-8]]
