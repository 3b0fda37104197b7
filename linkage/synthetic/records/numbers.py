"""Issuing NIKs and family card numbers by the rule, with serials that are unique behind each prefix.

PP KK CC DDMMYY SSSS (PP 37/2007): region of first issue, birth date with 40 added to a woman's day, serial.
A family card number has the day of recording instead, and no 40.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.errors import InvariantError
from linkage.synthetic.fixed_text import year_month_day
from linkage.synthetic.streams import Int64, rank_in_group

_SERIALS = 10_000
_FIRST_SERIALS = 4


def issue_numbers(
    area: npt.NDArray[np.integer],
    day: npt.NDArray[np.integer],
    female: npt.NDArray[np.integer],
    rng: np.random.Generator,
    issued: Int64 | None = None,
) -> Int64:
    """Return int64 (n,): a distinct 16-digit number for each row, in the order of issue.

    ``area`` is the 6-digit code of the sub-district, ``day`` days since 1970-01-01, ``female`` 1 where 40 is added.
    Rows with one prefix get consecutive serials, so twins of one sex stand side by side. Numbers ``issued`` before, in
    any order, are continued and never given again.

    Raises:
        InvariantError: a prefix has no serial left.
    """
    year, month, date = year_month_day(day)
    prefix = ((area.astype(np.int64) * 100 + date + 40 * female) * 100 + month) * 100 + year % 100
    distinct, group = np.unique(prefix, return_inverse=True)
    start = rng.integers(1, 1 + _FIRST_SERIALS, distinct.size)
    if issued is not None and issued.size:
        before = np.sort(issued)
        last = before[np.maximum(np.searchsorted(before, (distinct + 1) * _SERIALS) - 1, 0)]
        start = np.where(last // _SERIALS == distinct, last % _SERIALS + 1, start)
    serial = start[group] + rank_in_group(group)
    if serial.size and int(serial.max()) >= _SERIALS:
        raise InvariantError("a number's prefix has no serial left", remedy="Ask for more regions or fewer records")
    numbers: Int64 = prefix * _SERIALS + serial
    return numbers
