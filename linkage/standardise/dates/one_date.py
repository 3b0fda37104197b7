"""One date for a steward: what a text says, how much of it can be used, and what is wrong with it."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from linkage.errors import InvariantError
from linkage.spec.fields import DATE_ORDERS
from linkage.standardise.dates.defaults import are_discounted
from linkage.standardise.dates.parts import DateParts, clean_date, read_parts
from linkage.standardise.dates.precision import PRECISIONS, date_precision
from linkage.standardise.dates.reading import INVALID, LONGEST_AGE, date_number

EMPTY: Final = "TGL_KOSONG"
"""Problem: no value, or a placeholder."""
UNREADABLE: Final = "TGL_TIDAK_TERBACA"
"""Problem: a text of no known form."""
IN_FUTURE: Final = "TGL_MASA_DEPAN"
"""Problem: a year after the extract's."""
TOO_OLD: Final = "USIA_TIDAK_WAJAR"
"""Problem: longer ago than anybody lives."""
INCOMPLETE: Final = "TGL_TIDAK_LENGKAP"
"""Problem: the day, or day and month, are not known."""
SYSTEM_ZERO: Final = "TGL_NOL_SISTEM"
"""Problem: a date with which some system's calendar begins, so perhaps an empty cell."""
DEFAULT: Final = "TGL_DEFAULT"
"""Problem: a default date of a birth year in which such were given."""

_SYSTEM_ZEROS: Final = frozenset({16010101, 17530101, 18991230, 18991231, 19000101, 19040101, 19700101})


class DateReading(NamedTuple):
    """What a text says. ``value``: yyyy-mm-dd, yyyy-mm or yyyy, as in a column; None when nothing can be used.

    ``precision``: one of :data:`linkage.standardise.dates.precision.PRECISIONS`. ``problems``: codes, those of reading
    (:mod:`linkage.standardise.dates.parts`) first, then those of the date.
    """

    value: str | None
    precision: str
    problems: tuple[str, ...]


def read_date(text: str, *, latest_year: int, order: str = "dmy", longest_age: int | None = LONGEST_AGE) -> DateReading:
    """Read one raw text as :func:`linkage.standardise.dates.reading.standardise_date` reads a column of them.

    ``latest_year``: the year of the extract, for the century of two digits and for what lies in the future. ``order``:
    how a date of three numbers is written, one of :data:`linkage.spec.fields.DATE_ORDERS`. ``longest_age``
    in years; None: no limit.

    Raises:
        InvariantError: another ``order``.
    """
    if order not in DATE_ORDERS:
        raise InvariantError("no such order of day, month and year", where="read_date")
    if not clean_date(text):
        return DateReading(None, PRECISIONS[0], (EMPTY,))
    parts = read_parts(text, latest_year, order)
    if not parts.readable:
        # A readable form whose two-digit year makes no date is no form at all.
        return DateReading(None, PRECISIONS[0], (INVALID if parts.year else UNREADABLE,))
    number = date_number(parts, latest_year)
    numbers = np.array([number], np.int64)
    problems = (*parts.problems, *_problems(parts, number, latest_year, longest_age))
    return DateReading(_text(number), PRECISIONS[date_precision(numbers)[0]], problems)


def _problems(parts: DateParts, number: int, latest_year: int, longest_age: int | None) -> list[str]:
    """Return what is wrong with a readable date."""
    if parts.year > latest_year:
        return [IN_FUTURE]
    if number < 0:
        return [INVALID]
    found = []
    if number % 100 == 0:
        vague = parts.month <= 12 and parts.day <= 31 and (parts.month == 0 or parts.day == 0)
        found.append(INCOMPLETE if vague else INVALID)
    if longest_age is not None and latest_year - parts.year > longest_age:
        found.append(TOO_OLD)
    if number in _SYSTEM_ZEROS:
        found.append(SYSTEM_ZERO)
    if are_discounted(np.array([number], np.int64))[0]:
        found.append(DEFAULT)
    return found


def _text(number: int) -> str | None:
    if number < 0:
        return None
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    return f"{year}-{month:02d}-{day:02d}" if day else f"{year}-{month:02d}" if month else f"{year}"
