"""How two NIKs relate: kernels over two int64 numbers, no allocation."""

from __future__ import annotations

from typing import Final

from linkage.similarity.digits import digit_slip
from linkage.similarity.jit import borrowing

UNKNOWN: Final = -1
"""A damaged number says nothing of the other one: as if it were missing."""
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

RELATIONS: Final = ("different", "sex_shift", "prefix", "typo", "equal")
"""Names of the relations by code, best last; ``UNKNOWN`` has none."""

_SERIAL: Final = 10_000
_DAY: Final = 10**8
_REGION: Final = 10**10
_SEX_SHIFT: Final = 40 * _DAY
_LENGTH_STEP: Final = 10**17


@borrowing
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
    return TYPO if _one_slip(left, right) else DIFFERENT


@borrowing
def damaged_relation(left: int, right: int) -> int:
    """Return the relation of two numbers of which one at least is damaged (negative); symmetric.

    A damaged number (``damaged_number`` in :mod:`linkage.standardise.nik.numbers`) breaks the numbering rules, so it is
    nobody's NIK, but it may be somebody's with a slip in it:

    - ``TYPO``: one edit from a NIK (a digit substituted, lost or added, or two neighbours exchanged); or twice the same
      damaged number. That is not ``EQUAL``: one wrong number stands in two records because one was copied from the
      other, or because it is what a clerk types when there is none.
    - ``PREFIX``: so close, but the first twelve digits are equal; or twice the same number that lost a digit or has the
      serial 0000. The serial is all that tells twins apart: a column too narrow, or a spreadsheet that keeps fifteen
      digits, writes one number for both.
    - ``UNKNOWN``: anything else. Two damaged numbers that differ say nothing, nor does one far from the other. Never
      ``DIFFERENT``: a number that counts as missing speaks against nobody.
    """
    if left < 0 and right < 0:
        if left != right:
            return UNKNOWN
        length = 15 + -left // _LENGTH_STEP
        return PREFIX if length == 15 or (length == 16 and -left % _SERIAL == 0) else TYPO
    damaged, number = (-left, right) if left < 0 else (-right, left)
    length, digits = 15 + damaged // _LENGTH_STEP, damaged % _LENGTH_STEP
    if length == 16:
        close = _one_slip(digits, number)
    elif length == 15:
        close = _one_lost(number, digits)
    else:
        close = _one_lost(digits, number)
    if not close:
        return UNKNOWN
    power = 10 ** (length - 12)
    return PREFIX if digits // power == number // _SERIAL else TYPO


@borrowing
def _one_slip(left: int, right: int) -> bool:
    """Tell whether two different numbers differ in one digit, or by two neighbours exchanged."""
    if left % _DAY == right % _DAY:  # a shortcut for the walk over digits, which ends where only equal ones are left
        left, right = left // _DAY, right // _DAY
    return bool(digit_slip(left, right) > 0)


@borrowing
def _one_lost(longer: int, shorter: int) -> bool:
    """Tell whether ``shorter`` is what is left of ``longer``, one digit more, when one of its digits is left out."""
    power = 1
    while longer % (power * 10) == shorter % (power * 10) and power < _LENGTH_STEP:
        power *= 10
    # The last digits are equal below ``power``; the digit at ``power`` is the one to leave out.
    return longer // (power * 10) == shorter // power
