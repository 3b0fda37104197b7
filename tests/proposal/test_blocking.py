"""Rules are bought with a budget of pairs: priced exactly, most new matches first, and never more than it allows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.comparison.program import fields_of_comparisons
from linkage.encode import EncodedRecords, encode
from linkage.proposal.blocking import ChosenRule, choose_rules
from linkage.proposal.draft import Draft
from linkage.spec import LinkageSpec
from tests.oracles.proposed_rules import pairs_added, price
from tests.proposal.attributes import attribute, draft, spec_of

NAMES = draft(attribute("given_name"), attribute("surname"), attribute("sex", distinct=2.0), attribute("identifier"))
SPEC = spec_of(NAMES)


def people(count: int, seed: int, variety: int = 40, missing: float = 0.1) -> dict[str, list[str | None]]:
    """Columns of invented people: words of which there are ``variety``, two sexes, numbers of four digits."""
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(list("aeioubdklmnrst"), 6)) for _ in range(variety)]
    columns = {
        "given_name": rng.choice(words, count),
        "surname": rng.choice(words, count),
        "sex": rng.choice(["f", "m"], count),
        "identifier": rng.integers(1000, 1000 + 30 * variety, count).astype(str),
    }
    return {
        name: [None if rng.random() < missing else str(value) for value in values] for name, values in columns.items()
    }


def encoded(columns: dict[str, list[str | None]], spec: LinkageSpec = SPEC, left_count: int = -1) -> EncodedRecords:
    columns = dict(columns)
    for field in spec.fields:
        if field.join:
            rows = zip(*(columns[part] for part in field.join), strict=True)
            columns[field.name] = [" ".join(cell for cell in row if cell) or None for row in rows]
    count = len(columns["given_name"])
    table = pa.table(
        {"record_id": [f"r{number:05}" for number in range(count)]}
        | {name: pa.array(values, pa.string()) for name, values in columns.items()}
    )
    return encode(table, spec, latest_year=2026, left_count=left_count)


def chosen(
    records: EncodedRecords, budget: int, made: Draft = NAMES, seed: int = 0
) -> tuple[tuple[ChosenRule, ...], float]:
    return choose_rules(made.evidence, records, budget, compared=fields_of_comparisons(spec_of(made)), seed=seed)


def of_keys(rules: tuple[ChosenRule, ...]) -> list[ChosenRule]:
    return [item for item in rules if item.rule.keys]


@given(seed=st.integers(0, 10**6), count=st.integers(2, 60), budget=st.integers(1, 4_000), left=st.integers(-1, 10))
def test_rules_are_priced_exactly_and_together_keep_the_budget(seed, count, budget, left):
    left = left if 0 < left < count else -1
    records = encoded(people(count, seed, variety=8), left_count=left)
    rules, expected = chosen(records, budget)
    assert [item.pairs for item in rules] == [price(item.rule, records) for item in rules]
    added = pairs_added([item.rule for item in rules], records)
    assert [item.compared for item in rules] == added
    assert sum(added[: len(of_keys(rules))]) <= budget
    assert 0.0 <= expected <= 1.0
    assert len({item.rule.name for item in rules}) == len({item.rule for item in rules}) == len(rules)


@given(seed=st.integers(0, 10**6), budget=st.integers(1, 2_000))
def test_every_rule_adds_to_what_those_before_it_find(seed, budget):
    rules, expected = chosen(encoded(people(80, seed)), budget)
    assert all(item.gain >= 0.0 for item in rules)
    assert sum(item.gain for item in rules) == pytest.approx(expected)


def test_more_pairs_never_find_less():
    records = encoded(people(400, seed=1))
    found = [chosen(records, budget)[1] for budget in (50, 500, 5_000, 50_000)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_a_rule_whose_blocks_are_all_cut_finds_nothing_and_is_not_taken():
    columns = people(4_200, seed=2, variety=400, missing=0.0)
    rules, expected = chosen(encoded(columns), 8_000_000)
    assert not [item for item in of_keys(rules) if item.pairs == 0]
    assert "sex" not in [item.rule.name for item in rules], "2,100 of either sex are over the cap of 2,000"
    assert expected < 1.0


@pytest.mark.parametrize("budget", [400, 4_000])
def test_each_comparison_is_left_free_by_a_rule(budget):
    rules, _ = chosen(encoded(people(300, seed=3)), budget)
    for fields in fields_of_comparisons(SPEC):
        free = [item for item in of_keys(rules) if not fields & {key.partition(".")[0] for key in item.rule.keys}]
        assert free, fields


def test_where_all_pairs_are_a_quarter_of_the_budget_a_rule_without_keys_is_the_last():
    records = encoded(people(30, seed=4))
    rules, expected = chosen(records, 4 * 435)
    assert (rules[-1].rule.keys, rules[-1].pairs, expected) == ((), 435, 1.0)
    assert [item.rule.keys for item in rules].count(()) == 1
    rules, expected = chosen(records, 434)
    assert all(item.rule.keys for item in rules)
    assert expected < 1.0


def test_two_files_are_compared_across_only():
    records = encoded(people(30, seed=4), left_count=10)
    rules, _ = chosen(records, 4 * 200)
    assert (rules[-1].rule.keys, rules[-1].pairs) == ((), 200)
    assert all(item.pairs == price(item.rule, records) <= 200 for item in rules)


def test_the_same_seed_gives_the_same_rules():
    records = encoded(people(200, seed=5))
    assert chosen(records, 3_000, seed=7) == chosen(records, 3_000, seed=7)


def test_no_rule_is_taken_when_none_has_few_enough_pairs():
    rules, expected = chosen(encoded(people(60, seed=6, variety=2, missing=0.0)), 1)
    assert (rules, expected) == ((), 0.0)


def test_a_column_that_is_never_filled_makes_no_rule():
    columns = people(120, seed=8) | {"identifier": [None] * 120}
    rules, _ = chosen(encoded(columns), 2_000)
    assert not [item for item in rules if "identifier" in item.rule.name]


def test_fields_that_read_like_forms_of_others_give_rules_of_different_names():
    made = draft(attribute("a", "given_name"), attribute("a_soundex", "category"), attribute("a_prefix3", "place"))
    columns = people(300, seed=9)
    table = {"given_name": columns["surname"], "a": columns["surname"]}
    table |= {"a_soundex": columns["given_name"], "a_prefix3": columns["identifier"]}
    rules, _ = chosen(encoded(table, spec_of(made)), 20_000, made)
    assert len({item.rule.name for item in rules}) == len(rules)
