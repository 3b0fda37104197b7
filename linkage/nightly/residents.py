"""Applying a regional extract to the standing residents: who is who, who is new, who is gone.

A record's id is opaque and lasts. Within its region a row is recognised by its whole content, then by its NIK, then by
the person's particulars without the NIK (so a corrected NIK keeps its record); what is still unknown is new. Nothing
of the resident is in the id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import SpecError
from linkage.nightly.extract import Extract
from linkage.nightly.store import plain_strings
from linkage.similarity.packed import hash_texts, pack_texts
from linkage.similarity.strings import edit_distance
from linkage.spec import LinkageSpec

HEAD: Final = ("record_id", "region", "province", "source_file", "line", "given_id", "closed_by")
"""Columns before the spec's fields. ``closed_by``: the extract that no longer had the record, or ""."""

_PARTICULARS: Final = ("nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "tempat_lahir")


@dataclass(frozen=True, repr=False)
class Recognised:
    """The rows of an extract beside the standing records of its region.

    ``match``: for each row the standing record it is, int64 (n_rows,), -1 for a new one. ``absent``: which standing
    records are open and no row is, bool (n_standing,). ``others``: the records of all other regions.
    """

    others: pa.Table
    standing: pa.Table
    rows: pa.Table
    match: npt.NDArray[np.int64]
    absent: npt.NDArray[np.bool_]

    @property
    def open_before(self) -> int:
        """How many of the region's records were open."""
        return int(pc.sum(pc.equal(self.standing.column("closed_by"), "")).as_py() or 0)


@dataclass(frozen=True, repr=False)
class Applied:
    """The standing residents after an extract, and how many rows were new, found again, and closed."""

    residents: pa.Table
    added: int
    kept: int
    closed: int
    last_number: int


def check_fields(spec: LinkageSpec) -> None:
    """Raise :class:`SpecError` when a field of the spec has the name of a column the store keeps for itself."""
    for field in spec.fields:
        if field.name in HEAD:
            raise SpecError(
                f"the store has a column {field.name!r} of its own",
                where=f"field {field.name}",
                remedy="Give the field another name and list the column under 'columns'",
            )


def empty_residents(spec: LinkageSpec) -> pa.Table:
    """Return standing residents with no rows."""
    kinds = {"line": pa.int64()}
    names = (*HEAD, *(field.name for field in spec.fields if field.name not in HEAD))
    return pa.table({name: pa.array([], kinds.get(name, pa.string())) for name in names})


def recognise(residents: pa.Table, accepted: pa.Table, extract: Extract) -> Recognised:
    """Return who of an extract is who of the standing residents of its region.

    Args:
        residents: the standing residents, sorted by record id.
        accepted: accepted rows of this extract alone.
        extract: its identity.
    """
    fields = [name for name in residents.column_names if name not in HEAD]
    rows = _as_residents(accepted, extract, residents.schema)
    mine = pc.equal(residents.column("region"), extract.region)
    standing, others = residents.filter(mine), residents.filter(pc.invert(mine))
    match = _recognise(standing, rows, fields, replaces_all=extract.kind == "full")
    absent = pc.equal(standing.column("closed_by"), "").to_numpy().astype(np.bool_)
    absent[match[match >= 0]] = False
    return Recognised(others, standing, rows, match, absent)


def apply_extract(found: Recognised, last_number: int, *, closed_by: str) -> Applied:
    """Return the standing residents after an extract.

    Args:
        found: what :func:`recognise` returned.
        last_number: the last record number issued; new rows are numbered on in the order of their content.
        closed_by: the extract that closes the absent records; "" closes none.
    """
    fields = [name for name in found.rows.column_names if name not in HEAD]
    new = np.flatnonzero(found.match < 0)
    order = np.lexsort((np.arange(new.size), hash_texts(_joined(found.rows, fields))[new]))
    numbers = np.zeros(found.rows.num_rows, np.int64)
    numbers[new[order]] = np.arange(last_number + 1, last_number + 1 + new.size)
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=12, padding="0")
    made = pc.binary_join_element_wise(pa.scalar("R"), digits, "")
    known = found.standing.column("record_id").take(pa.array(found.match, mask=found.match < 0))
    rows = found.rows.set_column(HEAD.index("record_id"), "record_id", pc.coalesce(known, made))
    gone = np.ones(found.standing.num_rows, np.bool_)
    gone[found.match[found.match >= 0]] = False
    rest, closed = found.standing, 0
    if closed_by:
        closed = int(found.absent.sum())
        reason = pc.if_else(pa.array(found.absent), closed_by, rest.column("closed_by"))
        rest = rest.set_column(HEAD.index("closed_by"), "closed_by", reason)
    merged = pa.concat_tables([found.others, rest.filter(pa.array(gone)), rows]).sort_by("record_id").combine_chunks()
    added = int(new.size)
    return Applied(merged, added, found.rows.num_rows - added, closed, last_number + added)


