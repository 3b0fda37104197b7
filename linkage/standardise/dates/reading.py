"""Dates of birth and of registration: many spellings to one, and what is wrong or vague about them.

Birth dates in Indonesian registers cluster on *default dates* by policy, not by dirt: 31 December (until 1994/2004)
and 1 July (since) when only the year was known, the 15th when only the month was, and 1 January without any policy.
Flags mark them, so that agreement on one can be given the weight of agreement on the year.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int64, StandardValues, UInt8
from linkage.standardise.dates.calendar import are_dates, is_date
from linkage.standardise.dates.defaults import DEFAULT_DAY, DEFAULT_DAYS, are_discounted
from linkage.standardise.dates.keys import date_key_forms
from linkage.standardise.dates.parts import EARLIEST_YEAR, SWAPPED_ORDER, DateParts, clean_date, read_parts

DATE_DEFAULT: Final = 1
"""Flag bit: a default date (31 December, 1 July, 1 January, or the 15th of any month), whatever the year."""
DATE_DEFAULT_DAY: Final = 2
"""Flag bit, with :data:`DATE_DEFAULT`: the 15th, where the month may still be the true one."""
DATE_YEAR_ONLY: Final = 4
"""Flag bit: only the year is known; ``integers`` is yyyy0000."""
DATE_MONTH_ONLY: Final = 8
"""Flag bit: year and month are known, the day is not; ``integers`` is yyyymm00."""
DATE_DISCOUNTED: Final = 16
"""Flag bit, with :data:`DATE_DEFAULT`: of a birth year in which default dates were given (until 2005), so that
agreement on it counts as agreement on the year."""

INVALID: Final = "TGL_TIDAK_VALID"
"""Reject, anomaly or problem code for a date that cannot be."""

LONGEST_AGE: Final = 120
"""Years that nobody is believed to live beyond."""

_TIMED: Final = r"^[0-9./-]{10}[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?$"
_UNREAD: Final = -2


def standardise_date(values: pa.StringArray, *, latest_year: int) -> StandardValues:
    """Return the dates among distinct raw texts (no nulls).

    Read are dd-mm-yyyy and yyyy-mm-dd with any of ``- / . , _ blank``, yyyymmdd, ddmmyyyy, ddmmyy, dd-mm-yy,
    yyyy年mm月dd日, day, month and year in any usual order with the month's name in one of the languages of
    ``data/months.toml`` (cut short, with one slip, or as a Roman numeral), with labels (TGL 5 BLN 6 THN 1980), all with
    or without a time, month and year, and a bare year; in digits of any script. A two-digit year above the last two
    digits of ``latest_year`` (the year of the extract) belongs to 19yy, else to 20yy. Where the month cannot be one but
    the day can, they are exchanged. Years of other calendars are not converted: they are too late or too early. Numbers
    in another order and day numbers of a spreadsheet are rewritten before, for only a whole column shows them
    (:mod:`linkage.intake.columns.habits`).

    ``values`` are yyyy-mm-dd, yyyy-mm where the day is missing, or yyyy where the month is or the date is impossible
    (30 February) but four digits of a plausible year were given; what has not even that is missing. ``integers``:
    yyyymmdd, yyyymm00, or yyyy0000. ``flags``: the ``DATE_*`` bits. Key forms:
    :func:`linkage.standardise.dates.keys.date_key_forms`. A standard value is read as itself.
    """
    numbers = _read_fixed(values, latest_year)
    for position in np.flatnonzero(numbers == _UNREAD).tolist():
        numbers[position] = date_number(read_parts(values[position].as_py(), latest_year), latest_year)
    valid = numbers >= 0
    distinct, inverse = np.unique(numbers[valid], return_inverse=True)
    mapping = np.full(len(values), -1, np.int32)
    mapping[valid] = inverse
    full, vague = distinct % 100 > 0, distinct % 10_000 == 0
    year = distinct // 10_000
    years = pa.array(year).cast(pa.string())
    digits = pa.array(distinct).cast(pa.string())
    parts = [pc.utf8_slice_codeunits(digits, begin, end) for begin, end in ((0, 4), (4, 6), (6, 8))]
    months = pc.binary_join_element_wise(*parts[:2], "-")
    texts = pc.if_else(pa.array(full), pc.binary_join_element_wise(months, parts[2], "-"), months)
    texts = pc.if_else(pa.array(vague), years, texts)
    return StandardValues(
        mapping=mapping,
        values=texts,
        integers=distinct,
        flags=_flags(distinct),
        key_sets=date_key_forms(distinct),
    )


def date_problem(value: str, *, latest_year: int, longest_age: int | None = LONGEST_AGE) -> str | None:
    """Return :data:`INVALID` when a raw text is no possible date, None when it is one, is vague, or is empty.

    Impossible are a text of no known form, a day that the calendar does not have (though one that is possible with day
    and month exchanged is read so), a year after ``latest_year`` and one more than ``longest_age`` years before it
    (None: no limit). A missing day or month (0) is vague, not impossible.
    """
    if not clean_date(value):
        return None
    parts = read_parts(value, latest_year)
    if not parts.readable or SWAPPED_ORDER in parts.problems:
        return INVALID
    earliest = EARLIEST_YEAR if longest_age is None else latest_year - longest_age
    if not earliest <= parts.year <= latest_year:
        return INVALID
    if parts.month == 0 or parts.day == 0:
        return None if parts.month <= 12 and parts.day <= 31 else INVALID
    return None if is_date(parts.year, parts.month, parts.day) else INVALID


def _read_fixed(values: pa.StringArray, latest_year: int) -> Int64:
    """Return int64 (n_raw,) for ten characters with a plain separator, timed or not, ``_UNREAD`` for all else."""
    numbers = np.full(len(values), _UNREAD, np.int64)
    # Every moment of an entry is a text of its own; the days are few.
    values = pc.if_else(pc.match_substring_regex(values, _TIMED), pc.utf8_slice_codeunits(values, 0, 10), values)
    ten = np.flatnonzero(pc.equal(pc.binary_length(values), 10).to_numpy(zero_copy_only=False))
    if ten.size == 0:
        return numbers
    # Taken values lie end to end in a buffer of their own, so equal lengths make a matrix.
    chars = np.frombuffer(values.take(pa.array(ten)).buffers()[2], np.uint8)[: ten.size * 10].reshape(-1, 10)
    digits = chars.astype(np.int64) - 48
    is_digit = (digits >= 0) & (digits <= 9)
    is_separator = (chars == ord("-")) | (chars == ord("/")) | (chars == ord("."))
    for separators, places in (((2, 5), (6, 7, 8, 9, 3, 4, 0, 1)), ((4, 7), (0, 1, 2, 3, 5, 6, 8, 9))):
        fits = is_digit[:, places].all(axis=1) & is_separator[:, separators].all(axis=1)
        read = digits[:, places] @ (10 ** np.arange(7, -1, -1, dtype=np.int64))
        # Only what the calendar has is settled here; the rest is odd and goes the slow way.
        settled = fits & are_dates(read) & (read // 10_000 >= EARLIEST_YEAR) & (read // 10_000 <= latest_year)
        numbers[ten[settled]] = read[settled]
    return numbers


def _flags(numbers: Int64) -> UInt8:
    rest = numbers % 10_000
    fifteenth = rest % 100 == DEFAULT_DAY
    flags = np.where(np.isin(rest, DEFAULT_DAYS) | fifteenth, DATE_DEFAULT, 0)
    flags |= np.where(fifteenth, DATE_DEFAULT_DAY, 0) | np.where(rest == 0, DATE_YEAR_ONLY, 0)
    flags |= np.where((rest > 0) & (rest % 100 == 0), DATE_MONTH_ONLY, 0)
    flags |= np.where(are_discounted(numbers), DATE_DISCOUNTED, 0)
    return np.asarray(flags, np.uint8)


def date_number(parts: DateParts, latest_year: int) -> int:
    """Return yyyymmdd, yyyymm00, yyyy0000, or -1 when not even the year can be used."""
    if not parts.readable or not EARLIEST_YEAR <= parts.year <= latest_year:
        return -1
    if is_date(parts.year, parts.month, parts.day):
        return parts.year * 10_000 + parts.month * 100 + parts.day
    # The month of an impossible day (30 February) is as doubtful as the day.
    return parts.year * 10_000 + (parts.month * 100 if parts.day == 0 and parts.month <= 12 else 0)
