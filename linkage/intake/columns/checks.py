"""Checks on a file's distinct identifiers: what a spreadsheet does to sixteen digits.

A spreadsheet keeps 15 significant digits. A NIK that went through one ends in 0, or in 000 after it was shown as
``3,37103E+15`` and read back, or carries ``.0`` of a floating-point number. Codes of provinces begin with 1 to 9, so
a number never loses a leading zero: one of 15 digits lost another.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError
from linkage.intake.columns.dictionary import Int32

FAMILY_CARD: Final = "no_kk"
PARENTS: Final = ("nik_ibu", "nik_ayah")
"""Fields of 16 digits besides the record's own NIK, whatever kind a spec gives them."""

_DAMAGED_SHARE: Final = 0.01
_ROUNDED_AT_LEAST: Final = 3
_LOST_SHARE: Final = 0.5
_LOST_AT_LEAST: Final = 20
_ALL_AT_LEAST: Final = 6
_GROUPED: Final = r"^[0-9]{1,3}(?:[., ][0-9]{3}){4,5}$"
_REMEDY: Final = (
    "Export again from the data base, with both as text. In a spreadsheet, format NIK and NO_KK as text "
    "before the values are pasted, or import the file with column type text; never open a CSV file by a double click"
)


def damaged(values: pa.StringArray) -> npt.NDArray[np.bool_]:
    """Return bool (n_values,): values in exponent form (``3,37103E+15``) or with a fraction (``….0``)."""
    broken = np.zeros(len(values), np.bool_)
    odd = np.flatnonzero(~_bools(pc.ascii_is_decimal(values)))
    pattern = r"^[0-9][0-9.,]*\s*[eE]\+?[0-9]+$|^(?:[0-9]{10,}|[0-9]{1,3}(?:[., ][0-9]{3}){3,5})[.,]0{1,2}$"
    broken[odd] = _bools(pc.match_substring_regex(values.take(pa.array(odd)), pattern))
    return broken


def refuse_damaged(
    codes: Int32, values: pa.StringArray, broken: npt.NDArray[np.bool_], *, column: str, where: str
) -> None:
    """Refuse a file whose identifiers went through a spreadsheet.

    ``codes`` int32 (n_rows,), -1 for missing, into the distinct ``values``; ``broken`` bool (n_values,), see
    :func:`damaged`.

    Raises:
        InputDataError: NIK_AS_NUMBER, when more than 1 % of the rows are damaged or end in 000 (of these at least
            three, for a serial of 1000 exists), or when more than half of at least 20 rows, or all of at least 6
            different values, end in 0, or have 15 digits.
    """
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    total = int(counts.sum())
    digits, whole = _ungrouped(values)
    length = np.asarray(pc.binary_length(digits).to_numpy(zero_copy_only=False), np.int64)
    full = whole & (length == 16) & (counts > 0)
    by_thousand = int(counts[full & _bools(pc.ends_with(digits, "000"))].sum())
    bad = int(counts[broken].sum()) + (by_thousand if by_thousand >= _ROUNDED_AT_LEAST else 0)
    by_ten = full & _bools(pc.ends_with(digits, "0"))
    short = whole & (length == 15) & (counts > 0)
    if bad > _DAMAGED_SHARE * total:
        problem = (
            f"{bad} of {total} values of column {column} are numbers in exponent form, with a fraction, or end in 000"
        )
    elif _most(by_ten, counts):
        problem = f"{int(counts[by_ten].sum())} of {total} values of column {column} end in 0: the last digit was lost"
    elif _most(short, counts):
        problem = f"{int(counts[short].sum())} of {total} values of column {column} have 15 digits: one was lost"
    else:
        return
    raise InputDataError("NIK_AS_NUMBER", problem, where=where, remedy=_REMEDY)


def _most(lost: npt.NDArray[np.bool_], counts: npt.NDArray[np.int64]) -> bool:
    """Tell whether so many values can be no chance, which gives a tenth of them a last 0."""
    rows, total, used = int(counts[lost].sum()), int(counts.sum()), int((counts > 0).sum())
    return (total >= _LOST_AT_LEAST and rows > _LOST_SHARE * total) or int(lost.sum()) == used >= _ALL_AT_LEAST


def _ungrouped(values: pa.StringArray) -> tuple[pa.StringArray, npt.NDArray[np.bool_]]:
    """Return the values without the marks between groups of three digits that a number shown in a cell has.

    And bool (n_values,): they are then nothing but digits.
    """
    whole = _bools(pc.ascii_is_decimal(values)).copy()
    odd = np.flatnonzero(~whole)
    marked = odd[_bools(pc.match_substring_regex(values.take(pa.array(odd)), _GROUPED))]
    if not marked.size:
        return values, whole
    whole[marked] = True
    plain = pc.replace_substring_regex(values.take(pa.array(marked)), "[., ]", "")
    return pc.replace_with_mask(values, pa.array(np.isin(np.arange(len(values)), marked)), plain), whole


def _bools(array: pa.BooleanArray) -> npt.NDArray[np.bool_]:
    return np.asarray(array.to_numpy(zero_copy_only=False), np.bool_)
