"""Cluster ids last from run to run, and no number is ever given twice."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.nightly.cluster_ids import standing_clusters
from linkage.schema import CLUSTERS

RECORDS = [f"R{number}" for number in range(9)]
PARTITIONS = st.dictionaries(st.sampled_from(RECORDS), st.integers(0, 4))


def clusters(groups: dict[str, object]) -> pa.Table:
    """CLUSTERS for records by group, named by the smallest record of each."""
    names = {group: min(record for record in groups if groups[record] == group) for group in groups.values()}
    rows = [{"record_id": record, "cluster_id": names[groups[record]]} for record in sorted(groups)]
    return pa.Table.from_pylist(rows, schema=CLUSTERS)


def by_record(table: pa.Table) -> dict[str, str]:
    return dict(zip(*(column.to_pylist() for column in table.columns), strict=True))


def groups_of(table: pa.Table) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for record, name in by_record(table).items():
        found.setdefault(name, set()).add(record)
    return {frozenset(members) for members in found.values()}


def test_the_first_run_numbers_clusters_by_their_smallest_record():
    table, last = standing_clusters(clusters({"R1": 1, "R2": 2, "R3": 1}), None, 0)
    assert by_record(table) == {"R1": "C000000000001", "R3": "C000000000001", "R2": "C000000000002"}
    assert last == 2


def test_a_cluster_that_splits_leaves_its_id_to_the_larger_part_then_to_the_smaller_record():
    before, last = standing_clusters(clusters({"R1": 1, "R2": 1, "R3": 1, "R4": 4, "R5": 4}), None, 0)
    after, last = standing_clusters(clusters({"R1": 1, "R2": 2, "R3": 2, "R4": 4, "R5": 5}), before, last)
    assert by_record(after) == {
        "R1": "C000000000003",
        "R2": "C000000000001",
        "R3": "C000000000001",
        "R4": "C000000000002",
        "R5": "C000000000004",
    }
    assert last == 4


def test_clusters_that_merge_keep_the_id_most_of_their_records_had():
    before, last = standing_clusters(clusters({"R1": 1, "R2": 2, "R3": 2}), None, 0)
    after, last = standing_clusters(clusters({"R1": 1, "R2": 1, "R3": 1}), before, last)
    assert set(by_record(after).values()) == {"C000000000002"}
    assert last == 2


@given(st.lists(PARTITIONS, min_size=1, max_size=4))
def test_whatever_happens_groups_stay_what_they_are_and_ids_are_never_reused(nights):
    before, last, ever = None, 0, set()
    for groups in nights:
        table = clusters(groups)
        after, new_last = standing_clusters(table, before, last)
        assert groups_of(after) == groups_of(table)
        old = set() if before is None else set(by_record(before).values())
        fresh = set(by_record(after).values()) - old
        assert not fresh & ever
        assert sorted(fresh) == [f"C{number:012d}" for number in range(last + 1, new_last + 1)]
        if before is not None and groups_of(before) == groups_of(after):
            assert by_record(before) == by_record(after)
        ever |= fresh
        before, last = after, new_last
