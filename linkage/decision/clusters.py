"""Clusters that keep to the constraints and resist chaining: correlation clustering.

Sought are the clusters in which the pairs together speak most for one person (N. Bansal, A. Blum, S. Chawla,
"Correlation clustering", Machine Learning 56 (2004)). A pair that links has its log-odds beyond the threshold, one that
did not survive speaks mildly against (:func:`pair_bits`), and a forbidden one - a guarded pair, a steward's
cannot-link, one NIK with two persons - excludes every cluster that would hold it. So a chain, in which only neighbours
resemble each other, is cut, and so is a weak bridge between two tight groups; copies of one person resemble each other
nearly all, and a missed pair or two does no harm.

The best clusters are hard to find in general. Pairs are joined greedily by falling probability, ties by the ids, as
far as the sum does not fall; then single records are moved and clusters joined while it grows (after M. Keuper et al.,
"Efficient decomposition of image and mesh graphs by lifted multicuts", ICCV 2015). Components of the link graph do not
influence each other, so a new record changes only clusters it can reach.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from linkage.decision.evidence import Bool, DecisionSettings, Float64, Int32, Int64, PairFacts
from linkage.decision.partition import improve, join_greedily, neighbours
from linkage.decision.union_find import components
from linkage.schema import CLUSTERS, check_schema

STRONGEST: Final = 10.0
"""No pair speaks for one person with more bits than this, so that no single pair outvotes all the others."""

UNLINKED: Final = -0.5
"""Bits of a pair between the review and the link threshold, at least."""

ABSENT: Final = -1.5
"""Bits of a pair that did not survive, or is below the review threshold: a mild word against one person."""

_UNITS_PER_BIT: Final = 1024
_NEVER: Final = -(2**40)


def cluster_records(pairs: PairFacts, forbidden: Bool, settings: DecisionSettings, ranks: Int64) -> Int32:
    """Return for each record the index of its cluster's record with the smallest id, int32 (n_records,).

    ``forbidden`` bool (n_pairs,): pairs that no cluster may hold, besides the cannot-links of the settings.
    ``ranks`` int64 (n_records,): order of the ids by UTF-8 bytes.
    """
    n_records = ranks.size
    linked = (pairs.probability >= settings.link_threshold) & ~forbidden
    group = components(pairs.left[linked], pairs.right[linked], n_records)
    links = settings.called_different
    links = links[group[links[:, 0]] == group[links[:, 1]]]

    # Two records that one pair links, and that nothing parts, are a cluster as they stand.
    doubtful = np.bincount(group, minlength=n_records) > 2
    chosen = np.flatnonzero(doubtful[group[pairs.left]] & (group[pairs.left] == group[pairs.right]))
    doubtful[group[links[:, 0]]] = True
    labels = group.copy()
    members = np.flatnonzero(doubtful[group])
    if members.size:
        smallest = smallest_id_labels(group, ranks)
        members = members[np.argsort(ranks[smallest[members]] << 32 | ranks[members])]
        labels[members] = members[_partition(pairs, chosen, forbidden, links, settings, ranks, group, members)]
    return smallest_id_labels(labels, ranks)


def _partition(
    pairs: PairFacts,
    chosen: Int64,
    forbidden: Bool,
    links: Int32,
    settings: DecisionSettings,
    ranks: Int64,
    group: Int32,
    members: Int64,
) -> Int32:
    """Return the groups of ``members`` (n,), which stand by component and id, as places among them, int32 (n,).

    ``chosen`` int64: the pairs within components; ``links`` int32 (n, 2): cannot-links within them.
    """
    place = np.empty(ranks.size, np.int32)
    place[members] = np.arange(members.size, dtype=np.int32)
    probability, barred = pairs.probability[chosen], forbidden[chosen]
    absent = int(ABSENT * _UNITS_PER_BIT)
    weights = np.rint(pair_bits(probability, settings) * _UNITS_PER_BIT).astype(np.int64) - absent
    weights[barred] = _NEVER
    around = neighbours(
        place[np.concatenate([pairs.left[chosen], links[:, 0]])],
        place[np.concatenate([pairs.right[chosen], links[:, 1]])],
        np.concatenate([weights, np.full(len(links), _NEVER)]),
        members.size,
    )
    edges = chosen[~barred & (probability >= settings.link_threshold)]
    edges = edges[_falling_probability(pairs, edges, ranks)]
    in_left, linking = members < settings.left_count, settings.left_count >= 0
    groups = join_greedily(place[pairs.left[edges]], place[pairs.right[edges]], *around, absent, in_left, linking)
    bounds = np.flatnonzero(np.diff(group[members], prepend=-1, append=-1)).astype(np.int64)
    return improve(groups, bounds, *around, absent, in_left, linking)


def pair_bits(probability: Float64, settings: DecisionSettings) -> Float64:
    """Return what pairs (n,) say for one person in one cluster, in bits, float64 (n,).

    From the link threshold up: log-odds beyond those of the threshold, 0 to :data:`STRONGEST`. Below it log-odds would
    say too much: where other pairs hold two records together, one in two pairs of 0.01 to 0.1 is a copy of one person
    whose fields were badly damaged. So they say :data:`UNLINKED` at least; below the review threshold :data:`ABSENT`.
    """
    linked = _log_odds(probability) - _log_odds(np.array(settings.link_threshold))
    bits = np.where(probability >= settings.link_threshold, linked, np.maximum(linked, UNLINKED))
    return np.where(probability >= settings.review_threshold, np.minimum(bits, STRONGEST), ABSENT)


def _log_odds(probability: Float64) -> Float64:
    inside = np.clip(probability, 1e-12, 1.0 - 1e-12)
    odds: Float64 = np.log2(inside / (1.0 - inside))
    return odds


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
