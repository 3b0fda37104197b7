"""Accepted records to encoded records: every field becomes int32 codes and standard distinct values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from joblib import Parallel, delayed

from linkage.errors import InvariantError
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


def encode(
    accepted: pa.Table, spec: LinkageSpec, *, latest_year: int, left_count: int = -1, threads: int = 1
) -> EncodedRecords:
    """Standardise the distinct values of every field of the spec and return codes.

    A field the input does not have is a column of missing values, so that every spec fits every file.
    ``latest_year`` tells the century of two-digit years. ``threads``: fields standardised side by side; the result is
    the same for any number.
    """
    raw = {field.name: _raw_column(accepted, field.name) for field in spec.fields}
    religion = _religion_codes(spec, raw)
    families = families_of(spec.name_families)

    def column(field: FieldSpec) -> StandardColumn:
        raw_codes, values = raw[field.name]
        if field.kind == "person_name" and religion is not None:
            raw_codes, values, group = _split_by_group(raw_codes, values, religion)
            content = standardise_names(values, group, families=families)
        else:
            content = _standardise(field, values, latest_year, spec.older_regions, families)
        return apply(field.name, field.kind, raw_codes, content)

    # The longest first, so that no thread begins with it at the end.
    longest_first = sorted(spec.fields, key=lambda field: -len(raw[field.name][1]))
    done = Parallel(n_jobs=threads, prefer="threads")(delayed(column)(field) for field in longest_first)
    by_name = {item.name: item for item in done}
    columns = {field.name: by_name[field.name] for field in spec.fields}
    ids = accepted.column("record_id").combine_chunks()
    return EncodedRecords(
        pa.array(ids, pa.string()) if ids.type != pa.string() else _one_chunk(ids), columns, left_count
    )


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


def _raw_column(accepted: pa.Table, name: str) -> tuple[Int32, pa.StringArray]:
    """Return int32 codes (n_records,), -1 for null, and the distinct raw texts."""
    if name not in accepted.column_names:
        return np.full(accepted.num_rows, -1, np.int32), pa.array([], pa.string())
    column = accepted.column(name)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    array = _one_chunk(column.unify_dictionaries())
    codes = pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return codes, array.dictionary.cast(pa.string())


def _one_chunk(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _religion_codes(spec: LinkageSpec, raw: Mapping[str, tuple[Int32, pa.StringArray]]) -> npt.NDArray[np.uint8] | None:
    """Return the religion of every record as the number names depend on (0 unknown), None without such a field."""
    field = next((field for field in spec.fields if field.kind == "religion"), None)
    if field is None:
        return None
    raw_codes, values = raw[field.name]
    by_value = np.append(codes.religion_codes(values), np.uint8(0))  # the last entry answers for code -1
    return by_value[raw_codes]


def _split_by_group(
    raw_codes: Int32, values: pa.StringArray, group: npt.NDArray[np.uint8]
) -> tuple[Int32, pa.StringArray, npt.NDArray[np.uint8]]:
    """Make (value, religion) pairs the distinct values where the religion can change a name, else values alone."""
    matters = np.append(depends_on_bearer(values), False)
    group = np.where(matters[raw_codes], group, 0).astype(np.uint8)
    pair = np.where(raw_codes >= 0, raw_codes.astype(np.int64) * 8 + group, -1)
    distinct, inverse = np.unique(pair, return_inverse=True)
    missing = int(distinct.size > 0 and distinct[0] == -1)
    distinct = distinct[missing:]
    picked = values.take(pa.array(distinct >> 3))
    return (inverse - missing).astype(np.int32), picked, (distinct & 7).astype(np.uint8)
