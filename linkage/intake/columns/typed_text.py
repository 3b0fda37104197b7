"""Columns that have a type, as text; identifiers that were stored as numbers are refused."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError
from linkage.intake.columns.dictionary import codes_of, follow

_AS_TEXT = "Store it as text (16 digits) before it is exported; a number loses leading zeros and last digits"
_LONG_NUMBER = 1e9


def as_text(array: pa.Array | pa.ChunkedArray, *, kind: str, column: str, where: str) -> pa.Array | pa.ChunkedArray:
    """Return a string array, or a dictionary of strings without nulls among its values.

    Whole floats are written without a fraction, NaN is null, dates and timestamps are ISO dates (yyyy-mm-dd). In a
    union, which holds values of several types as a spreadsheet's column does, each is written as its type asks; there
    a number of kind ``nik`` with ten digits or more gets ``.0``, by which
    :func:`linkage.intake.columns.checks.damaged` knows it.

    Raises:
        InputDataError: NIK_AS_NUMBER (kind ``nik`` as any number, kinds ``identifier`` and ``id`` as a float, unless
            all are null or in a union), COLUMN_TYPE (a type without a text), ENCODING (bytes that are no UTF-8).
    """
    source = array.type
    if pa.types.is_dictionary(source) or pa.types.is_union(source):
        change = _dictionary_text if pa.types.is_dictionary(source) else _union_text
        if isinstance(array, pa.ChunkedArray):
            text = pa.dictionary(pa.int32(), pa.string())
            return pa.chunked_array([change(chunk, kind, column, where) for chunk in array.chunks], text)
        return change(array, kind, column, where)
    if pa.types.is_null(source) or pa.types.is_string(source) or pa.types.is_string_view(source):
        return array.cast(pa.string())
    _refuse_number(array, kind, column, where)
    try:
        return _typed_text(array)
    except pa.ArrowNotImplementedError:
        code, problem = "COLUMN_TYPE", f"column {column} has type {str(source)[:60]}, which has no text"
    except pa.ArrowInvalid:
        # Its message quotes the value.
        code, problem = "COLUMN_TYPE", f"column {column} has values that its type {str(source)[:60]} does not allow"
        if pa.types.is_binary(source) or pa.types.is_large_binary(source) or pa.types.is_fixed_size_binary(source):
            code, problem = "ENCODING", f"column {column} holds bytes that are not UTF-8"
    raise InputDataError(code, problem, where=where, remedy="Store the column as text")


def _typed_text(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    kind = array.type
    if pa.types.is_floating(kind):
        return _float_text(array.cast(pa.float64()))
    if pa.types.is_decimal(kind):
        return pc.replace_substring_regex(array.cast(pa.string()), r"\.0+$", "")
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(array) if kind.tz else array
        return local.cast(pa.date32(), safe=False).cast(pa.string())
    if pa.types.is_fixed_size_binary(kind):
        array = array.cast(pa.binary())
    return array.cast(pa.string())


def _dictionary_text(array: pa.DictionaryArray, kind: str, column: str, where: str) -> pa.DictionaryArray:
    """Return a dictionary of strings; only its values are looked at, however many rows name them."""
    if pa.types.is_string(array.type.value_type) and not array.dictionary.null_count:
        return array
    codes = codes_of(array)
    used = np.unique(codes[codes >= 0])
    places = np.full(len(array.dictionary), -1, np.int32)
    places[used] = np.arange(len(used), dtype=np.int32)
    values = as_text(array.dictionary.take(pa.array(used)), kind=kind, column=column, where=where).dictionary_encode()
    # Two values may have one text (0.0 and -0.0), and one may have none.
    return _dictionary(follow(follow(codes, places), codes_of(values)), values.dictionary)


def _union_text(array: pa.UnionArray, kind: str, column: str, where: str) -> pa.DictionaryArray:
    """Return the text of each row, written as the type of that row asks."""
    if array.offset:
        # The children of a slice are those of the whole.
        array = array.take(pa.array(np.arange(len(array))))
    types = array.type_codes.to_numpy()
    dense = array.type.mode == "dense"
    codes = np.full(len(array), -1, np.int32)
    parts: list[pa.StringArray] = [pa.array([], pa.string())]
    for number, type_code in enumerate(array.type.type_codes):
        rows = np.flatnonzero(types == type_code)
        if not len(rows):
            continue
        places = array.offsets.to_numpy()[rows] if dense else rows
        values = array.field(number).take(pa.array(places))
        if kind == "nik" and _is_number(values.type):
            text = _marked(values)
        else:
            text = as_text(values, kind="text" if kind == "identifier" else kind, column=column, where=where)
        encoded = text if pa.types.is_dictionary(text.type) else text.dictionary_encode()
        own = codes_of(encoded)
        codes[rows] = np.where(own < 0, -1, own + sum(map(len, parts)))
        parts.append(encoded.dictionary)
    distinct = pa.concat_arrays(parts).dictionary_encode()
    return _dictionary(follow(codes, codes_of(distinct)), distinct.dictionary)


def _dictionary(codes: npt.NDArray[np.int32], values: pa.StringArray) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), values)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def _marked(numbers: pa.Array) -> pa.StringArray:
    """Return numbers as text, those of ten digits and more with ``.0`` behind."""
    values = numbers.cast(pa.float64(), safe=False)
    text = _float_text(values)
    whole = pc.ascii_is_decimal(text)
    long = pc.and_(pc.greater_equal(pc.abs(values), _LONG_NUMBER), whole)
    return pc.if_else(long, pc.binary_join_element_wise(text, ".0", ""), text)


def _refuse_number(array: pa.Array | pa.ChunkedArray, kind: str, column: str, where: str) -> None:
    floating = pa.types.is_floating(array.type)
    if not (_is_number(array.type) and kind == "nik") and not (floating and kind in ("identifier", "id")):
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
