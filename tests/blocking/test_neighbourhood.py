"""Sorted neighbourhood: records in the order of their values, each with those close behind it."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.blocking.index import build_rule_index, final_keys
from linkage.encode import byte_ranks
from linkage.errors import SpecError
from linkage.spec import RuleSpec, parse_spec
from linkage.spec.rules import uses_sorted_neighbourhood
from tests.blocking.columns import column
from tests.oracles.blocking import neighbours

TEXTS = st.sampled_from([None, "ANI", "ANIS", "BUDI", "CITRA", "Ö", "Z"])
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=30)
SPEC = """
[[field]]
name = "nama"
kind = "text"
[[comparison]]
name = "nama"
field = "nama"
kernel = "equal"
levels = ["equal"]
"""
KEYED = '[[rule]]\nname = "a"\nkeys = ["nama"]\n'
SORTED = '[[rule]]\nname = "near"\nsort = ["nama"]\nwindow = 4\n'


def pairs_in(index, left_count=-1):
    found = set()
    for begin, end in pairwise(index.starts):
        for left, right in combinations(index.members[begin:end].tolist(), 2):
            assert left < right
            if left_count < 0 or left < left_count <= right:
                found.add((left, right))
    return found


@given(rows=ROWS, window=st.integers(2, 6), data=st.data())
def test_records_meet_that_stand_close_in_the_order_of_their_values(rows, window, data):
    ids = data.draw(st.permutations([f"id{number}" for number in range(len(rows))]))
    columns = {name: column(name, [row[place] for row in rows]) for place, name in enumerate(("one", "two"))}
    left_count = data.draw(st.sampled_from([-1, len(rows) // 2]))
    rule = RuleSpec("near", (), sort=("one", "two"), window=window)
    ranks = byte_ranks(pa.array(ids, pa.string()))
    index, report, plan = build_rule_index(rule, columns, len(rows), left_count=left_count, id_ranks=ranks)
    expected = neighbours(rule, columns, ids, left_count)
    assert pairs_in(index, left_count) == expected
    assert report.pairs == len(expected)
    assert report.records == sum(row[0] is not None for row in rows)
    assert (plan.refined, plan.cut.size) == ((), 0)
    assert final_keys(rule, columns, len(rows), plan=plan)[0].size == 0


@given(rows=ROWS.filter(len), data=st.data())
def test_the_pairs_do_not_depend_on_the_order_of_the_records(rows, data):
    order = data.draw(st.permutations(range(len(rows))))
    rule = RuleSpec("near", (), sort=("one",), window=3)

    def named_pairs(places):
        ids = [f"id{place}" for place in places]
        columns = {"one": column("one", [rows[place][0] for place in places])}
        index, _, _ = build_rule_index(rule, columns, len(rows), id_ranks=byte_ranks(pa.array(ids, pa.string())))
        return {frozenset((ids[left], ids[right])) for left, right in pairs_in(index)}

    assert named_pairs(order) == named_pairs(range(len(rows)))


def test_a_spec_names_the_fields_and_the_window():
    spec = parse_spec(SPEC + KEYED + SORTED)
    assert (spec.rules[1].sort, spec.rules[1].window, spec.rules[1].keys) == (("nama",), 4, ())
    assert uses_sorted_neighbourhood(spec)
    assert not uses_sorted_neighbourhood(parse_spec(SPEC + KEYED))
    assert parse_spec(SPEC + SORTED.replace("window = 4", "")).rules[0].window == 5


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (SORTED + KEYED, "must be the last one"),
        (KEYED + SORTED.replace("4", "1"), "at least 2"),
        (KEYED + SORTED.replace('"nama"', '"name"'), "name"),
        (KEYED + SORTED + 'keys = ["nama"]\n', "keys"),
        (KEYED + SORTED + "cap = 9\n", "cap"),
        (KEYED + SORTED.replace('sort = ["nama"]', 'keys = ["nama"]'), "window"),
    ],
)
def test_a_sorted_neighbourhood_that_makes_no_sense_is_refused(rules, says):
    with pytest.raises(SpecError, match=says):
        parse_spec(SPEC + rules)


@pytest.mark.parametrize(
    "rule",
    [
        RuleSpec("near", ("nama",), sort=("nama",), window=3),
        RuleSpec("near", (), sort=("nama",)),
        RuleSpec("near", (), window=3),
    ],
)
def test_a_rule_written_by_hand_is_checked_too(rule):
    with pytest.raises(SpecError, match="rule near"):
        replace(parse_spec(SPEC + KEYED), rules=(rule,)).validate()


def test_three_records_in_a_window_of_five_are_all_neighbours():
    index, report, _ = build_rule_index(
        RuleSpec("near", (), sort=("one",), window=5), {"one": column("one", ["C", "A", "B"])}, 3
    )
    assert (index.members.tolist(), report.pairs, np.diff(index.starts).tolist()) == ([0, 1, 2], 3, [3])
