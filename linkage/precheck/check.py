"""A batch against an index: which of its records are known, probably known, or new, by how many keys agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.encode import EncodedRecords
from linkage.precheck.index import Index
from linkage.precheck.keys import KINDS, NIK, key_entries
from linkage.standardise.column import Int32, Int64, UInt8, UInt64

CODES: Final = ("NEW", "POSSIBLE", "PROBABLE", "NIK_ELSEWHERE", "KNOWN")
"""Findings by their number. KNOWN: the same NIK, and no key speaks against it. NIK_ELSEWHERE: the NIK is carried by
somebody all of whose other keys differ. PROBABLE: two or more keys besides the NIK agree with one record. POSSIBLE: one
does."""

NIK_SAYS: Final = ("not_compared", "different", "same")
"""How the NIKs relate, by number; not compared where one of the two has none."""

MOST_BEARERS: Final = 100
"""A key besides the NIK that more records have tells nothing."""

_NEW, _POSSIBLE, _PROBABLE, _ELSEWHERE, _KNOWN = range(5)
_BITS: Final = {kind.name: np.uint8(1 << number) for number, kind in enumerate(KINDS)}


@dataclass(frozen=True, repr=False)
class Findings:
    """What was found of each record of a batch, all (n_records,).

    ``code``: number into :data:`CODES`. ``agrees``: bit mask of the kinds that agree with the nearest record, in the
    order of :data:`KINDS`. ``nik``: number into :data:`NIK_SAYS`, of the same. ``records``: how many records of the
    index are found under that code.
    """

    code: UInt8
    agrees: UInt8
    nik: UInt8
    records: Int64


def check_batch(batch: EncodedRecords, index: Index, key: bytes) -> Findings:
    """Return what an index says of the records of a batch. ``key``: that of the digests."""
    entries = key_entries(batch, key)
    n = batch.n_records
    theirs = _has({name: np.unique(rows) for name, (rows, _) in entries.items()}, n)
    ours = _has({name: np.flatnonzero(there) for name, there in index.present.items()}, index.header.records)
    record, row, agrees = _pairs(entries, index)
    comparable = theirs[record] & ours[row]
    code = _judged(agrees, comparable)
    nik = np.where(agrees & _BITS[NIK], 2, np.where(comparable & _BITS[NIK], 1, 0)).astype(np.uint8)
    found = Findings(np.zeros(n, np.uint8), np.zeros(n, np.uint8), np.zeros(n, np.uint8), np.zeros(n, np.int64))
    # The nearest record last, so that it is the one that stays.
    order = np.lexsort((row, np.bitwise_count(agrees), code, record))
    for target, values in ((found.code, code), (found.agrees, agrees), (found.nik, nik)):
        target[record[order]] = values[order]
    np.add.at(found.records, record[code == found.code[record]], 1)
    return found


def _judged(agrees: UInt8, comparable: UInt8) -> UInt8:
    """Return the code of each pair of a record and a row of the index."""
    same_nik = (agrees & _BITS[NIK]) != 0
    besides = agrees & ~_BITS[NIK]
    nothing_else = (comparable & ~_BITS[NIK]) == 0
    number = np.bitwise_count(besides)
    code = np.where(number >= 2, _PROBABLE, np.where(number == 1, _POSSIBLE, _NEW))
    known = np.where((number > 0) | nothing_else, _KNOWN, _ELSEWHERE)
    return np.where(same_nik, known, code).astype(np.uint8)


def _has(rows: dict[str, npt.NDArray[np.int64]], n: int) -> UInt8:
    """Return for each of ``n`` records a bit mask of the kinds it has a key of."""
    mask = np.zeros(n, np.uint8)
    for name, own in rows.items():
        mask[own] |= _BITS[name]
    return mask


def _pairs(entries: dict[str, tuple[Int32, UInt64]], index: Index) -> tuple[Int64, Int64, UInt8]:
    """Return the pairs (record, row of the index) that share a key, each once, and which kinds they share."""
    size = max(index.header.records, 1)
    pairs, bits = [np.zeros(0, np.int64)], [np.zeros(0, np.uint8)]
    for name, (rows, digests) in entries.items():
        held = np.flatnonzero(index.present[name])
        held = held[np.argsort(index.columns[name][held], kind="stable")]
        digest = index.columns[name][held]
        first, last = np.searchsorted(digest, digests, "left"), np.searchsorted(digest, digests, "right")
        count = last - first
        if name != NIK:
            count[count > MOST_BEARERS] = 0
        starts = np.repeat(first - (np.cumsum(count) - count), count)
        place = starts + np.arange(starts.size)
        pairs.append(np.repeat(rows.astype(np.int64), count) * size + held[place])
        bits.append(np.full(place.size, _BITS[name], np.uint8))
    pair, bit = np.concatenate(pairs), np.concatenate(bits)
    distinct, place = np.unique(pair, return_inverse=True)
    agrees = np.zeros(distinct.size, np.uint8)
    np.bitwise_or.at(agrees, place, bit)
    return distinct // size, distinct % size, agrees
