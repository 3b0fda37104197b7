"""A rule's blocks: what is over the cap is refined, what stays over it is cut and counted."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.blocking.index import build_rule_index
from linkage.spec import RuleSpec
from linkage.standardise.column import apply
from linkage.standardise.generic_text import standardise_category


def column(name, values):
    encoded = pa.array(values, pa.string()).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return apply(name, "category", codes, standardise_category(encoded.dictionary))


@pytest.fixture
def columns():
    return {
        "city": column("city", ["X"] * 10 + ["Y"] * 3 + [None] * 4),
        "street": column("street", ["A"] * 4 + ["B"] * 4 + [None] * 2 + ["A"] * 7),
    }


def test_a_block_within_the_cap_stays_whole_and_a_null_gives_no_key(columns):
    index, report, _ = build_rule_index(RuleSpec("city", ("city",), cap=10), columns, 17)
    assert (report.records, report.blocks, report.largest_block, report.pairs) == (13, 2, 10, 45 + 3)
    assert (report.refined_blocks, report.cut_blocks, report.pairs_cut) == (0, 0, 0)
    assert sorted(np.diff(index.starts).tolist()) == [3, 10]
    assert index.members.tolist() == [*range(10, 13), *range(10)] or index.members.tolist() == list(range(13))


def test_a_block_over_the_cap_is_replaced_by_its_sub_blocks_nulls_together(columns):
    _, report, _ = build_rule_index(RuleSpec("city", ("city",), cap=4, refine=("street",)), columns, 17)
    assert report.blocks == 4
    assert report.pairs == 6 + 6 + 1 + 3
    assert (report.refined_blocks, report.pairs_refined_away, report.cut_blocks) == (1, 45 - 13, 0)


def test_what_stays_over_the_cap_is_cut_and_counted(columns):
    _, report, _ = build_rule_index(RuleSpec("city", ("city",), cap=3, refine=("street",)), columns, 17)
    assert (report.cut_blocks, report.cut_records, report.pairs_cut) == (2, 8, 12)
    assert report.pairs == 1 + 3


def test_one_giant_block_costs_nothing_and_is_reported():
    n = 200_000
    columns = {"date": column("date", ["1960-07-01"] * n)}
    index, report, _ = build_rule_index(RuleSpec("date", ("date",), cap=500), columns, n)
    assert index.members.size == 0
    assert (report.cut_blocks, report.cut_records, report.pairs_cut) == (1, n, n * (n - 1) // 2)


def test_pairs_are_counted_across_the_two_files_only_when_linking(columns):
    _, report, _ = build_rule_index(RuleSpec("city", ("city",), cap=10), columns, 17, left_count=4)
    assert report.pairs == 4 * 6


def test_final_keys_do_not_depend_on_the_order_of_the_records(columns):
    rule = RuleSpec("city", ("city",), cap=4, refine=("street",))
    backwards = {
        "city": column("city", ([None] * 4 + ["Y"] * 3 + ["X"] * 10)),
        "street": column("street", (["A"] * 7 + [None] * 2 + ["B"] * 4 + ["A"] * 4)),
    }
    one, _, _ = build_rule_index(rule, columns, 17)
    other, _, _ = build_rule_index(rule, backwards, 17)
    assert one.keys.tolist() == other.keys.tolist()
