"""Dates of birth and of registration: many spellings to one, and what is wrong or vague about them.

Birth dates in Indonesian registers cluster on *default dates* by policy, not by dirt: 31 December (until 1994/2004)
and 1 July (since) when only the year was known, the 15th when only the month was, and 1 January without any policy.
Flags mark them, so that agreement on one can be given the weight of agreement on the year.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int64, StandardValues, UInt8
from linkage.standardise.generic_text import fold_text
from linkage.standardise.key_sets import one_key_each

DATE_DEFAULT: Final = 1
"""Flag bit: a default date (31 December, 1 July, 1 January, or the 15th of any month)."""
DATE_DEFAULT_DAY: Final = 2
"""Flag bit, with :data:`DATE_DEFAULT`: the 15th, where the month may still be the true one."""
DATE_YEAR_ONLY: Final = 4
"""Flag bit: only the year is known; ``integers`` is yyyy0000."""

DEFAULT_DAYS: Final = (1231, 701, 101)
"""Default dates of the year, as mmdd. Beside them: day 15 of every month."""
EARLIEST_YEAR: Final = 1500
"""Earlier years (0001, 1111) are placeholders."""
INVALID: Final = "TGL_TIDAK_VALID"
"""Reject or anomaly code for a date that cannot be."""

_PLACEHOLDERS: Final = frozenset(
    {"TIDAK ADA", "TIDAK DIKETAHUI", "TDK DIKETAHUI", "N/A", "NA", "NAN", "NAT", "NULL", "NONE", "NIHIL"}
)
_TIME = re.compile(
    r"(?<=\d)(?:T|\s+)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?$"
)
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/. ]\s*(\d{1,2})(?:\s*[-/. ]\s*(\d{1,2}))?")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{4})")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[-/., ]*([^\W\d_]+)[-/., ]*(\d{4}|\d{2})")
_NAMED = re.compile(r"[^\W_]+(?:[-/.,’ºª\s]+[^\W_]+)*[-/.,ºª]?")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_WEEKDAY = re.compile(r"[^\W\d_]+\.?,\s*(?=.*\d)")
_LONGEST_NAMED = 60
_EAST_ASIAN = str.maketrans({"年": "-", "月": "-", "日": "", "년": "-", "월": "-", "일": ""})
_EIGHT = re.compile(r"\d{8}")
_YEAR = re.compile(r"\d{4}")
_UNREAD: Final = -2


class _Reading(NamedTuple):
    """Parts as written; month and day 0 where absent. ``readable`` false: the text has no known form."""

    readable: bool
    year: int = 0
    month: int = 0
    day: int = 0


def standardise_date(values: pa.StringArray, *, latest_year: int) -> StandardValues:
    """Return the dates among distinct raw texts (no nulls).

    Read are dd-mm-yyyy and yyyy-mm-dd with any of ``- / . blank``, yyyymmdd, ddmmyyyy, dd-mm-yy, yyyy年mm月dd日, day,
    month and year in any usual order with the month's name in one of the languages of ``data/months.toml``, all with or
    without a time, month and year, and a bare year. A two-digit year above the last two digits of ``latest_year`` (the
    year of the extract) belongs to 19yy, else to 20yy. Years of other calendars are not converted: they are too late or
    too early. Numbers in another order and day numbers of a spreadsheet are rewritten before, for only a whole column
    shows them (:mod:`linkage.intake.columns.habits`).

    ``values`` are yyyy-mm-dd, or yyyy where month or day is missing or impossible (30 February) but four digits of a
    plausible year were given; what has not even that is missing. ``integers``: yyyymmdd, or yyyy0000. ``flags``: the
    ``DATE_*`` bits. Key forms: "value" (full dates only, default dates too), "year", and "swapped", equal for a date
    and the date with day and month exchanged (full dates only).
    """
    numbers = _read_fixed(values, latest_year)
    for position in np.flatnonzero(numbers == _UNREAD).tolist():
        numbers[position] = _number(_read(values[position].as_py(), latest_year), latest_year)
    valid = numbers >= 0
    distinct, inverse = np.unique(numbers[valid], return_inverse=True)
    mapping = np.full(len(values), -1, np.int32)
    mapping[valid] = inverse
    full = distinct % 10_000 > 0
    year, month, day = distinct // 10_000, distinct // 100 % 100, distinct % 100
    swapped = year * 10_000 + np.minimum(month, day) * 100 + np.maximum(month, day)
    years = pa.array(year).cast(pa.string())
    digits = pa.array(distinct).cast(pa.string())
    parts = (pc.utf8_slice_codeunits(digits, begin, end) for begin, end in ((0, 4), (4, 6), (6, 8)))
    texts = pc.if_else(pa.array(full), pc.binary_join_element_wise(*parts, "-"), years)
    return StandardValues(
        mapping=mapping,
        values=texts,
        integers=distinct,
        flags=_flags(distinct),
        key_sets={
            "value": one_key_each(texts, full),
            "year": one_key_each(years),
            "swapped": one_key_each(pa.array(swapped).cast(pa.string()), full),
        },
    )


def date_problem(value: str, *, latest_year: int, longest_age: int | None = 120) -> str | None:
    """Return :data:`INVALID` when a raw text is no possible date, None when it is one, is vague, or is empty.

    Impossible are a text of no known form, a day that the calendar does not have, a year after ``latest_year`` and one
    more than ``longest_age`` years before it (None: no limit). A missing day or month (0) is vague, not impossible.
    """
    text = _clean(value)
    if not text:
        return None
    parts = _read(value, latest_year)
    if not parts.readable:
        return INVALID
    earliest = EARLIEST_YEAR if longest_age is None else latest_year - longest_age
    if not earliest <= parts.year <= latest_year:
        return INVALID
    if parts.month == 0 or parts.day == 0:
        return None if parts.month <= 12 and parts.day <= 31 else INVALID
    return None if _is_date(parts.year, parts.month, parts.day) else INVALID


def _read_fixed(values: pa.StringArray, latest_year: int) -> Int64:
    """Return int64 (n_raw,) for the ten-character forms with a plain separator, ``_UNREAD`` for all else."""
    numbers = np.full(len(values), _UNREAD, np.int64)
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
        settled = fits & _in_calendar(read, latest_year)
        numbers[ten[settled]] = read[settled]
    return numbers


def _in_calendar(numbers: Int64, latest_year: int) -> npt.NDArray[np.bool_]:
    year, month, day = numbers // 10_000, numbers // 100 % 100, numbers % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    lengths = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
    length = lengths[np.where(month <= 12, month, 0)] + (leap & (month == 2))
    return np.asarray((year >= EARLIEST_YEAR) & (year <= latest_year) & (day >= 1) & (day <= length))


def _flags(numbers: Int64) -> UInt8:
    rest = numbers % 10_000
    fifteenth = rest % 100 == 15
    flags = np.where(np.isin(rest, DEFAULT_DAYS) | fifteenth, DATE_DEFAULT, 0)
    flags |= np.where(fifteenth, DATE_DEFAULT_DAY, 0) | np.where(rest == 0, DATE_YEAR_ONLY, 0)
    return np.asarray(flags, np.uint8)


def _clean(value: str) -> str:
    text = " ".join(fold_text(value).translate(_EAST_ASIAN).replace("'", "").split())
    return "" if text in _PLACEHOLDERS or not text.strip("-0./ ?X") else text


def _read(value: str, latest_year: int) -> _Reading:
    text = _TIME.sub("", _clean(value))
    if match := _DAY_FIRST.fullmatch(text):
        return _day_first(match[3], int(match[2]), int(match[1]), latest_year)
    if match := _YEAR_FIRST.fullmatch(text):
        return _Reading(True, int(match[1]), int(match[2]), int(match[3] or 0))
    if _EIGHT.fullmatch(text):
        return _read_eight(text, latest_year)
    if _YEAR.fullmatch(text) and EARLIEST_YEAR <= int(text) <= latest_year:
        return _Reading(True, int(text))
    if match := _MONTH_YEAR.fullmatch(text):
        return _Reading(True, int(match[2]), int(match[1]) if int(match[1]) <= 12 else 0)
    return _read_named(text, latest_year)


def _read_named(text: str, latest_year: int) -> _Reading:
    """Read a date with a month's name: day month year, month day year, year month day, or month and year."""
    months, silent = _words()
    # The usual form, done at once; 80-MAR-05 has its year first.
    if (match := _DAY_MONTH_YEAR.fullmatch(text)) and match[2] in months and int(match[1]) <= 31:
        return _day_first(match[3], months[match[2]], int(match[1]), latest_year)
    if len(text) > _LONGEST_NAMED or not _NAMED.fullmatch(text):
        return _Reading(False)
    tokens = _TOKEN.findall(text)
    if tokens[0] not in months:
        tokens = _TOKEN.findall(_WEEKDAY.sub("", text, count=1))
    tokens = [token for token in tokens if token not in silent]
    place = next((place for place, token in enumerate(tokens) if token in months), -1)
    numbers = [token for token in tokens if token.isdecimal()]
    if place < 0 or len(numbers) != len(tokens) - 1 or not 1 <= len(numbers) <= 2 or max(map(len, numbers)) > 4:
        return _Reading(False)
    month = months[tokens[place]]
    if len(numbers) == 1:
        return _Reading(True, int(numbers[0]), month) if len(numbers[0]) == 4 and place < 2 else _Reading(False)
    day, year = numbers
    if place == 1 and (len(day) == 4 or int(day) > 31 >= int(year)):
        day, year = year, day
    if place == 2 or len(day) > 2 or len(year) not in (2, 4):
        return _Reading(False)
    return _day_first(year, month, int(day), latest_year)


