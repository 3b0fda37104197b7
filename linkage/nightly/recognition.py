"""Who of an extract is who of the standing records of its region, by hashes of what was sent.

A record's id is opaque and lasts. Within its region a row is recognised by its whole content, then by its NIK, then by
the person's particulars without the NIK (so a corrected NIK keeps its record); what is still unknown is new.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.packed import hash_texts
from linkage.standing.people import Marks

_PARTICULARS: Final = ("nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "tempat_lahir")
_NIK: Final = "nik"
_ENTRY: Final = "tgl_entri"
_SEEN_BITS: Final = 20


def marks_of(residents: pa.Table, fields: list[str]) -> Marks:
    """Return by what residents are recognised; ``fields``: the columns that are a record's content."""
    n = residents.num_rows
    return Marks(
        regions=np.asarray(residents.column("region").cast(pa.int32()).to_numpy(), np.int32),
        content=hash_texts(_joined(residents, fields)) if n else np.zeros(0, np.uint64),
        nik=_hashed(residents, [_NIK] if _NIK in fields else []),
        particulars=_hashed(residents, [name for name in _PARTICULARS if name in fields]),
        entry=_hashed(residents, [_ENTRY] if _ENTRY in fields else []),
    )


def recognise_rows(standing: Marks, rows: Marks, *, replaces_all: bool) -> npt.NDArray[np.int64]:
    """Return for each row the standing row it is, int64 (n_rows,), -1 for a new one. No standing row is used twice.

    ``replaces_all``: the rows are all there are, so a person under another NIK is the old record corrected. In a delta
    the old record may still stand; there what was entered on another day, under another NIK or none, is a second record
    of the person, and exactly what the engine is to find. So is somebody else who was entered under the NIK.
    """
    match = np.full(len(rows), -1, np.int64)
    free = np.ones(len(standing), np.bool_)

    def leave(before: npt.NDArray[np.int64], are_others: Callable[[Marks, Marks], npt.NDArray[np.bool_]]) -> None:
        """Take back what was matched since, where the two are others."""
        found = np.flatnonzero(match != before)
        others = found[are_others(standing.take(match[found]), rows.take(found))]
        free[match[others]] = True
        match[others] = -1

    _match_by(standing.content, rows.content, match, free, repeated=True)
    before = match.copy()
    _match_by(standing.nik, rows.nik, match, free, repeated=False)
    if not replaces_all:
        leave(before, _another_person)
    before = match.copy()
    _match_by(standing.particulars, rows.particulars, match, free, repeated=False)
    if not replaces_all:
        leave(before, _entered_again)
    return match


def may_share_keys(keys: npt.NDArray[np.uint64], wanted: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Return which of ``keys`` (n, k) has in some column a key of that column of ``wanted`` (m, k); 0 is no key.

    A few that have none are among them: keys are known by their upper bits, so that the many are read only once.
    """
    found = np.zeros(len(keys), np.bool_)
    for column in range(keys.shape[1]):
        seen = np.zeros(1 << _SEEN_BITS, np.bool_)
        own = wanted[:, column]
        seen[own[own != 0] >> np.uint64(64 - _SEEN_BITS)] = True
        found |= seen[keys[:, column] >> np.uint64(64 - _SEEN_BITS)]
    return found


def _another_person(old: Marks, new: Marks) -> npt.NDArray[np.bool_]:
    """Return for rows matched by their NIK whether they are of two persons: entered on two days, with two sets of
    particulars. A correction leaves the day of entry as it was."""
    known = (old.entry != 0) & (new.entry != 0) & (old.particulars != 0) & (new.particulars != 0)
    others: npt.NDArray[np.bool_] = known & (old.entry != new.entry) & (old.particulars != new.particulars)
    return others


def _entered_again(old: Marks, new: Marks) -> npt.NDArray[np.bool_]:
    """Return for rows matched by their particulars whether they were entered on two days: another NIK, or none, that
    was entered then is a second record's. A correction leaves the day of entry as it was."""
    again: npt.NDArray[np.bool_] = (old.entry != 0) & (new.entry != 0) & (old.entry != new.entry)
    return again


def _match_by(
    old_keys: npt.NDArray[np.uint64],
    keys: npt.NDArray[np.uint64],
    match: npt.NDArray[np.int64],
    free: npt.NDArray[np.bool_],
    *,
    repeated: bool,
) -> None:
    """Match what is open by equal keys; if ``repeated``, the k-th of equals to the k-th.

    Otherwise a key must be unique on both sides, for one NIK may be two people's; 0 is no key.
    """
    open_rows, open_standing = np.flatnonzero(match < 0), np.flatnonzero(free)
    keys, old_keys = keys[open_rows], old_keys[open_standing]
    if not repeated:
        open_rows, keys = _unique(open_rows[keys != 0], keys[keys != 0])
        open_standing, old_keys = _unique(open_standing[old_keys != 0], old_keys[old_keys != 0])
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


def _hashed(table: pa.Table, names: list[str]) -> npt.NDArray[np.uint64]:
    """Return the hash of the columns together, 0 where the first of them is missing, or there are none."""
    if not names or not table.num_rows:
        return np.zeros(table.num_rows, np.uint64)
    known = pc.is_valid(table.column(names[0])).to_numpy()
    return np.where(known, hash_texts(_joined(table, names)), np.uint64(0))


def _joined(table: pa.Table, names: list[str]) -> pa.StringArray:
    columns = [table.column(name).cast(pa.string()) for name in names]
    joined = pc.binary_join_element_wise(*columns, "\x1f", null_handling="replace", null_replacement="\x00")
    array = joined.combine_chunks()
    return array if isinstance(array, pa.StringArray) else pa.concat_arrays(array.chunks)
