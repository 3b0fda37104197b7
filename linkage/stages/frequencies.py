"""How often values stand among the records, and what a full run of a project fixes of it for the nights to come.

Term frequencies, expected namesakes and slips of the keyboard are judged by these counts. They come from the records at
hand, or from the :class:`Snapshot` of the last full run, so that a night with a few records judges as that run did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RulePlan
from linkage.blocking.placeholders import Placeholders
from linkage.encode import EncodedRecords
from linkage.models.term_frequency import value_counts
from linkage.similarity.packed import hash_texts
from linkage.spec import LinkageSpec
from linkage.standardise.column import Int64, StandardColumn, UInt64
from linkage.standardise.names.slip import token_counts
from linkage.standardise.nik.numbers import valid_codes

NAME: Final = "nama"
BIRTH: Final = "tanggal_lahir"
SEX: Final = "jenis_kelamin"
_NIK: Final = "nik"


@dataclass(frozen=True)
class Frequencies:
    """Counts over ``n_records`` records, laid out for the columns at hand.

    ``counts`` int64 (n_values,) by field: records per value. ``present``: records that have any value of the field.
    ``years`` int64: records per year of birth, by the year. ``tokens`` int64 (n_tokens,): records per token of the
    name. ``has_nik``: whether any record has a valid NIK.
    """

    n_records: int
    counts: Mapping[str, Int64]
    present: Mapping[str, int]
    years: Int64
    tokens: Int64
    has_nik: bool


@dataclass(frozen=True)
class HashedCounts:
    """Counts of texts, known by their 64-bit hashes: ``hashes`` uint64 ascending and distinct, ``counts`` int64."""

    hashes: UInt64
    counts: Int64

    def of(self, texts_hashed: UInt64) -> Int64:
        """Return the count of each text (n,) by its hash, 0 for one that was not counted."""
        if not self.hashes.size:
            return np.zeros(texts_hashed.size, np.int64)
        place = np.minimum(np.searchsorted(self.hashes, texts_hashed), self.hashes.size - 1)
        return np.where(self.hashes[place] == texts_hashed, self.counts[place], 0)


@dataclass(frozen=True)
class Snapshot:
    """What the last full run fixed beside the model: frequencies, placeholders and the blocking plan.

    ``counts`` by field, ``tokens`` of the name: as in :class:`Frequencies`, by the hash of the text. ``placeholders``
    uint64 ascending by field: hashes of values that give no blocking keys. ``plans``: one per rule of the spec.
    """

    n_records: int
    counts: Mapping[str, HashedCounts]
    present: Mapping[str, int]
    years: Int64
    tokens: HashedCounts
    has_nik: bool
    placeholders: Mapping[str, UInt64]
    plans: tuple[RulePlan, ...]

    def frequencies(self, records: EncodedRecords) -> Frequencies:
        """Return the counts of the full run, laid out for these records; a value it did not see has none."""
        counts = {
            name: table.of(hash_texts(records.columns[name].content.values)) for name, table in self.counts.items()
        }
        names = records.columns[NAME].content.names if NAME in records.columns else None
        tokens = np.zeros(0, np.int64) if names is None else self.tokens.of(hash_texts(names.tokens))
        return Frequencies(self.n_records, counts, self.present, self.years, tokens, self.has_nik)

    def placeholders_in(self, columns: Mapping[str, StandardColumn]) -> Placeholders:
        """Return which values of the columns were placeholders in the full run."""
        found: dict[str, npt.NDArray[np.bool_]] = {}
        for name, hashes in self.placeholders.items():
            marked = np.isin(hash_texts(columns[name].content.values), hashes)
            if marked.any():
                found[name] = marked
        return found


def count_values(records: EncodedRecords, spec: LinkageSpec) -> Frequencies:
    """Return the counts of the records at hand."""
    columns = records.columns
    wanted = dict.fromkeys([*(item.field for item in spec.weighted if item.term_frequency), NAME, BIRTH, SEX])
    counts = {
        name: value_counts(columns[name].codes, len(columns[name].content.values)) for name in wanted if name in columns
    }
    years = np.zeros(0, np.int64)
    dates = columns[BIRTH].content.integers if BIRTH in columns else None
    if dates is not None and dates.size:
        years = np.bincount(dates // 10_000, weights=counts[BIRTH]).astype(np.int64)
    names = columns[NAME].content.names if NAME in columns else None
    return Frequencies(
        n_records=records.n_records,
        counts=counts,
        present={name: int(table.sum()) for name, table in counts.items()},
        years=years,
        tokens=np.zeros(0, np.int64) if names is None else token_counts(names, counts[NAME]),
        has_nik=_NIK in columns and bool((valid_codes(columns[_NIK]) >= 0).any()),
    )


def take_snapshot(
    records: EncodedRecords, frequencies: Frequencies, placeholders: Placeholders, plans: Sequence[RulePlan]
) -> Snapshot:
    """Return what a full run over these records fixes."""
    columns = records.columns
    names = columns[NAME].content.names if NAME in columns else None
    return Snapshot(
        n_records=frequencies.n_records,
        counts={
            name: _hashed(hash_texts(columns[name].content.values), table) for name, table in frequencies.counts.items()
        },
        present=dict(frequencies.present),
        years=frequencies.years,
        tokens=_hashed(np.zeros(0, np.uint64) if names is None else hash_texts(names.tokens), frequencies.tokens),
        has_nik=frequencies.has_nik,
        placeholders={
            name: np.unique(hash_texts(columns[name].content.values)[marked]) for name, marked in placeholders.items()
        },
        plans=tuple(plans),
    )


def _hashed(hashes: UInt64, counts: Int64) -> HashedCounts:
    held = counts > 0
    order = np.argsort(hashes[held], kind="stable")
    return HashedCounts(hashes[held][order], counts[held][order])
