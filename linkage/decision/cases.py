"""Cases as a table: kind, scope, priority, records, reasons, and ids that depend on nothing else.

``case_id`` is the first 16 hex digits of SHA-256 over the kind and the sorted record ids, all in UTF-8, joined by one
zero byte: ``kind NUL id NUL id``. No id that a file or data base delivers holds a zero byte.

``priority`` = harm of the kind x certainty. Harm says what an undecided case of the kind does to citizens (two people
on one NIK stand in each other's way everywhere; a copy mostly spoils counts). Certainty is the largest match
probability among the case's pairs; for a shared NIK the largest 1 / (1 + 2^w) with w the weight without NIK in bits,
that is the odds that they differ before any prior, and at least one half where a guard holds.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision.agreement import Agreements
from linkage.decision.evidence import Bool, DecisionSettings, Float64, Int8, Int32, Int64, PairFacts, RecordFacts, UInt8
from linkage.decision.grouping import Grouping, group_cases
from linkage.decision.kinds import KIND_NAMES, Row
from linkage.decision.reasons import BRIDGE, CONTRADICTORY, OVER_LARGE, case_reasons
from linkage.schema import CASES, check_schema

HARM: Final = (0.0, 1.0, 0.7, 0.8, 0.6, 0.9, 0.6)
"""Harm of an undecided case, 0 to 1, by :class:`Row`."""


def build_cases(
    records: RecordFacts,
    pairs: PairFacts,
    agreements: Agreements,
    kinds: Int8,
    guards: UInt8,
    answered: UInt8,
    forbidden: Bool,
    labels: Int32,
    settings: DecisionSettings,
    ranks: Int64,
) -> tuple[pa.Table, Int64, Int64]:
    """Return :data:`linkage.schema.CASES` sorted by ``case_id``, and the pairs of each case.

    Case c was made by the pairs ``indices[offsets[c]:offsets[c + 1]]`` of the pair facts (int64 both).
    ``guards`` uint8 (n_pairs,): the guards that hold; ``answered``: those that were answered. ``forbidden`` bool
    (n_pairs,): pairs that no cluster may hold. ``labels``, ``ranks``: as in
    :func:`linkage.decision.clusters.cluster_records`, int (n_records,).
    """
    grouping = group_cases(records, pairs, kinds, ranks)
    if not grouping.n_cases:
        return CASES.empty_table(), np.zeros(1, np.int64), np.zeros(0, np.int64)
    rows = np.minimum.reduceat(kinds[grouping.pairs], grouping.pair_offsets[:-1])
    over_large = _over_large(grouping, labels, settings)
    contradictory, refused = _parted(pairs, forbidden, labels, settings, grouping)
    reason_offsets, reasons = case_reasons(
        records,
        pairs,
        agreements,
        kinds,
        guards,
        answered,
        grouping,
        {OVER_LARGE: over_large, CONTRADICTORY: contradictory, BRIDGE: refused & ~contradictory},
    )
    names = pa.array(KIND_NAMES).take(pa.array(rows))
    record_ids = _lists(grouping.member_offsets, records.ids.take(pa.array(grouping.members)))
    case_ids = _case_ids(names, record_ids)
    centre = over_large | _any_pair(kinds == Row.BOTH_ENROLLED, grouping)
    scopes = _scopes(records, grouping, centre) if pairs.has_nik_column else pa.array([""] * grouping.n_cases)
    priorities = np.asarray(HARM)[rows] * _certainty(pairs, kinds, guards, grouping)
    columns = [case_ids, names, scopes, pa.array(priorities), record_ids, _lists(reason_offsets, reasons)]
    order = pc.sort_indices(case_ids).to_numpy(zero_copy_only=False).astype(np.int64)
    table = pa.table(columns, schema=CASES).take(pa.array(order))
    check_schema(table, CASES, where="cases")
    return table, *_reordered(grouping.pair_offsets, grouping.pairs, order)


def case_id(kind: str, record_ids: list[str]) -> str:
    """Return the id of the case of this kind with these records, given in any order."""
    text = "\0".join([kind, *sorted(record_ids, key=str.encode)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _case_ids(kinds: pa.StringArray, record_ids: pa.ListArray) -> pa.StringArray:
    texts = pc.binary_join_element_wise(kinds, pc.binary_join(record_ids, "\0"), "\0")
    return pa.array([hashlib.sha256(text).hexdigest()[:16] for text in texts.cast(pa.binary()).to_pylist()])


def _over_large(grouping: Grouping, labels: Int32, settings: DecisionSettings) -> Bool:
    """More records than allowed, in the case or in a cluster it touches."""
    sizes = np.bincount(labels)[labels[grouping.members]]
    sizes[grouping.case_of_member >= grouping.n_groups] = 0  # a shared NIK is no cluster
    largest = np.maximum.reduceat(sizes, grouping.member_offsets[:-1])
    return np.maximum(largest, np.diff(grouping.member_offsets)) > settings.max_cluster_size


def _parted(
    pairs: PairFacts, forbidden: Bool, labels: Int32, settings: DecisionSettings, grouping: Grouping
) -> tuple[Bool, Bool]:
    """Return where a forbidden pair lies inside the case, and where the clusters refused a pair that would link."""
    group = grouping.within_group(pairs)
    refused = (pairs.probability >= settings.link_threshold) & (labels[pairs.left] != labels[pairs.right])
    links = settings.called_different
    linked = grouping.group_of_record[links]
    contradictory, parted = np.zeros((2, grouping.n_cases), np.bool_)
    contradictory[group[(group >= 0) & forbidden]] = True
    contradictory[linked[(linked[:, 0] >= 0) & (linked[:, 0] == linked[:, 1]), 0]] = True
    parted[group[(group >= 0) & refused]] = True
    return contradictory, parted


def _any_pair(holds: Bool, grouping: Grouping) -> Bool:
    return np.logical_or.reduceat(holds[grouping.pairs], grouping.pair_offsets[:-1])


def _certainty(pairs: PairFacts, kinds: Int8, guards: UInt8, grouping: Grouping) -> Float64:
    chosen = grouping.pairs
    weights = np.clip(pairs.weight_without_nik_log2[chosen], -1000.0, 1000.0)
    differ = np.maximum(1.0 / (1.0 + np.exp2(weights)), np.where(guards[chosen] != 0, 0.5, 0.0))
    certainty = np.where(kinds[chosen] == Row.SHARED_NIK, differ, pairs.probability[chosen])
    return np.maximum.reduceat(certainty, grouping.pair_offsets[:-1])


def _scopes(records: RecordFacts, grouping: Grouping, centre: Bool) -> pa.StringArray:
    """The common regency, else the common province, else the nation; an unknown region is the nation's."""
    starts = grouping.member_offsets[:-1]
    regions = records.region[grouping.members]
    low, high = np.minimum.reduceat(regions, starts), np.maximum.reduceat(regions, starts)
    # An unknown region, 0, shares no province with any other, and alone is the nation's already.
    scope = np.where(low == high, low, np.where(low // 100 == high // 100, low // 100, 0))
    scope[centre] = 0
    distinct, number = np.unique(scope, return_inverse=True)
    texts = [str(code) if code else "" for code in distinct.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(number))


def _lists(offsets: Int64, values: pa.Array) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), values.cast(pa.string()))


def _reordered(offsets: Int64, values: Int64, order: Int64) -> tuple[Int64, Int64]:
    """Put lists in another order; lists and order as in :func:`build_cases`."""
    counts = np.diff(offsets)[order]
    new_offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    positions = np.arange(values.size) - np.repeat(new_offsets[:-1], counts) + np.repeat(offsets[order], counts)
    return new_offsets, values[positions]
