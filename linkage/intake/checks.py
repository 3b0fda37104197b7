"""Checks on a file's distinct identifiers: what a spreadsheet does to sixteen digits.

A spreadsheet keeps 15 significant digits. A NIK that went through one ends in 0, or in 000 after it was shown as
``3,37103E+15`` and read back, or carries ``.0`` of a floating-point number.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError
from linkage.intake.dictionary import Int32

FAMILY_CARD: Final = "no_kk"
PARENTS: Final = ("nik_ibu", "nik_ayah")
"""Fields of 16 digits besides the record's own NIK, whatever kind a spec gives them."""

_DAMAGED_SHARE: Final = 0.01
_ROUNDED_AT_LEAST: Final = 3
_ZERO_SHARE: Final = 0.5
_ZERO_AT_LEAST: Final = 20
_REMEDY: Final = "Export again from the data base; if a spreadsheet must be used, format NIK and NO_KK as text first"


def damaged(values: pa.StringArray) -> npt.NDArray[np.bool_]:
    """Return bool (n_values,): values in exponent form (``3,37103E+15``) or with a fraction (``….0``)."""
    broken = np.zeros(len(values), np.bool_)
    odd = np.flatnonzero(~_bools(pc.ascii_is_decimal(values)))
    pattern = r"^[0-9][0-9.,]*[eE]\+?[0-9]+$|^[0-9]{10,}[.,]0{1,2}$"
    broken[odd] = _bools(pc.match_substring_regex(values.take(pa.array(odd)), pattern))
    return broken


def refuse_damaged(
    codes: Int32, values: pa.StringArray, broken: npt.NDArray[np.bool_], *, column: str, where: str
) -> None:
    """Refuse a file whose identifiers went through a spreadsheet.

    Raises:
        InputDataError: NIK_AS_NUMBER, when more than 1 % of the values are :func:`damaged` or end in 000 (of these at
            least three, for a serial of 1000 exists), or more than half of at least 20 end in 0.
    """
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    total = int(counts.sum())
    full = _bools(pc.and_(pc.equal(pc.binary_length(values), 16), pc.ascii_is_decimal(values)))
    by_thousand = int(counts[full & _bools(pc.ends_with(values, "000"))].sum())
    by_ten = int(counts[full & _bools(pc.ends_with(values, "0"))].sum())
    bad = int(counts[broken].sum()) + (by_thousand if by_thousand >= _ROUNDED_AT_LEAST else 0)
    if bad > _DAMAGED_SHARE * total:
        problem = (
            f"{bad} of {total} values of column {column} are numbers in exponent form, with a fraction, or end in 000"
        )
    elif int(counts[full].sum()) >= _ZERO_AT_LEAST and by_ten > _ZERO_SHARE * total:
        problem = f"{by_ten} of {total} values of column {column} end in 0: the last digit was lost"
    else:
        return
    raise InputDataError("NIK_AS_NUMBER", problem, where=where, remedy=_REMEDY)


def _bools(array: pa.BooleanArray) -> npt.NDArray[np.bool_]:
    return np.asarray(array.to_numpy(zero_copy_only=False), np.bool_)
