"""What became of clusters from one run to the next."""

import tomllib
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.decision.cluster_changes import ALIASES, RELATIONS, ClusterChanges, aliases, cluster_changes
from linkage.errors import LinkageError
from linkage.schema import CLUSTERS, check_schema

TABLE = tomllib.loads((Path(__file__).parents[1] / "cases" / "cluster_changes.toml").read_text(encoding="utf-8"))[
    "case"
]
PARTITIONS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("XYZÉ9"))


def clusters(by_record):
    rows = [{"record_id": record, "cluster_id": cluster} for record, cluster in by_record.items()]
    return pa.Table.from_pylist(rows, schema=CLUSTERS)


def written(groups):
    """Turn "ab c" into records by cluster, each cluster named by its letters."""
    return {record: group for group in groups.split() for record in group}


@pytest.mark.parametrize("case", TABLE, ids=[case["says"] for case in TABLE])
def test_each_cluster_is_told_what_became_of_it(case):
    found = aliases(clusters(written(case["before"])), clusters(written(case["after"]))).to_pylist()
    assert [[row["old_id"], row["new_id"] or "", row["relation"]] for row in found] == case["aliases"]


@given(PARTITIONS, PARTITIONS)
def test_relations_are_what_sets_of_records_say(before, after):
    table = aliases(clusters(before), clusters(after))
    check_schema(table, ALIASES, where="test")
    old = {name: {record for record in before if before[record] == name} for name in before.values()}
    new = {name: {record for record in after if after[record] == name} for name in after.values()}
    expected = []
    for name, members in old.items():
        heirs = {other for other in new if new[other] & members}
        if not heirs:
            expected.append((name, None, "gone"))
        for heir in heirs:
            beside = {before[record] for record in new[heir] & before.keys()} - {name}
            if len(heirs) > 1:
                relation = "moved" if beside else "split"
            elif beside:
                relation = "merged"
            elif new[heir] - members:
                relation = "grown"
            else:
                relation = "same" if new[heir] == members else "shrunk"
            expected.append((name, heir, relation))
    found = [tuple(row.values()) for row in table.to_pylist()]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert [row[0].encode() for row in found] == sorted(row[0].encode() for row in found)
    assert {row[2] for row in found} <= set(RELATIONS)


@given(PARTITIONS, PARTITIONS)
def test_changes_count_what_sets_of_common_records_say(before, after):
    common = before.keys() & after.keys()

    def groups(run):
        found = {frozenset(record for record in common if run[record] == name) for name in run.values()}
        return {group for group in found if len(group) > 1}

    def joined(run):
        return {frozenset(two) for group in groups(run) for two in combinations(group, 2)}

    def company(run, record):
        return {other for other in common if run[other] == run[record]}

    assert cluster_changes(clusters(before), clusters(after)) == ClusterChanges(
        unchanged=len(groups(before) & groups(after)),
        gained=len(groups(after) - groups(before)),
        lost=len(groups(before) - groups(after)),
        moved_records=sum(company(before, record) != company(after, record) for record in common),
        pairs_gained=len(joined(after) - joined(before)),
        pairs_lost=len(joined(before) - joined(after)),
    )


@given(PARTITIONS)
def test_a_run_compared_with_itself_has_not_changed(groups):
    table = clusters(groups)
    assert set(aliases(table, table).column("relation").to_pylist()) <= {"same"}
    found = cluster_changes(table, table)
    assert (found.gained, found.lost, found.moved_records, found.pairs_gained, found.pairs_lost) == (0, 0, 0, 0, 0)


def test_a_table_of_something_else_is_refused():
    with pytest.raises(LinkageError):
        aliases(pa.table({"record_id": ["a"]}), clusters({"a": "X"}))
