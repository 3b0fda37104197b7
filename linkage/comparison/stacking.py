"""Contents of several columns stacked into one array each, for a kernel that must not know how many columns there are.

The *base* of a column, int64 (K,), is where its values begin in the stack, -1 where the column has no such content.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.standardise.column import NameForms

Int64 = npt.NDArray[np.int64]


def stack_runs(
    runs: Sequence[tuple[Int64, npt.NDArray[Any]] | None], dtype: type[np.generic]
) -> tuple[Int64, Int64, npt.NDArray[Any]]:
    """Return bases, offsets and items of columns whose values are runs of items, each given as offsets and items."""
    base = np.full(len(runs), -1, np.int64)
    offsets: list[Int64] = []
    values: list[npt.NDArray[Any]] = []
    n_runs = n_values = 0
    for position, run in enumerate(runs):
        if run is None:
            continue
        base[position] = n_runs
        offsets.append(run[0][:-1] + n_values)
        values.append(run[1])
        n_runs += run[0].size - 1
        n_values += run[1].size
    offsets.append(np.array([n_values], np.int64))
    return base, joined(offsets, np.int64), joined(values, dtype)


def stack_values(columns: Sequence[npt.NDArray[Any] | None], dtype: type[np.generic]) -> tuple[Int64, npt.NDArray[Any]]:
    """Return bases and numbers of columns with one number a value, or with a row of them; bases count numbers."""
    base = np.full(len(columns), -1, np.int64)
    total = 0
    for position, values in enumerate(columns):
        if values is not None:
            base[position] = total
            total += values.size
    return base, joined([values.ravel() for values in columns if values is not None], dtype)


def stack_names(names: Sequence[NameForms | None]) -> tuple[npt.NDArray[Any], ...]:
    """Return bases, token offsets, token ids, their softness, key offsets and phonetic keys of columns of names."""
    base, token_offsets, token_ids = stack_runs(
        [None if forms is None else (forms.token_offsets, forms.token_ids) for forms in names], np.int32
    )
    present = [forms for forms in names if forms is not None]
    # Token ids count within a column; shift them to where the column's tokens lie in the stacked key table.
    shifts, n_tokens = [], 0
    for forms in present:
        shifts.append(np.full(forms.token_ids.size, n_tokens, np.int32))
        n_tokens += forms.key_offsets.size - 1
    token_ids = token_ids + np.concatenate([np.zeros(0, np.int32), *shifts])
    token_soft = np.concatenate([np.zeros(0, np.uint8), *(forms.token_soft for forms in present)])
    _, key_offsets, keys = stack_runs([(forms.key_offsets, forms.keys) for forms in present], np.int32)
    return base, token_offsets, token_ids.astype(np.int32), token_soft, key_offsets, keys


def joined(arrays: Sequence[npt.NDArray[Any]], dtype: type[np.generic]) -> npt.NDArray[Any]:
    """Return the arrays one after the other, an empty one of ``dtype`` where there are none."""
    return np.concatenate([np.zeros(0, dtype), *arrays])
