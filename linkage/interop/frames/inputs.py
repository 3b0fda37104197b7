"""Frames in: what a caller has in memory, as an Arrow table. pandas is imported by those who bring a pandas frame."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa

from linkage.errors import InputDataError, UsageError
from linkage.interop.frames.mixed import mixed_array
from linkage.interop.frames.pandas_columns import index_columns, named_columns
from linkage.spec import LinkageSpec

_REMEDY: Final = "Give a path, an Arrow table, a pandas or a Polars frame"


def as_input(item: Any, spec: LinkageSpec) -> Path | str | pa.Table:
    """Return what intake reads, a path, an address or an Arrow table, for anything a caller may give.

    Paths are made absolute, so that a manifest still finds the file from another folder; a text with ``://`` is handed
    on as it is. pandas and Polars frames (a LazyFrame is collected), Arrow tables, record batches and readers, and
    whatever offers ``__arrow_c_stream__`` or ``__arrow_c_array__`` become tables, without a copy where the memory is
    Arrow's already. Missing is what the library calls missing: None, NaN, NaT, ``pandas.NA``, null.

    The index of a pandas frame: a named level that a field of the spec asks for is a column. When no column is the
    record id, a unique index of whole numbers or texts is it, unless it is an unnamed RangeIndex.

    Raises:
        UsageError: nothing of these.
        InputDataError: UNREADABLE when a stream fails.
    """
    if isinstance(item, str | Path):
        if item == "":
            raise UsageError("an input without a name", remedy="Name a file, a folder or a database URL")
        return item if isinstance(item, str) and "://" in item else Path(item).absolute()
    if isinstance(item, pa.Table):
        return item
    if isinstance(item, pa.RecordBatch):
        return pa.Table.from_batches([item])
    if _is_frame(item, "pandas", "DataFrame"):
        return _from_pandas(item, spec)
    if _is_frame(item, "polars", "LazyFrame"):
        item = item.collect()
    if _is_frame(item, "polars", "DataFrame"):
        return _from_polars(item)
    return _from_arrow(item)


def _is_frame(item: Any, library: str, name: str) -> bool:
    """Tell whether an item is of a library's class: nobody has an instance of one that is not imported."""
    module = sys.modules.get(library)
    return module is not None and isinstance(item, getattr(module, name))


def _from_pandas(frame: Any, spec: LinkageSpec) -> pa.Table:
    columns = named_columns(frame)
    columns += index_columns(frame, tuple(name for name, _ in columns), spec)
    return pa.Table.from_arrays([array for _, array in columns], names=[name for name, _ in columns])


def _from_polars(frame: Any) -> pa.Table:
    objects = [name for name, kind in frame.schema.items() if str(kind) == "Object"]
    if not objects:
        return cast(pa.Table, frame.to_arrow())
    plain = {name: mixed_array(frame[name].to_list()) for name in objects}  # Arrow would be given their addresses
    other = frame.drop(objects).to_arrow()
    names = frame.columns
    return pa.Table.from_arrays([plain[name] if name in plain else other.column(name) for name in names], names=names)


def _from_arrow(item: Any) -> pa.Table:
    refused = UsageError(f"cannot read a {type(item).__name__}", remedy=_REMEDY)
    if hasattr(item, "__arrow_c_stream__"):
        try:
            reader = item if isinstance(item, pa.RecordBatchReader) else pa.RecordBatchReader.from_stream(item)
        except pa.ArrowInvalid:
            raise refused from None  # a stream of single values: a column, not a table
        try:
            return reader.read_all()
        except (pa.ArrowException, OSError):
            problem = "the stream of record batches failed"
        raise InputDataError("UNREADABLE", problem, where=type(item).__name__, remedy="Check where it comes from")
    if hasattr(item, "__arrow_c_array__"):
        try:
            return pa.Table.from_batches([pa.record_batch(item)])
        except pa.ArrowInvalid:
            raise refused from None
    raise refused
