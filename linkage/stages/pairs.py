"""Surviving pairs as the hand-over table: which of them are written, and in what order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.comparison.pair_pass import Survivors
from linkage.encode import EncodedRecords, byte_ranks
from linkage.models.fellegi_sunter import probability
from linkage.schema import check_schema, pairs_schema
from linkage.spec import LinkageSpec


def written_pairs(survivors: Survivors, weight: npt.NDArray[np.float64], spec: LinkageSpec) -> npt.NDArray[np.bool_]:
    """Return which survivors stand in ``pairs``, bool (n_pairs,): at the review threshold or above, or kept.

    ``weight`` float64 (n_pairs,): final match weight in bits.
    """
    top = np.array([len(item.level_names) - 1 for item in spec.comparisons], np.int8)
    keep = np.array([item.keep for item in spec.comparisons])
    kept = ((survivors.levels == top) & keep).any(axis=1)
    written: npt.NDArray[np.bool_] = (probability(weight) >= spec.review_threshold) | kept
    return written


def pairs_table(
    survivors: Survivors,
    weight: npt.NDArray[np.float64],
    records: EncodedRecords,
    spec: LinkageSpec,
    id_ranks: npt.NDArray[np.int64] | None = None,
) -> pa.Table:
    """Return the written pairs, sorted by (left_id, right_id) in byte order.

    ``id_ranks`` int64 (n_records,): ranks of the ids by UTF-8 bytes, where the caller has them already.
    """
    rows = np.flatnonzero(written_pairs(survivors, weight, spec))
    left, right = survivors.left[rows], survivors.right[rows]
    ranks = byte_ranks(records.ids) if id_ranks is None else id_ranks
    one, other = ranks[left], ranks[right]
    if records.left_count < 0:
        swapped = one > other
        left, right = np.where(swapped, right, left), np.where(swapped, left, right)
        one, other = np.minimum(one, other), np.maximum(one, other)
    order = np.argsort(one * len(records.ids) + other, kind="stable")
    rows, left, right = rows[order], left[order], right[order]
    written, levels = weight[rows], np.ascontiguousarray(survivors.levels[rows].T)
    columns = [
        records.ids.take(pa.array(left)),
        records.ids.take(pa.array(right)),
        pa.array(written),
        pa.array(probability(written)),
        pa.array(survivors.rules[rows]),
        *map(pa.array, levels),
    ]
    schema = pairs_schema(tuple(item.name for item in spec.comparisons))
    table = pa.Table.from_arrays(columns, schema=schema)
    check_schema(table, schema, where="pairs")
    return table
