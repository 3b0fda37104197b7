"""Accepted records to encoded records: every field becomes int32 codes and standard distinct values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from joblib import Parallel, delayed

from linkage.errors import InvariantError
from linkage.memory import reusing_memory
from linkage.similarity.packed import hash_texts
from linkage.spec import FieldSpec, LinkageSpec, OlderRegions
from linkage.standardise import codes, generic_text
from linkage.standardise.addresses.standard import standardise_address
from linkage.standardise.column import Int32, StandardColumn, StandardValues, apply
from linkage.standardise.dates.reading import standardise_date
from linkage.standardise.names.bearers import depends_on_bearer
from linkage.standardise.names.columns import standardise_names
from linkage.standardise.names.families import NameFamilies, families_of
from linkage.standardise.nik.numbers import standardise_nik
from linkage.standardise.places.places import standardise_place

_GROUPS: Final = 8
"""Numbers that a religion may have, 0 for unknown included."""


@dataclass(frozen=True)
class EncodedRecords:
    """All records, ready for blocking and comparison.

    ``ids`` (n_records,) record ids; ``columns`` by field name; ``left_count``: in ``link`` the first
    ``left_count`` records are LEFT's, in ``dedupe`` it is -1.
    """

    ids: pa.StringArray
    columns: Mapping[str, StandardColumn]
    left_count: int = -1

    @property
    def n_records(self) -> int:
        """Number of records."""
        return len(self.ids)


def byte_ranks(ids: pa.StringArray) -> npt.NDArray[np.int64]:
    """Return the rank (n_ids,) of each id by UTF-8 bytes; equal ids keep their order."""
    order = pc.sort_indices(ids).to_numpy(zero_copy_only=False)
    ranks = np.empty(len(ids), np.int64)
    ranks[order] = np.arange(len(ids))
    return ranks


def all_differ(chunks: Sequence[pa.StringArray]) -> bool:
    """Tell whether no id stands twice, by hashes: False may also mean that two ids have one hash."""
    hashes = np.concatenate([hash_texts(chunk) for chunk in chunks])
    hashes.sort()
    return not bool((hashes[1:] == hashes[:-1]).any())


class HandedOver:
    """Accepted records that their holder gives away: a column goes as soon as it is encoded.

    Raw and encoded records of a register together are half as much again as either; nobody reads the raw ones after.
    """

    def __init__(self, accepted: pa.Table) -> None:
        self.n_records = int(accepted.num_rows)
        self._columns = dict(zip(accepted.column_names, accepted.columns, strict=True))

    def take(self, name: str) -> pa.ChunkedArray | None:
        """Return a column, the first time; None when there is none or it was taken."""
        return self._columns.pop(name, None)

    def ids(self) -> pa.StringArray:
        """Return the record ids; a spec may have them as a field too, so they stay.

        Raises:
            InvariantError: there are none.
        """
        ids = self._columns.get("record_id")
        if ids is None:
            raise InvariantError("the accepted records have no ids", where="encode")
        return _one_chunk(ids if ids.type == pa.string() else ids.cast(pa.string()))

    def keep_only(self, names: Collection[str]) -> None:
        """Let go of all columns but these."""
        self._columns = {name: column for name, column in self._columns.items() if name in names}

    def distinct(self, name: str) -> int:
        """Return about how many distinct values a column has that was not taken."""
        column = self._columns.get(name)
        if column is None or not pa.types.is_dictionary(column.type):
            return 0 if column is None else len(column)
        return max((len(chunk.dictionary) for chunk in column.chunks), default=0)


@reusing_memory()
def encode(
    accepted: pa.Table | HandedOver,
    spec: LinkageSpec,
    *,
    latest_year: int,
    left_count: int = -1,
    threads: int = 1,
    fields: Collection[str] | None = None,
) -> EncodedRecords:
    """Standardise the distinct values of every field of the spec and return codes.

    A field the input does not have is a column of missing values, so that every spec fits every file.
    ``latest_year`` tells the century of two-digit years. ``threads``: fields standardised side by side; the result is
    the same for any number. ``fields``: the only ones wanted (default: all of the spec).
    """
    given = accepted if isinstance(accepted, HandedOver) else HandedOver(accepted)
    ids = given.ids()
    wanted = [field for field in spec.fields if fields is None or field.name in fields]
    faith = next((field.name for field in spec.fields if field.kind == "religion"), None)
    faiths = None if faith is None else _raw_column(given, faith)
    religion = None if faiths is None else _religion_codes(*faiths)
    families = families_of(spec.name_families)
    given.keep_only({field.name for field in wanted})

    def column(field: FieldSpec) -> StandardColumn:
        raw_codes, values = faiths if field.name == faith and faiths is not None else _raw_column(given, field.name)
        if field.kind == "person_name" and religion is not None:
            raw_codes, values, group = _split_by_group(raw_codes, values, religion)
            content = standardise_names(values, group, families=families)
        else:
            content = _standardise(field, values, latest_year, spec.older_regions, families)
        return apply(field.name, field.kind, raw_codes, content)

    # The longest first, so that no thread begins with it at the end.
    longest_first = sorted(wanted, key=lambda field: -given.distinct(field.name))
    done = Parallel(n_jobs=threads, prefer="threads", batch_size=1)(delayed(column)(field) for field in longest_first)
    by_name = {item.name: item for item in done}
    columns = {field.name: by_name[field.name] for field in wanted}
    return EncodedRecords(ids, columns, left_count)


def _standardise(
    field: FieldSpec, values: pa.StringArray, latest_year: int, older: OlderRegions, families: NameFamilies | None
) -> StandardValues:
    match field.kind:
        case "person_name":
            return standardise_names(values, None, families=families)
        case "date":
            return standardise_date(values, latest_year=latest_year)
        case "nik":
            return standardise_nik(values, older)
        case "place":
            return standardise_place(values, older)
        case "address":
            return standardise_address(values)
        case "text":
            return generic_text.standardise_text(values)
        case "category":
            return generic_text.standardise_category(values)
        case "identifier":
            return generic_text.standardise_identifier(values)
        case "number":
            return generic_text.standardise_number(values)
        case kind if kind in codes.CODE_KINDS:
            return codes.standardise_code(kind, values)
    raise InvariantError(f"no standardiser for kind {field.kind}", where=f"field {field.name}")


def _raw_column(given: HandedOver, name: str) -> tuple[Int32, pa.StringArray]:
    """Return int32 codes (n_records,), -1 for null, and the distinct raw texts."""
    column = given.take(name)
    if column is None:
        return np.full(given.n_records, -1, np.int32), pa.array([], pa.string())
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    array = _one_chunk(column.unify_dictionaries())
    codes = pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return codes, array.dictionary.cast(pa.string())


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _religion_codes(raw_codes: Int32, values: pa.StringArray) -> npt.NDArray[np.uint8]:
    """Return the religion of every record as the number names depend on (0 unknown)."""
    by_value = np.append(codes.religion_codes(values), np.uint8(0))  # the last entry answers for code -1
    return by_value[raw_codes]


def _split_by_group(
    raw_codes: Int32, values: pa.StringArray, group: npt.NDArray[np.uint8]
) -> tuple[Int32, pa.StringArray, npt.NDArray[np.uint8]]:
    """Make (value, religion) pairs the distinct values where the religion can change a name, else values alone."""
    matters = np.append(depends_on_bearer(values), False)
    rows = np.flatnonzero(matters[raw_codes])
    code, faith = raw_codes[rows], group[rows]
    # Which groups a value occurs with, a bit for each: so the pairs are numbered in their order without sorting them.
    groups = np.zeros(len(values) + 1, np.uint8)
    groups[raw_codes] = 1
    groups[matters] = 0
    for number in range(_GROUPS):
        groups[code[faith == number]] |= np.uint8(1 << number)
    groups[-1] = 0
    counts = np.bitwise_count(groups)
    first = np.cumsum(counts, dtype=np.int32) - counts
    first[-1] = -1
    codes = first[raw_codes]
    codes[rows] += np.bitwise_count(groups[code] & ((np.uint8(1) << faith) - np.uint8(1)))
    value = np.repeat(np.arange(counts.size), counts)
    bearers = np.zeros(value.size, np.uint8)
    bearers[matters[value]] = np.nonzero((groups[matters][:, None] >> np.arange(_GROUPS)) & 1)[1]
    return codes, values.take(pa.array(value)), bearers
