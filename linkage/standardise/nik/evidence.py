"""What a NIK says: two of them of each other, and one of the record that carries it. Graded, on columns.

A NIK is not a description of the person: it stays when the birth date or the sex is corrected, and when the person
moves (Permendagri 108/2019 art. 15(3), PP 40/2019 art. 30(2)). So none of this is an error; it tells a steward how two
numbers, or a number and a record, came to differ. Words for it: :mod:`linkage.standardise.nik.words`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing, kernel
from linkage.spec import OlderRegions
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.nik.relation import EQUAL, PREFIX, SEX_SHIFT, TYPO, UNKNOWN, damaged_relation, nik_relation
from linkage.standardise.regions.table import region_table

Int8 = npt.NDArray[np.int8]
UInt16 = npt.NDArray[np.uint16]


class NikPair(IntFlag):
    """What two NIKs have in common. No bit at all: nothing, or one of them is missing."""

    EQUAL = 1
    SLIP = 2
    """One digit substituted, or two neighbours exchanged, not inside the serial alone; lost or added if DAMAGED."""
    FIRST_TWELVE = 4
    """One place, date and sex at first issue; the serials differ."""
    ADJACENT = 8
    """With FIRST_TWELVE: the serials follow each other. Usual for twins, and for strangers registered on one day."""
    DAY_40 = 16
    """Equal but for the day digits, which differ by exactly 40; the serial may differ."""
    BIRTH_PART = 32
    """Digits 7 to 12 are equal, the first six are not: one date and sex, issued in two places."""
    REGENCY = 64
    """The first four digits are equal."""
    LINEAGE = 128
    """The first four digits are two codes of one regency, before and after a province was split."""
    DAMAGED = 256
    """One at least breaks the numbering rules; it was compared for a slip and nothing else."""


class DateBeside(IntEnum):
    """Digits 7 to 12 beside the record's birth date. The century is not coded, so 1925 and 2025 are equal."""

    UNKNOWN = 0
    EQUAL = 1
    SWAPPED = 2
    """Day and month exchanged."""
    ONE_DIGIT = 3
    """One digit of ddmmyy differs, or two neighbours are exchanged."""
    YEAR = 4
    """Nothing but the year is equal."""
    DIFFERS = 5
    AS_FAR_AS_KNOWN = 6
    """The record has a year, or year and month, alone; that much is equal."""


class RegionBeside(IntEnum):
    """Digits 1 to 4 beside the record's regency."""

    UNKNOWN = 0
    SAME = 1
    LINEAGE = 2
    """An older code of the same regency."""
    OTHER = 3
    UNLISTED = 4
    """A code that is not in the table, or whose successor is not known."""


LIKENESSES: Final = (
    "missing",
    "different",
    "same_regency",
    "birth_part",
    "day_40",
    "adjacent",
    "first_twelve",
    "damaged_slip",
    "slip",
    "equal",
)
"""Names of the codes of :func:`nik_likeness`, strongest last. ``same_regency``: of one lineage too. ``adjacent`` stands
below ``first_twelve``, for serials that follow each other are what twins have."""

DATE_MASK: Final = 0b111
"""Bits of :func:`nik_beside_record` that hold a :class:`DateBeside`."""
SEX_BIT: Final = 0b1000
"""Bit of :func:`nik_beside_record`: the day digits tell the other sex."""
REGION_SHIFT: Final = 4
"""A :class:`RegionBeside` stands above these bits of :func:`nik_beside_record`."""


@dataclass(frozen=True)
class NikPairs:
    """Evidence of n pairs: ``bits`` uint16 (n,) of :class:`NikPair`; ``serial_gap`` int32 (n,), how far the serials of
    FIRST_TWELVE pairs lie apart (1 to 9998), -1 for others."""

    bits: UInt16
    serial_gap: Int32


def nik_pairs(left: Int64, right: Int64, older: OlderRegions = ()) -> NikPairs:
    """Return what each pair of NIKs has in common; symmetric.

    ``left``, ``right`` int64 (n,): NIKs, negative for damaged ones, 0 for missing, as
    :func:`linkage.standardise.nik.numbers.read_niks` returns them.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    return NikPairs(*_compare_pairs(left, right, newest_regencies(older)))


def nik_beside_record(numbers: Int64, births: Int64, sexes: Int8, regions: Int32, older: OlderRegions = ()) -> UInt8:
    """Return uint8 (n,): how each NIK fits the record that carries it.

    ``numbers`` int64: NIKs; one that is missing (0) or damaged (negative) says nothing. ``births`` int64: yyyymmdd,
    yyyymm00 or yyyy0000, 0 or less for missing. ``sexes`` int8: 0 missing, 1 male, 2 female. ``regions`` int32: regency
    codes, 0 unknown. The lowest three bits are a :class:`DateBeside`, the fourth is :data:`SEX_BIT`, those above a
    :class:`RegionBeside`; what is missing on either side is 0.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    return _beside(numbers, births, sexes, regions, newest_regencies(older))


