"""How two NIKs relate: one kernel over two int64 numbers, no allocation."""

from __future__ import annotations

from typing import Final

from linkage.similarity.jit import kernel

DIFFERENT: Final = 0
"""None of the relations below."""
SEX_SHIFT: Final = 1
"""Equal but for the day digits, which differ by exactly 40: the sex was corrected, or a clerk forgot the 40."""
PREFIX: Final = 2
"""The first 12 digits are equal, the serial differs: same place, date and sex at first issue. Twins, or chance."""
TYPO: Final = 3
"""One digit substituted, or two neighbours exchanged, and not inside the serial alone."""
EQUAL: Final = 4
"""The same number."""

_SERIAL: Final = 10_000
_DAY: Final = 10**8
_REGION: Final = 10**10
_SEX_SHIFT: Final = 40 * _DAY


@kernel
def nik_relation(left: int, right: int) -> int:
    """Return the relation of two NIKs, each its 16 digits as int64. Symmetric; the caller deals with missing values.

    A difference within the serial (last four digits) is never a ``TYPO``: consecutive serials are what twins, and
    strangers registered on one day, have.
    """
    if left == right:
        return EQUAL
    if left // _SERIAL == right // _SERIAL:
        return PREFIX
    if left // _REGION == right // _REGION and abs(left - right) == _SEX_SHIFT:
        return SEX_SHIFT
    if left % _DAY == right % _DAY:  # a shortcut for the loop below, which ends where only equal digits are left
        left, right = left // _DAY, right // _DAY
    differing = 0
    place = 0
    first_place = 0
    first_left = 0
    first_right = 0
    while left != right:
        left_rest, right_rest = left // 10, right // 10
        digit, other = left - left_rest * 10, right - right_rest * 10
        if digit != other:
            differing += 1
            if differing == 1:
                first_place, first_left, first_right = place, digit, other
            elif differing > 2 or place != first_place + 1 or digit != first_right or other != first_left:
                return DIFFERENT
        left, right = left_rest, right_rest
        place += 1
    return TYPO
