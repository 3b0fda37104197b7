"""NIK: 16 digits, validated by structure; a damaged number is kept beside the good ones, apart from them.

Rules and levels: docs of :mod:`linkage.identifiers`, of which this is the array form for distinct raw texts.

A number without a FATAL finding is held as it is. One of 15 to 17 digits with a FATAL finding is held as a negative
number that also tells its length (:func:`damaged_number`), so that one int64 array carries both and the pair pass tells
them apart by the sign. Anything else is missing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.identifiers import LENGTHS, PROVINCES_EVER, normalise_digits
from linkage.similarity.jit import borrowing, inlined, kernel
from linkage.spec import OlderRegions
from linkage.standardise.column import Int32, Int64, StandardColumn, StandardValues, UInt8
from linkage.standardise.nik.keys import digit_texts, nik_keys
from linkage.standardise.regions.districts import highest_districts
from linkage.standardise.regions.table import region_table

NIK_WARN: Final = 1
"""Flag bit: impossible date, regency not in the table, or sub-district 00. An anomaly, but still compared."""
NIK_FATAL: Final = 2
"""Flag bit: the number breaks the numbering rules. It has no key, equals nothing, and is only compared for a slip."""
NIK_DISTRICT: Final = 4
"""Flag bit: a sub-district number above all that its regency is known to have had. Soft: the lists begin in 2015."""

_NOT_NUMBER, _ODD = 0, 255
_LENGTH_STEP: Final = 10**17
_DAYS_IN_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def standardise_nik(values: pa.StringArray, older: OlderRegions = ()) -> StandardValues:
    """Return the NIKs among distinct raw texts (no nulls), and the damaged numbers beside them.

    ``values``: the digits, 16 of a NIK, 15 to 17 of a damaged number. ``integers``: the NIK as int64; negative for a
    damaged number (:func:`damaged_number`). ``flags``: :data:`NIK_WARN`, :data:`NIK_FATAL`, :data:`NIK_DISTRICT`.
    A text that is neither, or that was typed to fill the field, is missing.

    Key forms, which a damaged number does not have: "value"; "first12" (region, date and sex of first issue);
    "deletions" (the number with any one digit left out: numbers that are equal, or differ by one substituted digit or
    two exchanged neighbours, share a key). ``older``: regency codes of former times that the package's own table lacks;
    they give no warning.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    judged = read_niks(values)
    present = np.flatnonzero(judged)
    order, inverse = np.unique(_text_order(judged[present]), return_inverse=True)
    distinct, numbers, lengths = _from_order(order)
    mapping = np.full(len(values), -1, np.int32)
    mapping[present] = inverse
    known, highest = _known_regencies(older), highest_districts()
    return StandardValues(
        mapping=mapping,
        values=digit_texts(numbers, lengths),
        integers=distinct,
        flags=_flags(distinct, known, highest, _DAYS_IN_MONTH),
        key_sets=nik_keys(distinct),
    )


def read_niks(values: pa.StringArray) -> Int64:
    """Return int64 (n_raw,): the NIK in each raw text (no nulls), a damaged number as a negative one, 0 for missing."""
    ever = np.zeros(100, np.bool_)
    ever[list(PROVINCES_EVER)] = True
    return _judge(*_read(values), ever)


def nik_numbers(values: pa.StringArray) -> Int64:
    """Return int64 (n_raw,): the NIK in each raw text, -1 where a FATAL finding says that it cannot be one."""
    numbers = read_niks(values)
    numbers[numbers <= 0] = -1
    return numbers


def sixteen_digits(values: pa.StringArray) -> Int64:
    """Return int64 (n_raw,): the number written with 16 digits in each raw text (no nulls), -1 for anything else."""
    numbers, lengths = _read(values)
    numbers[lengths != 16] = -1
    return numbers


def damaged_number(number: int, length: int) -> int:
    """Return how a damaged number of ``length`` digits (15 to 17) is held: negative, its length in front."""
    return -(number + (length - LENGTHS[0]) * _LENGTH_STEP)


def valid_codes(column: StandardColumn) -> Int32:
    """Return the codes (n_records,) of a column with damaged NIKs as missing (-1): codes whose equality means equality.

    Of other kinds than NIK the codes are returned as they are.
    """
    flags = column.content.flags
    if column.kind != "nik" or flags is None:
        return column.codes
    fatal = np.append((flags & NIK_FATAL) != 0, False)
    return np.where(fatal[column.codes], np.int32(-1), column.codes) if fatal.any() else column.codes


def odd_niks(numbers: Int64, older: OlderRegions = ()) -> npt.NDArray[np.bool_]:
    """Return bool (n,), the WARN findings on NIKs without a FATAL one: date, regency or sub-district cannot be.

    A sub-district number above all known ones is not among them (:func:`unknown_districts`).
    """
    flags = _flags(numbers, _known_regencies(older), highest_districts(), _DAYS_IN_MONTH)
    return np.asarray((flags & NIK_WARN) != 0)


