"""The calendar: which dates exist, and how many days lie between two. Gregorian throughout, before 1582 too."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.column import Int64

_LENGTHS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
_EPOCH: Final = 719_468
"""Days from 1 March of the year 0 to 1 January 1970."""


def is_date(year: int, month: int, day: int) -> bool:
    """Tell whether the calendar has this day; years 1 to 9999."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def are_dates(numbers: Int64) -> npt.NDArray[np.bool_]:
    """Tell which numbers yyyymmdd, int64 (n,), are days of the calendar; false for vague and negative ones."""
    year, month, day = numbers // 10_000, numbers // 100 % 100, numbers % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _LENGTHS[np.where(month <= 12, month, 0)] + (leap & (month == 2))
    return np.asarray((numbers > 0) & (year <= 9999) & (day >= 1) & (day <= length))


@borrowing
def day_number(number: int) -> int:
    """Return the days from 1 January 1970 to a whole date yyyymmdd, negative before.

    Counted from 1 March, so that the leap day is the last of its year.
    Source: Fliegel and Van Flandern (1968), A machine algorithm for processing calendar dates, in this arrangement.
    """
    month = number // 100 % 100
    year = number // 10_000 - (1 if month <= 2 else 0)
    month_from_march = (month + 9) % 12
    days_of_years = 365 * year + year // 4 - year // 100 + year // 400
    return int(days_of_years + (153 * month_from_march + 2) // 5 + number % 100 - 1 - _EPOCH)


@borrowing
def gap_days(left: int, right: int) -> int:
    """Return how many days two whole dates yyyymmdd lie apart, 0 or more. Symmetric; vague dates are the caller's."""
    return int(abs(day_number(left) - day_number(right)))


@kernel
def gaps_in_days(left: Int64, right: Int64) -> npt.NDArray[np.float64]:
    """Return :func:`gap_days` of pairs of dates, float64 (n,); nan where one is vague (day 0) or not positive."""
    gaps = np.empty(left.shape[0])
    for pair in range(left.shape[0]):
        one, other = left[pair], right[pair]
        whole = one > 0 and other > 0 and one % 100 > 0 and other % 100 > 0
        gaps[pair] = float(gap_days(one, other)) if whole else np.nan
    return gaps
