"""The columns and the index of a pandas frame as Arrow arrays. pandas itself is never imported: the frame brings it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from linkage.intake.columns.mapping import RECORD_ID, map_columns
from linkage.interop.frames.mixed import NO_TEXT, mixed_array
from linkage.spec import LinkageSpec

_REFUSALS: Final = (pa.ArrowException, OverflowError, UnicodeError, TypeError, ValueError)
"""What building an array of objects raises, often with a value in the message: none of it is shown."""


def named_columns(frame: Any) -> list[tuple[str, pa.Array | pa.ChunkedArray]]:
    """Return name and array of each column, in order; two columns may have one name."""
    return [(str(name), _array(frame.iloc[:, position])) for position, name in enumerate(frame.columns)]


def index_columns(frame: Any, header: Sequence[str], spec: LinkageSpec) -> list[tuple[str, pa.Array | pa.ChunkedArray]]:
    """Return what the index adds to the columns ``header``: levels a field asks for by name, and the record id."""
    index = frame.index
    levels = [
        (index.get_level_values(number), str(name)) for number, name in enumerate(index.names) if name is not None
    ]
    found = [
        (name, _array(level.to_series()))
        for level, name in levels
        if len(header) in map_columns((*header, name), spec).fields.values()
    ]
    if _names_records(index) and RECORD_ID not in map_columns((*header, *(name for name, _ in found)), spec).fields:
        found.append((RECORD_ID, _array(index.to_series())))
    return found


def _names_records(index: Any) -> bool:
    """An index names records when it was given for that: unique, and more than the numbers pandas sets by itself."""
    is_default = index.name is None and type(index).__name__ == "RangeIndex"
    names = index.nlevels == 1 and index.inferred_type in ("integer", "string")
    return bool(names and not is_default and index.is_unique and not index.hasnans)


def _array(column: Any) -> pa.Array | pa.ChunkedArray:
    kind = type(column.dtype).__name__
    if kind == "SparseDtype":
        column = column.sparse.to_dense()
    elif kind == "PeriodDtype":
        column = column.astype(str).where(column.notna(), None)
    try:
        array = pa.array(column, from_pandas=True)
    except _REFUSALS:
        return _mixed(column)
    return pa.nulls(len(column), NO_TEXT) if isinstance(array.type, pa.BaseExtensionType) else array


def _mixed(column: Any) -> pa.Array:
    values = column.astype(object)
    return mixed_array(None if missing else value for value, missing in zip(values, column.isna(), strict=True))
