"""Rules on dates, on distinct values: readable, possible, plausible for a birth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int64
from linkage.standardise.dates.reading import DATE_DEFAULT, DATE_DISCOUNTED, date_problem, standardise_date

Mask = npt.NDArray[np.bool_]

BIRTH: Final = "tanggal_lahir"
REGISTERED: Final = ("tgl_entri", "tgl_ubah")
UNKNOWN_YEAR: Final = 9999
"""Stands for the latest year when nobody said which it is: no date is then in the future."""
LONGEST_AGE: Final = 120

_NO_DATE: Final = r"^\P{Nd}*$|^\p{Nd}{9,}$"
_NO_MONTH: Final = r"^\D{0,3}(\d{1,2}|\d{4})\s*[-/.,_\\ ]\s*(1[3-9]|[2-9]\d)\s*[-/.,_\\ ]\s*\d"
"""Dates of three numbers with a month above 12. Where the other order makes a date, they are read, and wrong."""


@dataclass(frozen=True, repr=False)
class DatesRead:
    """Distinct raw dates, read. ``numbers`` int64 (n,): yyyymmdd, yyyy0000 or -1. ``default`` (n,): a default date.

    ``discounted`` (n,): a default date of a birth year in which such were given. Too many of the others tell of entry
    in bulk; one of them is a birthday like any other.
    A date without its day has none of its month either, so that no rule takes it for a whole date.
    """

    numbers: Int64
    default: Mask
    discounted: Mask


def read_dates(values: pa.StringArray, latest_year: int) -> DatesRead:
    """Return distinct raw dates as :func:`linkage.standardise.dates.reading.standardise_date` reads them.

    ``latest_year`` 0 stands for unknown.
    """
    numbers, flags = np.full(len(values), -1, np.int64), np.zeros(len(values), np.uint8)
    # What cannot be a date is not read at all: a column out of place has as many such texts as rows.
    perhaps = np.flatnonzero(~_matches(values, _NO_DATE))
    content = standardise_date(values.take(pa.array(perhaps)), latest_year=latest_year or UNKNOWN_YEAR)
    if content.integers is not None and content.flags is not None:
        years = content.integers // 10_000 * 10_000
        whole = np.where(content.integers % 100 == 0, years, content.integers)
        numbers[perhaps] = np.append(whole, -1)[content.mapping]
        flags[perhaps] = np.append(content.flags, np.uint8(0))[content.mapping]
    return DatesRead(numbers, (flags & DATE_DEFAULT) != 0, (flags & DATE_DISCOUNTED) != 0)


def judge_dates(values: pa.StringArray, dates: DatesRead, *, field: str, latest_year: int) -> dict[str, Mask]:
    """Return the distinct dates (n,) that each rule holds for; other fields than those of residents have one rule."""
    latest = latest_year or UNKNOWN_YEAR
    numbers = dates.numbers
    impossible, future = numbers < 0, np.zeros(len(values), np.bool_)
    vague = (numbers % 10_000 == 0) | _matches(values, _NO_MONTH)
    doubtful = np.flatnonzero(vague | (impossible & ~_matches(values, _NO_DATE)))
    for position, text in zip(doubtful.tolist(), values.take(pa.array(doubtful)).to_pylist(), strict=True):
        wrong = date_problem(text, latest_year=latest, longest_age=None) is not None
        # A date that becomes possible when no year is too late is one of the future.
        future[position] = wrong and date_problem(text, latest_year=UNKNOWN_YEAR, longest_age=None) is None
        impossible[position] = wrong and not future[position]
    if field != BIRTH and field not in REGISTERED:
        return {"DATE_UNREADABLE": impossible | future}
    found = {"TGL_TIDAK_VALID": impossible, "TGL_MASA_DEPAN": future}
    if field == BIRTH:
        good = (numbers >= 0) & ~impossible & ~future
        found["TGL_TIDAK_LENGKAP"] = good & (numbers % 10_000 == 0)
        found["TGL_DEFAULT"] = dates.discounted & ~impossible
        found["USIA_TIDAK_WAJAR"] = good & (latest_year > 0) & (latest_year - numbers // 10_000 > LONGEST_AGE)
    return found


def _matches(values: pa.StringArray, pattern: str) -> Mask:
    return np.asarray(pc.match_substring_regex(values, pattern).to_numpy(zero_copy_only=False), np.bool_)
