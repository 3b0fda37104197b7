"""Values of a database driver as Arrow columns, and columns of several types as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError
from linkage.intake.columns.typed_text import as_text

_KINDS: Final[Mapping[type, str]] = {
    str: "text",
    int: "integer",
    float: "float",
    Decimal: "decimal",
    bool: "boolean",
    date: "date",
    datetime: "date",
    bytes: "bytes",
    bytearray: "bytes",
    memoryview: "bytes",
}
_INT64_DIGITS: Final = 19
_DECIMAL_DIGITS: Final = 76


def column_of(values: Sequence[Any], *, column: str, where: str) -> pa.Array:
    """Return an array (n,) of ``values``, None being null: null, string, int64, float64, decimal, bool or date32.

    Date and time become the date. Values of several types become what :func:`united` gives for them: whole numbers and
    decimals become decimals, all else text, each :func:`as_written`. A value of any other type is text as Python writes
    it; a decimal that is not finite is null.

    Raises:
        InputDataError: COLUMN_TYPE when there are bytes among them.
    """
    kinds = {_KINDS.get(kind, "other") for kind in set(map(type, values)) - {type(None)}}
    if "bytes" in kinds:
        problem = f"column {column} holds bytes"
        raise InputDataError(
            "COLUMN_TYPE", problem, where=where, remedy="Leave it out of the query, or turn it into text there"
        )
    if not kinds:
        return pa.nulls(len(values))
    if len(kinds) == 1:
        return _typed(values, kinds.pop())
    parts = [
        _typed([value if _KINDS.get(type(value), "other") == kind else None for value in values], kind)
        for kind in sorted(kinds)
    ]
    meeting = reduce(united, (part.type for part in parts))
    return pc.coalesce(*(united_column(part, meeting) for part in parts))


def united(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the type that holds the values of both; whole numbers and decimals meet, all else meets as text."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if all(pa.types.is_decimal(kind) or kind == pa.int64() for kind in (one, other)):
        scale = max(_scale(one), _scale(other))
        digits = scale + max(_digits(one) - _scale(one), _digits(other) - _scale(other))
        if digits <= _DECIMAL_DIGITS:
            return pa.decimal128(digits, scale) if digits <= 38 else pa.decimal256(digits, scale)
    return pa.string()


def united_column(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return the array (n,) under a type that :func:`united` gave for it."""
    if array.type == kind or pa.types.is_null(array.type) or not pa.types.is_string(kind):
        return array.cast(kind)
    return as_written(array)


def as_written(array: pa.Array) -> pa.Array:
    """Return the text (n,) of a typed array, the same for a value whatever the type of its number.

    Dates are yyyy-mm-dd. Whole numbers of ten digits and more end in ``.0``: beside text, that is how the checks of
    identifiers see that one was stored as a number.
    """
    text = as_text(array, kind="text", column="", where="")
    kind = array.type
    if pa.types.is_decimal(kind):
        text = pc.replace_substring_regex(text, r"(\.[0-9]*[1-9])0+$", r"\1")
    if pa.types.is_decimal(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _with_point(text)
    return text


def _with_point(numbers: pa.StringArray) -> pa.StringArray:
    return pc.replace_substring_regex(numbers, r"^(-?[0-9]{10,})$", r"\1.0")


def _typed(values: Sequence[Any], kind: str) -> pa.Array:
    match kind:
        case "text":
            return pa.array(values, pa.string())
        case "integer":
            try:
                return pa.array(values, pa.int64())
            except OverflowError:
                return _typed([value if value is None else Decimal(value) for value in values], "decimal")
        case "float":
            return pa.array(values, pa.float64())
        case "decimal":
            finite = [value if value is not None and value.is_finite() else None for value in values]
            try:
                return pa.array(finite) if any(value is not None for value in finite) else pa.nulls(len(finite))
            except pa.ArrowInvalid:
                # More digits than any type has.
                return _with_point(
                    pa.array([value if value is None else f"{value:f}" for value in finite], pa.string())
                )
        case "boolean":
            return pa.array(values, pa.bool_())
        case "date":
            return pa.array(values, pa.date32())
    return pa.array([value if value is None else str(value) for value in values], pa.string())


def _scale(kind: pa.DataType) -> int:
    return kind.scale if pa.types.is_decimal(kind) else 0


def _digits(kind: pa.DataType) -> int:
    return kind.precision if pa.types.is_decimal(kind) else _INT64_DIGITS
