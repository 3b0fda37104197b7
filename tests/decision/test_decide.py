"""The decision table, row by row, and what holds of every decision."""

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.decision.agreement import compare_records
from linkage.decision.clusters import clusters_table, in_rank_order
from linkage.decision.decide import decide
from linkage.decision.guards import Guard
from linkage.decision.kinds import Row
from linkage.decision.reasons import GUARD_REASONS
from linkage.schema import CASES, CLUSTERS, check_schema
from tests.decision.strategies import worlds
from tests.oracles.decision import Pair, Person, Settings, as_facts, decide_slowly

CASES_FILE = Path(__file__).parents[1] / "cases" / "decisions.toml"
TABLE = tomllib.loads(CASES_FILE.read_text(encoding="utf-8"))["case"]


def guard_names(bits):
    return {name for guard, name in GUARD_REASONS.items() if bits & guard}


@pytest.mark.parametrize("case", TABLE, ids=[case["says"] for case in TABLE])
def test_the_table_of_decisions_holds(case, decided):
    people = [Person(**person) for person in case["people"]]
    pairs = [Pair(**pair) for pair in case["pairs"]]
    settings = Settings(
        called_different=frozenset(map(frozenset, case.get("called_different", []))),
        max_cluster_size=case.get("max_cluster_size", 10),
        answered_at=case.get("answered_at"),
        guards_weighed=case.get("guards_weighed", "answered_at" in case),
    )
    decision, found, cluster_ids = decided(people, pairs, settings)
    expected = {(kind, scope, tuple(ids), tuple(reasons)) for kind, scope, ids, reasons in case["cases"]}
    assert {(row.kind, row.scope, row.record_ids, row.reasons) for row in found} == expected
    together = {}
    for person, cluster in zip(people, cluster_ids, strict=True):
        together.setdefault(cluster, set()).add(person.id)
    assert {frozenset(ids) for ids in together.values() if len(ids) > 1} == {frozenset(ids) for ids in case["clusters"]}
    if "guards" in case:
        assert [guard_names(bits) for bits in decision.pair_guard] == [set(names) for names in case["guards"]]


@given(worlds())
def test_every_decision_equals_that_of_the_slow_oracle(decided, world):
    decision, cases, cluster_ids = decided(*world)
    expected_cases, expected_clusters, rows, guards, answered = decide_slowly(*world)
    assert [guard_names(bits) for bits in decision.pair_guard] == guards
    assert [guard_names(bits) for bits in decision.pair_answered] == answered
    assert decision.pair_kind.tolist() == rows
    assert cluster_ids == expected_clusters
    assert [(case.id, case.kind, case.scope, case.record_ids, case.reasons) for case in cases] == [
        (case.id, case.kind, case.scope, case.record_ids, case.reasons) for case in expected_cases
    ]
    assert [case.priority for case in cases] == pytest.approx([case.priority for case in expected_cases])


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_pairs_and_of_their_ends_does_not_matter(decided, world, shuffle: random.Random):
    people, pairs, settings = world
    decision, _, _ = decided(people, pairs, settings)
    order = list(range(len(pairs)))
    shuffle.shuffle(order)
    turned = [
        Pair(**{**vars(pairs[at]), "left": pairs[at].right, "right": pairs[at].left})
        if shuffle.random() < 0.5
        else pairs[at]
        for at in order
    ]
    again, _, _ = decided(people, turned, settings)
    assert again.case_table.equals(decision.case_table)
    assert again.cluster_labels.tolist() == decision.cluster_labels.tolist()
    assert again.pair_kind.tolist() == [decision.pair_kind[at] for at in order]
    assert again.notes == decision.notes
    assert [order[at] for at in again.case_pair_indices] == decision.case_pair_indices.tolist()


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(decided, world, shuffle: random.Random):
    people, pairs, settings = world
    if settings.left_count >= 0:
        settings = Settings(**{**vars(settings), "left_count": -1})
    order = list(range(len(people)))
    shuffle.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    moved = [Pair(**{**vars(pair), "left": place[pair.left], "right": place[pair.right]}) for pair in pairs]
    links = frozenset(frozenset(place[end] for end in link) for link in settings.called_different)
    _, cases, clusters = decided(people, pairs, settings)
    _, cases_moved, clusters_moved = decided(
        [people[old] for old in order], moved, Settings(**{**vars(settings), "called_different": links})
    )
    assert cases_moved == cases
    assert clusters_moved == [clusters[old] for old in order]


@given(worlds())
def test_no_cluster_holds_a_forbidden_pair(decided, world):
    people, pairs, settings = world
    decision, _, _ = decided(people, pairs, settings)
    labels = decision.cluster_labels
    apart = [pair for pair, bits, row in zip(pairs, decision.pair_guard, decision.pair_kind, strict=True)
             if bits or row == Row.SHARED_NIK]  # fmt: skip
    assert all(labels[pair.left] != labels[pair.right] for pair in apart)
    assert all(labels[one] != labels[other] for one, other in map(tuple, settings.called_different))


