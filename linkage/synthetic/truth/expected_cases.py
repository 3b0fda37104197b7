"""Which kind of case an engine that knew the truth would make of each record: the decision table, applied to persons.

The table is that of the design (and of ``docs``); its words are matched as ``linkage.decision`` reads them, but who is
who comes from the truth. So ``SHARED_NIK`` is one NIK on different persons, and everything else is about one person's
records among themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.standardise.dates.defaults import are_discounted
from linkage.synthetic.fixed_text import year_month_day
from linkage.synthetic.streams import Int64

Bool = npt.NDArray[np.bool_]
Int8 = npt.NDArray[np.int8]
UInt8 = npt.NDArray[np.uint8]

CASE_BITS: Final = ("SHARED_NIK", "OPEN_MOVE", "CONFLICT", "BOTH_ENROLLED", "DUPLICATE")
"""Kinds of case. Bit c of a record's mask stands for ``CASE_BITS[c]``."""

_TABLE: Final = ("OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED", "DUPLICATE")
"""Kinds by row of the decision table; the third is DUPLICATE with one NIK, the last with two or none."""

_ROW_BITS: Final = np.array([1 << CASE_BITS.index(kind) for kind in _TABLE], np.uint8)


def expected_cases(
    person: Int64, nik: Int64, region: Int64, enrolled: Bool, active: Bool, birth: Int64, sex: Int8
) -> UInt8:
    """Return the mask of ``CASE_BITS`` that is expected of each record, uint8 (n,), 0 for none.

    Rows are records in any order, complete for every person and NIK concerned. ``nik``: as written, 0 where missing or
    no valid NIK; ``region``: number or code, negative where unknown; ``enrolled``: finished biometric enrolment;
    ``active``: not closed, for a closed record takes part in no case; ``birth``: days since 1970-01-01, as written;
    ``sex``: as written, negative where unknown.

    A person's active records make one case. Its kind is the first row of the table that fits any two of them.
    """
    mask = np.zeros(person.size, np.uint8)
    mask[_sharing(person, nik, active)] |= np.uint8(1 << CASE_BITS.index("SHARED_NIK"))
    for rows in _records_by_person(person, active):
        first_row = np.full(rows.shape[0], len(_TABLE) - 1)
        for one, other in combinations(rows.T, 2):
            one_nik = (nik[one] == nik[other]) & (nik[one] > 0)
            two_niks = (nik[one] != nik[other]) & (nik[one] > 0) & (nik[other] > 0)
            two_regions = _known_and_different(region, one, other)
            contradiction = _known_and_different(sex, one, other) | _births_contradict(birth, one, other)
            both_enrolled = enrolled[one] & enrolled[other] & two_niks
            row = np.select([one_nik & two_regions, one_nik & contradiction, one_nik, both_enrolled], [0, 1, 2, 3], 4)
            first_row = np.minimum(first_row, row)
        mask[rows] |= _ROW_BITS[first_row][:, None]
    return mask


def _sharing(person: Int64, nik: Int64, active: Bool) -> Int64:
    """Return the active records on NIKs that different persons hold."""
    rows = np.flatnonzero(active & (nik > 0))
    rows = rows[np.argsort(nik[rows], kind="stable")]
    if not rows.size:
        return rows
    starts = _starts(nik[rows])
    group = np.cumsum(starts) - 1
    foreign = person[rows] != person[rows][starts][group]
    shared: Int64 = rows[np.bincount(group, foreign)[group] > 0]
    return shared


def _records_by_person(person: Int64, active: Bool) -> Iterator[Int64]:
    """Yield int64 (n_persons, k) for each number k >= 2 of active records: the rows of those who have so many."""
    rows = np.flatnonzero(active)
    rows = rows[np.argsort(person[rows], kind="stable")]
    if not rows.size:
        return
    first = np.flatnonzero(_starts(person[rows]))
    size = np.diff(np.r_[first, rows.size])
    for count in np.unique(size[size >= 2]).tolist():
        yield rows[first[size == count][:, None] + np.arange(count)]


def _starts(ordered: Int64) -> Bool:
    """Return where a run of equal values begins."""
    starts: Bool = np.r_[True, ordered[1:] != ordered[:-1]]
    return starts


def _known_and_different(values: Int64 | Int8, one: Int64, other: Int64) -> Bool:
    different: Bool = (values[one] != values[other]) & (values[one] >= 0) & (values[other] >= 0)
    return different


def _births_contradict(birth: Int64, one: Int64, other: Int64) -> Bool:
    """Return where dates differ beyond format, in the sense of ``linkage.decision.agreement.Agreements``.

    Not by swapped day and month, not by exactly a century, and beside a default date (of a birth year in which
    such were given) only by the year.
    """
    contradict: Bool = birth[one] != birth[other]
    # Few dates of one person differ, and only those have to be taken apart.
    unlike = np.flatnonzero(contradict)
    year_a, month_a, day_a = year_month_day(birth[one[unlike]])
    year_b, month_b, day_b = year_month_day(birth[other[unlike]])
    both_exact = ~_is_default(year_a, month_a, day_a) & ~_is_default(year_b, month_b, day_b)
    swapped = (year_a == year_b) & (month_a == day_b) & (day_a == month_b)
    same_day_of_year = (month_a == month_b) & (day_a == day_b)
    century = (np.abs(year_a - year_b) == 100) & (same_day_of_year | ~both_exact)
    contradict[unlike] = np.where(both_exact, ~swapped, year_a != year_b) & ~century
    return contradict


def _is_default(year: Int64, month: Int64, day: Int64) -> Bool:
    return are_discounted(year * 10_000 + month * 100 + day)
