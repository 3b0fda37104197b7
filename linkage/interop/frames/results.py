"""Results out: the tables of a run as frames of pandas or Polars, and cluster ids beside a caller's own rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import UsageError
from linkage.intake import Limits, survey
from linkage.intake.columns.mapping import RECORD_ID
from linkage.intake.columns.typed_text import as_text
from linkage.interop.frames.inputs import as_input
from linkage.spec import spec_from_dict

_TABLES: Final = ("pairs", "clusters", "cases", "rejects", "quality")

Frame = TypeVar("Frame")
Manifest = TypeVar("Manifest")


@dataclass(frozen=True)
class ResultFrames(Generic[Frame, Manifest]):
    """A result whose tables are frames of one library; names and columns as in :mod:`linkage.schema`."""

    pairs: Frame
    clusters: Frame
    cases: Frame
    rejects: Frame
    quality: Frame
    manifest: Manifest


class _Account(Protocol):
    @property
    def inputs(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def spec(self) -> Mapping[str, Any]: ...


class _Result(Protocol):
    @property
    def clusters(self) -> pa.Table: ...

    @property
    def rejects(self) -> pa.Table: ...

    @property
    def manifest(self) -> _Account: ...


def result_to_pandas(tables: Mapping[str, pa.Table], manifest: Manifest) -> ResultFrames[Any, Manifest]:
    """Return the tables as pandas frames.

    Texts have the dtype ``string`` (kept by Arrow, missing is ``pandas.NA``), numbers numpy's dtypes, lists are Python
    lists.
    """
    return ResultFrames(**{name: _to_pandas(tables[name]) for name in _TABLES}, manifest=manifest)


def result_to_polars(tables: Mapping[str, pa.Table], manifest: Manifest) -> ResultFrames[Any, Manifest]:
    """Return the tables as Polars frames: texts ``String``, lists ``List(String)``, numbers as they are."""
    import polars

    return ResultFrames(**{name: polars.from_arrow(tables[name]) for name in _TABLES}, manifest=manifest)


def with_clusters(frame: Any, result: _Result, *, name: str = "", column: str = "cluster_id") -> Any:
    """Return a caller's own frame with the cluster of each row, in its row order.

    Args:
        frame: a pandas or Polars frame or an Arrow table that was linked; it is not changed.
        result: what linking it returned.
        name: which input it was, as the manifest names it (``left`` or ``right``); needed where two fit.
        column: name of the new column, text; missing for a row that was rejected.

    Raises:
        UsageError: the frame has the column already, or is none of the frames that were linked.
    """
    table = as_input(frame, spec_from_dict(result.manifest.spec))
    if not isinstance(table, pa.Table):
        raise UsageError("a path has no rows to append to", remedy="Give the frame that was linked")
    if column in table.column_names:
        raise UsageError(f"the frame has a column {column} already", remedy="Name another with column=")
    source = _input_of(table, result.manifest.inputs, name)
    return _appended(frame, column, _cluster_of_rows(table, source, result))


def _input_of(table: pa.Table, inputs: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    """Return what the manifest says of the input that a table was: by name and rows, else by digest."""
    fitting = [item for item in inputs if not item["path"] and item["rows"] == table.num_rows]
    if name:
        fitting = [item for item in fitting if item["name"] == name]
    if len(fitting) > 1:
        digest = survey(table, table_name="frame", limits=Limits()).sha256
        fitting = [item for item in fitting if item["sha256"] == digest]
    if len(fitting) != 1:
        problem = "this frame is none of those that were linked" if not fitting else "two of the inputs are this frame"
        raise UsageError(problem, remedy="Give the frame as it was linked, and name= left or right after link")
    return fitting[0]


def _cluster_of_rows(table: pa.Table, source: Mapping[str, Any], result: _Result) -> pa.Array:
    lines = pa.array(np.arange(1, table.num_rows + 1))
    ids = pc.binary_join_element_wise(source["stem"], lines.cast(pa.string()), ":")
    if own := source["columns"].get(RECORD_ID):
        given = as_text(table.column(own), kind="id", column=own, where=source["name"]).cast(pa.string())
        given = pc.utf8_trim_whitespace(given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given)
        ids = pc.coalesce(pc.if_else(pc.equal(given, ""), pa.scalar(None, pa.string()), given), ids)
    named = result.clusters.column("record_id").combine_chunks()
    rows = pc.index_in(ids, value_set=named)
    if source["name"] in ("left", "right"):  # an id of both files is written with its side
        rows = pc.coalesce(pc.index_in(pc.binary_join_element_wise(source["name"], ids, ":"), value_set=named), rows)
    clusters = result.clusters.column("cluster_id").combine_chunks().take(rows)
    return pc.if_else(_rejected(lines, source, result), pa.scalar(None, pa.string()), clusters)


def _rejected(lines: pa.Array, source: Mapping[str, Any], result: _Result) -> pa.Array:
    """Tell which rows were rejected; where frames share a name, the id alone has to tell."""
    if sum(item["name"] == source["name"] for item in result.manifest.inputs) > 1:
        return pa.repeat(False, len(lines))
    of_source = result.rejects.filter(pc.equal(result.rejects.column("source"), source["name"]))
    return pc.is_in(lines, value_set=of_source.column("line").combine_chunks())


def _appended(frame: Any, column: str, values: pa.Array) -> Any:
    match type(frame).__module__.partition(".")[0]:
        case "polars":
            import polars

            return frame.with_columns(cast(Any, polars.from_arrow(values)).alias(column))
        case "pyarrow" if isinstance(frame, pa.Table):
            return frame.append_column(column, values)
        case "pyarrow" if isinstance(frame, pa.RecordBatch):
            return pa.Table.from_batches([frame]).append_column(column, values)
    if hasattr(frame, "iloc"):
        longer = frame.copy(deep=False)
        longer[column] = _text_series(values, frame.index)
        return longer
    raise UsageError(f"cannot append to a {type(frame).__name__}", remedy="Give a pandas, Polars or Arrow frame")


def _to_pandas(table: pa.Table) -> Any:
    import pandas

    texts = pandas.StringDtype("pyarrow")
    frame = table.to_pandas(types_mapper={pa.string(): texts}.get)
    for field in table.schema:
        if pa.types.is_list(field.type):
            frame[field.name] = pandas.Series(table.column(field.name).to_pylist(), dtype=object)
    return frame


def _text_series(values: pa.Array, index: Any) -> Any:
    import pandas

    return pandas.Series(pandas.StringDtype("pyarrow").__from_arrow__(values), index=index)
