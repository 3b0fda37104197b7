"""A column to be judged, and what the whole of it shows: emptiness, one value everywhere, content out of place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.columns.dictionary import Int32
from linkage.standardise.column import Int64
from linkage.standardise.nik.numbers import nik_numbers, sixteen_digits

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

    @cached_property
    def cards(self) -> Mask:
        """bool (n_values,): a family card number of 16 digits that are not all the same."""
        numbers = sixteen_digits(self.values)
        return np.asarray((numbers >= 0) & (numbers % 1_111_111_111_111_111 != 0))

    @cached_property
    def bearers(self) -> Int64:
        """int64 (n_values,): the rows with the NIK of each distinct value, however it is written there."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))
        if not bool(pc.all(pc.equal(pc.binary_length(self.values), 16), min_count=0).as_py()):
            # One number may be written in several ways.
            distinct, which = np.unique(self.niks, return_inverse=True)
            counts = np.bincount(which, weights=counts, minlength=len(distinct))[which]
        return counts.astype(np.int64)

    def rows_with(self, by_value: Mask) -> Mask:
        """Return bool (n,): the rows whose value is marked; a missing value never is."""
        return np.append(by_value, False)[self.codes]


def judge_column(column: Column, by_value: ByValue) -> dict[str, Mask]:
    """Return the rows (n,) that the rules on whole columns hold for, by rule code.

    ``by_value``: what the rules on values found. A share is only taken of 20 rows with a value or more.
    """
    present = int(np.count_nonzero(column.codes >= 0))
    found: dict[str, Mask] = {}
    if len(column.codes) and not present:
        found["COLUMN_EMPTY"] = np.ones(len(column.codes), np.bool_)
    tells_apart = column.kind in _TELLS_APART or column.field == "tanggal_lahir"
    doubted = [by_value[code] for code in UNREADABLE if code in by_value]
    if present < _ENOUGH or not (tells_apart or doubted):
        return found
    counts = np.bincount(column.codes + np.int32(1), minlength=len(column.values) + 1)[1:]
    for marked in doubted:
        if counts[marked].sum() > _MISPLACED_SHARE * present:
            found["COLUMN_MISPLACED"] = column.rows_with(marked)
    if tells_apart:
        commonest = int(counts.argmax())
        if counts[commonest] >= _CONSTANT_SHARE * present:
            found["COLUMN_CONSTANT"] = column.codes == commonest
    return found
