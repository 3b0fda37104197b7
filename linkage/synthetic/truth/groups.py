"""What only the whole register shows: namesakes, numbers that several people hold, and the cases to expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import Draft
from linkage.synthetic.records.codes import ACTIVE, ENROLLED
from linkage.synthetic.shelf import Shelf
from linkage.synthetic.streams import Int64
from linkage.synthetic.truth.expected_cases import CASE_BITS, expected_cases

UInt8 = npt.NDArray[np.uint8]

NAMES, BY_NIK, BY_PERSON = "names", "by nik", "by person"
"""Names under which notes wait on the shelf: on names, and on records by NIK and by person."""

_PORTION: Final = 4_000_000
_SHARED: Final = np.uint8(1 << CASE_BITS.index("SHARED_NIK"))


@dataclass(frozen=True)
class Groups:
    """Who and which records belong to a group; arrays of one length in pairs, the first ascending.

    ``namesake``, ``namesake_group`` int64: persons. ``shared``, ``shared_group`` int64 and ``in_case`` int64, ``cases``
    uint8 (mask of ``CASE_BITS``): records by number.
    """

    namesake: Int64
    namesake_group: Int64
    shared: Int64
    shared_group: Int64
    in_case: Int64
    cases: UInt8


def portions(records: int) -> int:
    """Return into how many portions the notes of so many records are parted, so that each fits into memory."""
    return -(-records // _PORTION)


def note_names(shelf: Shelf, person: Int64, name_and_birth: npt.NDArray[np.uint64], count: int) -> None:
    """Note the hash of name and birth date of each person; ``count`` portions."""
    keys = (name_and_birth % np.uint64(count)).astype(np.int64)
    shelf.put(NAMES, pa.table({"person": person, "hash": name_and_birth}), keys)


def note_records(shelf: Shelf, number: Int64, draft: Draft, repeated: npt.NDArray[np.bool_], count: int) -> None:
    """Note records by NIK, and those of persons who are ``repeated`` also by person; ``count`` portions."""
    columns = draft.numbers
    nik = _nik_numbers(draft.texts["nik"])
    notes = pa.table(
        {
            "number": number,
            "person": columns["person"],
            "nik": nik,
            "region": columns["region"].astype(np.int64),
            "enrolled": np.isin(columns["card"], ENROLLED),
            "active": columns["flag"] == ACTIVE,
            "birth": columns["birth"].astype(np.int64),
            "sex": columns["sex"],
        }
    )
    shelf.put(BY_NIK, notes.select(["number", "person", "nik", "active"]), nik // 7 % count)
    rows = np.flatnonzero(repeated)
    shelf.put(BY_PERSON, notes.take(pa.array(rows)), columns["person"][rows] % count)


def find_groups(shelf: Shelf, count: int) -> Groups:
    """Return the groups of all that was noted, portion after portion."""
    names = [_same(part["hash"], part["person"]) for part in _portions(shelf, NAMES, count)]
    shared, flagged = [], []
    for part in _portions(shelf, BY_NIK, count):
        rows = np.flatnonzero(part["nik"] > 0)
        held = {name: values[rows] for name, values in part.items()}
        shared.append(_held_by_several(held))
        flagged.append(_held_by_several({name: values[held["active"]] for name, values in held.items()})[0])
    numbers, masks = [], []
    for part in _portions(shelf, BY_PERSON, count):
        mask = expected_cases(
            **{name: part[name] for name in ("person", "nik", "region", "enrolled", "active", "birth", "sex")}
        )
        numbers.append(part["number"])
        masks.append(mask & ~_SHARED)
    several = np.concatenate([*flagged, np.zeros(0, np.int64)])
    in_case, cases = _merged(
        np.concatenate([*numbers, several]), np.concatenate([*masks, np.full(several.size, _SHARED)])
    )
    namesake, namesake_group = _numbered(names)
    shared_number, shared_group = _numbered(shared)
    return Groups(namesake, namesake_group, shared_number, shared_group, in_case, cases)


def look_up(keys: Int64, known: Int64, values: npt.NDArray[Any], missing: int) -> npt.NDArray[Any]:
    """Return the value of each key (``known`` ascending), ``missing`` where it is not known."""
    if not known.size:
        return np.full(keys.size, missing, values.dtype)
    place = np.minimum(np.searchsorted(known, keys), known.size - 1)
    return np.where(known[place] == keys, values[place], missing).astype(values.dtype)


def _portions(shelf: Shelf, name: str, count: int) -> Any:
    for key in range(count):
        table = shelf.take(name, key)
        if table is not None:
            yield {column: table.column(column).to_numpy() for column in table.schema.names}


def _same(labels: npt.NDArray[Any], members: Int64) -> tuple[Int64, Int64]:
    """Return the members that share their label with others, and a number from 0 for each such label."""
    _, which, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(sizes[which] > 1)
    return members[rows], np.unique(which[rows], return_inverse=True)[1].astype(np.int64)


def _held_by_several(notes: dict[str, npt.NDArray[Any]]) -> tuple[Int64, Int64]:
    """Return the records on a NIK that several persons hold, and a number from 0 for each such NIK."""
    distinct, which = np.unique(notes["nik"], return_inverse=True)
    order = np.lexsort((notes["person"], which))
    ordered, person = which[order], notes["person"][order]
    another = (ordered[1:] == ordered[:-1]) & (person[1:] != person[:-1])
    several = np.bincount(ordered[1:][another], minlength=distinct.size) > 0
    rows = np.flatnonzero(several[which])
    return notes["number"][rows], np.unique(which[rows], return_inverse=True)[1].astype(np.int64)


def _numbered(parts: list[tuple[Int64, Int64]]) -> tuple[Int64, Int64]:
    """Join the portions' members, and number their groups through; members ascending."""
    members, groups, used = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    for member, group in parts:
        members.append(member)
        groups.append(group + used)
        used += int(group.max(initial=-1)) + 1
    member, group = np.concatenate(members), np.concatenate(groups)
    order = np.argsort(member, kind="stable")
    return member[order], group[order]


def _merged(numbers: Int64, masks: UInt8) -> tuple[Int64, UInt8]:
    distinct, which = np.unique(numbers, return_inverse=True)
    merged = np.zeros(distinct.size, np.uint8)
    np.bitwise_or.at(merged, which, masks)
    return distinct[merged > 0], merged[merged > 0]


def _nik_numbers(texts: pa.StringArray) -> Int64:
    """Return each NIK as a number, 0 where it is missing or not sixteen digits."""
    right = pc.fill_null(pc.match_substring_regex(texts, r"^[0-9]{16}$"), False)
    digits = pc.if_else(right, texts, pa.scalar("0"))
    numbers: Int64 = pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False)
    return numbers
