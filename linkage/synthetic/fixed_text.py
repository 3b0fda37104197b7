"""Numbers and dates as texts of fixed width, made without a Python loop."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt8 = npt.NDArray[np.uint8]

YEAR: Final = 365.25
"""Mean length of a year in days."""

SYSTEM_START: Final = 12_784  # 2005-01-01
"""Day since 1970-01-01 on which offices began to fill their registers."""


def digits_text(values: npt.NDArray[np.integer], width: int) -> pa.StringArray:
    """Return each number (not negative) in decimal, padded with zeros to ``width`` digits."""
    return characters_text(digits(values, width))


def digits(values: npt.NDArray[np.integer], width: int) -> UInt8:
    """Return uint8 (n, width): the ASCII digits of each number, padded with zeros on the left."""
    rest = values.astype(np.int64)
    out = np.empty((rest.size, width), np.uint8)
    for place in range(width - 1, -1, -1):
        out[:, place] = rest % 10 + ord("0")
        rest //= 10
    return out


def characters_text(characters: UInt8) -> pa.StringArray:
    """Return the rows of an ASCII matrix (n, width) as texts."""
    count, width = characters.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))


def iso_dates(days: npt.NDArray[np.integer]) -> pa.StringArray:
    """Return days since 1970-01-01 as ``yyyy-mm-dd``."""
    year, month, day = year_month_day(days)
    out = np.full((year.size, 10), ord("-"), np.uint8)
    out[:, 0:4] = digits(year, 4)
    out[:, 5:7] = digits(month, 2)
    out[:, 8:10] = digits(day, 2)
    return characters_text(out)


def year_month_day(days: npt.NDArray[np.integer]) -> tuple[Int64, Int64, Int64]:
    """Split days since 1970-01-01 into year, month 1-12 and day 1-31."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day = (dates - months).astype(np.int64) + 1
    number = months.astype(np.int64)
    return number // 12 + 1970, number % 12 + 1, day


def days_from(year: Int64, month: Int64, day: Int64) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """Return days since 1970-01-01, and where year, month and day are a date that exists; elsewhere the day is 0."""
    right = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1)
    months = np.where(right, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + np.where(right, day - 1, 0)
    right &= days.astype("datetime64[D]").astype("datetime64[M]") == months
    return np.where(right, days, 0), right


def years_of(days: npt.NDArray[np.integer]) -> Int64:
    """Return the year of days since 1970-01-01."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
