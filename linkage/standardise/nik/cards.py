"""Family card numbers (No. KK): what is odd about each, as arrays. The rules are those of :class:`NoKk`."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import kernel
from linkage.spec import OlderRegions
from linkage.standardise.column import Int64, UInt8
from linkage.standardise.nik.numbers import sixteen_digits
from linkage.standardise.regions.districts import highest_districts
from linkage.standardise.regions.table import region_table

CARD_FATAL: Final = 1
"""Not 16 digits, or sixteen times the same one: no number of a card. No other bit is set then."""
CARD_DATE: Final = 2
"""Digits 7-12 are no date of this century; 40 is not added to the day."""
CARD_LATER: Final = 4
"""Recorded after the extract was made."""
CARD_REGENCY: Final = 8
"""Issued in a regency that is not in the table."""
CARD_DISTRICT: Final = 16
"""Sub-district 00, or above all that the regency is known to have had."""
CARD_SERIAL: Final = 32
"""Serial 0000."""

_DAYS_IN_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def card_flags(values: pa.StringArray, *, latest: int = 0, older: OlderRegions = ()) -> UInt8:
    """Return uint8 (n_raw,): what is odd about the card number in each raw text (no nulls), 0 for nothing.

    ``latest``: day of the extract as yyyymmdd, 0 when unknown. ``older``: regency codes of former times that the
    package's own table lacks.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    known = np.zeros(10_000, np.bool_)
    known[list(region_table(older).ever)] = True
    return _judge(sixteen_digits(values), latest, known, highest_districts(), _DAYS_IN_MONTH)


@kernel
def _judge(
    numbers: Int64,
    latest: int,
    known: npt.NDArray[np.bool_],
    highest: npt.NDArray[np.uint8],
    days_in_month: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    flags = np.zeros(numbers.shape[0], np.uint8)
    for value in range(numbers.shape[0]):
        number = numbers[value]
        if number < 0 or number % 1_111_111_111_111_111 == 0:
            flags[value] = CARD_FATAL
            continue
        regency, district = number // 10**12, number // 10**10 % 100
        day, month, year = number // 10**8 % 100, number // 10**6 % 100, 2000 + number // 10**4 % 100
        date = (year * 100 + month) * 100 + day
        if not (1 <= month <= 12 and 1 <= day <= days_in_month[month]) or (month == 2 and day == 29 and year % 4 != 0):
            flags[value] |= CARD_DATE
        elif 0 < latest < date:
            flags[value] |= CARD_LATER
        if not known[regency]:
            flags[value] |= CARD_REGENCY
        if district == 0 or district > highest[regency]:
            flags[value] |= CARD_DISTRICT
        if number % 10_000 == 0:
            flags[value] |= CARD_SERIAL
    return flags