def unknown_districts(numbers: Int64) -> npt.NDArray[np.bool_]:
    """Return bool (n,): a sub-district number above all that the regency of a NIK or card is known to have had.

    Numbers are given in order and never again, so a gap below the highest is a sub-district that went to another
    regency before the lists begin (2015), and no anomaly. A regency without listed sub-districts raises nothing; nor
    does a number below 0.
    """
    return np.asarray(numbers // 10**10 % 100 > np.where(numbers < 0, 100, highest_districts()[numbers // 10**12]))


def _known_regencies(older: OlderRegions) -> npt.NDArray[np.bool_]:
    known = np.zeros(10_000, np.bool_)
    known[list(region_table(older).ever)] = True
    return known


def _read(values: pa.StringArray) -> tuple[Int64, UInt8]:
    """Return the numbers (n_raw,) of 15 to 17 digits in raw texts, and how many digits they have; 0 and 0 for none."""
    # Copied, so that the offsets start at 0 and both buffers exist even for no value at all.
    large = pa.concat_arrays([values.cast(pa.large_string()), pa.array([""], pa.large_string())])
    _, offsets, data = large.buffers()
    bounds = np.frombuffer(offsets, np.int64)[: len(values) + 1]
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    numbers, lengths = _parse_digits(raw, bounds)
    for position in np.flatnonzero(lengths == _ODD).tolist():
        digits = normalise_digits(values[position].as_py())
        plain = len(digits) in LENGTHS and digits.isascii() and digits.isdecimal()
        numbers[position], lengths[position] = (int(digits), len(digits)) if plain else (0, _NOT_NUMBER)
    return numbers, lengths


@kernel
def _parse_digits(
    raw: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    numbers = np.zeros(bounds.shape[0] - 1, np.int64)
    lengths = np.zeros(numbers.shape[0], np.uint8)
    for text in range(numbers.shape[0]):
        number = np.int64(0)
        count = 0
        for position in range(bounds[text], bounds[text + 1]):
            byte = raw[position]
            if 48 <= byte <= 57:
                count += 1
                if count > 17:
                    break
                number = number * 10 + np.int64(byte - 48)
            elif byte >= 128:
                count = -1  # a typographic apostrophe or blank: seldom, so plain Python looks at it
                break
            elif not (28 <= byte <= 32 or 9 <= byte <= 13 or byte == 39 or byte == 46 or byte == 96):
                count = 99
                break
        if count == -1:
            lengths[text] = _ODD
        elif 15 <= count <= 17:
            numbers[text], lengths[text] = number, count
    return numbers, lengths


@kernel
def _judge(
    numbers: npt.NDArray[np.int64], lengths: npt.NDArray[np.uint8], ever: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Return the numbers themselves, damaged ones as negative, 0 for placeholders and for what is no number."""
    judged = np.zeros(numbers.shape[0], np.int64)
    for text in range(numbers.shape[0]):
        number, length = numbers[text], int(lengths[text])
        if length == 0:
            continue
        if length == 16 and _is_valid(number, ever):
            judged[text] = number
        elif not _is_placeholder(number, length):
            judged[text] = -(number + (length - 15) * _LENGTH_STEP)
    return judged


@inlined
def _is_valid(number: int, ever: npt.NDArray[np.bool_]) -> bool:
    day, month = number // 10**8 % 100, number // 10**6 % 100
    day = day - 40 if day > 40 else day
    structure = 1 <= day <= 31 and 1 <= month <= 12 and number % 10_000 > 0
    return structure and bool(ever[number // 10**14]) and number % 1_111_111_111_111_111 != 0


@borrowing
def _is_placeholder(number: int, length: int) -> bool:
    """The array form of :func:`linkage.identifiers.is_placeholder`."""
    power = np.int64(1)
    for period in range(1, 5):
        power *= 10
        digits_left = np.int64(10) ** (length - period)
        if number // power == number % digits_left:
            return True
    up = down = True
    run = longest = 1
    rest = number
    for _ in range(length - 1):
        shorter = rest // 10
        step = (rest % 10 - shorter % 10) % 10
        up &= step == 1
        down &= step == 9
        run = run + 1 if step == 0 else 1
        longest = max(longest, run)
        rest = shorter
    return up or down or longest >= 10


@kernel
def _text_order(judged: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return a number for each NIK or damaged number that sorts as their digits do as text, and can be read back."""
    order = np.empty(judged.shape[0], np.int64)
    for text in range(judged.shape[0]):
        if judged[text] > 0:
            order[text] = (judged[text] * 10 * 4 + 1) * 2
        else:
            length = -judged[text] // _LENGTH_STEP
            aligned = -judged[text] % _LENGTH_STEP * np.int64(10) ** (2 - length)
            order[text] = (aligned * 4 + length) * 2 + 1
    return order


@kernel
def _from_order(
    order: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return the NIKs and damaged numbers behind :func:`_text_order`, their digits as numbers, and how many."""
    judged = np.empty(order.shape[0], np.int64)
    numbers = np.empty(order.shape[0], np.int64)
    lengths = np.empty(order.shape[0], np.uint8)
    for text in range(order.shape[0]):
        damaged, length, aligned = order[text] & 1, order[text] // 2 % 4, order[text] // 8
        number = aligned // 10 if length == 1 else aligned // np.int64(10) ** (2 - length)
        numbers[text], lengths[text] = number, 15 + length
        judged[text] = -(number + length * _LENGTH_STEP) if damaged else number
    return judged, numbers, lengths


@kernel
def _flags(
    numbers: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
    highest: npt.NDArray[np.uint8],
    days_in_month: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    flags = np.zeros(numbers.shape[0], np.uint8)
    for value in range(numbers.shape[0]):
        number = numbers[value]
        if number < 0:
            flags[value] = NIK_FATAL
            continue
        regency, district = number // 10**12, number // 10**10 % 100
        day, month, year = number // 10**8 % 100, number // 10**6 % 100, number // 10**4 % 100
        day = day - 40 if day > 40 else day
        # 1900 was no leap year but 2000 was, so in one century or the other every fourth year has a 29 February.
        impossible = day > days_in_month[month] or (month == 2 and day == 29 and year % 4 != 0)
        if impossible or not known[regency] or district == 0:
            flags[value] |= NIK_WARN
        if district > highest[regency]:
            flags[value] |= NIK_DISTRICT
    return flags
