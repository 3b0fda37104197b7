"""How much of a date is known: a code for each, for the register's column TGL_LHR_PRESISI and for stewards."""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.standardise.column import Int64, UInt8
from linkage.standardise.dates.defaults import DEFAULT_DAY, are_discounted

PRECISIONS: Final = ("TIDAK_VALID", "TAHUN", "BULAN", "DEFAULT_TAHUN", "DEFAULT_BULAN", "PASTI")
"""Codes by number. ``TIDAK_VALID``: nothing can be used, missing dates too. ``TAHUN``: the year alone is known, or is
all that is left of an impossible date. ``BULAN``: year and month. ``DEFAULT_TAHUN``, ``DEFAULT_BULAN``: a default date
of a birth year in which such were given, so that the year, or year and month, may be all that was known. ``PASTI``: a
day."""

INVALID_DATE, YEAR_KNOWN, MONTH_KNOWN, DEFAULT_OF_YEAR, DEFAULT_OF_MONTH, EXACT = range(6)


def date_precision(numbers: Int64) -> UInt8:
    """Return the precision of each date, uint8 (n,), an index into :data:`PRECISIONS`.

    ``numbers`` int64 (n,): yyyymmdd, yyyymm00, yyyy0000, or negative for a missing one.
    """
    by_default = np.where(numbers % 100 == DEFAULT_DAY, DEFAULT_OF_MONTH, DEFAULT_OF_YEAR)
    found = np.where(are_discounted(numbers), by_default, EXACT)
    found = np.where(numbers % 100 == 0, MONTH_KNOWN, found)
    found = np.where(numbers % 10_000 == 0, YEAR_KNOWN, found)
    return np.where(numbers < 0, INVALID_DATE, found).astype(np.uint8)