def date_beside(bits: UInt8) -> UInt8:
    """Return the :class:`DateBeside` codes (n,) in the bits of :func:`nik_beside_record`."""
    return np.asarray(bits & np.uint8(DATE_MASK))


def region_beside(bits: UInt8) -> UInt8:
    """Return the :class:`RegionBeside` codes (n,) in the bits of :func:`nik_beside_record`."""
    return np.asarray(bits >> np.uint8(REGION_SHIFT))


def nik_explains_other_date(numbers: Int64, births: Int64, other_births: Int64) -> npt.NDArray[np.bool_]:
    """Return bool (n,): digits 7 to 12 of a NIK are the *other* record's birth date, though its own differs.

    Then the birth date was corrected after the NIK was issued, and the two records tell before and after.
    ``numbers``, ``births`` and ``other_births`` as in :func:`nik_beside_record`; what is missing explains nothing.
    """
    nobody, nowhere = np.zeros(numbers.size, np.int8), np.zeros(numbers.size, np.int32)
    own = date_beside(nik_beside_record(numbers, births, nobody, nowhere))
    other = date_beside(nik_beside_record(numbers, other_births, nobody, nowhere))
    differs = (own >= DateBeside.SWAPPED) & (own <= DateBeside.DIFFERS)
    return np.asarray(differs & (other == DateBeside.EQUAL))


