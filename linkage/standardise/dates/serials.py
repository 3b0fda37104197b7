"""Day numbers of a spreadsheet as dates. That a column holds them, only the whole column shows."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from linkage.standardise.column import Int64

_LAST: Final = {1900: 2_958_465, 1904: 2_957_003}
_DAY_ZERO: Final = {1900: np.datetime64("1899-12-31"), 1904: np.datetime64("1904-01-01")}
_NO_DAY: Final = 60


def serial_dates(serials: npt.NDArray[np.number], system: Literal[1900, 1904] = 1900) -> Int64:
    """Return the dates yyyymmdd, int64 (n,), of day numbers (n,); -1 for nan, and for numbers outside of 1 (0) to 9999.

    In the system of 1900 day 1 is 1 January 1900, and day 60 a 29 February 1900 that never was: it is -1, and later
    numbers are one more than the days passed. In that of 1904 day 0 is 1 January 1904. A time of day (the part behind
    the point) is left out. Source: ECMA-376, part 1, 18.17.4.1.
    """
    numbers = np.asarray(serials, np.float64)
    valid = (numbers >= (1 if system == 1900 else 0)) & (numbers < _LAST[system] + 1)
    whole = np.floor(np.where(valid, numbers, 1.0)).astype(np.int64)
    if system == 1900:
        valid &= whole != _NO_DAY
        whole = whole - (whole > _NO_DAY)
    days = _DAY_ZERO[system] + whole
    months = days.astype("datetime64[M]")
    index = months.astype(np.int64)
    number = (index // 12 + 1970) * 10_000 + (index % 12 + 1) * 100 + (days - months).astype(np.int64) + 1
    return np.where(valid, number, -1)
