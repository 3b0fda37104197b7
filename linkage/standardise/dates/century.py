"""The century of a year of two digits, by what else a record says of its person's age.

The NIK cannot settle it: its date has two digits of the year as well. Standardising a column decides by the year of the
extract alone, for there one text is one date whoever bears it; these functions are for records whose date is in doubt.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.standardise.column import Int64
from linkage.standardise.dates.reading import LONGEST_AGE

LEAST_AGE_ENROLLED: Final = 16
"""Least age of who has finished the enrolment for a card."""
LEAST_AGE_MARRIED: Final = 13
"""Least age of who is, or was, married: registers know younger spouses than the law allows."""
LEAST_AGE_BY_ROLE: Final = (0, 13, 13, 13, 0, 13, 0, 30, 30, 0, 0, 0)
"""Least age by the SIAK number of the relation to the head of the family: 1 head (orphans are heads of their own card),
2 and 3 spouses, 5 child-in-law, 7 parent and 8 parent-in-law of a head."""


def century_of(
    two_digits: Int64,
    latest_year: int,
    *,
    family_role: npt.NDArray[np.integer] | None = None,
    enrolled: npt.NDArray[np.bool_] | None = None,
    married: npt.NDArray[np.bool_] | None = None,
) -> Int64:
    """Return the full years, int64 (n,), of years of two digits (n,), 0 to 99.

    A year above the last two digits of ``latest_year`` belongs to the century before; so does one that would make a
    child of who cannot be one, unless that makes a person of more than :data:`LONGEST_AGE` years. ``family_role`` (n,):
    SIAK numbers, 0 for unknown; ``enrolled``: finished biometric enrolment; ``married``: is or was. None, 0 and False
    say nothing.
    """
    century = latest_year // 100 * 100
    years = two_digits + np.where(two_digits <= latest_year % 100, century, century - 100)
    least = np.zeros(years.shape, np.int64)
    if family_role is not None:
        known = (family_role > 0) & (family_role < len(LEAST_AGE_BY_ROLE))
        least = np.array(LEAST_AGE_BY_ROLE, np.int64)[np.where(known, family_role, 0)]
    for told, age in ((enrolled, LEAST_AGE_ENROLLED), (married, LEAST_AGE_MARRIED)):
        if told is not None:
            least = np.maximum(least, np.where(told, age, 0))
    too_young = latest_year - years < least
    possible = latest_year - (years - 100) <= LONGEST_AGE
    return np.where(too_young & possible, years - 100, years)
