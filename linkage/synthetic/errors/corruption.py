"""Putting errors on records: which kind, how many, and a mark for each that took."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.synthetic.draft import Draft, concat_drafts
from linkage.synthetic.errors.error_changes import CHANGES, HIDDEN_BY, NEEDED_NUMBERS, TOUCHED_TEXTS
from linkage.synthetic.errors.text_columns import differs, scatter
from linkage.synthetic.kinds import ERROR_KINDS, bit
from linkage.synthetic.streams import Float64, Int64, by_group, pick

_ROUNDS: Final = 30
_CONFLICTS: Final = np.array(
    [sum((bit(one, ERROR_KINDS) for one in (kind, *HIDDEN_BY.get(kind, ()))), np.uint64(0)) for kind in ERROR_KINDS]
)
"""For each kind the mask of errors beside which it does not come: itself, and those that it would undo."""


def corrupt(
    draft: Draft,
    counts: npt.NDArray[np.integer],
    shares: Float64,
    rng: np.random.Generator,
    cut_off: int,
    refused: npt.NDArray[np.uint64] | None = None,
) -> Draft:
    """Return the draft with ``counts`` (n,) errors on each record, each of another kind, and marked in ``errors``.

    ``shares`` (n_kinds,) weight the kinds; ``refused`` (n,) masks kinds that a record must not get. A kind that
    changes nothing on a record, or would undo an error it has, is drawn again; records that take no more errors keep
    those they have.
    """
    rows = np.flatnonzero(counts > 0)
    if not rows.size or not shares.any():
        return draft
    touched = Draft(
        {name: draft.texts[name] for name in TOUCHED_TEXTS if name in draft.texts},
        {name: draft.numbers[name] for name in NEEDED_NUMBERS if name in draft.numbers},
    )
    left = counts[rows].astype(np.int64)
    barred = np.zeros(rows.size, np.uint64) if refused is None else refused[rows]
    open_ = touched.take(rows).replace(row=rows, left=left, barred=barred)
    finished = []
    for _ in range(_ROUNDS):
        open_ = _with_one_more(open_, shares, rng, cut_off)
        done = open_.numbers["left"] == 0
        finished.append(open_.take(np.flatnonzero(done)))
        open_ = open_.take(np.flatnonzero(~done))
        if not open_.count:
            break
    return _put_back(draft, concat_drafts([*finished, open_]))


def _with_one_more(draft: Draft, shares: Float64, rng: np.random.Generator, cut_off: int) -> Draft:
    """Draw a kind for each record and apply it where it is not refused and changes something."""
    kinds = pick(rng, shares, draft.count)
    barred = draft.numbers["barred"] >> kinds.astype(np.uint64) & np.uint64(1) > 0
    unfit = barred | (draft.numbers["errors"] & _CONFLICTS[kinds] > 0)
    took = np.zeros(draft.count, np.bool_)
    numbers = dict(draft.numbers)
    new_texts: dict[str, tuple[list[Int64], list[pa.StringArray]]] = {name: ([], []) for name in draft.texts}
    for kind, rows in by_group(np.where(unfit, -1, kinds)):
        if kind < 0:
            continue
        part = draft.take(rows)
        for name, values in CHANGES[ERROR_KINDS[kind]](part, rng, cut_off).items():
            if name in new_texts:
                changed = differs(part.texts[name], values)
                new_texts[name][0].append(rows[changed])
                new_texts[name][1].append(values.filter(pa.array(changed)))
            else:
                changed = values != part.numbers[name]
                numbers[name] = _with_values(numbers[name], rows, values)
            took[rows] |= changed
    texts = {name: scatter(draft.texts[name], *parts) for name, parts in new_texts.items()}
    numbers["errors"] = numbers["errors"] | (took.astype(np.uint64) << kinds.astype(np.uint64))
    numbers["left"] = numbers["left"] - took
    return Draft(texts, numbers)


def _put_back(draft: Draft, changed: Draft) -> Draft:
    """Return the draft with the rows of ``changed`` in their places."""
    rows = changed.numbers["row"]
    texts = {name: scatter(draft.texts[name], [rows], [values]) for name, values in changed.texts.items()}
    names = [name for name in NEEDED_NUMBERS if name in draft.numbers]
    numbers = {name: _with_values(draft.numbers[name], rows, changed.numbers[name]) for name in names}
    return draft.replace(**texts, **numbers)


def _with_values(column: npt.NDArray[Any], rows: Int64, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    out = column.copy()
    out[rows] = values
    return out
