"""The Python API: few names, the same tables for paths, Arrow, pandas and Polars, an import that opens nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import linkage
from linkage import LinkageError, LinkageResult
from linkage.errors import InputDataError, UsageError
from linkage.schema import CASES, CLUSTERS, REJECTS, pairs_schema
from tests.small_register import COLUMNS, denpasar, residents_spec, semarang, table, write_csv

SPEC = residents_spec()
TABLES = ("pairs", "clusters", "cases", "rejects")


def rows():
    """The small register with ids, so that no table is named after the way it came in."""
    return [row | {"record_id": f"p{number}"} for number, row in enumerate([*semarang(), *denpasar()])]


def split(kind: str, tmp_path):
    """The same two inputs as one kind of thing."""
    columns = ("record_id", *COLUMNS)
    sides = rows()[:100], rows()[100:]
    if kind == "csv":
        return [write_csv(tmp_path / f"{name}.csv", side, columns) for name, side in zip("ab", sides, strict=True)]
    made = [table(side, columns) for side in sides]
    if kind == "path as text":
        return [str(path) for path in split("csv", tmp_path)]
    if kind == "pandas":
        return [pd.DataFrame(side, columns=list(columns)) for side in sides]
    if kind == "polars":
        return [pl.from_arrow(one) for one in made]
    if kind == "polars, lazy":
        return [pl.from_arrow(one).lazy() for one in made]
    if kind == "arrow batch":
        return [one.combine_chunks().to_batches()[0] for one in made]
    if kind == "arrow reader":
        return [one.to_reader() for one in made]
    return made


KINDS = ["csv", "path as text", "arrow", "arrow batch", "arrow reader", "pandas", "polars", "polars, lazy"]


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict[str, LinkageResult]:
    inputs = split("csv", tmp_path_factory.mktemp("expected"))
    return {"dedupe": linkage.dedupe(inputs, spec=SPEC), "link": linkage.link(*inputs, spec=SPEC)}


@pytest.mark.parametrize("kind", KINDS)
def test_link_gives_equal_tables_for_every_kind_of_input(expected, kind, tmp_path):
    result = linkage.link(*split(kind, tmp_path), spec=SPEC)
    for name in TABLES:
        assert getattr(result, name).equals(getattr(expected["link"], name)), name


@pytest.mark.parametrize("kind", KINDS)
def test_dedupe_gives_equal_tables_for_every_kind_of_input(kind, tmp_path):
    one = write_csv(tmp_path / "data.csv", rows(), ("record_id", *COLUMNS))
    expected = linkage.dedupe(one, spec=SPEC)
    made = table(rows(), ("record_id", *COLUMNS))
    data = {
        "csv": one,
        "path as text": str(one),
        "arrow": made,
        "arrow batch": made.combine_chunks().to_batches()[0],
        "arrow reader": made.to_reader(),
        "pandas": pd.DataFrame(rows(), columns=["record_id", *COLUMNS]),
        "polars": pl.from_arrow(made),
        "polars, lazy": pl.from_arrow(made).lazy(),
    }[kind]
    result = linkage.dedupe(data, spec=SPEC)
    for name in TABLES:
        assert getattr(result, name).equals(getattr(expected, name)), name
    assert result.manifest.counts == expected.manifest.counts


def test_the_result_has_the_tables_of_the_schema_and_a_manifest_that_balances(expected):
    for command, result in expected.items():
        assert result.pairs.schema.equals(pairs_schema(tuple(item.name for item in SPEC.comparisons)))
        assert result.clusters.schema.equals(CLUSTERS)
        assert result.cases.schema.equals(CASES)
        assert result.rejects.schema.equals(REJECTS)
        result.manifest.check_balance()
        assert result.manifest.command == command
        assert result.manifest.outputs == {}, "nothing was written"
    assert sorted(expected["dedupe"].cases.column("kind").to_pylist()) == [
        "BOTH_ENROLLED",
        "CONFLICT",
        "DUPLICATE",
        "OPEN_MOVE",
        "SHARED_NIK",
    ]


def test_frames_without_ids_are_called_data_left_and_right():
    made = table(semarang()[:3])
    assert linkage.dedupe(made, spec=SPEC).clusters.column("record_id").to_pylist() == ["data:1", "data:2", "data:3"]
    names = linkage.link(made, made.slice(0, 2), spec=SPEC).clusters.column("record_id").to_pylist()
    assert names == ["left:1", "left:2", "left:3", "right:1", "right:2"]


def test_values_that_pandas_made_of_a_nik_are_refused_or_kept_but_never_guessed():
    frame = pd.DataFrame({"NIK": [row["NIK"] for row in semarang()[:3]], "NAMA": ["A B", "C D", "E F"]})
    numbers = frame.assign(NIK=frame["NIK"].astype("int64"))
    floats = frame.assign(NIK=frame["NIK"].astype("float64"))
    for damaged in (numbers, floats):
        with pytest.raises(InputDataError) as caught:
            linkage.dedupe(damaged, spec=SPEC)
        assert caught.value.code == "NIK_AS_NUMBER"
    missing = frame.assign(NIK=[None, float("nan"), None])
    assert linkage.dedupe(missing, spec=SPEC).clusters.num_rows == 3


def test_an_index_that_names_its_rows_names_the_records():
    frame = pd.DataFrame(semarang()[:3])
    for index in (pd.Index([7, 8, 9], name="record_id"), pd.Index(["7", "8", "9"])):
        names = linkage.dedupe(frame.set_index(index), spec=SPEC).clusters.column("record_id").to_pylist()
        assert names == ["7", "8", "9"]
    numbered = linkage.dedupe(frame.set_index(pd.Index([7, 7, 7])), spec=SPEC)
    assert numbered.clusters.column("record_id").to_pylist() == ["data:1", "data:2", "data:3"]


def test_a_result_leaves_as_it_came_and_goes_back_to_the_rows():
    for library, made in (("pandas", pd.DataFrame(rows())), ("polars", pl.DataFrame(rows()))):
        result = linkage.dedupe(made, spec=SPEC)
        frames = getattr(result, f"to_{library}")()
        assert type(frames.clusters) is type(made)
        clusters = dict(zip(frames.clusters["record_id"], frames.clusters["cluster_id"], strict=True))
        own = linkage.with_clusters(made, result)
        assert list(own["cluster_id"]) == [clusters[name] for name in made["record_id"]]


@pytest.mark.parametrize("data", [42, {"a": 1}, None, object()])
def test_what_cannot_be_read_is_refused_with_what_can(data):
    with pytest.raises(UsageError, match="Give a path, an Arrow table, a pandas or a Polars frame"):
        linkage.dedupe(data, spec=SPEC)


def test_a_spec_may_be_a_value_a_path_or_the_name_of_a_built_in_one(tmp_path, small_inputs):
    made = table(semarang()[:3])
    by_value = linkage.dedupe(made, spec=SPEC)
    by_path = linkage.dedupe(made, spec=small_inputs.spec)
    assert by_value.manifest.spec_digest == by_path.manifest.spec_digest
    with pytest.raises(LinkageError):
        linkage.dedupe(made, spec=tmp_path / "none.toml")


def test_without_a_spec_indonesian_residents_are_expected_and_judged_by_the_shipped_model():
    result = linkage.dedupe(table([*semarang(), *denpasar()]))
    assert result.manifest.spec["name"] == "residents"
    assert result.manifest.model["origin"] == "residents"
    kinds = set(result.cases.column("kind").to_pylist())
    assert {"OPEN_MOVE", "CONFLICT", "SHARED_NIK"} <= kinds


def test_the_input_is_left_as_it_was():
    frame = pd.DataFrame(semarang()[:5])
    copy = frame.copy(deep=True)
    linkage.dedupe(frame, spec=SPEC)
    pd.testing.assert_frame_equal(frame, copy)


def test_public_names_are_few_and_all_there():
    assert set(dir(linkage)) == set(linkage.__all__)
    names = {"dedupe", "link", "with_clusters", "LinkageResult", "LinkageSpec", "LinkageError"}
    assert names <= set(linkage.__all__)
    for name in linkage.__all__:
        assert getattr(linkage, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = linkage.nothing


def test_importing_the_package_loads_nothing_heavy(python_script):
    script = (
        "import sys, linkage\n"
        "heavy = {'numpy', 'pyarrow', 'numba', 'pandas', 'polars', 'sklearn', 'sqlalchemy', 'deltalake', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    assert python_script(script).stdout == "[]\n"


def test_columns_arrow_may_bring_are_read_alike():
    plain = table(semarang()[:20])
    variants = [
        pa.table({name: plain.column(name).cast(pa.large_string()) for name in plain.column_names}),
        pa.table({name: plain.column(name).dictionary_encode() for name in plain.column_names}),
        pa.table({name: plain.column(name).cast(pa.string_view()) for name in plain.column_names}),
    ]
    expected = linkage.dedupe(plain, spec=SPEC)
    for variant in variants:
        assert linkage.dedupe(variant, spec=SPEC).clusters.equals(expected.clusters)


def test_a_comparison_may_be_a_function_of_ones_own() -> None:
    people = pa.table(
        {"record_id": ["1", "2", "3"], "name": ["ANI", "BUDI", "CITRA DEWI"], "code": ["aa", "bb", "cccc"]}
    )
    spec = linkage.parse_spec(
        """
        name = "own"
        [[field]]
        name = "name"
        kind = "text"
        [[field]]
        name = "code"
        kind = "category"
        [[comparison]]
        name = "code"
        field = "code"
        kernel = "custom"
        levels = ["equal", { name = "as_long", at_least = 0.0 }]
        [[rule]]
        name = "all"
        keys = []
        """
    )

    def as_long(left: pa.StringArray, right: pa.StringArray) -> np.ndarray:
        return -np.abs(pc.utf8_length(left).to_numpy() - pc.utf8_length(right).to_numpy()).astype(float)

    result = linkage.dedupe(people, spec, functions={"code": as_long})
    levels = {(row["left_id"], row["right_id"]): row["level_code"] for row in result.pairs.to_pylist()}
    assert levels[("1", "2")] == 2
    with pytest.raises(LinkageError, match="code"):
        linkage.dedupe(people, spec)
