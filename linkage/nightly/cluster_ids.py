"""Cluster ids that last from run to run."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa


def standing_clusters(clusters: pa.Table, before: pa.Table | None, last_number: int) -> tuple[pa.Table, int]:
    """Return the clusters under lasting ids, and the last number issued.

    A cluster keeps the id that most of its records had; where two claim one id, the one with more of its records, then
    the one with the smaller record id. Others get new numbers in the order of their smallest record id. No number is
    used twice.

    Args:
        clusters: CLUSTERS named by smallest record id.
        before: CLUSTERS of the last run under lasting ids, None for the first.
        last_number: the last number ever issued.
    """
    records, names = clusters.column("record_id").to_pylist(), clusters.column("cluster_id").to_pylist()
    old: dict[str, str] = {}
    if before is not None:
        old = dict(zip(before.column("record_id").to_pylist(), before.column("cluster_id").to_pylist(), strict=True))
    claims = Counter((name, old[record]) for record, name in zip(records, names, strict=True) if record in old)
    given: dict[str, str] = {}
    taken: set[str] = set()
    for (name, kept), _ in sorted(claims.items(), key=lambda item: (-item[1], item[0])):
        if name not in given and kept not in taken:
            given[name] = kept
            taken.add(kept)
    for name in sorted(set(names) - set(given), key=str.encode):
        last_number += 1
        given[name] = f"C{last_number:012d}"
    lasting = pa.array([given[name] for name in names], pa.string())
    return clusters.set_column(1, clusters.schema.field(1), lasting), last_number