@cache
def newest_regencies(older: OlderRegions = ()) -> Int32:
    """Return int32 (10_000,), by regency code: the code in force that stands for it now, 0 for none known.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    newest = np.zeros(10_000, np.int32)
    for code, regency in region_table(older).regencies.items():
        newest[code] = regency.newest
    newest.setflags(write=False)
    return newest


_EQUAL, _SLIP, _TWELVE, _ADJACENT = map(int, (NikPair.EQUAL, NikPair.SLIP, NikPair.FIRST_TWELVE, NikPair.ADJACENT))
_DAY_40, _BIRTH_PART, _REGENCY = map(int, (NikPair.DAY_40, NikPair.BIRTH_PART, NikPair.REGENCY))
_LINEAGE, _DAMAGED = int(NikPair.LINEAGE), int(NikPair.DAMAGED)
_D_EQUAL, _D_SWAPPED, _D_ONE, _D_YEAR, _D_DIFFERS, _D_KNOWN = (int(kind) for kind in list(DateBeside)[1:])
_R_SAME, _R_LINEAGE, _R_OTHER, _R_UNLISTED = (int(kind) for kind in list(RegionBeside)[1:])


_L_MISSING, _L_DIFFERENT, _L_REGENCY, _L_BIRTH_PART, _L_DAY_40, _L_ADJACENT = range(6)
_L_FIRST_TWELVE, _L_DAMAGED_SLIP, _L_SLIP, _L_EQUAL = range(6, 10)


@borrowing
def nik_pair_bits(one: int, other: int, newest: Int32) -> int:
    """Return the bits of :class:`NikPair` of two NIKs as int64, negative for damaged ones, 0 for missing. Symmetric.

    ``newest`` int32 (10_000,): :func:`newest_regencies`.
    """
    if one == 0 or other == 0:
        return 0
    if one < 0 or other < 0:
        relation = damaged_relation(one, other)
        if relation == UNKNOWN:
            return 0
        return _DAMAGED | (_SLIP if relation == TYPO else _TWELVE)
    relation = nik_relation(one, other)
    found = 0
    if relation == EQUAL:
        found |= _EQUAL
    elif relation == TYPO:
        found |= _SLIP
    elif relation == PREFIX:
        found |= _TWELVE | (_ADJACENT if abs(one - other) == 1 else 0)
    if relation == SEX_SHIFT or (abs(one // 10_000 - other // 10_000) == 400_000 and one // 10**10 == other // 10**10):
        found |= _DAY_40
    regency, other_regency = one // 10**12, other // 10**12
    if one // 10**10 != other // 10**10 and one // 10_000 % 10**6 == other // 10_000 % 10**6:
        found |= _BIRTH_PART
    if regency == other_regency:
        found |= _REGENCY
    elif newest[regency] > 0 and newest[regency] == newest[other_regency]:
        found |= _LINEAGE
    return found


@borrowing
def nik_likeness(one: int, other: int, newest: Int32) -> int:
    """Return the strongest thing that two NIKs have in common, a code of :data:`LIKENESSES`. Symmetric.

    Arguments as in :func:`nik_pair_bits`. ``missing`` where either is missing, or where a damaged number is not a slip
    away from the other one: it says nothing, and never that the numbers differ.
    """
    bits = nik_pair_bits(one, other, newest)
    if one <= 0 or other <= 0:
        return _L_MISSING if bits == 0 else (_L_DAMAGED_SLIP if bits & _SLIP else _L_FIRST_TWELVE)
    if bits & _EQUAL:
        return _L_EQUAL
    if bits & _SLIP:
        return _L_SLIP
    if bits & _TWELVE:
        return _L_ADJACENT if bits & _ADJACENT else _L_FIRST_TWELVE
    if bits & _DAY_40:
        return _L_DAY_40
    if bits & _BIRTH_PART:
        return _L_BIRTH_PART
    return _L_REGENCY if bits & (_REGENCY | _LINEAGE) else _L_DIFFERENT


@kernel
def _compare_pairs(left: Int64, right: Int64, newest: Int32) -> tuple[UInt16, Int32]:
    bits = np.zeros(left.shape[0], np.uint16)
    gaps = np.full(left.shape[0], np.int32(-1))
    for pair in range(left.shape[0]):
        bits[pair] = nik_pair_bits(left[pair], right[pair], newest)
        if bits[pair] & _TWELVE and not bits[pair] & _DAMAGED:
            gaps[pair] = abs(left[pair] - right[pair])
    return bits, gaps


@borrowing
def nik_beside(number: int, birth: int, sex: int, region: int, newest: Int32) -> int:
    """Return how one NIK fits the record that carries it, the bits of :func:`nik_beside_record`.

    ``newest`` int32 (10_000,): :func:`newest_regencies`.
    """
    if number <= 0:
        return 0
    day, month, year = number // 10**8 % 100, number // 10**6 % 100, number // 10**4 % 100
    female = day > 40
    found = _date_kind(day - 40 if female else day, month, year, birth)
    if sex > 0 and (sex == 2) != female:
        found |= SEX_BIT
    regency = number // 10**12
    if region > 0:
        if regency == region:
            kind = _R_SAME
        elif newest[regency] == 0:
            kind = _R_UNLISTED
        else:
            kind = _R_LINEAGE if newest[regency] == newest[region] else _R_OTHER
        found |= kind << REGION_SHIFT
    return int(found)


@kernel
def _beside(numbers: Int64, births: Int64, sexes: Int8, regions: Int32, newest: Int32) -> UInt8:
    bits = np.zeros(numbers.shape[0], np.uint8)
    for record in range(numbers.shape[0]):
        bits[record] = nik_beside(numbers[record], births[record], int(sexes[record]), int(regions[record]), newest)
    return bits


@borrowing
def _date_kind(day: int, month: int, year: int, birth: int) -> int:
    if birth <= 0:
        return 0
    born_day, born_month, born_year = birth % 100, birth // 100 % 100, birth // 10_000 % 100
    if born_day == 0 or born_month == 0:
        known = born_year == year and born_month in (0, month)
        return _D_KNOWN if known else (_D_YEAR if born_year == year else _D_DIFFERS)
    if born_day == day and born_month == month and born_year == year:
        return _D_EQUAL
    if born_day == month and born_month == day and born_year == year:
        return _D_SWAPPED
    written, told = (day * 100 + month) * 100 + year, (born_day * 100 + born_month) * 100 + born_year
    differing = 0
    exchanged = False
    last_written = last_told = -1
    for _ in range(6):
        digit, other = written % 10, told % 10
        if digit != other:
            differing += 1
            exchanged = differing == 2 and digit == last_told and other == last_written
        last_written, last_told = digit, other
        written, told = written // 10, told // 10
    if differing == 1 or (differing == 2 and exchanged):
        return _D_ONE
    return _D_YEAR if born_year == year else _D_DIFFERS
