"""What a spreadsheet does to long numbers that it takes for numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WIDEST: Final = 11
_SIGNIFICANT: Final = 15
_SHOWN: Final = 6


def general_format(values: pa.StringArray) -> pa.StringArray:
    """Return digit texts as a cell of the format "General" shows them in an Indonesian locale: ``3,37103E+15``.

    Up to 11 digits are shown whole, longer numbers with six significant digits, trailing zeros left out; leading zeros
    are lost. What is not 1 to 18 digits stays as it is, null stays null.
    """
    bare = _bare(values)
    long = pc.and_(_are_numbers(values), pc.greater(pc.binary_length(bare), _WIDEST))
    numbers = pc.fill_null(pc.cast(pc.if_else(long, bare, "0"), pa.int64()), 0).to_numpy()
    length = np.maximum(pc.fill_null(pc.binary_length(bare), 0).to_numpy().astype(np.int64), _SHOWN)
    step = 10 ** np.minimum(length - _SHOWN, 18)
    shown = (numbers + step // 2) // step
    carried = shown >= 10**_SHOWN
    shown = np.where(carried, shown // 10, shown)
    digits = pc.utf8_rtrim(pc.cast(pa.array(shown), pa.string()), "0")
    exponent = pc.cast(pa.array(length - 1 + carried), pa.string())
    rest = pc.utf8_slice_codeunits(digits, 1)
    mark = pc.if_else(pc.equal(rest, ""), "", ",")
    written = pc.binary_join_element_wise(pc.utf8_slice_codeunits(digits, 0, 1), mark, rest, "E+", exponent, "")
    return pc.if_else(long, written, pc.if_else(_are_numbers(values), bare, values))


def first_fifteen_digits(values: pa.StringArray) -> pa.StringArray:
    """Return digit texts as a cell of the format "0" shows them: leading zeros lost, digits after the 15th become 0.

    What is not 1 to 18 digits stays as it is, null stays null.
    """
    bare = _bare(values)
    lost = pc.utf8_slice_codeunits(bare, _SIGNIFICANT)
    kept = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(bare, 0, _SIGNIFICANT), pc.replace_substring_regex(lost, "[0-9]", "0"), ""
    )
    return pc.if_else(_are_numbers(values), kept, values)


def _are_numbers(values: pa.StringArray) -> pa.BooleanArray:
    return pc.match_substring_regex(values, r"^[0-9]{1,18}$")


def _bare(values: pa.StringArray) -> pa.StringArray:
    bare = pc.utf8_ltrim(values, "0")
    return pc.if_else(pc.equal(bare, ""), pc.utf8_slice_codeunits(values, 0, 1), bare)
