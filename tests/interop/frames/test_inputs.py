"""Frames in: what each library calls missing is missing, what each calls text is text, and the index is not lost."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import linkage
from linkage.errors import InputDataError, LinkageError, UsageError
from linkage.intake import read_inputs
from linkage.interop.frames.inputs import as_input
from tests.interop.people import TEXT

NAMES = ["Ada Kerr", "Ben Lowe", None, "Cid Moss"]


def read(data, spec) -> dict[str, list]:
    """What intake makes of one input: column -> values as text."""
    accepted = read_inputs([as_input(data, spec)], spec).accepted
    return {name: accepted.column(name).cast(pa.string()).to_pylist() for name in accepted.column_names}


class Stream:
    """Anything that offers Arrow's C stream, and nothing else."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


class Batch:
    """Anything that offers Arrow's C array, and nothing else."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._batch = batch

    def __arrow_c_array__(self, requested_schema=None):
        return self._batch.__arrow_c_array__(requested_schema)


TABLE = pa.table({"name": NAMES, "card": ["A1", "B2", "C3", "D4"]})
SAME = {
    "Arrow table": lambda: TABLE,
    "Arrow record batch": lambda: TABLE.to_batches()[0],
    "Arrow reader": lambda: TABLE.to_reader(),
    "object with a C stream": lambda: Stream(TABLE),
    "object with a C array": lambda: Batch(TABLE.to_batches()[0]),
    "pandas, objects": lambda: pd.DataFrame(TABLE.to_pydict()),
    "pandas, strings": lambda: pd.DataFrame(TABLE.to_pydict(), dtype="string"),
    "pandas, Arrow's own": lambda: TABLE.to_pandas(types_mapper=pd.ArrowDtype),
    "pandas, categories": lambda: pd.DataFrame(TABLE.to_pydict(), dtype="category"),
    "Polars": lambda: pl.from_arrow(TABLE),
    "Polars, lazy": lambda: pl.from_arrow(TABLE).lazy(),
    "Polars, categories": lambda: pl.from_arrow(TABLE).with_columns(pl.all().cast(pl.Categorical)),
    "Polars, objects": lambda: pl.DataFrame({n: pl.Series(v, dtype=pl.Object) for n, v in TABLE.to_pydict().items()}),
}


@pytest.mark.parametrize("kind", SAME)
def test_the_same_rows_are_read_alike_from_every_library(kind, spec):
    found = read(SAME[kind](), spec)
    assert found["name"] == NAMES
    assert found["card"] == ["A1", "B2", "C3", "D4"]
    assert found["record_id"] == ["data:1", "data:2", "data:3", "data:4"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["A1", None, "A1"]),
        pd.Series(["A1", float("nan"), "A1"]),
        pd.Series(["A1", pd.NA, "A1"]),
        pd.Series(["A1", pd.NaT, "A1"], dtype=object),
        pd.Series(["A1", pd.NA, "A1"], dtype="category"),
        pd.Series(["A1", pd.NA, "A1"], dtype="string[pyarrow]"),
        pd.Series(["A1", 7, pd.NA], dtype=object).where(lambda column: column != 7).iloc[[0, 1, 0]],
    ],
    ids=["None", "NaN", "NA", "NaT", "category", "string", "filtered"],
)
def test_what_pandas_calls_missing_is_missing(column, spec):
    frame = pd.DataFrame({"name": "x", "card": column.to_list() if column.dtype == object else column.to_numpy()})
    assert read(frame, spec)["card"] == ["A1", None, "A1"]


TYPED = {
    "whole numbers": (pd.Series([12, 7]), ["12", "7"]),
    "nullable numbers": (pd.Series([12, None], dtype="Int64"), ["12", None]),
    "numbers and texts": (pd.Series([12, "B2"]), ["12", "B2"]),
    "texts and numbers": (pd.Series(["B2", 12.0]), ["B2", "12"]),
    "numpy scalars": (pd.Series([np.str_("B2"), np.int64(3)], dtype=object), ["B2", "3"]),
    "flags and texts": (pd.Series([True, "B2"]), ["true", "B2"]),
    "numbers, texts and gaps": (pd.Series([12, None, 0.5, "B2"]), ["12", None, "0.5", "B2"]),
    "bytes and texts": (pd.Series([b"A1", "B2"]), ["A1", "B2"]),
    "decimals and texts": (pd.Series([Decimal("12.00"), "B2"]), ["12", "B2"]),
    "numbers beyond 64 bits": (pd.Series([10**20, 7], dtype=object), [str(10**20), "7"]),
    "categories of several types": (pd.Series([12, "B2"], dtype="category"), ["12", "B2"]),
    "sparse": (pd.Series(pd.arrays.SparseArray(["A1", "B2"])), ["A1", "B2"]),
    "half a character": (pd.Series(["A\ud800", "B2"]), ["A\ufffd", "B2"]),
    "dates and texts": (pd.Series([datetime.date(2001, 2, 3), "B2"]), ["2001-02-03", "B2"]),
    "times and texts": (pd.Series([datetime.datetime(2001, 2, 3, 4), "B2"], dtype=object), ["2001-02-03", "B2"]),
    "periods": (pd.Series(pd.PeriodIndex(["2001", pd.NaT], freq="Y")), ["2001", None]),
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPED)
def test_a_pandas_column_of_any_type_is_read_as_its_text(kind, spec):
    column, expected = TYPED[kind]
    assert read(pd.DataFrame({"name": "x", "card": column}), spec)["card"] == expected


@pytest.mark.parametrize(
    "column",
    [
        pd.to_datetime(["1951-03-02", None]),
        pd.to_datetime(["1951-03-02", None]).tz_localize("Asia/Jakarta"),
        pd.Series([datetime.date(1951, 3, 2), None]),
        pd.Series([datetime.date(1951, 3, 2), pd.NaT]),
        pd.Series([datetime.date(1951, 3, 2), pd.Timestamp("1960-01-01")]).where([True, False]),
    ],
    ids=["datetime64", "with a time zone", "date", "date and NaT", "date and None"],
)
def test_dates_of_pandas_are_iso_dates(column, spec):
    assert read(pd.DataFrame({"name": "x", "born": column}), spec)["born"] == ["1951-03-02", None]


def test_a_nik_that_was_a_number_is_known_though_texts_stand_beside_it():
    niks = ["3374015703880004", 3374015703880004, 3.374015703880004e15]
    with pytest.raises(InputDataError) as caught:
        read(pd.DataFrame({"NAMA": ["A B", "C D", "E F"], "NIK": niks}), linkage.load_builtin_spec())
    assert caught.value.code.startswith("NIK_")
    assert "337401" not in str(caught.value)


def test_objects_without_a_text_stop_nothing_until_a_field_is_read_from_them(spec):
    frame = pd.DataFrame({"name": ["Ada", "Ben"], "shape": [object(), object()], "span": pd.interval_range(0, 2)})
    assert read(frame, spec)["name"] == ["Ada", "Ben"]
    with pytest.raises(InputDataError) as caught:
        read(frame.rename(columns={"shape": "card"}), spec)
    assert caught.value.code == "COLUMN_TYPE"
    mixed = pl.DataFrame({"name": ["Ada"], "card": pl.Series([object()], dtype=pl.Object)})
    with pytest.raises(InputDataError, match="card"):
        read(mixed, spec)


def test_two_columns_of_one_name_are_refused_by_name(spec):
    frame = pd.DataFrame([["Ada", "A1", "A2"]], columns=["name", "card", "card"])
    with pytest.raises(InputDataError, match="card") as caught:
        read(frame, spec)
    assert caught.value.code == "DUPLICATE_HEADER"


def test_labels_of_columns_that_are_no_texts_are_read_as_texts(spec):
    frame = pd.DataFrame([["Ada", 1, 2]], columns=["name", 0, ("a", "b")])
    assert as_input(frame, spec).column_names == ["name", "0", "('a', 'b')"]


# The index.


def frame(index: pd.Index, **columns: list) -> pd.DataFrame:
    return pd.DataFrame({"name": ["Ada", "Ben", "Cid"], **columns}, index=index)


INDEXES = {
    "texts": (pd.Index(["a", "b", "c"]), ["a", "b", "c"]),
    "named texts": (pd.Index(["a", "b", "c"], name="rec_id"), ["a", "b", "c"]),
    "numbers left by a filter": (pd.Index([2, 7, 9]), ["2", "7", "9"]),
    "a named range": (pd.RangeIndex(3, name="row"), ["0", "1", "2"]),
    "strings of Arrow": (pd.Index(["a", "b", "c"], dtype="string[pyarrow]"), ["a", "b", "c"]),
    "the numbers pandas sets": (pd.RangeIndex(3), ["data:1", "data:2", "data:3"]),
    "a slice of them": (pd.RangeIndex(5, 8), ["data:1", "data:2", "data:3"]),
    "labels given twice": (pd.Index(["a", "b", "a"]), ["data:1", "data:2", "data:3"]),
    "a missing label": (pd.Index(["a", None, "c"]), ["data:1", "data:2", "data:3"]),
    "floats": (pd.Index([0.5, 1.5, 2.5]), ["data:1", "data:2", "data:3"]),
    "times": (pd.date_range("2001-01-01", periods=3), ["data:1", "data:2", "data:3"]),
    "two levels": (pd.MultiIndex.from_product([["a"], [1, 2, 3]]), ["data:1", "data:2", "data:3"]),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_a_unique_index_of_numbers_or_texts_names_the_records_unless_pandas_set_it(kind, spec):
    index, expected = INDEXES[kind]
    assert read(frame(index), spec)["record_id"] == expected


def test_a_column_goes_before_the_index(spec):
    data = frame(pd.Index(["a", "b", "c"]), record_id=["p1", "p2", "p3"])
    assert read(data, spec)["record_id"] == ["p1", "p2", "p3"]
    other = frame(pd.Index(["a", "b", "c"], name="card"), card=["A1", "B2", "C3"])
    assert read(other, spec)["card"] == ["A1", "B2", "C3"]


def test_a_level_of_the_index_that_a_field_asks_for_is_read(spec):
    data = frame(pd.Index(["A1", "A1", "B2"], name="card"))
    assert read(data, spec)["card"] == ["A1", "A1", "B2"]
    assert read(data, spec)["record_id"] == ["data:1", "data:2", "data:3"], "a card is no name of a record"
    both = pd.MultiIndex.from_arrays([["A1", "B2", "C3"], ["1951", "1952", "1953"]], names=["card", "shelf"])
    assert read(frame(both), spec)["card"] == ["A1", "B2", "C3"]
    assert "shelf" not in as_input(frame(both), spec).column_names


# Paths, mixtures and what is refused.


def test_paths_are_made_absolute_and_addresses_left_alone(spec, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert as_input("a.csv", spec) == tmp_path / "a.csv"
    assert as_input(Path("a.csv"), spec) == tmp_path / "a.csv"
    assert as_input("sqlite:///people.db", spec) == "sqlite:///people.db"


def test_paths_and_frames_of_every_library_may_be_mixed(spec, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("record_id,name,born\np1,Ada Kerr,1951-03-02\n", encoding="utf-8")
    others = [("p2", "Ada Kerr"), ("p3", "Ada Ker"), ("p4", "Ben Lowe")]
    tables = [pa.table({"record_id": [name], "name": [who], "born": ["1951-03-02"]}) for name, who in others]
    data = [path, tables[0].to_pandas(), pl.from_arrow(tables[1]), tables[2]]
    result = linkage.dedupe(data, spec=spec)
    assert result.clusters.column("record_id").to_pylist() == ["p1", "p2", "p3", "p4"]
    assert linkage.dedupe(data[::-1], spec=spec).pairs.equals(result.pairs)


@pytest.mark.parametrize(
    "data",
    [
        42,
        None,
        {"name": ["Ada"]},
        [["Ada"]],
        np.array(["Ada"]),
        pd.Series(["Ada"]),
        pl.Series(["Ada"]),
        pa.array(["Ada"]),
        pa.chunked_array([["Ada"]]),
    ],
    ids=lambda data: type(data).__name__,
)
def test_what_is_no_table_is_refused_with_what_can_be_read(data, spec):
    with pytest.raises(UsageError, match="Give a path, an Arrow table, a pandas or a Polars frame"):
        as_input(data, spec)


def test_a_stream_that_breaks_is_one_clear_error(spec):
    def batches():
        yield TABLE.to_batches()[0]
        raise OSError("the line to Zulkarnaini is cut")

    reader = pa.RecordBatchReader.from_batches(TABLE.schema, batches())
    with pytest.raises(InputDataError) as caught:
        as_input(reader, spec)
    assert caught.value.code == "UNREADABLE"
    assert "Zulkarnaini" not in str(caught.value)


def test_no_message_holds_a_value_of_a_column_that_pandas_mixed(spec):
    data = pd.DataFrame({"name": ["Zulkarnaini", object()], "born": ["1951", {"Zulkarnaini"}]})
    with pytest.raises(LinkageError) as caught:
        read(data, spec)
    assert "Zulkarnaini" not in f"{caught.value!s}{caught.value!r}"


def test_columns_that_arrow_holds_already_are_not_copied(spec):
    cells = pa.chunked_array([pa.array([f"card {number}" for number in range(200_000)])])
    data = pd.DataFrame({"card": pd.Series(cells, dtype=pd.ArrowDtype(pa.string())), "born": np.arange(200_000)})
    before = pa.total_allocated_bytes()
    table = as_input(data, spec)
    assert table.num_rows == 200_000
    assert pa.total_allocated_bytes() - before < 10_000


def test_reading_frames_changes_nothing_in_them(spec):
    data = frame(pd.Index(["a", "b", "c"], name="card"), born=[datetime.date(1951, 3, 2), "1952", None])
    copy = data.copy(deep=True)
    as_input(data, spec)
    pd.testing.assert_frame_equal(data, copy)


@pytest.mark.parametrize(
    "module", ["linkage.interop", "linkage.interop.frames.inputs", "linkage.interop.frames.results"]
)
def test_importing_the_bridges_loads_none_of_the_libraries_they_lead_to(python_script, module):
    script = (
        f"import sys, {module}\n"
        "found = {'pandas', 'polars', 'recordlinkage', 'sklearn'} & set(sys.modules)\n"
        "print(sorted(found))\n"
    )
    assert python_script(script).stdout == "[]\n"


WITHOUT = """
import sys
class Nobody:
    def find_spec(self, name, path=None, target=None):
        if name in ("pandas", "polars", "recordlinkage", "sklearn"):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Nobody())
import linkage, pyarrow as pa
data = pa.table({"name": ["Ada", "Ada"]})
result = linkage.dedupe(data, spec=linkage.parse_spec(sys.argv[1]))
print(linkage.with_clusters(data, result).column_names)
"""


def test_a_run_over_arrow_tables_needs_no_frame_library(python_script):
    done = python_script(WITHOUT, TEXT)
    assert (done.stdout, done.returncode) == ("['name', 'cluster_id']\n", 0), done.stderr
