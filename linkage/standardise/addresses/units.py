"""RT and RW in columns of their own: numbers, with 0 and what says nothing missing."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.addresses.reading import read_addresses
from linkage.standardise.column import Int32, StandardValues
from linkage.standardise.distinct import distinct_values
from linkage.standardise.key_sets import one_key_each

_NUMBER: Final = r"^\s*0*(?P<number>[0-9]{1,3})(?:\.0*)?\s*$"


def rt_rw_numbers(values: pa.StringArray, unit: str = "RT") -> Int32:
    """Return int32 (n,): the number of distinct raw texts (no nulls) of an RT or RW column, 0 for none.

    Read are up to three digits (``003``, a spreadsheet's ``3.0``), Roman numbers but X, and the same after RT or RW;
    ``unit``, "RT" or "RW", says which of ``RT 003/RW 005`` the column is.
    """
    matched = pc.struct_field(pc.extract_regex(values, _NUMBER), "number")
    plain: Int32 = pc.fill_null(pc.cast(matched, pa.int32()), -1).to_numpy(zero_copy_only=False).astype(np.int32)
    other = plain < 0
    if other.any():
        some = values.filter(pa.array(other))
        bare = pc.match_substring_regex(some, r"^\s*([0-9]+|[IVXivx]*[IViv][IVXivx]*)\s*$")
        texts = pc.if_else(bare, pc.binary_join_element_wise(unit, some, " "), some)
        plain[other] = read_addresses(texts).units[:, 0 if unit == "RT" else 1]
    return plain


def standardise_rt_rw(values: pa.StringArray, unit: str = "RT") -> StandardValues:
    """Return RT or RW numbers among distinct raw texts (no nulls), with key form "value".

    ``values`` are numbers without leading zeros, ``integers`` the same as int64; 0, ``-`` and what is no number are
    missing. ``unit``: "RT" or "RW".
    """
    numbers = rt_rw_numbers(values, unit)
    texts = pa.array(numbers).cast(pa.string())
    distinct, mapping = distinct_values(pc.if_else(pa.array(numbers > 0), texts, pa.scalar(None, pa.string())))
    integers = distinct.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return StandardValues(mapping, distinct, integers=integers, key_sets={"value": one_key_each(distinct)})
