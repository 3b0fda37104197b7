"""What is planned before any pair is compared, counted slowly beside it."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pyarrow as pa
import pytest

from linkage.comparison.pair_pass import possible_pairs
from linkage.encode import EncodedRecords, encode
from linkage.intake import read_inputs
from linkage.spec import parse_spec
from linkage.stages.candidates import coincidence, plan_candidates
from linkage.standardise.column import StandardColumn
from linkage.standardise.nik.numbers import standardise_nik
from tests.oracles.pair_pass import final_blocks
from tests.small_register import people, residents_spec, semarang, table

SPEC = residents_spec()


def records_of(rows, left_count=-1):
    return encode(read_inputs([table(rows)], SPEC).accepted, SPEC, latest_year=2026, left_count=left_count)


@pytest.fixture(scope="module")
def records():
    return records_of(semarang())


@pytest.mark.parametrize(
    ("count", "left", "pairs"), [(0, -1, 0), (1, -1, 0), (5, -1, 10), (5, 2, 6), (5, 0, 0), (5, 5, 0)]
)
def test_possible_pairs_are_all_pairs_and_only_those_across_in_link(count, left, pairs):
    rows = people(5, "3374", seed=1)[:count]
    made = records_of(people(5, "3374", seed=1))
    some = type(made)(made.ids[:count], made.columns, left)
    assert len(rows) == some.n_records
    assert possible_pairs(some.n_records, some.left_count) == pairs


def test_the_plan_counts_the_pairs_of_every_final_block(records):
    candidates = plan_candidates(records, SPEC)
    blocks = [final_blocks(rule, records.columns, records.n_records) for rule in SPEC.rules]
    expected = [sum(len(block) * (len(block) - 1) // 2 for block in found) for found in blocks]
    assert [report.pairs for report in candidates.reports] == expected
    assert candidates.pairs_planned == sum(expected) > 0
    assert [report.name for report in candidates.reports] == [rule.name for rule in SPEC.rules]


@pytest.mark.parametrize("left", [-1, 60])
def test_coincidence_is_the_share_of_equal_values_among_pairs_that_have_both(left):
    records = records_of(semarang(), left)
    found = coincidence(records, SPEC)
    everyone = range(records.n_records)
    pairs = list(combinations(everyone, 2)) if left < 0 else list(product(range(left), everyone[left:]))
    exact = 0
    for share, item in zip(found, SPEC.weighted, strict=True):
        if item.combine:
            assert np.isnan(share), "a combination has no values of its own"
            continue
        if item.kernel == "enrolment":
            assert np.isnan(share), "two people may both hold a card, and one person may not"
            continue
        codes = records.columns[item.field].codes
        both = [(codes[i], codes[j]) for i, j in pairs if codes[i] >= 0 and codes[j] >= 0]
        if not both:
            assert np.isnan(share), "of values that nobody bears nothing is known"
            continue
        assert share == pytest.approx(sum(one == other for one, other in both) / len(both))
        exact += 1
    assert exact >= 2


NIK_ALONE = parse_spec(
    """
name = "niks"
[[field]]
name = "nik"
kind = "nik"
[[comparison]]
name = "nik"
field = "nik"
kernel = "nik"
levels = ["equal", "typo"]
[[rule]]
name = "nik"
keys = ["nik"]
"""
)


@pytest.mark.parametrize(("left", "share"), [(-1, 1 / 3), (3, 0.5)])
def test_niks_that_break_the_rules_coincide_with_nothing_however_alike(left, share):
    whole, other, damaged = "3374011203900001", "3374015207880002", "3374011313900001"
    column = standardise_nik(pa.array([whole, other, damaged]))
    codes = column.mapping[[0, 2, 1, 0, 2, 2]]
    assert (codes >= 0).all(), "the numbers are kept, to be compared for a slip"
    ids = pa.array([f"r:{number}" for number in range(6)])
    records = EncodedRecords(ids, {"nik": StandardColumn("nik", "nik", codes, column)}, left)
    assert coincidence(records, NIK_ALONE).tolist() == pytest.approx([share])
