"""Pairs as a ``MultiIndex`` of row labels, and as row numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError

Pairs = npt.NDArray[np.int32]
"""Row numbers (n, 2): the rows of ``x`` from 0, then those of ``x_link``; the smaller one first."""


def index_to_pairs(index: Any, x: Any, x_link: Any = None) -> Pairs:
    """Return the row numbers, int32 (n, 2), of the pairs of a ``MultiIndex``, in its order.

    Rows are counted through ``x``, from 0, and on through ``x_link``. Within one frame the smaller number comes first,
    whichever way the labels stand.

    Raises:
        UsageError: not a MultiIndex of two levels, a label that the frame lacks or that is missing, a record paired
            with itself, or a frame whose labels are not unique.
    """
    if getattr(index, "nlevels", 0) != 2:
        raise UsageError("pairs are a MultiIndex of two levels", remedy="Take what an indexer's index() returns")
    frames = (x, x if x_link is None else x_link)
    rows = np.empty((len(index), 2), np.int64)
    for side, frame in enumerate(frames):
        found = checked_labels(frame).get_indexer(index.levels[side])
        rows[:, side] = np.append(found, -1)[index.codes[side]]  # the last entry answers for a missing label
    if unknown := int((rows < 0).any(axis=1).sum()):
        raise UsageError(f"{unknown} pairs name a row the frame does not have", remedy="Give the frames of these pairs")
    if x_link is not None:
        rows[:, 1] += len(x)
        return rows.astype(np.int32)
    if (rows[:, 0] == rows[:, 1]).any():
        raise UsageError("a row is paired with itself", remedy="Leave such pairs out")
    return np.sort(rows, axis=1).astype(np.int32)


def pairs_to_index(pairs: npt.NDArray[np.integer[Any]], x: Any, x_link: Any = None) -> Any:
    """Return the ``pandas.MultiIndex`` of row numbers (n, 2), in their order.

    Levels are named as the toolkit names them: after the frames' indexes, and with ``_1`` and ``_2`` where both have
    one name. Within one frame the row that stands further down comes first.
    """
    import pandas

    frames = (x, x if x_link is None else x_link)
    names = [frame.index.name for frame in frames]
    if names[0] is not None and names[0] == names[1]:
        names = [f"{names[0]}_1", f"{names[0]}_2"]
    codes = [pairs.max(axis=1), pairs.min(axis=1)] if x_link is None else [pairs[:, 0], pairs[:, 1] - len(x)]
    levels = [checked_labels(frame) for frame in frames]
    return pandas.MultiIndex(levels=levels, codes=codes, names=names, verify_integrity=False)


def checked_labels(frame: Any) -> Any:
    """Return a frame's index; raise :class:`UsageError` unless it is one level of unique labels."""
    index = getattr(frame, "index", None)
    if index is None or not hasattr(frame, "iloc"):
        raise UsageError(f"cannot read a {type(frame).__name__}", remedy="Give pandas frames, as to recordlinkage")
    if index.nlevels != 1 or not index.is_unique:
        raise UsageError("the labels of the frame are not unique", remedy="Give it an index that names each row once")
    return index
