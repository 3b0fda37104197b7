"""Facts that contradict themselves are refused, and data without a NIK column make plain duplicates."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.decision.decide import decide
from linkage.decision.evidence import DecisionSettings
from linkage.decision.guards import Guard
from linkage.errors import InvariantError
from tests.oracles.decision import Pair, Person, as_facts


@pytest.fixture
def facts():
    people = [Person("a", region=3273, nik="N", enrolled=True), Person("b", region=3204, nik="M", enrolled=True)]
    people += [Person("c"), Person("d", inactive=True), Person("e")]
    return as_facts(people, [Pair(0, 1), Pair(1, 2), Pair(3, 4)])


@pytest.fixture
def plain(facts):
    records, pairs = facts
    return records, replace(
        pairs,
        has_nik_column=False,
        levels=np.array([[2, 1], [0, 3], [2, 3]], np.int8),
        comparison_names=("title", "year"),
        level_names=(("missing", "different", "close"), ("missing", "different", "near", "same")),
    )


def test_without_a_nik_column_there_are_only_duplicates_without_scope(plain):
    table = decide(*plain, DecisionSettings()).case_table
    assert table.column("kind").to_pylist() == ["DUPLICATE"]
    assert table.column("scope").to_pylist() == [""]
    assert table.column("record_ids").to_pylist() == [["a", "b", "c"]]


def test_without_a_nik_column_reasons_are_comparison_and_level_and_never_missing(plain):
    table = decide(*plain, DecisionSettings()).case_table
    assert table.column("reasons").to_pylist() == [["title:close", "year:different", "year:same"]]


def test_without_a_nik_column_nobody_shares_a_nik(plain):
    records, pairs = plain
    records = replace(records, nik=np.zeros(5, np.int32))
    decision = decide(records, replace(pairs, weight_without_nik_log2=np.full(3, -9.0)), DecisionSettings())
    assert decision.case_table.column("kind").to_pylist() == ["DUPLICATE"]
    assert decision.cluster_labels.tolist() == [0, 0, 0, 3, 3]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("pairs", {"probability": np.array([0.5, np.nan, 0.5])}),
        ("pairs", {"probability": np.array([0.5, 1.5, 0.5])}),
        ("pairs", {"weight_without_nik_log2": np.array([0.0, np.nan, 0.0])}),
        ("pairs", {"left": np.array([0, 5, 0], np.int32)}),
        ("pairs", {"left": np.array([0, -1, 0], np.int32)}),
        ("pairs", {"left": np.array([1, 1, 0], np.int32)}),
        ("pairs", {"name_relation": np.zeros(2, np.int8)}),
        ("pairs", {"levels": np.zeros((3, 1), np.int8)}),
        ("pairs", {"comparison_names": ("title",)}),
        ("records", {"region": np.zeros(3, np.int32)}),
        ("settings", {"cannot_links": np.array([[0, 9]], np.int32)}),
        ("settings", {"cannot_links": np.array([[1, 1]], np.int32)}),
    ],
)
def test_facts_that_do_not_fit_are_refused(facts, part, change):
    given = {"records": facts[0], "pairs": facts[1], "settings": DecisionSettings()}
    given[part] = replace(given[part], **change)
    with pytest.raises(InvariantError):
        decide(**given)


def test_an_id_that_stands_twice_is_refused():
    with pytest.raises(InvariantError, match="twice"):
        decide(*as_facts([Person("a"), Person("a")], []), DecisionSettings())


def test_without_word_of_slips_every_similar_name_is_another_name():
    people = [Person("a", kk="K", birth="2012-05-06"), Person("b", kk="K", birth="2012-05-06")]
    records, pairs = as_facts(people, [Pair(0, 1, name="similar")])
    assert decide(records, replace(pairs, name_slip=None), DecisionSettings()).pair_guard.tolist() == [Guard.TWIN]


def test_no_records_make_no_decision():
    decision = decide(*as_facts([], []), DecisionSettings())
    assert decision.case_table.num_rows == 0
    assert decision.notes.clusters == 0
