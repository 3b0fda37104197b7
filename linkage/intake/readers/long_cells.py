"""Rows with a cell over the limit leave a batch as rejects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.limits import Limits
from linkage.intake.readers.base import RawBatch, RowRejects

_TEXTS: Final = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)

Bools = npt.NDArray[np.bool_]


def long_cells(array: pa.Array, most: int) -> Bools:
    """Return bool (n,): the text or bytes there take more than ``most`` bytes; other types never do."""
    texts = array.dictionary if pa.types.is_dictionary(array.type) else array
    if not any(is_kind(texts.type) for is_kind in _TEXTS):
        return np.zeros(len(array), np.bool_)
    over = pc.greater(pc.binary_length(texts), most).fill_null(False)
    long = np.asarray(over.to_numpy(zero_copy_only=False), np.bool_)
    if texts is array or not long.any():
        return long if texts is array else np.zeros(len(array), np.bool_)
    indices = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    named: Bools = np.append(long, False)[indices]
    return named


def part_long_cells(batch: RawBatch, names: Sequence[str], limits: Limits) -> RawBatch:
    """Return the batch without the rows that have such a cell, and CELL_TOO_LONG rejects for them.

    ``names``: of the columns of the batch, which are plain arrays.
    """
    stay = np.ones(len(batch.lines), np.bool_)
    rejects = list(batch.rejects)
    for name, array in zip(names, batch.columns, strict=True):
        long = long_cells(array, limits.cell_bytes)
        if long.any():
            rejects.append(RowRejects(batch.lines[long], name, "CELL_TOO_LONG"))
            stay &= ~long
    if stay.all():
        return batch
    columns = tuple(array.filter(pa.array(stay)) for array in batch.columns)
    return RawBatch(batch.lines[stay], columns, tuple(rejects), batch.bytes_done)
