"""What became of clusters between two runs: a table of aliases, and counts of what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision.evidence import Int64
from linkage.schema import CLUSTERS, check_schema, column

RELATIONS: Final = ("same", "grown", "shrunk", "split", "merged", "moved", "gone")
"""What became of a cluster, as :func:`aliases` tells."""

ALIASES: Final = pa.schema(
    [
        column("old_id", pa.string(), "a cluster of the earlier run"),
        column(
            "new_id",
            pa.string(),
            "a cluster of the later run with a record of it; null for gone",
            nullable=True,
        ),
        column("relation", pa.string(), "same, grown, shrunk, split, merged, moved or gone"),
    ]
)
"""Rows are unique and sorted by both ids, by UTF-8 bytes; ``new_id`` is null where the relation is ``gone``."""


@dataclass(frozen=True)
class ClusterChanges:
    """Changes among the records that stand in both runs; a cluster has two or more of them.

    ``unchanged``: clusters with the same records in both runs. ``lost``: those of the first run that are not in the
    second; ``gained``: the other way round. ``moved_records``: records whose companions are not the same.
    ``pairs_gained``, ``pairs_lost``: pairs of records that only the second, only the first run joins.
    """

    unchanged: int
    gained: int
    lost: int
    moved_records: int
    pairs_gained: int
    pairs_lost: int


@dataclass(frozen=True)
class _Overlap:
    """Common records of two runs, by cluster: ``records`` of them stand in ``old`` before and in ``new`` after.

    Clusters are numbers; ``old_sizes`` and ``new_sizes`` count all records, ``old_ids`` and ``new_ids`` name them.
    """

    old: Int64
    new: Int64
    records: Int64
    old_sizes: Int64
    new_sizes: Int64
    old_ids: pa.StringArray
    new_ids: pa.StringArray


def aliases(before: pa.Table, after: pa.Table) -> pa.Table:
    """Return what became of every cluster: :data:`ALIASES`, a row for each new cluster that has a record of it.

    - ``same``: the same records. ``grown``: the same and others that no cluster had; ``shrunk``: some are no more.
    - ``merged``: the whole cluster stands in the new one, beside records of others. ``split``: several new clusters
      have its records and nobody else's. ``moved``: it was split, and this part stands beside records of others.
    - ``gone``: none of its records is left.

    Args:
        before: CLUSTERS of a run.
        after: CLUSTERS of a later run, or of another model. Ids of clusters need not mean the same in both.

    Raises:
        SchemaError: a table that is not CLUSTERS.
    """
    both = _overlap(before, after)
    parts_of_old = np.bincount(both.old, minlength=both.old_sizes.size)
    parts_of_new = np.bincount(both.new, minlength=both.new_sizes.size)
    whole, alone = parts_of_old[both.old] == 1, parts_of_new[both.new] == 1
    joined_by_new = both.new_sizes[both.new] > both.records
    has_lost = both.old_sizes[both.old] > both.records
    relation = np.select(
        [whole & alone & joined_by_new, whole & alone & has_lost, whole & alone, whole, alone],
        [RELATIONS.index(name) for name in ("grown", "shrunk", "same", "merged", "split")],
        RELATIONS.index("moved"),
    )
    gone = np.flatnonzero(parts_of_old == 0)
    old = both.old_ids.take(pa.array(np.concatenate([both.old, gone])))
    new = pa.concat_arrays([both.new_ids.take(pa.array(both.new)), pa.nulls(gone.size, pa.string())])
    names = pa.array(RELATIONS).take(
        pa.array(np.concatenate([relation, np.full(gone.size, RELATIONS.index("gone"))]).astype(np.int64))
    )
    table = pa.table([old, new, names], schema=ALIASES)
    return table.sort_by([("old_id", "ascending"), ("new_id", "ascending")])


def cluster_changes(before: pa.Table, after: pa.Table) -> ClusterChanges:
    """Count what changed between two runs; arguments and errors as of :func:`aliases`."""
    both = _overlap(before, after)
    old = np.bincount(both.old, weights=both.records, minlength=both.old_sizes.size).astype(np.int64)
    new = np.bincount(both.new, weights=both.records, minlength=both.new_sizes.size).astype(np.int64)
    same = (both.records == old[both.old]) & (both.records == new[both.new])
    unchanged = int(np.count_nonzero(same & (both.records > 1)))
    kept = _pairs(both.records)
    return ClusterChanges(
        unchanged=unchanged,
        gained=int(np.count_nonzero(new > 1)) - unchanged,
        lost=int(np.count_nonzero(old > 1)) - unchanged,
        moved_records=int(both.records[~same].sum()),
        pairs_gained=_pairs(new) - kept,
        pairs_lost=_pairs(old) - kept,
    )


def _overlap(before: pa.Table, after: pa.Table) -> _Overlap:
    tables = [table.combine_chunks() for table in (before, after)]
    for table in tables:
        check_schema(table, CLUSTERS, where="clusters")
    named = [_flat(table.column("cluster_id")).dictionary_encode() for table in tables]
    old_of, new_of = (ids.indices.to_numpy().astype(np.int64) for ids in named)
    place = pc.index_in(_flat(tables[1].column("record_id")), value_set=_flat(tables[0].column("record_id")))
    common = np.flatnonzero(pc.is_valid(place).to_numpy(zero_copy_only=False))
    places = place.take(pa.array(common)).to_numpy(zero_copy_only=False).astype(np.int64)
    n_new = max(len(named[1].dictionary), 1)
    cells, records = np.unique(old_of[places] * n_new + new_of[common], return_counts=True)
    return _Overlap(
        old=cells // n_new,
        new=cells % n_new,
        records=records.astype(np.int64),
        old_sizes=np.bincount(old_of, minlength=len(named[0].dictionary)).astype(np.int64),
        new_sizes=np.bincount(new_of, minlength=len(named[1].dictionary)).astype(np.int64),
        old_ids=named[0].dictionary,
        new_ids=named[1].dictionary,
    )


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def _pairs(sizes: Int64) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
