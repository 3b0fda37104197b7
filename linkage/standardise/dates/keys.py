"""Blocking keys of dates."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel
from linkage.similarity.packed import mix_key
from linkage.standardise.column import Int64, KeySets, UInt64
from linkage.standardise.key_sets import KeyForms

_DAY: Final = 100_000_000
"""Above every yyyymmdd: what stands before it tells the forms of keys apart that would read the same."""

Mask = npt.NDArray[np.bool_]


def date_key_forms(dates: Int64) -> KeyForms:
    """Return the key forms of dates, int64 (n_values,): yyyymmdd, yyyymm00 without a day, yyyy0000 without a month.

    - ``value``: the date. ``swapped``: the same key for a date and the one with day and month exchanged.
    - ``year``; ``year_near``: two keys, so that years share one that differ by at most 1.
    - ``year_month``, ``year_day``, ``month_day``: two parts of the three. ``two_parts``: all these three keys, so that
      dates meet that differ in one part only, whatever it is.

    A form has no key where a part it needs is missing; default dates have keys like others.
    """
    year, month, day = dates // 10_000, dates // 100 % 100, dates % 100
    full, with_month = day > 0, month > 0
    exchanged = year * 10_000 + np.minimum(month, day) * 100 + np.maximum(month, day)
    return KeyForms(
        dates.size,
        {
            "value": lambda: _one_key(dates, full),
            "swapped": lambda: _one_key(exchanged, full),
            "year": lambda: _one_key(year, year > 0),
            "year_near": lambda: _near_keys(year),
            "year_month": lambda: _one_key(dates // 100, with_month),
            "year_day": lambda: _one_key(year * 100 + day, full),
            "month_day": lambda: _one_key(dates % 10_000, full),
            "two_parts": lambda: _part_keys(year, month, day),
        },
    )


def _one_key(numbers: Int64, keep: Mask) -> KeySets:
    offsets = np.zeros(numbers.size + 1, np.int64)
    np.cumsum(keep, out=offsets[1:])
    return KeySets(offsets, _hashes(numbers[keep]))


def _near_keys(year: Int64) -> KeySets:
    """Return a key for the year with the one before, and one for it with the one after."""
    return _sets(np.stack([year - 1, year], axis=1), np.ones(year.size, np.bool_))


def _part_keys(year: Int64, month: Int64, day: Int64) -> KeySets:
    parts = [year * 100 + month, _DAY + year * 100 + day, 2 * _DAY + month * 100 + day]
    keys = _sets(np.stack(parts, axis=1), day > 0)
    vague = (day == 0) & (month > 0)  # a date without a day meets those of its month
    if not vague.any():
        return keys
    counts = np.where(vague, 1, np.diff(keys.offsets))
    offsets = np.zeros(year.size + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    every = np.empty(int(offsets[-1]), np.uint64)
    alone = np.repeat(vague, counts)
    every[~alone] = keys.keys
    every[alone] = _hashes((year * 100 + month)[vague])
    return KeySets(offsets, every)


def _sets(numbers: Int64, keep: Mask) -> KeySets:
    """Return the hashes of each row's numbers (n_values, n) as its set; none where ``keep`` is false."""
    offsets = np.zeros(keep.size + 1, np.int64)
    np.cumsum(keep * numbers.shape[1], out=offsets[1:])
    hashed = _hashes(numbers[keep].ravel()).reshape(-1, numbers.shape[1])
    return KeySets(offsets, np.sort(hashed, axis=1).ravel())


@kernel
def _hashes(numbers: npt.NDArray[np.int64]) -> UInt64:
    hashes = np.empty(numbers.shape[0], np.uint64)
    for place in range(numbers.shape[0]):
        hashes[place] = mix_key(np.uint64(1), np.uint64(numbers[place]))
    return hashes
