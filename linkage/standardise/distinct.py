"""From one text per raw value to distinct sorted values and a mapping."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int32


def distinct_values(texts: pa.StringArray) -> tuple[pa.StringArray, Int32]:
    """Return the distinct texts sorted by UTF-8 bytes, and for each text (n,) its index there, -1 for a null."""
    encoded = texts.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(order.shape[0] + 1, np.int32)
    rank[order] = np.arange(order.shape[0], dtype=np.int32)
    rank[-1] = -1
    codes = encoded.indices.fill_null(order.shape[0]).to_numpy(zero_copy_only=False)
    return encoded.dictionary.take(pa.array(order)), rank[codes]
