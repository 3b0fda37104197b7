"""Blocking keys: the set of 64-bit keys that a rule gives to each record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel
from linkage.similarity.packed import mix_key
from linkage.spec import RuleSpec
from linkage.standardise.column import Int32, Int64, KeySets, StandardColumn, UInt64


def rule_keys(rule: RuleSpec, columns: Mapping[str, StandardColumn], n_records: int) -> tuple[Int32, UInt64]:
    """Return (record, key) entries of a rule: int32 (n_entries,) ascending, uint64 (n_entries,).

    A record has one key per combination of its key parts' values; a part that is missing or has no key gives none.
    """
    parts = [_part(key, columns) for key in rule.keys]
    keys = np.zeros(n_records, np.uint64)
    records = np.arange(n_records, dtype=np.int32)
    for codes, sets in parts:
        records, keys = _extend(records, keys, codes, sets.offsets, sets.keys)
    return records, keys


def _part(key: str, columns: Mapping[str, StandardColumn]) -> tuple[Int32, KeySets]:
    name, _, form = key.partition(".")
    column = columns[name]
    return column.codes, column.content.key_sets[form or "value"]


def refinement_values(fields: Sequence[str], columns: Mapping[str, StandardColumn]) -> list[UInt64]:
    """Return, for each refinement field, a 64-bit value per record (n_records,), 0 for missing.

    Records without a value are a sub-block of their own. Hashes of values, not codes, so that a sub-block's
    key is the same in every run.
    """
    refined = []
    for name in fields:
        codes, sets = _part(name, columns)
        first = np.zeros(sets.offsets.size, np.uint64)  # the last entry answers for code -1
        filled = np.flatnonzero(np.diff(sets.offsets))
        first[filled] = sets.keys[sets.offsets[filled]]
        refined.append(first[codes])
    return refined


@kernel
def _extend(
    records: Int32, keys: UInt64, codes: Int32, offsets: Int64, part_keys: UInt64
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint64]]:
    total = 0
    for entry in range(records.shape[0]):
        code = codes[records[entry]]
        if code >= 0:
            total += offsets[code + 1] - offsets[code]
    longer_records = np.empty(total, np.int32)
    longer_keys = np.empty(total, np.uint64)
    position = 0
    for entry in range(records.shape[0]):
        code = codes[records[entry]]
        if code < 0:
            continue
        for index in range(offsets[code], offsets[code + 1]):
            longer_records[position] = records[entry]
            longer_keys[position] = mix_key(keys[entry], part_keys[index])
            position += 1
    return longer_records, longer_keys