@cache
def _words() -> tuple[Mapping[str, int], frozenset[str]]:
    """Return the month of each name, and the words that say nothing."""
    data = tomllib.loads((resources.files("linkage.standardise") / "data" / "months.toml").read_text(encoding="utf-8"))
    silent = frozenset(data.pop("silent"))
    return {name: int(month) for month, names in data.items() for name in names}, silent


def _read_eight(text: str, latest_year: int) -> _Reading:
    """Read yyyymmdd, else ddmmyyyy; no text is a plausible date both ways."""
    year_first = _Reading(True, int(text[:4]), int(text[4:6]), int(text[6:]))
    day_first = _Reading(True, int(text[4:]), int(text[2:4]), int(text[:2]))
    if _is_date(*year_first[1:]) and EARLIEST_YEAR <= year_first.year <= latest_year:
        return year_first
    if _is_date(*day_first[1:]) and EARLIEST_YEAR <= day_first.year <= latest_year:
        return day_first
    return year_first


def _day_first(year_digits: str, month: int, day: int, latest_year: int) -> _Reading:
    year = int(year_digits)
    if len(year_digits) == 4:
        return _Reading(True, year, month, day)
    century = latest_year // 100 * 100
    year += century if year <= latest_year % 100 else century - 100
    # Of an impossible date not even the year is believed when two of its digits are a guess.
    return _Reading(_is_date(year, month, day), year, month, day)


def _number(parts: _Reading, latest_year: int) -> int:
    if not parts.readable or not EARLIEST_YEAR <= parts.year <= latest_year:
        return -1
    if _is_date(parts.year, parts.month, parts.day):
        return parts.year * 10_000 + parts.month * 100 + parts.day
    return parts.year * 10_000


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