def _as_residents(accepted: pa.Table, extract: Extract, schema: pa.Schema) -> pa.Table:
    accepted = plain_strings(accepted)
    n = accepted.num_rows
    made = {
        "record_id": pa.array([""] * n, pa.string()),
        "region": pa.array([extract.region] * n, pa.string()),
        "province": pa.array([extract.region[:2]] * n, pa.string()),
        "given_id": accepted.column("record_id"),
        "closed_by": pa.array([""] * n, pa.string()),
    }
    columns = []
    for item in schema:
        if item.name in made:
            columns.append(made[item.name])
        elif item.name == "source" and item.name not in accepted.column_names:
            columns.append(made["region"])  # a row that names no office came from the one that sent the file
        elif item.name in accepted.column_names:
            columns.append(accepted.column(item.name))
        else:
            columns.append(pa.nulls(n, item.type))
    return pa.table(columns, schema=schema).combine_chunks()


def _recognise(standing: pa.Table, rows: pa.Table, fields: list[str], *, replaces_all: bool) -> npt.NDArray[np.int64]:
    """Return for each row the standing row it is, int64 (n_rows,), -1 for a new one. No standing row is used twice.

    ``replaces_all``: the rows are all there are, so a person under another NIK is the old record corrected. In a delta
    the old record may still stand; there another NIK that is no typing error, entered on another day, is a second
    record of the person, and exactly what the engine is to find.
    """
    match = np.full(rows.num_rows, -1, np.int64)
    free = np.ones(standing.num_rows, np.bool_)
    present: list[str] = [name for name in _PARTICULARS if name in fields]
    for names, repeated in ((fields, True), (["nik"], False), (present, False)):
        if not set(names) <= set(fields) or not names:
            continue
        before = match.copy()
        _match_by(standing, rows, names, match, free, repeated=repeated)
        if names == present and "nik" in fields and not replaces_all:
            found = np.flatnonzero(match != before)
            second = found[~_nik_corrected(standing, rows, match[found], found)]
            free[match[second]] = True
            match[second] = -1
    return match


def _nik_corrected(
    standing: pa.Table, rows: pa.Table, old: npt.NDArray[np.int64], new: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Return for matched rows whether the NIK was corrected: filled in, emptied, one edit apart, or entered just then.

    An entry date that either side lacks tells nothing against it.
    """
    entries = [
        side.column("tgl_entri").take(pa.array(chosen)).to_pylist()
        if "tgl_entri" in side.column_names
        else [None] * old.size
        for side, chosen in ((standing, old), (rows, new))
    ]
    before = standing.column("nik").take(pa.array(old)).to_pylist()
    after = rows.column("nik").take(pa.array(new)).to_pylist()
    packed = pack_texts(pa.array([nik or "" for nik in (*before, *after)], pa.string()))
    bounds, count = packed.offsets, len(before)
    corrected = [
        before[k] is None
        or after[k] is None
        or None in (entries[0][k], entries[1][k])
        or entries[0][k] == entries[1][k]
        or edit_distance(packed.chars, bounds[k], bounds[k + 1], bounds[count + k], bounds[count + k + 1], True) <= 1
        for k in range(count)
    ]
    return np.array(corrected, np.bool_)


def _match_by(
    standing: pa.Table,
    rows: pa.Table,
    names: list[str],
    match: npt.NDArray[np.int64],
    free: npt.NDArray[np.bool_],
    *,
    repeated: bool,
) -> None:
    """Match what is open by equal values of the columns ``names``; if ``repeated``, the k-th of equals to the k-th.

    Otherwise a value must be unique on both sides, for one NIK may be two people's.
    """
    open_rows, open_standing = np.flatnonzero(match < 0), np.flatnonzero(free)
    keys, old_keys = hash_texts(_joined(rows, names))[open_rows], hash_texts(_joined(standing, names))[open_standing]
    if not repeated:
        known = pc.is_valid(rows.column(names[0])).to_numpy()[open_rows]
        old_known = pc.is_valid(standing.column(names[0])).to_numpy()[open_standing]
        open_rows, keys = _unique(open_rows[known], keys[known])
        open_standing, old_keys = _unique(open_standing[old_known], old_keys[old_known])
    else:
        keys, old_keys = keys + _occurrence(keys), old_keys + _occurrence(old_keys)
    _, left, right = np.intersect1d(keys, old_keys, return_indices=True)
    match[open_rows[left]] = open_standing[right]
    free[open_standing[right]] = False


def _unique(
    rows: npt.NDArray[np.int64], keys: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    distinct, first, counts = np.unique(keys, return_index=True, return_counts=True)
    once = counts == 1
    return rows[first[once]], distinct[once]


def _occurrence(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return which repetition of its key each entry is, counted from 0 in their order."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if keys.size else np.zeros(0, np.int64)
    runs = np.diff(np.append(first, keys.size))
    repeat = np.arange(keys.size) - np.repeat(first, runs)
    result = np.empty(keys.size, np.uint64)
    result[order] = repeat.astype(np.uint64)
    return result


def _joined(table: pa.Table, names: list[str]) -> pa.StringArray:
    columns = [table.column(name).cast(pa.string()) for name in names]
    joined = pc.binary_join_element_wise(*columns, "\x1f", null_handling="replace", null_replacement="\x00")
    array = joined.combine_chunks()
    return array if isinstance(array, pa.StringArray) else pa.concat_arrays(array.chunks)
