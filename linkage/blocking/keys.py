"""Blocking keys: the set of 64-bit keys that a rule gives to each record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import AHEAD, ask_for, borrowing, kernel
from linkage.similarity.packed import mix_key
from linkage.spec import RuleSpec
from linkage.standardise.column import Int32, Int64, KeySets, StandardColumn, UInt64
from linkage.standardise.key_sets import KeyForms

CHUNK: Final = 1 << 15
"""Records whose keys are made at a time, an eighth of that with a wide form: what is made on the way stays small."""
_SAMPLE: Final = 1 << 13


@dataclass(frozen=True)
class _Part:
    """One key part of a rule: the key ``sets`` of all values, or those of a ``wide`` form, made for some at a time."""

    codes: Int32
    form: str
    sets: KeySets | KeyForms

    @property
    def wide(self) -> bool:
        """Whether its key sets are made for some values at a time."""
        return isinstance(self.sets, KeyForms)

    def of(self, first: int, last: int, step: int) -> tuple[Int32, KeySets]:
        """Return for every ``step``-th record a row of key sets, int32 (n,), -1 for none; and the sets."""
        codes = self.codes[first:last:step]
        if not isinstance(self.sets, KeyForms):
            return codes, self.sets
        present = codes >= 0
        rows = np.cumsum(present, dtype=np.int32) - np.int32(1)
        return np.where(present, rows, np.int32(-1)), self.sets.rows(self.form, codes[present])


class RuleKeys:
    """The keys of one rule. A record has one per combination of its key parts' values; a part without a key gives none.

    ``n_records`` records with the standard ``columns``.
    """

    def __init__(self, rule: RuleSpec, columns: Mapping[str, StandardColumn], n_records: int) -> None:
        self.n_records = n_records
        self._parts = [_part(key, columns) for key in rule.keys]

    def chunk(self, first: int, last: int, step: int = 1) -> tuple[Int32, UInt64]:
        """Return the (record, key) entries of every ``step``-th record from ``first`` to ``last - 1``.

        int32 (n_entries,) ascending, uint64 (n_entries,).
        """
        records = np.arange(first, last, step, dtype=np.int32)
        places = np.arange(records.size, dtype=np.int32)
        keys = np.zeros(records.size, np.uint64)
        for part in self._parts:
            rows, sets = part.of(first, last, step)
            places, keys = _extend(places, keys, rows, sets.offsets, sets.keys)
        return records[places], keys

    def chunks(self) -> Iterator[tuple[Int32, UInt64]]:
        """Return the entries of all records, some records at a time."""
        size = CHUNK // 8 if any(part.wide for part in self._parts) else CHUNK
        for first in range(0, self.n_records, size):
            yield self.chunk(first, min(first + size, self.n_records))

    def expected_entries(self) -> int:
        """Return about how many entries there are, from a sample of the records."""
        step = max(1, self.n_records // _SAMPLE)
        return int(self.chunk(0, self.n_records, step)[1].size) * step


def _part(key: str, columns: Mapping[str, StandardColumn]) -> _Part:
    name, _, form = key.partition(".")
    form = form or "value"
    column = columns[name]
    forms = column.content.key_sets
    if isinstance(forms, KeyForms) and forms.is_wide(form):
        return _Part(column.codes, form, forms)
    return _Part(column.codes, form, forms[form])


def refinement_values(name: str, columns: Mapping[str, StandardColumn], records: Int32) -> UInt64:
    """Return the 64-bit value (n,) by which a refinement field divides some records, int32 (n,); 0 for missing.

    Records without a value are a sub-block of their own. Hashes of values, not codes, so that a sub-block's
    key is the same in every run.
    """
    column = columns[name]
    sets = column.content.key_sets["value"]
    return _first_keys(column.codes, records, sets.offsets, sets.keys)


@kernel
def _first_keys(codes: Int32, records: Int32, offsets: Int64, keys: UInt64) -> UInt64:
    first = np.zeros(records.shape[0], np.uint64)
    for place in range(records.shape[0]):
        code = codes[records[place]]
        if code >= 0 and offsets[code] < offsets[code + 1]:
            first[place] = keys[offsets[code]]
    return first


@kernel
def _extend(
    places: Int32, keys: UInt64, rows: Int32, offsets: Int64, part_keys: UInt64
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint64]]:
    longer_places = np.empty(_count_keys(places, rows, offsets), np.int32)
    longer_keys = np.empty(longer_places.shape[0], np.uint64)
    last, position = part_keys.shape[0] - 1, 0
    for entry in range(places.shape[0]):
        near = rows[places[min(entry + AHEAD, places.shape[0] - 1)]]
        if near >= 0 and last >= 0:
            ask_for(part_keys, min(offsets[near], last))
        row = rows[places[entry]]
        if row < 0:
            continue
        for index in range(offsets[row], offsets[row + 1]):
            longer_places[position] = places[entry]
            longer_keys[position] = mix_key(keys[entry], part_keys[index])
            position += 1
    return longer_places, longer_keys


@borrowing
def _count_keys(places: Int32, rows: Int32, offsets: Int64) -> int:
    total = 0
    for entry in range(places.shape[0]):
        near = rows[places[min(entry + AHEAD, places.shape[0] - 1)]]
        ask_for(offsets, max(near, 0))
        row = rows[places[entry]]
        if row >= 0:
            total += offsets[row + 1] - offsets[row]
    return total


@kernel
def mix_values(keys: UInt64, values: UInt64) -> UInt64:
    """Return the keys extended by one value each, uint64 (n,)."""
    mixed = np.empty_like(keys)
    for entry in range(keys.shape[0]):
        mixed[entry] = mix_key(keys[entry], values[entry])
    return mixed
