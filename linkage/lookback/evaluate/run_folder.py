"""A finished run read again: its pairs, clusters and cases by record number, and the records themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InvariantError
from linkage.evaluation.accuracy import Scored
from linkage.evaluation.known_pairs import Int32, Int64
from linkage.lookback.evaluate.written import read_written, records_of, unique_ids
from linkage.run.manifest import RunManifest
from linkage.spec import LinkageSpec

MERGING = ("DUPLICATE", "OPEN_MOVE", "CONFLICT", "BOTH_ENROLLED")
"""Kinds of case that propose that records are one person."""


@dataclass(frozen=True, repr=False)
class FinishedRun:
    """What a run found, its records numbered in the order in which they were read.

    ``ids``: record ids as ``clusters.parquet`` writes them, unique; ``given_ids``: as the input has them. ``accepted``:
    the records. ``n_left``: in ``link`` the first so many are LEFT's, else None. ``clusters``, ``cases`` int64
    (n_records,): which cluster, which case that proposes a merge, -1 for none.
    """

    manifest: RunManifest
    spec: LinkageSpec
    ids: pa.StringArray
    given_ids: pa.StringArray
    accepted: pa.Table
    n_left: int | None
    pairs: Scored
    clusters: Int64
    cases: Int64


def read_run(folder: Path) -> FinishedRun:
    """Read a run's folder and its inputs again.

    Raises:
        InputMissingError: no manifest, or an input is gone. InvariantError: a file is not what the run read or wrote.
        UsageError: the folder of a night that holds only what changed.
    """
    run = read_written(folder)
    manifest, spec = run.manifest, run.spec
    accepted, n_left = records_of(run)
    given = _one_chunk(accepted.column("record_id"))
    ids = unique_ids(given, n_left)
    left, right = _pair_ends(run.pairs, given, n_left)
    return FinishedRun(
        manifest=manifest,
        spec=spec,
        ids=ids,
        given_ids=_given_ids(accepted, given, manifest),
        accepted=accepted,
        n_left=n_left,
        pairs=Scored(left, right, run.weight_log2, run.probability),
        clusters=_clusters(run.clusters, ids),
        cases=_merging_cases(run.cases, ids),
    )


def place_of(wanted: pa.Array | pa.ChunkedArray, ids: pa.StringArray) -> Int64:
    """Return the place of each wanted id among ``ids``, -1 where it is not there, int64 (n_wanted,)."""
    found = pc.index_in(wanted.cast(pa.string()), value_set=ids)
    if isinstance(found, pa.ChunkedArray):
        found = _one_chunk(found)
    place: Int64 = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return place


def _given_ids(accepted: pa.Table, ids: pa.StringArray, manifest: RunManifest) -> pa.StringArray:
    # Of a night the store's own ids mean nothing to a file of truth; the senders' do.
    return _one_chunk(accepted.column("given_id")) if manifest.command == "run" else ids


def _pair_ends(pairs: pa.Table, ids: pa.StringArray, n_left: int | None) -> tuple[Int32, Int32]:
    split = 0 if n_left is None else n_left
    left = place_of(pairs.column("left_id"), ids if n_left is None else ids[:n_left])
    right = place_of(pairs.column("right_id"), ids[split:])
    if (left < 0).any() or (right < 0).any():
        raise InvariantError("a pair names a record that the inputs do not have", where="pairs.parquet")
    right += split
    return left.astype(np.int32), right.astype(np.int32)


def _clusters(clusters: pa.Table, ids: pa.StringArray) -> Int64:
    place = place_of(clusters.column("record_id"), ids)
    if clusters.num_rows != len(ids) or (place < 0).any():
        raise InvariantError("the clusters are not of the records of the inputs", where="clusters.parquet")
    codes = _one_chunk(clusters.column("cluster_id").dictionary_encode()).indices.to_numpy(zero_copy_only=False)
    numbers = np.full(len(ids), -1, np.int64)
    numbers[place] = codes
    return numbers


def _merging_cases(cases: pa.Table, ids: pa.StringArray) -> Int64:
    """Return for each record the one case that proposes to merge it, -1 for none."""
    merging = cases.filter(pc.is_in(cases.column("kind"), value_set=pa.array(MERGING)))
    members = _one_chunk(merging.column("record_ids"))
    place = place_of(pc.list_flatten(members), ids)
    numbers = np.full(len(ids), -1, np.int64)
    numbers[place] = pc.list_parent_indices(members).to_numpy(zero_copy_only=False)
    if (place < 0).any() or np.unique(place).size != place.size:
        raise InvariantError("a record is unknown, or in two cases that propose a merge", where="cases.parquet")
    return numbers


def _one_chunk(column: pa.ChunkedArray | pa.Array) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
