"""What a full run fixed is kept to: the same plan on more or fewer records gives the same blocks of those records."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.blocking.index import build_rule_index, final_keys
from linkage.spec import RuleSpec
from tests.blocking.columns import blocks_by_key, column, members_of
from tests.oracles.blocking import blocks_under, plan_of

VALUES = st.sampled_from([None, "A", "B", "C", "D E", "D F"])
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=40)
RULES = st.builds(
    RuleSpec,
    name=st.just("rule"),
    keys=st.sampled_from([("one",), ("one", "two"), ("words.tokens", "two"), ("words.qgrams",), ("two.deletions",)]),
    cap=st.integers(2, 6),
    refine=st.sampled_from([(), ("two",), ("words",), ("two", "words"), ("words", "one")]),
)


def columns_of(rows):
    one, two, words = zip(*rows, strict=True)
    return {"one": column("one", one), "two": column("two", two, "identifier"), "words": column("words", words, "text")}


def taken(rows, chosen):
    return columns_of([rows[record] for record in chosen])


@given(rows=ROWS, rule=RULES)
def test_the_blocks_are_those_of_dictionaries_of_sets(rows, rule):
    columns = columns_of(rows)
    index, report, plan = build_rule_index(rule, columns, len(rows))
    known = plan_of(rule, columns, range(len(rows)))
    blocks = blocks_under(rule, columns, range(len(rows)), known)
    expected = sorted(sorted(members) for members in blocks.values() if len(members) > 1)
    assert members_of(index) == expected
    assert report.pairs == sum(len(members) * (len(members) - 1) // 2 for members in expected)
    assert [len(keys) for keys in plan.refined] == [len(keys) for keys in known[0]]
    assert (plan.cut.size, report.cut_blocks) == (len(known[1]), len(known[1]))
    assert (index.keys[1:] > index.keys[:-1]).all()


@given(rows=ROWS, rule=RULES)
def test_the_plan_of_a_run_applied_again_gives_the_same_index_and_report(rows, rule):
    columns = columns_of(rows)
    index, report, plan = build_rule_index(rule, columns, len(rows))
    again, report_again, plan_again = build_rule_index(rule, columns, len(rows), plan=plan)
    assert blocks_by_key(again) == blocks_by_key(index)
    assert report_again == report
    assert plan_again is plan


@given(rows=ROWS, rule=RULES, data=st.data())
def test_some_of_the_records_under_the_plan_of_all_have_the_blocks_that_all_have(rows, rule, data):
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True).map(sorted))
    whole, _, plan = build_rule_index(rule, columns_of(rows), len(rows))
    if not chosen:
        return
    part, _, _ = build_rule_index(rule, taken(rows, chosen), len(chosen), plan=plan)
    number = {record: place for place, record in enumerate(chosen)}
    expected = {
        key: [number[member] for member in members if member in number] for key, members in blocks_by_key(whole).items()
    }
    assert blocks_by_key(part) == {key: members for key, members in expected.items() if len(members) > 1}


@given(rows=ROWS, rule=RULES, data=st.data())
def test_the_final_keys_of_records_meet_exactly_where_the_blocks_do(rows, rule, data):
    index, _, plan = build_rule_index(rule, columns_of(rows), len(rows))
    chosen = sorted({*data.draw(st.lists(st.integers(0, len(rows) - 1))), 0})
    records, keys = final_keys(rule, taken(rows, chosen), len(chosen), plan=plan)
    assert (np.diff(records) >= 0).all()
    found = {}
    for record, key in zip(records.tolist(), keys.tolist(), strict=True):
        found.setdefault(key, []).append(chosen[record])
    known = {key: [member for member in members if member in chosen] for key, members in blocks_by_key(index).items()}
    assert {key: members for key, members in found.items() if len(members) > 1} == {
        key: members for key, members in known.items() if len(members) > 1
    }
    blocks = blocks_under(rule, columns_of(rows), range(len(rows)), plan_of(rule, columns_of(rows), range(len(rows))))
    assert sorted(found.values()) == sorted(
        sorted(members & set(chosen)) for members in blocks.values() if members & set(chosen)
    )


def test_a_key_that_is_new_since_the_plan_is_neither_refined_nor_cut():
    rule = RuleSpec("rule", ("one",), cap=2, refine=("two",))
    _, _, plan = build_rule_index(rule, columns_of([("A", None, None)] * 2), 2)
    index, report, _ = build_rule_index(rule, columns_of([("B", None, None)] * 9), 9, plan=plan)
    assert (members_of(index), report.cut_blocks, report.refined_blocks) == ([list(range(9))], 0, 0)
