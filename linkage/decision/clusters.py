"""Clusters that keep to the constraints and resist chaining.

Pairs are taken by falling probability, ties by the ids of their records. Two clusters are joined unless

- a forbidden pair spans them: a guarded pair, a cannot-link, one NIK with two persons; or
- together they would hold more than three records, and fewer than half of the pairs across them are surviving,
  unforbidden pairs at the review threshold or above. A chain A-B-C-D in which only neighbours resemble each other
  is cut; copies of one person resemble each other nearly all, so that a missed pair or two does no harm.

This is agglomerative clustering with cannot-link constraints (Davidson and Ravi 2005), greedy by best pair, with a
share of supported pairs in place of average linkage, because pairs that did not survive have no number. Components
of the link graph do not influence each other, so a new record changes only clusters it can reach.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from linkage.decision.evidence import Bool, DecisionSettings, Int32, Int64, PairFacts
from linkage.decision.union_find import agglomerate, components, neighbours
from linkage.schema import CLUSTERS, check_schema

FREE_SIZE: Final = 3
"""Up to so many records may hang together by single pairs; larger clusters are suspect in a register of people."""


def cluster_records(pairs: PairFacts, forbidden: Bool, settings: DecisionSettings, ranks: Int64) -> Int32:
    """Return for each record the index of its cluster's record with the smallest id, int32 (n_records,).

    ``forbidden`` bool (n_pairs,): pairs that no cluster may hold, besides the cannot-links of the settings.
    ``ranks`` int64 (n_records,): order of the ids by UTF-8 bytes.
    """
    n_records = ranks.size
    linked = (pairs.probability >= settings.link_threshold) & ~forbidden
    group = components(pairs.left[linked], pairs.right[linked], n_records)
    links = settings.called_different
    forbidden_left = np.concatenate([pairs.left[forbidden], links[:, 0]]).astype(np.int32)
    forbidden_right = np.concatenate([pairs.right[forbidden], links[:, 1]]).astype(np.int32)

    # Most groups are too small to chain and hold no forbidden pair: they are clusters as they stand.
    doubtful = np.bincount(group, minlength=n_records) > FREE_SIZE
    inside = group[forbidden_left] == group[forbidden_right]
    forbidden_left, forbidden_right = forbidden_left[inside], forbidden_right[inside]
    doubtful[group[forbidden_left]] = True
    doubtful_pair = doubtful[group[pairs.left]] & (group[pairs.left] == group[pairs.right])
    support = np.flatnonzero(doubtful_pair & (pairs.probability >= settings.review_threshold))
    edges = np.flatnonzero(doubtful_pair & linked)
    edges = edges[_falling_probability(pairs, edges, ranks)]
    in_left = np.arange(n_records) < settings.left_count

    roots = agglomerate(
        pairs.left[edges],
        pairs.right[edges],
        *neighbours(forbidden_left, forbidden_right, n_records),
        *neighbours(pairs.left[support], pairs.right[support], n_records),
        in_left,
        settings.left_count >= 0,
        FREE_SIZE,
    )
    return smallest_id_labels(np.where(doubtful[group], roots, group).astype(np.int32), ranks)


def smallest_id_labels(roots: Int32, ranks: Int64) -> Int32:
    """Replace any member that stands for its cluster by the member with the smallest id; both int32 (n_records,)."""
    by_rank = in_rank_order(ranks)
    smallest = np.full(ranks.size, ranks.size, np.int64)
    np.minimum.at(smallest, roots, ranks)
    return by_rank[smallest[roots]]


def in_rank_order(ranks: Int64) -> Int32:
    """Return the records in the order of their ranks, int32 (n_records,)."""
    order = np.empty(ranks.size, np.int32)
    order[ranks] = np.arange(ranks.size, dtype=np.int32)
    return order


def clusters_table(ids: pa.StringArray, labels: Int32, order: Int32 | None = None) -> pa.Table:
    """Return :data:`linkage.schema.CLUSTERS`: every record in exactly one cluster, named by its smallest record id.

    ``order`` int32 (n_records,): the records in the order of the rows; as they stand without it.
    """
    members = ids if order is None else ids.take(pa.array(order))
    table = pa.table([members, ids.take(pa.array(labels if order is None else labels[order]))], schema=CLUSTERS)
    check_schema(table, CLUSTERS, where="clusters")
    return table


def _falling_probability(pairs: PairFacts, edges: Int64, ranks: Int64) -> Int64:
    one, other = ranks[pairs.left[edges]], ranks[pairs.right[edges]]
    return np.lexsort((np.maximum(one, other), np.minimum(one, other), -pairs.probability[edges]))
