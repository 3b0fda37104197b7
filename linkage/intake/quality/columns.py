"""A column to be judged, and what the whole of it shows: emptiness, one value everywhere, content out of place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.intake.columns.dictionary import Int32
from linkage.standardise.column import Int64
from linkage.standardise.nik.numbers import nik_numbers

Mask = npt.NDArray[np.bool_]
ByValue = Mapping[str, Mask]
"""Rule code -> bool (n_values,): the distinct values that it holds for."""

_ENOUGH: Final = 20
_MISPLACED_SHARE: Final = 0.5
_CONSTANT_SHARE: Final = 0.9
UNREADABLE: Final = (
    "NIK_TIDAK_SESUAI_KAIDAH",
    "TGL_TIDAK_VALID",
    "DATEUNREADABLE",
    "JK_ANOMALI",
    "KODE_TIDAK_DIKENAL",
    "NUMBERUNREADABLE",
)
_TELLS_APART: Final = ("person_name", "nik", "identifier")


@dataclass(frozen=True, repr=False)
class Column:
    """A field of the accepted rows of one file.

    ``codes`` int32 (n,), -1 for missing, into the distinct ``values``; ``name``: the file's own column, or columns
    joined with +.
    """

    field: str
    kind: str
    name: str
    codes: Int32
    values: pa.StringArray

    @cached_property
    def niks(self) -> Int64:
        """int64 (n_values,): the NIK in each distinct value, -1 where it cannot be one."""
        return nik_numbers(self.values)

    @cached_property
    def niks_of_rows(self) -> Int64:
        """int64 (n,): the NIK of each row, -1 for none."""
        return np.append(self.niks, -1)[self.codes]

    def rows_with(self, by_value: Mask) -> Mask:
        """Return bool (n,): the rows whose value is marked; a missing value never is."""
        return np.append(by_value, False)[self.codes]


def judge_column(column: Column, by_value: ByValue) -> dict[str, Mask]:
    """Return the rows (n,) that the rules on whole columns hold for, by rule code.

    ``by_value``: what the rules on values found. A share is only taken of 20 rows with a value or more.
    """
    present = column.codes[column.codes >= 0]
    found: dict[str, Mask] = {}
    if len(column.codes) and not present.size:
        found["COLUMN_EMPTY"] = np.ones(len(column.codes), np.bool_)
    if present.size < _ENOUGH:
        return found
    counts = np.bincount(present, minlength=len(column.values))
    for code in UNREADABLE:
        if code in by_value and counts[by_value[code]].sum() > _MISPLACED_SHARE * present.size:
            found["COLUMN_MISPLACED"] = column.rows_with(by_value[code])
    if column.kind in _TELLS_APART or column.field == "tanggal_lahir":
        commonest = int(counts.argmax())
        if counts[commonest] >= _CONSTANT_SHARE * present.size:
            found["COLUMN_CONSTANT"] = column.codes == commonest
    return found
