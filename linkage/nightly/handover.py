"""Between a run and the review queue: cases out, and what stewards have called different back in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode import EncodedRecords
from linkage.pipeline import Linked
from linkage.review.cases import CaseIn, PairIn
from linkage.review.fingerprint import pair_fingerprint
from linkage.review.sql import SqlQueue
from linkage.spec import LinkageSpec


def queue_cases(linked: Linked, key: bytes) -> list[CaseIn]:
    """Return the cases in the form the queue takes, with the evidence and a keyed fingerprint of every pair."""
    fields = [item.field for item in linked.spec.comparisons if item.field]
    names = [item.name for item in linked.spec.comparisons]
    level_names = [item.level_names for item in linked.spec.comparisons]
    offsets, indices = linked.decision.case_pair_offsets, linked.decision.case_pair_indices
    ids = linked.records.ids
    cases = []
    for position, row in enumerate(linked.cases.to_pylist()):
        pairs = []
        for pair in indices[offsets[position] : offsets[position + 1]]:
            i, j = int(linked.survivors.left[pair]), int(linked.survivors.right[pair])
            left, right = sorted((ids[i].as_py(), ids[j].as_py()))
            levels = linked.survivors.levels[pair]
            pairs.append(
                PairIn(
                    left_id=left,
                    right_id=right,
                    fingerprint=fingerprint_of(linked.records, i, j, fields, key),
                    match_probability=float(linked.facts.probability[pair]),
                    match_weight_log2=float(linked.weight[pair]),
                    evidence=tuple((name, level_names[slot][levels[slot]]) for slot, name in enumerate(names)),
                )
            )
        cases.append(
            CaseIn(
                case_id=row["case_id"],
                kind=row["kind"],
                scope=row["scope"],
                priority=row["priority"],
                record_ids=tuple(row["record_ids"]),
                reasons=tuple(row["reasons"]),
                pairs=tuple(sorted(pairs, key=lambda pair: (pair.left_id, pair.right_id))),
            )
        )
    return cases


def fingerprint_of(records: EncodedRecords, i: int, j: int, fields: list[str], key: bytes) -> bytes:
    """Return the keyed fingerprint of the compared standard values of two records."""
    compared = []
    for name in dict.fromkeys(fields):
        column = records.columns[name]
        values = [None if code < 0 else column.content.values[int(code)].as_py() for code in column.codes[[i, j]]]
        compared.append((name, values[0], values[1]))
    return pair_fingerprint(key, compared)


def cannot_links(queue: SqlQueue, records: EncodedRecords, spec: LinkageSpec, key: bytes) -> npt.NDArray[np.int32]:
    """Return the pairs that a steward has called different and whose compared fields are still the same."""
    called = queue.cannot_links()
    if not called:
        return np.zeros((0, 2), np.int32)
    left = pc.index_in(pa.array([pair[0] for pair in called], pa.string()), value_set=records.ids).to_pylist()
    right = pc.index_in(pa.array([pair[1] for pair in called], pa.string()), value_set=records.ids).to_pylist()
    fields = [item.field for item in spec.comparisons if item.field]
    unchanged = [
        (i, j)
        for i, j, (_, _, fingerprint) in zip(left, right, called, strict=True)
        if i is not None and j is not None and fingerprint_of(records, i, j, fields, key) == fingerprint
    ]
    return np.array(unchanged, np.int32).reshape(-1, 2)
