"""Rules on a file as a whole: values that stand for nobody, mass entry, runs of numbers, too many default dates.

Every limit is far above what a file of real residents shows; what is found is where to look first, and no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from linkage.intake.quality.columns import Column, Mask
from linkage.intake.quality.dates import DatesRead
from linkage.intake.quality.records import RecordFinding
from linkage.intake.quality.tally import places_of
from linkage.intake.quality.values import active_rows
from linkage.standardise.column import Int32, Int64
from linkage.standardise.placeholder_values import MOST_BEARERS, PARENT_NAMES, placeholder_values

FEWEST_DAYS: Final = 10
"""Days of entry from which an office's usual day can be told: their median."""
BUSY: Final = 5
"""A day of more than so many usual days is a campaign, a migration, or entry in bulk."""
FEWEST_ALIKE: Final = 20
"""Rows alike on such a day, at least: a school class or a children's home may have as many."""
ALIKE_SHARE: Final = 0.25
"""Part of a day's rows with one mother, one address or default dates; 8 % of the old have a default date."""
LONGEST_RUN: Final = 10
"""Serials in a row, entered on one day, from which a batch is told of."""
NAMESAKES: Final = 20
"""Rows of one name and birth date, at least ..."""
BEYOND_CHANCE: Final = 10
"""... and so many times what name and date have by themselves; of its commonest name the nation has 12 on a date."""
COHORTS: Final = ((1975, 0.5), (2005, 0.25), (9999, 0.15))
"""Born before, and the share of default dates beyond which they were not entered by people. By chance it is 4 % (the
15th of each month); with those whose day is unknown 12 % of the oldest, and little more than 4 % since 2005."""
FEWEST_OF_COHORT: Final = 200


def judge_file(
    columns: Mapping[str, Column], dates: Mapping[str, DatesRead], regions: Int32
) -> Iterator[RecordFinding]:
    """Yield what the rules on a whole file find. ``regions`` int32 (n,): each row's regency, 0 when unknown."""
    active = active_rows(columns, len(regions))
    for field in (*MOST_BEARERS, *PARENT_NAMES):
        # A card of too many has a rule of its own, with a lower bound.
        if field in columns and field != "no_kk":
            column = columns[field]
            counts = np.bincount(column.codes[active & (column.codes >= 0)], minlength=len(column.values))
            if (marked := placeholder_values(field, counts)).any():
                yield RecordFinding(field, "NILAI_MASSAL", active & column.rows_with(marked))
    if "tanggal_lahir" in dates:
        born = columns["tanggal_lahir"]
        default = born.rows_with(dates["tanggal_lahir"].default)
        yield RecordFinding("tanggal_lahir", "TGL_DEFAULT_BERLEBIH", _cohorts(born, dates["tanggal_lahir"], regions))
        if "nama" in columns:
            yield RecordFinding("nama", "NAMA_TANGGAL_MASSAL", _same_people(columns["nama"], born))
    else:
        default = np.zeros(len(regions), np.bool_)
    if "tgl_entri" in dates:
        entered = _full(columns["tgl_entri"], dates["tgl_entri"])
        yield RecordFinding("tgl_entri", "ENTRI_MASSAL", _mass_entry(columns, entered, default, regions))
        if "nik" in columns and columns["nik"].kind == "nik":
            yield RecordFinding("nik", "NIK_BERURUT", _runs(columns["nik"], entered))


def _full(column: Column, dates: DatesRead) -> Int64:
    """Return the yyyymmdd of each row, int64 (n,), -1 unless day and month are known."""
    return np.append(np.where(dates.numbers % 10_000 > 0, dates.numbers, -1), -1)[column.codes]


