"""Which residents are called active, and which are history: dead, moved away, or whatever else their office says."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.standardise.codes import INACTIVE, standardise_code
from linkage.standardise.distinct import distinct_values

FLAG: Final = "flag_status"
"""0 is active, every other value is not; which one says what is not published (FLAG_STATUS in SIAK)."""


def in_force(rows: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which records are called active, bool (n,); one of which nothing is said is."""
    if FLAG not in rows.column_names:
        return np.ones(rows.num_rows, np.bool_)
    raw, codes = distinct_values(pa.chunked_array(rows.column(FLAG)).combine_chunks())
    read = standardise_code("activity", raw)
    flags = np.zeros(len(read.values), np.uint8) if read.flags is None else read.flags
    # The last place is that of a missing value, of which nothing is said.
    per_raw = np.append(np.append(flags, np.uint8(0))[read.mapping], np.uint8(0))
    active: npt.NDArray[np.bool_] = (per_raw[codes] & INACTIVE) == 0
    return active
