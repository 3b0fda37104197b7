"""From known entities to the pairs that are true."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def true_pairs(entities: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return all pairs of records of one entity, int32 (n_pairs,) each, the smaller record first.

    ``entities`` int64 (n_records,): equal numbers are one entity, negative ones stand alone.
    """
    order = np.argsort(entities, kind="stable")
    order = order[entities[order] >= 0]
    grouped = entities[order]
    left: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]
    right: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]
    gap = 1
    while gap < order.size:  # the k-th of a group with the one `gap` places on; ends with the largest group
        same = grouped[gap:] == grouped[:-gap]
        if not same.any():
            break
        left.append(order[:-gap][same])
        right.append(order[gap:][same])
        gap += 1
    return np.concatenate(left).astype(np.int32), np.concatenate(right).astype(np.int32)
