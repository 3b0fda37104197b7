"""How often values stand among the records, and what a full run of a project fixes of it for the nights to come.

Term frequencies, expected namesakes and slips of the keyboard are judged by these counts. They come from the records at
hand, or from the :class:`Snapshot` of the last full run, so that a night with a few records judges as that run did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RulePlan
from linkage.blocking.placeholders import Placeholders
from linkage.encode import EncodedRecords
from linkage.errors import InvariantError
from linkage.models.term_frequency import value_counts
from linkage.similarity.packed import hash_texts
from linkage.spec import LinkageSpec, OlderRegions
from linkage.standardise.column import Int32, Int64, NameForms, StandardColumn, UInt64
from linkage.standardise.frequencies.regional import RegionalFrequencies
from linkage.standardise.frequencies.table import NameFrequencies, name_frequencies
from linkage.standardise.names.slip import token_counts
from linkage.standardise.nik.numbers import valid_codes
from linkage.standardise.regions.resolve import record_regions

NAME: Final = "nama"
BIRTH: Final = "tanggal_lahir"
SEX: Final = "jenis_kelamin"
REGION_FIELDS: Final = ("source", "kode_wilayah", "kab_kota", "provinsi")
"""What the region of a record is read from."""
_NIK: Final = "nik"


@dataclass(frozen=True)
class Frequencies:
    """Counts over ``n_records`` records, laid out for the columns at hand.

    ``counts`` int64 (n_values,) by field: records per value. ``present``: records that have any value of the field.
    ``years`` int64: records per year of birth, by the year. ``tokens`` int64 (n_tokens,) by field of names:
    records per token. ``has_nik``: whether any record has a valid NIK. ``regional``: by field with term frequency, its
    values by regency; empty where no record's region is known.
    """

    n_records: int
    counts: Mapping[str, Int64]
    present: Mapping[str, int]
    years: Int64
    tokens: Mapping[str, Int64]
    has_nik: bool
    regional: Mapping[str, RegionalFrequencies] = field(default_factory=dict)


@dataclass(frozen=True)
class HashedTable:
    """A table by region whose values are known by their 64-bit hashes.

    ``hashes`` uint64 ascending and distinct; ``numbers`` int64: the table's number of each.
    """

    hashes: UInt64
    numbers: Int64
    table: NameFrequencies

    def of(self, texts_hashed: UInt64, regions: Int32) -> RegionalFrequencies:
        """Return the table laid out for values with these hashes (n_values,) and records of these ``regions``."""
        unseen = np.int64(self.table.counts.size)
        if not self.hashes.size:
            return RegionalFrequencies(self.table, np.full(texts_hashed.size, unseen, np.int32), regions)
        place = np.minimum(np.searchsorted(self.hashes, texts_hashed), self.hashes.size - 1)
        numbers = np.where(self.hashes[place] == texts_hashed, self.numbers[place], unseen)
        return RegionalFrequencies(self.table, numbers.astype(np.int32), regions)


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

    ``counts`` by field, ``tokens`` by field of names: as in :class:`Frequencies`, by the hash of the text.
    ``placeholders`` uint64 ascending by field: hashes of values that give no blocking keys. ``plans``: one per rule of
    the spec.
    ``regional``: by field, the values that two residents or more bear, by regency.
    """

    n_records: int
    counts: Mapping[str, HashedCounts]
    present: Mapping[str, int]
    years: Int64
    tokens: Mapping[str, HashedCounts]
    has_nik: bool
    placeholders: Mapping[str, UInt64]
    plans: tuple[RulePlan, ...]
    regional: Mapping[str, HashedTable] = field(default_factory=dict)

    def frequencies(self, records: EncodedRecords, older: OlderRegions = ()) -> Frequencies:
        """Return the counts of the full run, laid out for these records; a value it did not see has none.

        ``older``: the spec's regency codes of former times.
        """
        counts = {
            name: table.of(hash_texts(records.columns[name].content.values)) for name, table in self.counts.items()
        }
        tokens = {name: table.of(hash_texts(_forms(records, name).tokens)) for name, table in self.tokens.items()}
        regional: dict[str, RegionalFrequencies] = {}
        if self.regional:
            regions = regions_of(records, older)
            regional = {
                name: table.of(hash_texts(records.columns[name].content.values), regions)
                for name, table in self.regional.items()
            }
        return Frequencies(self.n_records, counts, self.present, self.years, tokens, self.has_nik, regional)

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
    names = [name for name, column in columns.items() if column.content.names is not None]
    wanted = dict.fromkeys([*(item.field for item in spec.weighted if item.term_frequency), *names, BIRTH, SEX])
    counts = {
        name: value_counts(columns[name].codes, len(columns[name].content.values)) for name in wanted if name in columns
    }
    years = np.zeros(0, np.int64)
    dates = columns[BIRTH].content.integers if BIRTH in columns else None
    if dates is not None and dates.size:
        years = np.bincount(dates // 10_000, weights=counts[BIRTH]).astype(np.int64)
    return Frequencies(
        n_records=records.n_records,
        counts=counts,
        present={name: int(table.sum()) for name, table in counts.items()},
        years=years,
        tokens={name: token_counts(_forms(records, name), counts[name]) for name in names},
        has_nik=_NIK in columns and bool((valid_codes(columns[_NIK]) >= 0).any()),
        regional=_count_by_region(records, spec),
    )


def regions_of(records: EncodedRecords, older: OlderRegions = ()) -> Int32:
    """Return the regency that each record's person is registered in, int32 (n_records,), 0 for unknown."""
    texts = {
        name: (records.columns[name].codes, records.columns[name].content.values)
        for name in REGION_FIELDS
        if name in records.columns
    }
    return record_regions(texts, records.n_records, older)


def _count_by_region(records: EncodedRecords, spec: LinkageSpec) -> dict[str, RegionalFrequencies]:
    fields = [item.field for item in spec.weighted if item.term_frequency]
    regions = regions_of(records, spec.older_regions) if fields else np.zeros(0, np.int32)
    if not regions.any():
        return {}
    counted = {}
    for name in fields:
        column = records.columns[name]
        everything = np.arange(len(column.content.values), dtype=np.int32)
        counted[name] = RegionalFrequencies(
            name_frequencies(column.codes, regions, shared_only=True), everything, regions
        )
    return counted


def take_snapshot(
    records: EncodedRecords, frequencies: Frequencies, placeholders: Placeholders, plans: Sequence[RulePlan]
) -> Snapshot:
    """Return what a full run over these records fixes."""
    columns = records.columns
    return Snapshot(
        n_records=frequencies.n_records,
        counts={
            name: _hashed(hash_texts(columns[name].content.values), table) for name, table in frequencies.counts.items()
        },
        present=dict(frequencies.present),
        years=frequencies.years,
        tokens={
            name: _hashed(hash_texts(_forms(records, name).tokens), table) for name, table in frequencies.tokens.items()
        },
        has_nik=frequencies.has_nik,
        placeholders={
            name: np.unique(hash_texts(columns[name].content.values)[marked]) for name, marked in placeholders.items()
        },
        plans=tuple(plans),
        regional={
            name: _hashed_table(hash_texts(columns[name].content.values), item)
            for name, item in frequencies.regional.items()
        },
    )


def _forms(records: EncodedRecords, field: str) -> NameForms:
    forms = records.columns[field].content.names
    if forms is None:
        raise InvariantError("this field holds no person names", where=f"field {field}")
    return forms


def _hashed_table(hashes: UInt64, frequencies: RegionalFrequencies) -> HashedTable:
    table, numbers = frequencies.table.shared()
    of_number = np.full(frequencies.table.counts.size + 1, -1, np.int64)
    of_number[numbers] = np.arange(numbers.size)
    found = of_number[np.minimum(frequencies.numbers, of_number.size - 1)]
    held = np.flatnonzero(found >= 0)
    order = held[np.argsort(hashes[held], kind="stable")]
    return HashedTable(hashes[order], found[order], table)


def _hashed(hashes: UInt64, counts: Int64) -> HashedCounts:
    held = counts > 0
    order = np.argsort(hashes[held], kind="stable")
    return HashedCounts(hashes[held][order], counts[held][order])
