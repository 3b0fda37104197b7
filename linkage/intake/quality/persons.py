"""Rules on one person: the parents beside the own name and NIK, age beside status and activity, cells out of place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.quality.columns import Column, Mask
from linkage.intake.quality.dates import DatesRead
from linkage.intake.quality.records import FEMALE, MALE, RecordFinding
from linkage.intake.quality.values import active_rows
from linkage.standardise.codes import CARD_ENROLLED, standardise_code
from linkage.standardise.column import Int32

PARENTS: Final = (("nama_ibu", "nik_ibu", MALE), ("nama_ayah", "nik_ayah", FEMALE))
"""Name and NIK of a parent, and the sex that this parent does not have."""

SILENT_YEARS: Final = 5
"""Full years without a change of any element after which offices speak of a sleeping NIK."""
GREAT_AGE: Final = 100
"""Of those above it few live; the office looks whether a death was never reported."""
ADULT: Final = 17
"""The identity card is due at 17, or on marriage (UU 24/2013 art. 63)."""
FIRST_ENROLMENT: Final = 16
"""Offices record pupils of 16 beforehand; nobody younger, unless married."""

SHIFTED_CELLS: Final = 3
"""So many cells of one row that cannot be what their column says are no longer single mistakes."""
_NEVER_MARRIED: Final = "1"


def judge_persons(
    columns: Mapping[str, Column], dates: Mapping[str, DatesRead], *, latest_year: int
) -> Iterator[RecordFinding]:
    """Yield what the rules on one person find; a missing value contradicts nothing.

    ``latest_year``: the year of the extract, 0 when unknown: no age is judged then.
    """
    yield from _parents(columns)
    if latest_year and "tanggal_lahir" in dates:
        yield from _ages(columns, dates, latest_year)


def shifted_rows(unreadable: Sequence[Mask]) -> Mask:
    """Return bool (n,): rows with three or more unreadable cells; ``unreadable``: one mask (n,) or more."""
    return np.asarray(np.sum(unreadable, axis=0, dtype=np.int8) >= SHIFTED_CELLS)


def same_text(one: Column, other: Column) -> Mask:
    """Return bool (n,): both columns have the same text; False where one is missing."""
    # Few texts are of one length, so that few are looked at.
    lengths = [np.append(pc.binary_length(item.values).to_numpy(zero_copy_only=False), -1) for item in (one, other)]
    found = (lengths[0][one.codes] == lengths[1][other.codes]) & (one.codes >= 0) & (other.codes >= 0)
    rows = np.flatnonzero(found)
    found[rows] = equal_texts(one, one.codes[rows], other, other.codes[rows])
    return np.asarray(found)


def equal_texts(one: Column, left: Int32, other: Column, right: Int32) -> Mask:
    """Return bool (n,): the values of these codes, none of them -1, are the same text."""
    texts = one.values.take(pa.array(left)), other.values.take(pa.array(right))
    return np.asarray(pc.equal(*texts).to_numpy(zero_copy_only=False), np.bool_)


def _parents(columns: Mapping[str, Column]) -> Iterator[RecordFinding]:
    name, nik = columns.get("nama"), columns.get("nik")
    for parents_name, parents_nik, other_sex in PARENTS:
        if name is not None and parents_name in columns:
            # One word may well be handed on; two and more are copied.
            copied = same_text(name, columns[parents_name])
            if copied.any():
                several = pc.match_substring(name.values, " ").to_numpy(zero_copy_only=False)
                yield RecordFinding(parents_name, "ORTU_NAMA_SENDIRI", copied & name.rows_with(several))
        if (parent := columns.get(parents_nik)) is None or parent.kind != "nik" or not len(parent.values):
            continue
        numbers = parent.niks
        told = np.where(numbers // 10**8 % 100 > 40, FEMALE, MALE)
        yield RecordFinding(parents_nik, "ORTU_NIK_JK", parent.rows_with((numbers >= 0) & (told == other_sex)))
        if nik is not None and nik.kind == "nik":
            own = nik.niks_of_rows
            yield RecordFinding(parents_nik, "ORTU_NIK_SENDIRI", (parent.niks_of_rows == own) & (own >= 0))
    mother, father = columns.get("nama_ibu"), columns.get("nama_ayah")
    if mother is not None and father is not None:
        yield RecordFinding("nama_ayah", "ORTU_SAMA", same_text(mother, father))
    mother, father = columns.get("nik_ibu"), columns.get("nik_ayah")
    if mother is not None and father is not None and mother.kind == father.kind == "nik":
        hers = mother.niks_of_rows
        yield RecordFinding("nik_ayah", "ORTU_SAMA", (hers == father.niks_of_rows) & (hers >= 0))


def _ages(columns: Mapping[str, Column], dates: Mapping[str, DatesRead], latest_year: int) -> Iterator[RecordFinding]:
    born = _years(columns["tanggal_lahir"], dates["tanggal_lahir"], latest_year)
    age = np.where(born > 0, latest_year - born, -1)
    changed = np.zeros(len(age), np.int32)
    for field in ("tgl_entri", "tgl_ubah"):
        if field in dates:
            changed = np.maximum(changed, _years(columns[field], dates[field], latest_year))
    # Of a year alone only the years between are full ones.
    silent = active_rows(columns, len(age)) & (changed > 0) & (latest_year - changed > SILENT_YEARS)
    yield RecordFinding("tanggal_lahir", "WAFAT_BELUM_LAPOR", silent & (age > GREAT_AGE))
    status = columns.get("status_ktpel")
    if status is None or status.kind != "card_status":
        return
    content = standardise_code("card_status", status.values)
    flags = content.flags if content.flags is not None else np.zeros(len(content.values), np.uint8)
    enrolled = (np.append(flags, np.uint8(0))[content.mapping] & CARD_ENROLLED) != 0
    never = np.array([*(text == "UNREGISTERED" for text in content.values.to_pylist()), False])[content.mapping]
    yield RecordFinding("status_ktpel", "NON_AKTIF", silent & (age > ADULT) & status.rows_with(never))
    young = (age >= 0) & (age < FIRST_ENROLMENT) & status.rows_with(enrolled)
    marriage = columns.get("stat_kwn")
    if marriage is not None and marriage.kind == "marital_status":
        known = standardise_code("marital_status", marriage.values)
        ever = np.array([*(text != _NEVER_MARRIED for text in known.values.to_pylist()), False])[known.mapping]
        young &= ~marriage.rows_with(ever)
    yield RecordFinding("status_ktpel", "KTPEL_USIA_DINI", young)


def _years(column: Column, dates: DatesRead, latest_year: int) -> Int32:
    """Return the year of each row's date, int32 (n,), 0 for one that is missing or still to come."""
    years = np.where(dates.numbers > 0, dates.numbers // 10_000, 0).astype(np.int32)
    years[years > latest_year] = 0
    return np.append(years, np.int32(0))[column.codes]
