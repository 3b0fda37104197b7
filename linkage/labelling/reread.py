"""The pairs of a finished run as it wrote them, and where their records stand among those read again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.errors import InputMissingError, InvariantError
from linkage.lookback.reread import stored_spec
from linkage.run.manifest import RunManifest, read_manifest, sha256_of
from linkage.schema import pairs_schema
from linkage.spec import LinkageSpec

Int8 = npt.NDArray[np.int8]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class WrittenPairs:
    """The pairs of a run, as :func:`linkage.schema.pairs_schema` has them, and the cluster of each.

    ``levels`` int8 (n_pairs, n_comparisons), in the spec's order. ``cluster`` int64 (n_pairs,): equal numbers are one
    cluster, that of the left record; a pair of two clusters belongs to the first.
    """

    manifest: RunManifest
    spec: LinkageSpec
    table: pa.Table
    levels: Int8
    cluster: Int64

    @property
    def across(self) -> bool:
        """Whether pairs stand between two files, left ids in LEFT and right ids in RIGHT."""
        return self.manifest.command == "link"


def read_written_pairs(run: Path) -> WrittenPairs:
    """Return the pairs that a run wrote; of a delta, those that still stand.

    Raises:
        InputMissingError: no manifest, or no pairs. InvariantError: a table is not the one the run wrote.
    """
    manifest = read_manifest(run)
    spec = stored_spec(manifest)
    folder = run if run.is_dir() else run.parent
    table, clusters = (_checked(folder / f"{name}.parquet", manifest) for name in ("pairs", "clusters"))
    if "change" in table.column_names:
        table = table.filter(pc.not_equal(table.column("change"), "closed"))
    table = table.select(pairs_schema(tuple(item.name for item in spec.comparisons)).names).combine_chunks()
    levels = [table.column(f"level_{item.name}").to_numpy() for item in spec.comparisons]
    ids, left = clusters.column("record_id").combine_chunks(), table.column("left_id")
    row = pc.index_in(left, value_set=ids)
    named = pc.index_in(pc.binary_join_element_wise("left:", left, ""), value_set=ids)
    numbers = clusters.column("cluster_id").combine_chunks().dictionary_encode().indices
    found = numbers.take(pc.coalesce(row, named).combine_chunks())
    # A delta run does not write the clusters that did not change: such a pair is a cluster of its own.
    cluster = found.to_numpy(zero_copy_only=False).astype(np.float64)
    alone = np.isnan(cluster)
    cluster[alone] = len(numbers) + np.arange(int(alone.sum()))
    stacked = np.stack(levels, axis=1) if levels else np.zeros((table.num_rows, 0), np.int8)
    return WrittenPairs(manifest, spec, table, stacked, cluster.astype(np.int64))


def _checked(path: Path, manifest: RunManifest) -> pa.Table:
    if not path.is_file():
        raise InputMissingError("the run's folder lacks a table", where=str(path))
    if sha256_of(path) != manifest.outputs.get(path.name):
        raise InvariantError("the table is not the one the run wrote", where=str(path), remedy="Run again")
    return pq.read_table(path)


def rows_of_pairs(table: pa.Table, ids: pa.Array, left_count: int) -> tuple[Int64, Int64]:
    """Return the record numbers of the left and the right ids of pairs, int64 (n_pairs,) each.

    Raises:
        InvariantError: the records do not hold an id.
    """
    split = max(left_count, 0)
    left_part, right_part = (ids, ids) if left_count < 0 else (ids[:split], ids[split:])
    found = []
    for name, part, start in (("left_id", left_part, 0), ("right_id", right_part, split)):
        rows = pc.index_in(table.column(name), value_set=part)
        if rows.null_count:
            raise InvariantError("a pair names a record that the inputs do not hold", where="pairs.parquet")
        found.append(rows.to_numpy().astype(np.int64) + start)
    return found[0], found[1]
