"""Text columns as codes and distinct values, built batch by batch."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError
from linkage.intake.columns.unifying import unified
from linkage.similarity.packed import hash_texts

Int32 = npt.NDArray[np.int32]

_PENDING: Final = 1 << 18
_WAITING_SHARE: Final = 3
_ROOM: Final = 1 << 16
_ARROW_TEXT: Final = (1 << 31) - 1
_HASH_BITS: Final = 64
_BUCKET_BITS: Final = 20


class DictionaryBuilder:
    """Appends text arrays and keeps int32 codes (-1 for null) and one list of distinct values.

    Distinct values stand in the order of their first appearance, however the rows were cut into batches. Batches wait
    with their own dictionaries until these hold three times as many values as are merged already; so the work grows
    with the sum of the batches' distinct values, and the memory with the distinct values of all.
    """

    def __init__(self, name: str) -> None:
        """``name`` is the column's, for the one error there is."""
        self._name = name
        self._values: pa.StringArray = pa.array([], pa.string())
        # Codes of all rows lie in one array with room to grow: pieces of a batch each would leave holes behind.
        self._codes = np.empty(0, np.int32)
        self._rows = 0
        self._pending: list[tuple[slice, pa.StringArray]] = []
        self._waiting = 0

    def append(self, array: pa.Array | pa.ChunkedArray) -> None:
        """Append texts: strings, or dictionaries of strings."""
        chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
        for chunk in chunks:
            encoded = chunk if pa.types.is_dictionary(chunk.type) else chunk.cast(pa.string()).dictionary_encode()
            self.append_codes(codes_of(encoded), encoded.dictionary.cast(pa.string()))

    def append_codes(self, codes: Int32, values: pa.StringArray) -> None:
        """Append rows given as codes (-1 for null) into ``values`` (distinct, no nulls)."""
        rows = slice(self._rows, self._rows + len(codes))
        if rows.stop > len(self._codes):
            grown = np.empty(max(rows.stop, 2 * len(self._codes), _ROOM), np.int32)
            grown[: self._rows] = self._codes[: self._rows]
            self._codes = grown
        self._codes[rows] = codes
        self._rows = rows.stop
        self._pending.append((rows, values))
        self._waiting += len(values)
        if self._waiting > max(_PENDING, _WAITING_SHARE * len(self._values)):
            self._merge()

    def append_missing(self, count: int) -> None:
        """Append nulls."""
        self.append_codes(np.full(count, -1, np.int32), self._values[:0])

    def finish(self) -> tuple[Int32, pa.StringArray]:
        """Return the codes of all rows and the distinct values."""
        self._merge()
        return self._codes[: self._rows], self._values

    def _merge(self) -> None:
        if not self._pending:
            return
        if len(self._pending) == 1 and not len(self._values):
            _, self._values = self._pending.pop()
            self._waiting = 0
            return
        values = [self._values, *(values for _, values in self._pending)]
        if sum(array.nbytes for array in values) > _ARROW_TEXT:
            problem = "the distinct values of a column take more than 2 GiB"
            raise InputDataError("FILE_TOO_LARGE", problem, where=f"column {self._name}", remedy="Run by province")
        self._values, (_, *places) = unified(values)
        for (rows, _), mapping in zip(self._pending, places, strict=True):
            self._codes[rows] = follow(self._codes[rows], mapping)
        self._pending.clear()
        self._waiting = 0


def codes_of(array: pa.DictionaryArray) -> Int32:
    """Return the indices of a dictionary array as int32, -1 for null."""
    indices = array.indices.cast(pa.int32())
    if indices.null_count:
        indices = indices.fill_null(-1)
    return np.asarray(indices.to_numpy(zero_copy_only=False), np.int32)


def follow(codes: Int32, mapping: npt.NDArray[np.int32]) -> Int32:
    """Return ``mapping[code]`` for every code; -1 stays -1."""
    # A code of -1 takes the last entry.
    return np.append(mapping.astype(np.int32, copy=False), np.int32(-1))[codes]


def recode(values: pa.StringArray) -> tuple[Int32, pa.StringArray]:
    """Return int32 (n_values,), the place of each text among the distinct ones (-1 for null), and the distinct ones."""
    encoded = values.dictionary_encode()
    return codes_of(encoded), encoded.dictionary


def recode_changed(
    before: pa.StringArray, after: pa.StringArray, unwanted: npt.NDArray[np.bool_]
) -> tuple[Int32, pa.StringArray]:
    """Return :func:`recode` of the texts ``after`` that are wanted, -1 for the others.

    ``before`` (n_values,) are the same texts, distinct, before some of them were changed: two can only have become
    equal where one was changed. ``unwanted`` bool (n_values,). There are no nulls.
    """
    buckets = (hash_texts(after) >> np.uint64(_HASH_BITS - _BUCKET_BITS)).astype(np.int64)
    changed = np.asarray(pc.not_equal(before, after).to_numpy(zero_copy_only=False), np.bool_)
    crowded = np.zeros(1 << _BUCKET_BITS, np.bool_)
    crowded[buckets[changed & ~unwanted]] = True
    doubtful = np.flatnonzero(crowded[buckets] & ~unwanted)
    places = codes_of(after.take(pa.array(doubtful)).dictionary_encode())
    first = np.zeros(int(places.max(initial=-1)) + 1, np.int64)
    first[places[::-1]] = doubtful[::-1]
    stands_for = np.arange(len(after))
    stands_for[doubtful] = first[places]
    staying = (stands_for == np.arange(len(after))) & ~unwanted
    mapping = (np.cumsum(staying, dtype=np.int32) - np.int32(1))[stands_for]
    mapping[unwanted] = -1
    return mapping, after.filter(pa.array(staying))


def without_values(values: pa.StringArray, unwanted: npt.NDArray[np.bool_]) -> tuple[Int32, pa.StringArray]:
    """Return the place of each distinct value among those that stay, int32 (n_values,), -1 for the unwanted ones."""
    if not unwanted.any():
        return np.arange(len(values), dtype=np.int32), values
    mapping = np.cumsum(~unwanted, dtype=np.int32) - np.int32(1)
    mapping[unwanted] = -1
    return mapping, values.filter(pa.array(~unwanted))


def compact(codes: Int32, values: pa.StringArray) -> tuple[Int32, pa.StringArray]:
    """Return the same rows without the values that no row uses."""
    used = np.zeros(len(values) + 1, np.bool_)
    used[codes] = True
    used = used[:-1]
    if used.all():
        return codes, values
    mapping, kept = without_values(values, ~used)
    return follow(codes, mapping), kept
