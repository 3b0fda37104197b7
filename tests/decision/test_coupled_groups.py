"""Records that no pair couples are decided alone as they are with all others: what a nightly run relies on."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given

from linkage.decision.agreement import compare_records
from linkage.decision.guards import SUSPICIONS, guard_bits, holding_guards
from tests.decision.strategies import worlds
from tests.oracles.decision import as_facts


def coupled_groups(people, pairs, settings, chosen):
    """Groups along pairs that may link or make a case, and along one NIK; a steward's word couples nothing."""
    records, facts = as_facts(people, pairs, settings.guards_weighed)
    agreements = compare_records(records, facts)
    bits = holding_guards(facts, agreements, guard_bits(facts, agreements, chosen.called_different), chosen)
    least = min(settings.link, settings.case)
    edges = [
        {pair.left, pair.right}
        for pair, held in zip(pairs, bits.tolist(), strict=True)
        if pair.p >= least and not held & sum(SUSPICIONS)
    ]
    edges += [
        {a, b} for a, b in combinations(range(len(people)), 2) if people[a].nik and people[a].nik == people[b].nik
    ]
    groups = [{index} for index in range(len(people))]
    for edge in edges:
        joined = set().union(*(group for group in groups if group & edge))
        groups = [group for group in groups if not group & edge] + [joined]
    return groups


@given(worlds())
def test_a_coupled_group_is_decided_alone_as_with_all_others(decided, package_settings, world):
    people, pairs, settings = world
    settings = replace(settings, left_count=-1)
    _, cases, clusters = decided(people, pairs, settings)
    alone_cases, alone_clusters = [], {}
    for group in coupled_groups(people, pairs, settings, package_settings(settings)):
        members = sorted(group)
        place = {index: at for at, index in enumerate(members)}
        within = [
            replace(pair, left=place[pair.left], right=place[pair.right])
            for pair in pairs
            if {pair.left, pair.right} <= group
        ]
        links = frozenset(frozenset(place[end] for end in two) for two in settings.called_different if two <= group)
        _, found, ids = decided([people[index] for index in members], within, replace(settings, called_different=links))
        alone_cases += found
        alone_clusters |= dict(zip(members, ids, strict=True))
    assert sorted(alone_cases, key=lambda case: case.id) == cases
    assert [alone_clusters[index] for index in range(len(people))] == clusters
