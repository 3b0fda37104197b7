"""Candidate pairs and comparison levels, as the toolkit's ``MultiIndex`` and frame of features."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from linkage.comparison.opcodes import MAX_LEVELS
from linkage.comparison.pair_pass import Survivors, build_weights, levels_of_pairs
from linkage.engine.local import LocalEngine
from linkage.errors import UsageError
from linkage.interop.recordlinkage.labels import pairs_to_index
from linkage.interop.recordlinkage.records import FrameRecords, Spec, read_frames
from linkage.spec import LinkageSpec

Form = Literal["similarity", "agreement", "level"]
"""How a level of agreement is written as a number.

``similarity``: float64 from 0 (different) to 1 (best level), the levels between at equal steps. ``agreement``: int8, 1
for a similarity of at least one half. ``level``: int8, the code as in ``pairs``: 1 different, larger is closer.
A missing value is 0 in all three; the toolkit's classifiers take no NaN. Logistic regression and SVM take any form,
naive Bayes categories (``level``, ``agreement``), ECM only ``agreement``, unless they are made with ``binarize``.
"""

_FORMS: Final = ("similarity", "agreement", "level")


def candidate_pairs(x: Any, x_link: Any = None, *, spec: Spec = None) -> Any:
    """Return the pairs that the spec's blocking rules bring together, as a ``pandas.MultiIndex`` sorted by row.

    ``spec`` as in :func:`linkage.dedupe`. Memory follows the number of pairs.

    Raises:
        UsageError: no pandas frame, or labels that are not unique. InputDataError: as :func:`linkage.dedupe`.
    """
    frames = read_frames(x, x_link, spec)
    every = compare_candidates(frames)
    return index_of(frames, every.left, every.right)


def features(
    pairs: Any, x: Any, x_link: Any = None, *, spec: Spec = None, form: Form = "similarity", missing: bool = False
) -> Any:
    """Return a ``pandas.DataFrame`` with a column per weighted comparison of the spec, indexed by ``pairs``.

    Rows stand in the order of the pairs; a pair with a row that intake rejects has none. With ``missing`` a column
    ``<comparison>_missing``, int8, follows for each: 1 where a value is missing on either side.

    Raises:
        UsageError: pairs, frames or a form that make no sense. InputDataError: as :func:`linkage.dedupe`.
    """
    check_form(form)
    frames = read_frames(x, x_link, spec)
    records, there = frames.record_pairs(pairs)
    work = frames.plan().work
    left, right = (np.ascontiguousarray(records[:, side]) for side in (0, 1))
    levels = levels_of_pairs(work, left, right)
    return feature_frame(levels, frames.spec, pairs[there], form=form, missing=missing)


def check_form(form: str) -> None:
    """Raise :class:`UsageError` unless ``form`` is one of :data:`Form`."""
    if form not in _FORMS:
        raise UsageError(f"unknown form {form!r} of features", remedy=f"Known: {', '.join(_FORMS)}")


def compare_candidates(frames: FrameRecords) -> Survivors:
    """Compare all candidate pairs of the spec's rules and keep them all; their weights are 0."""
    work = frames.plan().work
    nothing = build_weights(np.zeros((len(frames.spec.weighted), MAX_LEVELS)), frames.spec, work.program, -np.inf)
    return LocalEngine().survive(work, nothing)


def index_of(frames: FrameRecords, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> Any:
    """Return the ``MultiIndex`` of pairs of record numbers, int32 (n,) each."""
    return pairs_to_index(frames.rows[np.stack([left, right], axis=1)], frames.x, frames.x_link)


def feature_frame(levels: npt.NDArray[np.int8], spec: LinkageSpec, index: Any, *, form: Form, missing: bool) -> Any:
    """Return the features of pairs with these levels, int8 (n, C) of all comparisons of the spec."""
    import pandas

    columns: dict[str, npt.NDArray[np.int8] | npt.NDArray[np.float64]] = {}
    absent: dict[str, npt.NDArray[np.int8] | npt.NDArray[np.float64]] = {}
    for position, item in enumerate(spec.comparisons):
        if not item.part:
            columns[item.name] = _feature(levels[:, position], len(item.level_names), form)
            absent[f"{item.name}_missing"] = (levels[:, position] == 0).astype(np.int8)
    return pandas.DataFrame(columns | absent if missing else columns, index=index)


def _feature(levels: npt.NDArray[np.int8], n_levels: int, form: Form) -> npt.NDArray[np.int8] | npt.NDArray[np.float64]:
    if form == "level":
        return np.ascontiguousarray(levels)
    similarity = np.maximum(levels - 1, 0) / (n_levels - 2)
    return similarity if form == "similarity" else (similarity >= 0.5).astype(np.int8)
