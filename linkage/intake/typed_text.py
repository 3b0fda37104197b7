"""Columns that have a type, as text; identifiers that were stored as numbers are refused."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError

_AS_TEXT = "Store it as text (16 digits) before it is exported; a number loses leading zeros and last digits"


def as_text(array: pa.Array | pa.ChunkedArray, *, kind: str, column: str, where: str) -> pa.Array | pa.ChunkedArray:
    """Return a string array, or a dictionary of strings without nulls among its values.

    Whole floats are written without a fraction, NaN is null, dates and timestamps are ISO dates (yyyy-mm-dd).

    Raises:
        InputDataError: NIK_AS_NUMBER (kind ``nik`` as any number, kinds ``identifier`` and ``id`` as a float, unless
            all are null), COLUMN_TYPE (a type without a text), ENCODING (bytes that are no UTF-8).
    """
    source = array.type
    if pa.types.is_dictionary(source):
        if isinstance(array, pa.ChunkedArray):
            return pa.chunked_array([_plain(chunk, kind, column, where) for chunk in array.chunks])
        return _plain(array, kind, column, where)
    if pa.types.is_null(source):
        return array.cast(pa.string())
    if pa.types.is_string(source) or pa.types.is_large_string(source) or pa.types.is_string_view(source):
        return array.cast(pa.string())
    _refuse_number(array, kind, column, where)
    if pa.types.is_floating(source):
        return _float_text(array.cast(pa.float64()))
    if pa.types.is_decimal(source):
        return pc.replace_substring_regex(array.cast(pa.string()), r"\.0+$", "")
    if pa.types.is_timestamp(source):
        local = pc.local_timestamp(array) if source.tz else array
        return local.cast(pa.date32(), safe=False).cast(pa.string())
    try:
        return array.cast(pa.string())
    except pa.ArrowNotImplementedError:
        code, problem = "COLUMN_TYPE", f"column {column} has type {source}, which has no text"
    except pa.ArrowInvalid:
        code, problem = "ENCODING", f"column {column} holds bytes that are not UTF-8"
    raise InputDataError(code, problem, where=where, remedy="Store the column as text")


def _plain(array: pa.DictionaryArray, kind: str, column: str, where: str) -> pa.Array:
    """Return a dictionary array of strings, decoded where its values are of another type or hold nulls."""
    if pa.types.is_string(array.type.value_type) and not array.dictionary.null_count:
        return array
    decoded = as_text(array.dictionary_decode(), kind=kind, column=column, where=where)
    return decoded.dictionary_encode()


def _refuse_number(array: pa.Array | pa.ChunkedArray, kind: str, column: str, where: str) -> None:
    floating = pa.types.is_floating(array.type)
    number = floating or pa.types.is_integer(array.type) or pa.types.is_decimal(array.type)
    if not (number and kind == "nik") and not (floating and kind in ("identifier", "id")):
        return
    present = pc.and_kleene(pc.is_valid(array), pc.invert(pc.is_nan(array))) if floating else pc.is_valid(array)
    if pc.any(present).as_py():
        problem = f"column {column} holds identifiers as numbers ({array.type})"
        raise InputDataError("NIK_AS_NUMBER", problem, where=where, remedy=_AS_TEXT)


def _float_text(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    array = pc.if_else(pc.is_nan(array), pa.scalar(None, pa.float64()), array)
    whole = pc.and_(pc.equal(pc.floor(array), array), pc.less(pc.abs(array), 2.0**53))
    integers = pc.if_else(whole, array, 0.0).cast(pa.int64())
    return pc.if_else(whole, integers.cast(pa.string()), array.cast(pa.string()))
