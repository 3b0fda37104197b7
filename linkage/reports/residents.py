"""Counting residents: how old, how far enrolled, in an open case, with what missing. By region, per distinct value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.nightly.in_force import in_force
from linkage.reports.figures import Counts
from linkage.review.survivorship import FINISHED, enrolment_progress
from linkage.standardise.codes import standardise_code
from linkage.standardise.column import Int64
from linkage.standardise.dates.reading import standardise_date
from linkage.standardise.distinct import distinct_values

VOTING_AGE: Final = 17
"""From this birthday on, or once married, a resident votes (UU 7/2017 art. 1(34)) and holds a KTP-el (UU 24/2013 art.
63); before it a child holds a KIA."""

KIA: Final = "no_kia"
"""Column of the number of a child's identity card, for projects whose extracts and spec have one."""

USED: Final = ("record_id", "region", "closed_by", "flag_status", "tanggal_lahir", "stat_kwn", "status_ktpel", KIA)

Mask = npt.NDArray[np.bool_]
_NEVER_MARRIED: Final = "1"
_UNKNOWN: Final = 0
_LAST_DAY: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
"""Of each month, from 1."""


def count_residents(residents: pa.Table, open_records: pa.StringArray, fields: Collection[str], day: date) -> Counts:
    """Return the measures of active records by region.

    Args:
        residents: rows of the standing store with the columns of :data:`USED` as far as there are any, and ``fields``.
        open_records: ids of the records in open cases.
        fields: whose missing values are counted.
        day: as of which ages are told.
    """
    here = pc.equal(residents.column("closed_by"), "").to_numpy()
    rows = residents.filter(pa.array(here & in_force(residents))).combine_chunks()
    tell = _by_region(rows)
    obliged = of_voting_age(rows, day)
    enrolled = enrolment(rows) == FINISHED
    in_cases = pc.is_in(rows.column("record_id"), value_set=open_records).to_numpy()
    counts = {
        "records": tell(np.ones(rows.num_rows, np.bool_)),
        "obliged": tell(obliged),
        "children": tell(~obliged),
        "enrolled": tell(obliged & enrolled),
        "without": tell(obliged & ~enrolled),
        "obliged_in_cases": tell(obliged & in_cases),
        "children_in_cases": tell(~obliged & in_cases),
    }
    if KIA in rows.column_names:
        counts["kia"] = tell(~obliged & ~missing(rows, KIA))
    for field in fields:
        if field in rows.column_names and field != KIA:
            counts[f"missing.{field}"] = tell(missing(rows, field))
    return counts


def count_persons(persons: pa.Table, day: date) -> Counts:
    """Return the measures of the persons of the reference whom an office still has.

    Args:
        persons: rows of the reference, active ones alone, with ``region``, ``in_review`` and the columns of
            :data:`USED` as far as there are any.
        day: as of which ages are told.
    """
    tell = _by_region(persons)
    obliged = of_voting_age(persons, day)
    enrolled = enrolment(persons) == FINISHED
    counts = {
        "persons": tell(np.ones(persons.num_rows, np.bool_)),
        "persons_in_review": tell(persons.column("in_review").to_numpy()),
        "person_obliged": tell(obliged),
        "person_children": tell(~obliged),
        "person_enrolled": tell(obliged & enrolled),
        "person_without": tell(obliged & ~enrolled),
    }
    if KIA in persons.column_names:
        counts["person_kia"] = tell(~obliged & ~missing(persons, KIA))
    return counts


def of_voting_age(rows: pa.Table, day: date) -> Mask:
    """Return who is of voting age on a day or was ever married, bool (n,).

    Of a date without day or month the latest that it can be counts, and of none nothing is known: nobody is made older
    than they surely are.
    """
    born, codes = _distinct(rows, "tanggal_lahir")
    read = standardise_date(born, latest_year=day.year)
    numbers = _spread(read.mapping, read.integers if read.integers is not None else np.zeros(0, np.int64), codes)
    vague = (numbers > _UNKNOWN) & (numbers % 100 == 0)
    numbers = np.where(vague & (numbers % 10_000 == 0), numbers + 1200, numbers)
    numbers += np.where(vague, _LAST_DAY[numbers // 100 % 100], 0)
    latest = (day.year - VOTING_AGE) * 10_000 + day.month * 100 + day.day
    grown: Mask = ((numbers > _UNKNOWN) & (numbers <= latest)) | _ever_married(rows)
    return grown


def enrolment(rows: pa.Table) -> Int64:
    """Return how far each record's enrolment has come, int64 (n,), by
    :func:`linkage.review.survivorship.enrolment_progress`; 0 when nothing is said of it."""
    raw, codes = _distinct(rows, "status_ktpel")
    read = standardise_code("card_status", raw)
    progress = np.array([enrolment_progress(status) for status in read.values.to_pylist()], np.int64)
    return _spread(read.mapping, progress, codes)


def missing(rows: pa.Table, field: str) -> Mask:
    """Return whose value of a field is missing, bool (n,): null, or a text without a letter or digit."""
    raw, codes = _distinct(rows, field)
    empty = pc.invert(pc.match_substring_regex(raw, r"[\p{L}\p{N}]")).to_numpy(zero_copy_only=False)
    found: Mask = np.append(empty, True)[codes]
    return found


def _ever_married(rows: pa.Table) -> Mask:
    raw, codes = _distinct(rows, "stat_kwn")
    read = standardise_code("marital_status", raw)
    married = np.array([value != _NEVER_MARRIED for value in read.values.to_pylist()], np.int64)
    ever: Mask = _spread(read.mapping, married, codes) > 0
    return ever


def _distinct(rows: pa.Table, field: str) -> tuple[pa.StringArray, npt.NDArray[np.int32]]:
    """Return the distinct texts of a column and the place of each row's, -1 for none; all none without the column."""
    if field not in rows.column_names:
        return pa.array([], pa.string()), np.full(rows.num_rows, -1, np.int32)
    return distinct_values(pa.chunked_array(rows.column(field)).combine_chunks())


def _spread(mapping: npt.NDArray[np.int32], content: Int64, codes: npt.NDArray[np.int32]) -> Int64:
    """Return the content of each row's standard value, int64 (n,), 0 where it is missing."""
    per_raw = np.zeros(mapping.size + 1, np.int64)
    said = mapping >= 0
    per_raw[:-1][said] = content[mapping[said]]
    return per_raw[codes]


def _by_region(rows: pa.Table) -> Callable[[Mask], dict[str, int]]:
    """Return what counts the rows of a mask by region."""
    codes, places = distinct_values(pa.chunked_array(rows.column("region")).combine_chunks().fill_null(""))
    names: Sequence[str] = codes.to_pylist()

    def tell(chosen: Mask) -> dict[str, int]:
        amounts = np.bincount(places[chosen], minlength=len(names)).tolist()
        return dict(zip(names, amounts, strict=True))

    return tell
