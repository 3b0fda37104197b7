"""Building key sets from hashes, as array work."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import kernel
from linkage.similarity.packed import hash_texts
from linkage.standardise.column import Int64, KeySets, UInt64


def one_key_each(texts: pa.StringArray, keep: npt.NDArray[np.bool_] | None = None) -> KeySets:
    """Return one key for each text (no nulls), its hash; none where ``keep`` (n_values,) is false."""
    hashes = hash_texts(texts)
    if keep is None:
        return KeySets(np.arange(len(texts) + 1, dtype=np.int64), hashes)
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(keep, out=offsets[1:])
    return KeySets(offsets, hashes[keep])


def keys_of_tokens(owners: Int64, tokens: Int64, hashes: UInt64, n_values: int) -> KeySets:
    """Return the keys of values that are bags of tokens.

    ``owners`` int64 (n,): the value each occurrence belongs to. ``tokens`` int64 (n,): indexes into ``hashes``
    (n_tokens,), which are distinct.
    """
    order = np.argsort(hashes)
    rank = np.empty(hashes.shape, np.int64)
    rank[order] = np.arange(hashes.shape[0])
    # Owner and rank in one integer: a plain sort instead of a sort by two columns.
    span = max(int(hashes.shape[0]), 1)
    packed = np.unique(owners * span + rank[tokens])
    offsets = np.zeros(n_values + 1, np.int64)
    np.cumsum(np.bincount(packed // span, minlength=n_values), out=offsets[1:])
    return KeySets(offsets, hashes[order][packed % span])


@kernel
def insert_key(keys: UInt64, first: int, filled: int, key: np.uint64) -> int:
    """Put a key into the sorted, distinct run ``keys[first:filled]`` of a buffer; return where the run ends then."""
    place = filled
    while place > first and keys[place - 1] > key:
        place -= 1
    if place > first and keys[place - 1] == key:
        return filled
    for moved in range(filled, place, -1):
        keys[moved] = keys[moved - 1]
    keys[place] = key
    return filled + 1
