"""How a file writes dates and numbers: found out per column, and undone where the house reads otherwise.

A date of three numbers is read day first in Indonesia and in most of the world, month first in the United States, year
first in East Asia. One column keeps one order, so the values that can be read one way only tell how to read the rest.
A year of four digits in front is followed by the month nearly everywhere; some exports put the day there.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.dates.serials import serial_dates

Int64 = npt.NDArray[np.int64]

_PARTS: Final = r"^\s*'?(?P<a>\d{1,2})\s*[-/. ]\s*(?P<b>\d{1,2})\s*[-/. ]\s*(?P<c>\d{4}|\d{2})(?P<rest>\D.*)?$"
_YEAR_FIRST: Final = r"^\s*'?\d{4}\s*[-/. ]\s*(?:%s)\s*[-/. ]\s*(?:%s)(?:\D.*)?$"
_MONTH: Final = r"0?[1-9]|1[0-2]"
_LATE_DAY: Final = r"1[3-9]|2\d|3[01]"
_ANY: Final = r"\d{1,2}"
_FAR_MORE: Final = 4
"""An order other than day first needs more than so many times the rows that speak for day first."""
_LEAST_SHARE: Final = 0.02
"""And more than this share of all its rows: of true dates over half tell their order, of typing errors few do."""

_SERIAL: Final = r"^\s*\d{1,5}(?:\.\d+)?\s*$"
_LONG_SERIAL: Final = r"^\s*[1-9]\d{4}(?:\.\d+)?\s*$"
_YEAR: Final = r"^\s*(?:1[5-9]|20)\d{2}\s*$"
_GROUPED: Final = r"^\s*[+-]?\d{1,3}(?:[%s]\d{3})+(?:[%s]\d*)?\s*$"
_THREE_DECIMALS: Final = r"^\s*[+-]?\d{1,3}[%s]\d{3}\s*$"
_DECIMALS: Final = r"^\s*[+-]?\d+[%s](?:\d{1,2}|\d{4,})\s*$"


def find_date_order(values: pa.StringArray, counts: Int64) -> str:
    """Return ``dmy``, ``mdy``, ``ymd`` or ``ydm``, the order of dates of three numbers; empty when there are none.

    ``values`` (n,) distinct, ``counts`` (n,) rows of each. Without a value that decides, days come first. ``ymd`` is an
    order of years of two digits, for one of four in front needs no finding out; ``ydm`` is one of years of four digits,
    and is looked for where more rows begin with such a year than do not.
    """
    parts = pc.extract_regex(values, _PARTS)
    found = np.flatnonzero(pc.is_valid(parts).to_numpy(zero_copy_only=False))
    if _day_behind_year(values, counts, int(counts[found].sum())):
        return "ydm"
    if not found.size:
        return ""
    parts, weight = parts.take(pa.array(found)), counts[found]
    first, second, third = (pc.struct_field(parts, name).cast(pa.int64()).to_numpy() for name in "abc")
    last_is_short = pc.equal(pc.binary_length(pc.struct_field(parts, "c")), 2).to_numpy(zero_copy_only=False)

    def rows(mask: npt.NDArray[np.bool_]) -> int:
        return int(weight[mask].sum())

    day_first = rows((second <= 12) & (first > 12) & (first <= 31))
    month_first = rows((first <= 12) & (second > 12) & (second <= 31))
    year_first = rows(last_is_short & (first > 31) & (second <= 12) & (third <= 31))
    year_last = rows(last_is_short & (first <= 31) & (third > 31))
    least = _LEAST_SHARE * int(weight.sum())
    if year_first > max(_FAR_MORE * year_last, least):
        return "ymd"
    return "mdy" if month_first > max(_FAR_MORE * day_first, least) else "dmy"


def _day_behind_year(values: pa.StringArray, counts: Int64, others: int) -> bool:
    """Tell whether a column writes yyyy-dd-mm. ``others``: rows of dates that do not begin with a year."""

    def rows(second: str, third: str) -> int:
        form = pc.match_substring_regex(values, _YEAR_FIRST % (second, third))
        return int(counts[form.to_numpy(zero_copy_only=False)].sum())

    day_first = rows(_LATE_DAY, _MONTH)
    if not day_first:
        return False
    all_rows = rows(_ANY, _ANY)
    return all_rows > others and day_first > max(_FAR_MORE * rows(_MONTH, _LATE_DAY), _LEAST_SHARE * all_rows)


def are_serials(values: pa.StringArray, counts: Int64) -> bool:
    """Tell whether a column of dates holds the day numbers of a spreadsheet.

    It does when at least half of its rows are numbers of five digits: 18 May 1927 and later, or 19 May 1931 and later
    where days are counted from 1904.
    """
    long = pc.match_substring_regex(values, _LONG_SERIAL).to_numpy(zero_copy_only=False)
    total = int(counts.sum())
    return total > 0 and 2 * int(counts[long].sum()) >= total


def days_of_serials(values: pa.StringArray, system: Literal[1900, 1904] = 1900) -> pa.StringArray:
    """Return the values with day numbers of one to five digits as yyyy-mm-dd; other texts and years stay.

    ``system``: :func:`linkage.standardise.dates.serials.serial_dates`; numbers that are no day in it stay too.
    """
    is_serial = pc.and_not(pc.match_substring_regex(values, _SERIAL), pc.match_substring_regex(values, _YEAR))
    places = np.flatnonzero(is_serial.to_numpy(zero_copy_only=False))
    if not places.size:
        return values
    texts = values.take(pa.array(places))
    numbers = serial_dates(pc.utf8_trim_whitespace(texts).cast(pa.float64()).to_numpy(), system)
    digits = pa.array(numbers).cast(pa.string())
    days = pc.binary_join_element_wise(
        *(pc.utf8_slice_codeunits(digits, begin, end) for begin, end in ((0, 4), (4, 6), (6, 8))), "-"
    )
    return pc.replace_with_mask(values, is_serial, pc.if_else(pa.array(numbers > 0), days, texts))


def day_first(values: pa.StringArray, order: str) -> pa.StringArray:
    """Return the values with dates of three numbers rewritten from ``order`` to one that is read; others stay.

    That is day, month, year; for ``ydm``, of years of four digits, year, month, day.
    """
    if order == "ydm":
        pattern = r"^\s*'?(\d{4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})(\D.*)?$"
        return pc.replace_substring_regex(values, pattern, r"\1-\3-\2\4")
    if order not in ("mdy", "ymd"):
        return values
    swapped = r"\3-\2-\1\4" if order == "ymd" else r"\2-\1-\3\4"
    pattern = r"^\s*'?(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(%s)(\D.*)?$" % (
        r"\d{2}" if order == "ymd" else r"\d{4}|\d{2}"
    )
    return pc.replace_substring_regex(values, pattern, swapped)


def find_decimal(values: pa.StringArray, counts: Int64) -> str:
    """Return the decimal mark, ``.`` or ``,``; empty when no value tells.

    A mark followed by other than three digits, or that comes after groups of the other mark, is the decimal mark.
    """
    votes = {}
    for mark, other in ((".", ","), (",", ".")):
        escaped, grouping = (f"\\{sign}" for sign in (mark, other))
        decides = pc.or_(
            pc.match_substring_regex(values, _DECIMALS % escaped),
            pc.and_(
                pc.match_substring_regex(values, _GROUPED % (grouping, escaped)),
                pc.invert(pc.match_substring_regex(values, _THREE_DECIMALS % grouping)),
            ),
        )
        votes[mark] = int(counts[pc.fill_null(decides, False).to_numpy(zero_copy_only=False)].sum())
    if not any(votes.values()):
        return ""
    return max(votes, key=lambda mark: votes[mark])


def plain_numbers(values: pa.StringArray, decimal: str) -> pa.StringArray:
    """Return the values without marks between groups of three digits, and with a point as the decimal mark."""
    if decimal not in (".", ","):
        return values
    grouping = "," if decimal == "." else "."
    grouped = pc.match_substring_regex(values, _GROUPED % (f"\\{grouping}", f"\\{decimal}"))
    plain = pc.if_else(grouped, pc.replace_substring(values, grouping, ""), values)
    return pc.replace_substring(plain, ",", ".") if decimal == "," else plain
