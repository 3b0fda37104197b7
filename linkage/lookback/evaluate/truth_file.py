"""A file of truth: which records are one person, or which pairs people have labelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from linkage.errors import InputDataError, InputMissingError
from linkage.evaluation.circumstances import Circumstances
from linkage.evaluation.known_pairs import Bool, Int32, Int64, KnownPairs, known_from_labels, known_from_persons
from linkage.lookback.evaluate.run_folder import FinishedRun, place_of

UNREADABLE: Final = "TRUTH_UNREADABLE"
_PERSON: Final = ("person_id", "entity_id", "cluster_id", "entity", "cluster")
_LABELS: Final = ("left_id", "right_id", "label")
_SHARED: Final = {
    "twins": "twin_group",
    "siblings": "sibling_group",
    "namesakes": "namesake_group",
    "household": "household_id",
    "shared_nik": "shared_nik_group",
}
_MOST_ERRORS: Final = 64
_SAME: Final = ("1", "true", "match", "same", "duplicate", "yes", "ya")
_DIFFERENT: Final = ("0", "false", "non_match", "nonmatch", "different", "distinct", "no", "tidak")
_OPEN: Final = ("", "?", "unsure", "unknown", "ragu")


@dataclass(frozen=True, repr=False)
class Truth:
    """The truth of a run's records.

    ``matched``: how many of them it speaks of; ``rows``: how many rows the file has. ``culture`` int64 (n_records,), an
    index into ``cultures``, -1 unknown; None when the file does not say.
    """

    known: KnownPairs
    rows: int
    matched: int
    circumstances: Circumstances = field(default_factory=Circumstances)
    culture: Int64 | None = None
    cultures: tuple[str, ...] = ()


def read_truth(path: Path, run: FinishedRun, *, entity: str = "") -> Truth:
    """Read a file of truth for a run.

    ``path``: Parquet or CSV with ``record_id`` and a column of persons, ``entity`` or the first of ``person_id``,
    ``entity_id``, ``cluster_id``, ``entity``, ``cluster``; or with ``left_id``, ``right_id`` and ``label``. In ``link``
    an id that stands in both files is written with its side, ``left:`` or ``right:``.

    Raises:
        InputMissingError: no such file. InputDataError: the columns are not there, a record has two persons, labels
            cannot be read or contradict each other, or no record of the run is in it.
    """
    if not path.is_file():
        raise InputMissingError("no such file", where=str(path))
    table = _read(path)
    if set(_LABELS) <= set(table.column_names):
        return _labelled(table, run, path)
    person = entity or next((name for name in _PERSON if name in table.column_names), "")
    if "record_id" not in table.column_names or person not in table.column_names:
        raise _unreadable(
            path,
            "it needs record_id and a column of persons, or left_id, right_id and label",
            f"It has the columns {', '.join(table.column_names)}; --entity names that of the persons",
        )
    rows = _rows_of(table, run, person, path)
    known = known_from_persons(_codes(table.column(person), rows)[0], run.n_left)
    culture = _codes(table.column("culture"), rows) if "culture" in table.column_names else None
    return Truth(
        known=known,
        rows=table.num_rows,
        matched=int((rows >= 0).sum()),
        circumstances=_circumstances(table, rows),
        culture=None if culture is None else culture[0],
        cultures=() if culture is None else culture[1],
    )


def _read(path: Path) -> pa.Table:
    try:
        if path.suffix.lower() == ".parquet":
            return pq.read_table(path)
        with pa_csv.open_csv(path) as stream:
            names = stream.schema.names
        kinds = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
        return pa_csv.read_csv(path, convert_options=kinds)
    except (pa.ArrowInvalid, OSError) as error:  # its text may quote a cell
        raise _unreadable(path, "neither Parquet nor CSV that can be read", "Write one of the two") from error


def _rows_of(table: pa.Table, run: FinishedRun, person: str, path: Path) -> Int64:
    """Return the row of each record of the run, -1 where the file does not speak of it."""
    if run.manifest.command == "run" and {"source_file", "line"} <= set(table.column_names):
        return _found(place_of(_origin(run.accepted), _origin(table)), path)
    ids = table.column("record_id").cast(pa.string())
    both = pa.table({"id": ids, "person": table.column(person)})
    if both.group_by(["id", "person"]).aggregate([]).num_rows != pc.count_distinct(ids).as_py():
        raise _unreadable(path, "a record has two persons", "Each record_id must stand once")
    listed = _one_chunk(ids)
    rows = place_of(run.ids, listed)
    return _found(np.where(rows >= 0, rows, place_of(run.given_ids, listed)), path)


def _found(rows: Int64, path: Path) -> Int64:
    if not (rows >= 0).any():
        raise _unreadable(path, "it speaks of no record of the run", "The ids must be those of clusters.parquet")
    return rows


def _origin(table: pa.Table) -> pa.StringArray:
    line = table.column("line").cast(pa.string())
    return _one_chunk(pc.binary_join_element_wise(table.column("source_file").cast(pa.string()), line, ":"))


def _codes(column: pa.ChunkedArray, rows: Int64) -> tuple[Int64, tuple[str, ...]]:
    """Return the value of each record as a number, -1 for none, and the values in the order of their bytes."""
    encoded = _one_chunk(column.cast(pa.string()).dictionary_encode())
    order = pc.sort_indices(encoded.dictionary).to_numpy(zero_copy_only=False)
    rank = np.empty(order.size + 1, np.int64)
    rank[order], rank[-1] = np.arange(order.size), -1
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    by_row = np.append(rank[codes], -1)
    return by_row[rows], tuple(encoded.dictionary.take(pa.array(order)).to_pylist())


def _circumstances(table: pa.Table, rows: Int64) -> Circumstances:
    names = set(table.column_names)
    shared = {name: _codes(table.column(column), rows)[0] for name, column in _SHARED.items() if column in names}
    kind, kinds = _kinds(table, rows) if "duplicate_of_kind" in names else (None, ())
    errors, error_names = _errors(table.column("errors"), rows) if "errors" in names else (None, ())
    return Circumstances(shared, kind, kinds, errors, error_names)


def _kinds(table: pa.Table, rows: Int64) -> tuple[Int64, tuple[str, ...]]:
    column = table.column("duplicate_of_kind").cast(pa.string())
    return _codes(pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column), rows)


def _errors(column: pa.ChunkedArray, rows: Int64) -> tuple[npt.NDArray[np.uint64], tuple[str, ...]]:
    """Return each record's errors as bits of the kinds, sorted; text is split at semicolons."""
    lists = _one_chunk(column)
    if not pa.types.is_list(lists.type):
        lists = pc.split_pattern(pc.fill_null(lists.cast(pa.string()), ""), ";")
    words = pc.list_flatten(lists)
    names = sorted(word for word in pc.unique(words).to_pylist() if word)
    if len(names) > _MOST_ERRORS:
        raise InputDataError(
            UNREADABLE, f"it has {len(names)} kinds of error", remedy=f"At most {_MOST_ERRORS} can be told apart"
        )
    bit = place_of(words, pa.array(names, pa.string()))
    parent = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    masks = np.zeros(len(lists) + 1, np.uint64)
    real = bit >= 0
    np.bitwise_or.at(masks, parent[real], np.uint64(1) << bit[real].astype(np.uint64))
    return masks[rows], tuple(names)


