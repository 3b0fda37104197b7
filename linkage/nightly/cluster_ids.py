"""Cluster ids that last from run to run."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int64

_NONE = -1


def lasting_numbers(labels: Int64, before: Int64, last_number: int) -> tuple[Int64, int]:
    """Return the lasting number of each record's cluster, int64 (n_records,), and the last number issued.

    A cluster keeps the number that most of its records had; where two claim one number, the one with more of its
    records, then the one with the smaller record id. Others get new numbers in the order of their smallest record id.
    No number is used twice. Clusters whose records, and whose former records, are not given change nothing here.

    Args:
        labels: int64 (n_records,), one per cluster, ascending in the order of their smallest record ids.
        before: int64 (n_records,), the number of the cluster that each record was in, -1 for none.
        last_number: the last number ever issued.
    """
    distinct, label = np.unique(labels, return_inverse=True)
    given = np.full(distinct.size, _NONE, np.int64)
    claiming = np.flatnonzero(before >= 0)
    claims, votes = np.unique(np.stack([label[claiming], before[claiming]], axis=1), axis=0, return_counts=True)
    who, wanted = claims[:, 0], claims[:, 1]
    _, place, wanted_by = np.unique(wanted, return_inverse=True, return_counts=True)
    alone = (np.bincount(who, minlength=distinct.size)[who] == 1) & (wanted_by[place] == 1)
    given[who[alone]] = wanted[alone]
    taken: set[int] = set()
    disputed = np.flatnonzero(~alone)
    for claim in disputed[np.lexsort((wanted[disputed], who[disputed], -votes[disputed]))].tolist():
        if given[who[claim]] == _NONE and int(wanted[claim]) not in taken:
            given[who[claim]] = wanted[claim]
            taken.add(int(wanted[claim]))
    new = np.flatnonzero(given == _NONE)
    given[new] = np.arange(last_number + 1, last_number + 1 + new.size)
    return given[label], last_number + int(new.size)


def standing_clusters(clusters: pa.Table, before: pa.Table | None, last_number: int) -> tuple[pa.Table, int]:
    """Return the clusters under lasting ids, and the last number issued.

    Args:
        clusters: CLUSTERS named by smallest record id, sorted by record id.
        before: CLUSTERS of the last run under lasting ids, None for the first.
        last_number: the last number ever issued.
    """
    old = np.full(clusters.num_rows, _NONE, np.int64)
    if before is not None and before.num_rows:
        before = before.combine_chunks()
        place = pc.index_in(clusters.column("record_id"), value_set=before.column("record_id").combine_chunks())
        known = pc.is_valid(place).to_numpy()
        old[known] = cluster_numbers(before.column("cluster_id"))[place.to_numpy()[known].astype(np.int64)]
    names = clusters.column("cluster_id").combine_chunks().dictionary_encode()
    numbers, last_number = lasting_numbers(names.indices.to_numpy().astype(np.int64), old, last_number)
    return clusters.set_column(1, clusters.schema.field(1), cluster_ids(numbers)), last_number


def cluster_ids(numbers: Int64) -> pa.StringArray:
    """Return the ids of cluster numbers (n,): C and twelve digits."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=12, padding="0")
    return pc.binary_join_element_wise(pa.scalar("C"), digits, "")


def cluster_numbers(ids: pa.ChunkedArray) -> Int64:
    """Return the numbers in cluster ids, int64 (n,)."""
    return np.asarray(pc.utf8_slice_codeunits(ids, 1).cast(pa.int64()).to_numpy(), np.int64)