@given(worlds())
def test_every_record_stands_in_exactly_one_cluster_named_by_its_smallest_id(decided, world):
    people, pairs, settings = world
    decision, _, _ = decided(people, pairs, settings)
    table = clusters_table(as_facts(people, pairs)[0].ids, decision.cluster_labels)
    check_schema(table, CLUSTERS, where="test")
    assert table.column("record_id").to_pylist() == [person.id for person in people]
    members = {}
    for row in table.to_pylist():
        members.setdefault(row["cluster_id"], []).append(row["record_id"])
    assert all(name == min(ids, key=str.encode) for name, ids in members.items())


@given(worlds())
def test_a_case_is_told_by_the_pairs_that_made_it(decided, world):
    people, pairs, settings = world
    decision, cases, _ = decided(people, pairs, settings)
    check_schema(decision.case_table, CASES, where="test")
    told = [at for number in range(len(cases)) for at in decision.pairs_of_case(number).tolist()]
    assert sorted(told) == [at for at, row in enumerate(decision.pair_kind) if row != Row.NO_CASE]
    for number, case in enumerate(cases):
        ends = {people[end].id for at in decision.pairs_of_case(number) for end in (pairs[at].left, pairs[at].right)}
        assert ends <= set(case.record_ids)
        assert case.kind == "SHARED_NIK" or ends == set(case.record_ids)
        assert case.reasons
        assert list(case.reasons) == sorted(set(case.reasons))
        assert 0 <= case.priority <= 1


@given(worlds())
def test_a_guarded_or_inactive_pair_is_never_proposed(decided, world):
    people, pairs, settings = world
    decision, _, _ = decided(people, pairs, settings)
    for pair, bits, row in zip(pairs, decision.pair_guard, decision.pair_kind, strict=True):
        if bits:
            assert row in (Row.NO_CASE, Row.SHARED_NIK)
        if people[pair.left].inactive or people[pair.right].inactive:
            assert row == Row.NO_CASE


def test_the_case_id_is_a_hash_of_kind_and_ids_joined_by_zero_bytes(decided):
    _, cases, _ = decided([Person("b"), Person("a")], [Pair(0, 1)], Settings())
    # printf 'DUPLICATE\0a\0b' | sha256sum
    assert [case.id for case in cases] == ["5b88946d3fcd7bab"]


def test_notes_count_what_was_decided(decided):
    people = [Person("a", region=3273), Person("b", region=3273), Person("c"), Person("d")]
    pairs = [Pair(0, 1), Pair(2, 3, namesakes=2.0)]
    notes = decided(people, pairs, Settings())[0].notes
    assert dict(notes.cases) == {"BOTH_ENROLLED": 0, "CONFLICT": 0, "DUPLICATE": 1, "OPEN_MOVE": 0, "SHARED_NIK": 0}
    assert dict(notes.guarded_pairs) == {guard.name: int(guard == Guard.NAMESAKE) for guard in Guard}
    assert dict(notes.answered_pairs) == {"TWIN": 0, "SIBLING": 0, "NAMESAKE": 0, "FAMILY": 0}
    assert (notes.clusters, notes.largest_cluster) == (3, 2)
    assert (notes.over_large_cases, notes.contradictory_cases, notes.bridged_cases) == (0, 0, 0)


def test_the_more_harmful_kind_comes_first_at_equal_certainty(decided):
    people = [Person("a", nik="N"), Person("b", nik="N"), Person("c"), Person("d")]
    pairs = [Pair(0, 1, nik="equal", weight=-20.0), Pair(2, 3, p=0.999)]
    _, cases, _ = decided(people, pairs, Settings())
    assert [case.kind for case in sorted(cases, key=lambda case: -case.priority)] == ["SHARED_NIK", "DUPLICATE"]


@given(worlds())
def test_comparing_the_records_beforehand_changes_nothing(package_settings, world):
    people, pairs, settings = world
    records, facts = as_facts(people, pairs, settings.guards_weighed)
    chosen = package_settings(settings)
    alone, given_them = decide(records, facts, chosen), decide(records, facts, chosen, compare_records(records, facts))
    assert given_them.case_table.equals(alone.case_table)
    assert given_them.cluster_labels.tolist() == alone.cluster_labels.tolist()


@given(worlds())
def test_clusters_may_be_listed_in_the_order_of_ids(decided, world):
    people, pairs, settings = world
    decision, _, _ = decided(people, pairs, settings)
    ids = as_facts(people, pairs)[0].ids
    table = clusters_table(ids, decision.cluster_labels, in_rank_order(decision.id_ranks))
    rows = clusters_table(ids, decision.cluster_labels).to_pylist()
    assert table.to_pylist() == sorted(rows, key=lambda row: row["record_id"].encode())
