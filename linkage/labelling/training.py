"""Labels as training data: pairs of record numbers, what they are, and how much each counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.labelling.consensus import consolidate
from linkage.labelling.labels import SAME, UNSURE, Label


@dataclass(frozen=True)
class LabelledPairs:
    """Labelled pairs of records, one entry each (n_pairs,), in the order of labelling.

    ``left``, ``right`` int32: record numbers. ``same`` bool. ``weight`` float64, mean 1: 1 / inclusion, so that a pair
    that was drawn seldom counts for those like it that were not; the mean weight where the label tells no inclusion.
    ``unknown``: labelled pairs of which a record is not there; ``unsure``: those that nobody could tell.
    """

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    same: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float64]
    unknown: int
    unsure: int


def labelled_pairs(labels: Iterable[Label], ids: pa.StringArray, *, left_count: int = -1) -> LabelledPairs:
    """Return the labels, made one a pair, on the records of these ids.

    ``ids`` (n_records,): record ids. ``left_count``: in ``link`` the first so many are LEFT's, to which the left ids of
    labels belong. Labels say nothing of records that are not there: those are counted, not refused, for a register
    changes between labelling and training.
    """
    known = consolidate(labels, across=left_count >= 0)
    sure = [label for label in known if label.label != UNSURE]
    split = max(left_count, 0)
    left_part, right_part = (ids, ids) if left_count < 0 else (ids[:split], ids[split:])
    left = _numbers([label.left_id for label in sure], left_part)
    right = _numbers([label.right_id for label in sure], right_part)
    there = (left >= 0) & (right >= 0)
    inclusion = np.array([label.inclusion or np.nan for label in sure], np.float64)[there]
    weight = 1.0 / inclusion
    told = ~np.isnan(weight)
    weight = np.where(told, weight, weight[told].mean() if told.any() else 1.0)
    return LabelledPairs(
        left[there].astype(np.int32),
        (right[there] + split).astype(np.int32),
        np.array([label.label == SAME for label in sure], np.bool_)[there],
        weight / weight.mean() if weight.size else weight,
        int(there.size - there.sum()),
        len(known) - len(sure),
    )


def _numbers(names: list[str], ids: pa.StringArray) -> npt.NDArray[np.int64]:
    rows = pc.fill_null(pc.index_in(pa.array(names, pa.string()), value_set=ids), -1)
    numbers: npt.NDArray[np.int64] = rows.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers
