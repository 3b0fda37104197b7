"""How two dates relate: kernels over two int64 numbers yyyymmdd, no allocation."""

from __future__ import annotations

from typing import Final

from linkage.similarity.digits import digit_slip
from linkage.similarity.jit import borrowing
from linkage.standardise.dates.calendar import gap_days

DIFFERENT: Final = 0
"""None of the relations below."""
YEAR: Final = 1
"""The same year. The most that a date of which only the year is known (yyyy0000) can reach."""
YEAR_MONTH: Final = 2
"""The same year, and the same month or the same day. The most that a date without its day (yyyymm00) can reach."""
TYPO: Final = 3
"""One digit of yyyymmdd substituted, or two neighbours exchanged, or the same day and month one or ten years apart."""
SWAPPED: Final = 4
"""Day and month exchanged."""
EQUAL: Final = 5
"""The same day."""

RELATIONS: Final = ("different", "year", "year_month", "typo", "swapped", "equal")
"""Names of the relations by code, best last."""

DIFFERENCES: Final = (
    "other",
    "same_year",
    "same_day",
    "same_month",
    "same_birthday",
    "transposed_digits",
    "one_digit",
    "next_day",
    "century",
    "ten_years",
    "one_year",
    "swapped",
    "equal",
)
"""Names of the codes of :func:`date_difference`, each at its code. ``same_day`` and ``same_month``: of one year;
``same_birthday``: day and month of another year; ``next_day``: one day apart, over the end of a month or year too."""

_SAME_YEAR, _SAME_DAY, _SAME_MONTH, _SAME_BIRTHDAY, _TRANSPOSED, _ONE_DIGIT, _NEXT_DAY = 1, 2, 3, 4, 5, 6, 7
_CENTURY, _TEN_YEARS, _ONE_YEAR, _SWAPPED, _EQUAL = 8, 9, 10, 11, 12


@borrowing
def date_relation(left: int, right: int) -> int:
    """Return the best relation of two dates, each yyyymmdd (yyyymm00, yyyy0000: what is known) as int64.

    Symmetric; the caller deals with missing values.
    """
    left_year, left_rest = left // 10_000, left % 10_000
    right_year, right_rest = right // 10_000, right % 10_000
    left_month, left_day = left_rest // 100, left_rest % 100
    right_month, right_day = right_rest // 100, right_rest % 100
    if left_day == 0 or right_day == 0:
        if left_year != right_year:
            return DIFFERENT
        return YEAR_MONTH if left_month == right_month and left_month > 0 else YEAR
    if left == right:
        return EQUAL
    if left_year == right_year and left_month == right_day and left_day == right_month:
        return SWAPPED
    gap = abs(left_year - right_year)
    if left_rest == right_rest and (gap == 1 or gap == 10):
        return TYPO
    if digit_slip(left, right) > 0:
        return TYPO
    if left_year != right_year:
        return DIFFERENT
    return YEAR_MONTH if left_month == right_month or left_day == right_day else YEAR


@borrowing
def date_difference(left: int, right: int) -> int:
    """Return how two dates differ, finer than :func:`date_relation`: an index into :data:`DIFFERENCES`.

    What a calendar explains goes before what a keyboard does: 1980 and 1981 are ``one_year``, not ``one_digit``. Of
    several that hold the largest code is returned. Dates without day or month are ``same_month``, ``same_year`` or
    ``other``, never more. Symmetric; the caller deals with missing values.
    """
    left_year, left_month, left_day = left // 10_000, left // 100 % 100, left % 100
    right_year, right_month, right_day = right // 10_000, right // 100 % 100, right % 100
    same_year = left_year == right_year
    if left_day == 0 or right_day == 0:
        if same_year and left_month == right_month and left_month > 0:
            return _SAME_MONTH
        return _SAME_YEAR if same_year else 0
    if left == right:
        return _EQUAL
    if same_year and left_month == right_day and left_day == right_month:
        return _SWAPPED
    same_birthday = left_month == right_month and left_day == right_day
    gap = abs(left_year - right_year)
    if same_birthday and gap == 1:
        return _ONE_YEAR
    if same_birthday and gap == 10:
        return _TEN_YEARS
    if same_birthday and gap == 100:
        return _CENTURY
    if gap_days(left, right) == 1:
        return _NEXT_DAY
    slip = digit_slip(left, right)
    if slip > 0:
        return _ONE_DIGIT if slip == 1 else _TRANSPOSED
    if same_birthday:
        return _SAME_BIRTHDAY
    if not same_year:
        return 0
    if left_month == right_month:
        return _SAME_MONTH
    return _SAME_DAY if left_day == right_day else _SAME_YEAR
