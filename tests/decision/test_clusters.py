"""Clusters of graphs large enough to chain equal those of the slow agglomeration, and chains are cut."""

import numpy as np
import pytest

from linkage.decision.clusters import cluster_records, smallest_id_labels
from linkage.decision.evidence import DecisionSettings, id_ranks
from linkage.decision.union_find import components, neighbours
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
    assert np.bincount(labels_of(people, chain, set(), Settings())).max() == 3


def test_linking_one_record_to_many_of_the_other_file_needs_no_pairs_inside_a_file():
    people = [Person("left:0"), *(Person(f"right:{number}") for number in range(6))]
    star = [Pair(0, at, p=0.9) for at in range(1, 7)]
    assert set(labels_of(people, star, set(), Settings(left_count=1)).tolist()) == {0}
    assert np.bincount(labels_of(people, star, set(), Settings())).max() == 3


def test_labels_point_to_the_smallest_id():
    roots, ranks = np.array([2, 1, 2, 1], np.int32), np.array([3, 2, 1, 0])
    assert smallest_id_labels(roots, ranks).tolist() == [2, 3, 2, 3]


def test_components_are_named_by_their_smallest_index():
    left, right = np.array([5, 1, 2], np.int32), np.array([4, 2, 3], np.int32)
    assert components(left, right, 6).tolist() == [0, 1, 1, 1, 4, 4]


def test_neighbours_stand_in_both_lists():
    offsets, partners = neighbours(np.array([0, 2], np.int32), np.array([2, 3], np.int32), 4)
    assert offsets.tolist() == [0, 1, 1, 3, 4]
    assert [sorted(part.tolist()) for part in np.split(partners, offsets[1:-1])] == [[2], [], [0, 3], [2]]
