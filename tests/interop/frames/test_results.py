"""Results out: the same tables as frames of each library, and the clusters beside a caller's own rows."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import linkage
from linkage.errors import UsageError

ROWS = [
    ("p1", "Ada Kerr", "1951-03-02"),
    ("p2", "Ben Lowe", "1960-11-23"),
    ("p3", "Ada Kerr", "1951-03-02"),
    ("p4", "Ben Lowe", "1972-05-05"),
    ("p5", "Cid Moss", None),
]
EXPECTED = ["p1", "p2", "p1", "p4", "p5"]
TABLES = ("pairs", "clusters", "cases", "rejects", "quality")


def people(ids: bool = True) -> pa.Table:
    columns = zip(*ROWS, strict=True)
    table = pa.table(dict(zip(["record_id", "name", "born"], map(list, columns), strict=True)))
    return table if ids else table.drop_columns("record_id")


@pytest.fixture(scope="module")
def result(spec) -> linkage.LinkageResult:
    found = linkage.dedupe(people(), spec=spec)
    assert found.cases.num_rows == 1
    return found


def test_pandas_frames_hold_the_same_with_texts_as_strings_and_lists_as_lists(result):
    frames = result.to_pandas()
    assert frames.manifest is result.manifest
    for name in TABLES:
        back = pa.Table.from_pandas(getattr(frames, name), preserve_index=False)
        table = getattr(result, name)
        assert back.cast(pa.schema(table.schema.remove_metadata())).equals(table), name
    assert str(frames.pairs.left_id.dtype) == "string"
    assert frames.pairs.rules.dtype == "uint64"
    assert frames.pairs.level_name.dtype == "int8"
    assert frames.cases.record_ids.to_list() == [["p1", "p3"]]
    assert frames.rejects.empty
    assert str(frames.rejects.code.dtype) == "string"


def test_polars_frames_hold_the_same(result):
    frames = result.to_polars()
    for name in TABLES:
        table = getattr(result, name)
        frame = getattr(frames, name)
        assert isinstance(frame, pl.DataFrame)
        assert frame.to_arrow().cast(table.schema.remove_metadata()).equals(table), name
    assert frames.cases.schema["record_ids"] == pl.List(pl.String)
    assert frames.pairs.schema["level_name"] == pl.Int8


def test_frames_of_one_library_go_in_and_come_out(spec, result):
    again = linkage.dedupe(people().to_pandas(), spec=spec).to_pandas()
    pd.testing.assert_frame_equal(again.pairs, result.to_pandas().pairs)
    lazily = linkage.dedupe(pl.from_arrow(people()).lazy(), spec=spec).to_polars()
    assert lazily.pairs.equals(result.to_polars().pairs)


KINDS = {
    "pandas": lambda table: table.to_pandas(),
    "Polars": pl.from_arrow,
    "Arrow": lambda table: table,
    "Arrow record batch": lambda table: table.to_batches()[0],
}


def values(frame, column: str = "cluster_id") -> list:
    got = frame[column]
    return got.to_pylist() if isinstance(frame, pa.Table) else got.to_list()


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_gets_its_cluster_in_the_order_of_the_frame(kind, spec):
    data = KINDS[kind](people())
    found = linkage.with_clusters(data, linkage.dedupe(data, spec=spec))
    assert values(found) == EXPECTED
    assert values(found, "name") == [name for _, name, _ in ROWS]
    assert "cluster_id" not in str(getattr(data, "columns", "")), "the frame itself is left alone"


@pytest.mark.parametrize("kind", KINDS)
def test_rows_without_ids_are_found_by_their_number(kind, spec):
    data = KINDS[kind](people(ids=False))
    found = linkage.with_clusters(data, linkage.dedupe(data, spec=spec), column="group")
    assert values(found, "group") == ["data:1", "data:2", "data:1", "data:4", "data:5"]


def test_a_lazy_frame_stays_lazy(spec):
    data = pl.from_arrow(people()).lazy()
    found = linkage.with_clusters(data, linkage.dedupe(data, spec=spec))
    assert isinstance(found, pl.LazyFrame)
    assert values(found.collect()) == EXPECTED


def test_labels_of_pandas_name_the_clusters_and_stay_where_they_are(spec):
    data = people().to_pandas().set_index("record_id").sort_index(ascending=False)
    found = linkage.with_clusters(data, linkage.dedupe(data, spec=spec))
    assert found.index.equals(data.index)
    assert found.cluster_id.to_dict() == dict(zip(["p1", "p2", "p3", "p4", "p5"], EXPECTED, strict=True))
    assert str(found.cluster_id.dtype) == "string"


def test_of_two_linked_frames_each_gets_its_own_clusters(spec):
    left, right = people().slice(0, 2), people().slice(2)
    result = linkage.link(left, right, spec=spec)
    assert values(linkage.with_clusters(left, result)) == ["p1", "p2"]
    assert values(linkage.with_clusters(right, result)) == ["p1", "p4", "p5"]


def test_ids_of_both_sides_are_told_apart(spec):
    left = people()
    right = left.set_column(1, "name", pa.array(["Eve Nash", "Ben Lowe", "Fay Owen", "Gus Pope", "Hal Quin"]))
    result = linkage.link(left, right, spec=spec)
    assert values(linkage.with_clusters(left, result)) == [f"left:{name}" for name in ("p1", "p2", "p3", "p4", "p5")]
    found = values(linkage.with_clusters(right, result))
    assert found == ["right:p1", "left:p2", "right:p3", "right:p4", "right:p5"]
    same = linkage.link(left, left, spec=spec)
    with pytest.raises(UsageError, match="name= left or right"):
        linkage.with_clusters(left, same)
    cluster = dict(zip(*(column.to_pylist() for column in same.clusters.columns), strict=True))
    for side in ("left", "right"):
        expected = [cluster[f"{side}:{record}"] for record, _, _ in ROWS]
        assert values(linkage.with_clusters(left, same, name=side)) == expected
    assert cluster["left:p5"] != cluster["right:p4"]


def test_frames_of_a_list_are_known_by_their_content(spec):
    parts = [people().slice(0, 3), people().slice(3), people(ids=False).slice(0, 3)]
    result = linkage.dedupe(parts, spec=spec)
    first = values(linkage.with_clusters(parts[0], result))
    assert first[0] == first[2] != first[1]
    third = values(linkage.with_clusters(parts[2], result))
    assert third == first, "the same people once more"
    assert values(linkage.with_clusters(parts[1], result))[1] == "p5"


def test_a_rejected_row_has_no_cluster(spec):
    data = pa.concat_tables([people(), people().slice(0, 1)])
    result = linkage.dedupe(data, spec=spec)
    assert result.rejects.num_rows == 1
    assert values(linkage.with_clusters(data, result)) == [*EXPECTED, None]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda table: table.slice(1), "none of those that were linked"),
        (lambda table: table.append_column("cluster_id", table.column("name")), "has a column cluster_id already"),
        (lambda table: "people.csv", "a path has no rows"),
        (lambda table: table.to_reader(), "cannot append to a RecordBatchReader"),
    ],
    ids=["other rows", "column taken", "path", "reader"],
)
def test_what_cannot_be_given_clusters_is_refused(result, change, problem):
    with pytest.raises(UsageError, match=problem):
        linkage.with_clusters(change(people()), result)


def test_a_name_that_no_input_has_is_refused(result):
    with pytest.raises(UsageError, match="none of those"):
        linkage.with_clusters(people(), result, name="left")