def _mass_entry(columns: Mapping[str, Column], entered: Int64, default: Mask, regions: Int32) -> Mask:
    rows = np.flatnonzero(entered > 0)
    found = np.zeros(len(entered), np.bool_)
    if not rows.size:
        return found
    days, day, sizes = np.unique(
        regions[rows] * np.int64(10**8) + entered[rows], return_inverse=True, return_counts=True
    )
    office = np.flatnonzero(np.diff(days // 10**8, prepend=-1))
    busy = np.zeros(len(days), np.bool_)
    for start, end in zip(office.tolist(), [*office[1:].tolist(), len(days)], strict=True):
        if end - start >= FEWEST_DAYS:
            busy[start:end] = sizes[start:end] > BUSY * np.median(sizes[start:end])
    rows, day = rows[busy[day]], day[busy[day]]
    if not rows.size:
        return found
    enough = np.maximum(FEWEST_ALIKE, np.ceil(ALIKE_SHARE * sizes))
    traits = [(default[rows].astype(np.int64) - 1, 1)]
    traits += [
        (columns[name].codes[rows].astype(np.int64), len(columns[name].values)) for name in _TRAITS & set(columns)
    ]
    for codes, size in traits:
        alike = np.flatnonzero(codes >= 0)
        cells, which, counts = np.unique(
            day[alike] * max(size, 1) + codes[alike], return_inverse=True, return_counts=True
        )
        many = counts >= enough[cells // max(size, 1)]
        found[rows[alike]] |= many[which]
    return found


_TRAITS: Final = frozenset({"nama_ibu", "nik_ibu", "alamat"})


def _runs(nik: Column, entered: Int64) -> Mask:
    """Return bool (n,): rows whose NIK, which they alone have, is one of ten or more in a row entered on one day."""
    numbers = nik.niks
    rows = np.flatnonzero(nik.codes >= 0)
    once = np.bincount(nik.codes[rows], minlength=len(numbers)) == 1
    day = np.full(len(numbers), -1, np.int64)
    day[nik.codes[rows]] = entered[rows]
    values = np.flatnonzero((numbers >= 0) & once & (day > 0))
    values = values[np.argsort(numbers[values], kind="stable")]
    ordered, on = numbers[values], day[values]
    follows = (np.diff(ordered) == 1) & (on[1:] == on[:-1])
    run = np.cumsum(np.append(True, ~follows)[: len(values)]) - 1
    marked = np.zeros(len(numbers), np.bool_)
    marked[values] = np.bincount(run)[run] >= LONGEST_RUN if len(values) else False
    return nik.rows_with(marked)


def _same_people(name: Column, born: Column) -> Mask:
    """Return bool (n,): rows of a name and date that far more rows share than the two explain by themselves."""
    found = np.zeros(len(name.codes), np.bool_)
    known = (name.codes >= 0) & (born.codes >= 0)
    of_name, of_date = (np.bincount(item.codes[known], minlength=len(item.values)) for item in (name, born))
    common = np.append(of_name >= NAMESAKES, False)[name.codes] & np.append(of_date >= NAMESAKES, False)[born.codes]
    rows = np.flatnonzero(known & common)
    size = max(len(born.values), 1)
    pairs, which, counts = np.unique(
        name.codes[rows].astype(np.int64) * size + born.codes[rows], return_inverse=True, return_counts=True
    )
    chance = of_name[pairs // size] * of_date[pairs % size] / max(int(known.sum()), 1)
    found[rows] = ((counts >= NAMESAKES) & (counts >= BEYOND_CHANCE * chance))[which]
    return found


def _cohorts(born: Column, dates: DatesRead, regions: Int32) -> Mask:
    """Return bool (n,): rows with a default date in a cohort of their regency that has far too many of them."""
    year = np.append(np.where(dates.numbers > 0, dates.numbers // 10_000, -1), -1)[born.codes]
    default = born.rows_with(dates.default)
    places, place = places_of(regions)
    found = np.zeros(len(year), np.bool_)
    since = 0
    for before, limit in COHORTS:
        cohort = (year >= since) & (year < before) & (year > 0)
        all_rows, with_default = (
            np.bincount(place[rows], minlength=len(places)) for rows in (cohort, cohort & default)
        )
        found |= cohort & default & ((all_rows >= FEWEST_OF_COHORT) & (with_default > limit * all_rows))[place]
        since = before
    return found
