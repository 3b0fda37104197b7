"""NIK: 16 digits, validated by structure, with keys that bring typing errors together.

Rules and levels: docs of :mod:`linkage.identifiers`, of which this is the array form for distinct raw texts.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.identifiers import PROVINCES_EVER, normalise_digits
from linkage.similarity.jit import kernel
from linkage.similarity.packed import mix_key
from linkage.spec import OlderRegions
from linkage.standardise.column import Int64, KeySets, StandardValues
from linkage.standardise.key_sets import one_key_each
from linkage.standardise.regions.table import region_table

NIK_WARN: Final = 1
"""Flag bit: impossible date, regency not in the table, or sub-district 00. An anomaly, but still compared."""

_NOT_SIXTEEN, _ODD = -1, -2
_DAYS_IN_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def standardise_nik(values: pa.StringArray, older: OlderRegions = ()) -> StandardValues:
    """Return the valid NIKs among distinct raw texts (no nulls).

    A text with a FATAL finding is missing. ``values``: 16 digits; ``integers``: the number as int64; ``flags``:
    :data:`NIK_WARN`. Key forms: "value"; "first12" (region, date and sex of first issue); "deletions" (the number with
    any one digit left out: numbers that are equal, or differ by one substituted digit or two exchanged neighbours,
    share a key). ``older``: regency codes of former times that the package's own table lacks; they give no warning.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    numbers = nik_numbers(values)
    valid = numbers >= 0
    distinct, inverse = np.unique(numbers[valid], return_inverse=True)
    mapping = np.full(len(values), -1, np.int32)
    mapping[valid] = inverse
    texts = _texts(distinct)
    return StandardValues(
        mapping=mapping,
        values=texts,
        integers=distinct,
        flags=np.where(odd_niks(distinct, older), NIK_WARN, 0).astype(np.uint8),
        key_sets={
            "value": one_key_each(texts),
            "first12": one_key_each(pc.utf8_slice_codeunits(texts, 0, 12)),
            "deletions": _deletions(distinct),
        },
    )


def nik_numbers(values: pa.StringArray) -> Int64:
    """Return int64 (n_raw,): the NIK in each raw text, -1 where a FATAL finding says that it cannot be one."""
    numbers = sixteen_digits(values)
    numbers[_is_fatal(numbers)] = -1
    return numbers


def sixteen_digits(values: pa.StringArray) -> Int64:
    """Return int64 (n_raw,): the number written with 16 digits in each raw text (no nulls), -1 for anything else."""
    # Copied, so that the offsets start at 0 and both buffers exist even for no value at all.
    large = pa.concat_arrays([values.cast(pa.large_string()), pa.array([""], pa.large_string())])
    _, offsets, data = large.buffers()
    bounds = np.frombuffer(offsets, np.int64)[: len(values) + 1]
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    numbers = _parse_digits(raw, bounds)
    for position in np.flatnonzero(numbers == _ODD).tolist():
        digits = normalise_digits(values[position].as_py())
        plain = len(digits) == 16 and digits.isascii() and digits.isdecimal()
        numbers[position] = int(digits) if plain else _NOT_SIXTEEN
    return numbers


@kernel
def _parse_digits(raw: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    numbers = np.empty(bounds.shape[0] - 1, np.int64)
    for text in range(numbers.shape[0]):
        number = np.int64(0)
        count = 0
        for position in range(bounds[text], bounds[text + 1]):
            byte = raw[position]
            if 48 <= byte <= 57:
                count += 1
                if count > 16:
                    break
                number = number * 10 + np.int64(byte - 48)
            elif byte >= 128:
                count = -1  # a typographic apostrophe or blank: seldom, so plain Python looks at it
                break
            elif not (byte == 32 or 9 <= byte <= 13 or byte == 39 or byte == 46 or byte == 96):
                count = 99
                break
        numbers[text] = number if count == 16 else (_ODD if count == -1 else _NOT_SIXTEEN)
    return numbers


def _is_fatal(numbers: Int64) -> npt.NDArray[np.bool_]:
    province = np.clip(numbers, 0, None) // 10**14
    ever = np.zeros(100, np.bool_)
    ever[list(PROVINCES_EVER)] = True
    day, month = _day(numbers), numbers // 10**6 % 100
    day_of_sex = np.where(day > 40, day - 40, day)
    return np.asarray(
        (numbers < 0)
        | ~ever[province]
        | (day_of_sex < 1)
        | (day_of_sex > 31)
        | (month < 1)
        | (month > 12)
        | (numbers % 10_000 == 0)
        | (numbers % 1_111_111_111_111_111 == 0)
    )


def odd_niks(numbers: Int64, older: OlderRegions = ()) -> npt.NDArray[np.bool_]:
    """Return bool (n,), the WARN findings on NIKs without a FATAL one: date, regency or sub-district cannot be."""
    day, month, year = _day(numbers), numbers // 10**6 % 100, numbers // 10**4 % 100
    day = np.where(day > 40, day - 40, day)
    # 1900 was no leap year but 2000 was, so in one century or the other every fourth year has a 29 February.
    impossible = (day > _DAYS_IN_MONTH[month]) | ((month == 2) & (day == 29) & (year % 4 != 0))
    known = np.zeros(10_000, np.bool_)
    known[list(region_table(older).ever)] = True
    return np.asarray(impossible | ~known[numbers // 10**12] | (numbers // 10**10 % 100 == 0))


def _day(numbers: Int64) -> Int64:
    return np.asarray(numbers // 10**8 % 100)


def _texts(numbers: Int64) -> pa.StringArray:
    digits = np.empty((numbers.size, 16), np.uint8)
    rest = numbers.copy()
    for place in range(15, -1, -1):
        rest, digits[:, place] = np.divmod(rest, 10)[0], rest % 10 + 48
    offsets = np.arange(numbers.size + 1, dtype=np.int64) * 16
    large = pa.LargeStringArray.from_buffers(numbers.size, pa.py_buffer(offsets), pa.py_buffer(digits))
    return large.cast(pa.string())


def _deletions(numbers: Int64) -> KeySets:
    counts = np.ones(numbers.size, np.int64)
    rest = numbers
    for _ in range(15):
        shorter = rest // 10
        counts += rest % 10 != shorter % 10
        rest = shorter
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return KeySets(offsets, _deletion_keys(numbers, offsets))


@kernel
def _deletion_keys(numbers: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    keys = np.empty(offsets[-1], np.uint64)
    for value in range(numbers.shape[0]):
        begin = end = offsets[value]
        power = np.int64(1)
        last = np.int64(-1)
        for _ in range(16):
            digit = numbers[value] // power % 10
            if digit != last:  # leaving out any digit of a run of equal ones gives the same number
                shorter = numbers[value] // (power * 10) * power + numbers[value] % power
                key = mix_key(np.uint64(0), np.uint64(shorter))
                place = end
                while place > begin and keys[place - 1] > key:
                    keys[place] = keys[place - 1]
                    place -= 1
                keys[place] = key
                end += 1
            last = digit
            power *= 10
    return keys
