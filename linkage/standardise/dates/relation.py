"""How two dates relate: one kernel over two int64 numbers yyyymmdd, no allocation."""

from __future__ import annotations

from typing import Final

from linkage.similarity.jit import kernel

DIFFERENT: Final = 0
"""None of the relations below."""
YEAR: Final = 1
"""The same year. The most that a date of which only the year is known (yyyy0000) can reach."""
YEAR_MONTH: Final = 2
"""The same year, and the same month or the same day."""
TYPO: Final = 3
"""One digit of yyyymmdd substituted, or two neighbours exchanged, or the same day and month one or ten years apart."""
SWAPPED: Final = 4
"""Day and month exchanged."""
EQUAL: Final = 5
"""The same day."""


@kernel
def date_relation(left: int, right: int) -> int:
    """Return the best relation of two dates, each yyyymmdd (yyyy0000: only the year) as int64.

    Symmetric; the caller deals with missing values.
    """
    left_year, left_rest = left // 10_000, left % 10_000
    right_year, right_rest = right // 10_000, right % 10_000
    if left_rest == 0 or right_rest == 0:
        return YEAR if left_year == right_year else DIFFERENT
    if left == right:
        return EQUAL
    left_month, left_day = left_rest // 100, left_rest % 100
    right_month, right_day = right_rest // 100, right_rest % 100
    if left_year == right_year and left_month == right_day and left_day == right_month:
        return SWAPPED
    gap = abs(left_year - right_year)
    if left_rest == right_rest and (gap == 1 or gap == 10):
        return TYPO
    differing = 0
    place = 0
    first_place = 0
    first_left = 0
    first_right = 0
    while left != right and differing < 3:
        left_next, right_next = left // 10, right // 10
        digit, other = left - left_next * 10, right - right_next * 10
        if digit != other:
            differing += 1
            if differing == 1:
                first_place, first_left, first_right = place, digit, other
            elif place != first_place + 1 or digit != first_right or other != first_left:
                differing = 3
        left, right = left_next, right_next
        place += 1
    if differing < 3:
        return TYPO
    if left_year != right_year:
        return DIFFERENT
    return YEAR_MONTH if left_month == right_month or left_day == right_day else YEAR