def _labelled(table: pa.Table, run: FinishedRun, path: Path) -> Truth:
    label = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(table.column("label").cast(pa.string()), "")))
    same, different, undecided = (pc.is_in(label, value_set=pa.array(words)) for words in (_SAME, _DIFFERENT, _OPEN))
    strange = pc.sum(pc.invert(pc.or_(pc.or_(same, different), undecided))).as_py()
    if strange:
        raise _unreadable(
            path, f"{strange} labels are none of {', '.join((*_SAME, *_DIFFERENT))}", "Leave it empty where undecided"
        )
    sides = [_record_numbers(table.column(name), run, left=name == "left_id") for name in _LABELS[:2]]
    decided = pc.or_(same, different).to_numpy()
    rows = np.flatnonzero(decided & (sides[0] >= 0) & (sides[1] >= 0) & (sides[0] != sides[1]))
    if not rows.size:
        raise _unreadable(path, "it labels no pair of the run", "The ids must be those of pairs.parquet")
    left, right = (side[rows].astype(np.int32) for side in sides)
    is_same = same.to_numpy()[rows].astype(np.bool_)
    agreed = ~_disputed(left, right, is_same)
    left, right = left[agreed], right[agreed]
    known = known_from_labels(left, right, is_same[agreed], len(run.ids), run.n_left)
    return Truth(known, table.num_rows, int(np.unique(np.concatenate([left, right])).size))


def _disputed(left: Int32, right: Int32, same: Bool) -> Bool:
    """Tell which labels are of pairs that others have labelled otherwise; of those nothing is known."""
    pairs = np.stack([np.minimum(left, right), np.maximum(left, right)], axis=1)
    _, which = np.unique(pairs, axis=0, return_inverse=True)
    for_it, against = np.bincount(which, weights=same), np.bincount(which, weights=~same)
    disputed: Bool = ((for_it > 0) & (against > 0))[which.ravel()]
    return disputed


def _record_numbers(column: pa.ChunkedArray, run: FinishedRun, *, left: bool) -> Int64:
    found = place_of(column, run.ids)
    if run.n_left is None:
        return np.where(found >= 0, found, place_of(column, run.given_ids))
    start = 0 if left else run.n_left
    given = run.given_ids[: run.n_left] if left else run.given_ids[run.n_left :]
    place = place_of(column, given)
    found = np.where((found < run.n_left) == left, found, -1)
    return np.where(found >= 0, found, np.where(place >= 0, place + start, -1))


def _unreadable(path: Path, problem: str, remedy: str) -> InputDataError:
    return InputDataError(UNREADABLE, problem, where=str(path), remedy=remedy)


def _one_chunk(column: pa.ChunkedArray | pa.Array) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
