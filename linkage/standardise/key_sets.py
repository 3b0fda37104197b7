"""Building key sets from hashes, as array work, and the key forms of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import borrowing, kernel
from linkage.similarity.packed import hash_texts, mix_key
from linkage.standardise.column import Int32, Int64, KeySets, StandardColumn, UInt64

_NO_FORMS: Final[Mapping[str, Callable[[Int32], KeySets]]] = MappingProxyType({})


class KeyForms(Mapping[str, KeySets]):
    """The key sets of a column's distinct values by key form, each made when a rule first asks for it.

    ``forms``: makers of the key sets of all values; what they return is kept. ``wide``: makers of the key sets of
    chosen values, given their numbers int32 (n,). A wide form has many keys a value and is cheap to make; it is made
    for some values at a time (:meth:`rows`), and never kept. May be asked by several threads.
    """

    def __init__(
        self,
        n_values: int,
        forms: Mapping[str, Callable[[], KeySets]],
        wide: Mapping[str, Callable[[Int32], KeySets]] = _NO_FORMS,
    ) -> None:
        self._n_values = n_values
        self._forms = forms
        self._wide = wide
        self._locks = {form: Lock() for form in forms}
        self._made: dict[str, KeySets] = {}

    def __getitem__(self, form: str) -> KeySets:
        if form in self._wide:
            return self._wide[form](np.arange(self._n_values, dtype=np.int32))
        with self._locks[form]:
            made = self._made.get(form)
            if made is None:
                made = self._made[form] = self._forms[form]()
            return made

    def __iter__(self) -> Iterator[str]:
        yield from self._forms
        yield from self._wide

    def __len__(self) -> int:
        return len(self._forms) + len(self._wide)

    def is_wide(self, form: str) -> bool:
        """Tell whether a form is made for some values at a time."""
        return form in self._wide

    def rows(self, form: str, values: Int32) -> KeySets:
        """Return the key sets of a wide form of chosen values, numbers int32 (n,); one set for each, in their order."""
        return self._wide[form](values)

    def forget(self) -> None:
        """Let go of what was made; who asks again has it made again."""
        self._made.clear()


def forget_key_sets(columns: Mapping[str, StandardColumn]) -> None:
    """Let go of the key sets of all columns: once blocked they are of no more use, and take some 100 bytes a record."""
    for column in columns.values():
        if isinstance(column.content.key_sets, KeyForms):
            column.content.key_sets.forget()


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


def deletion_keys(texts: pa.StringArray, *, whole: bool) -> KeySets:
    """Return the hashes of what is left of each text (no nulls) when one character is removed.

    ``whole``: and of the text itself, so that two texts at most one edit apart share a key; without it two texts of one
    length share a key when one character differs or two neighbours are exchanged.
    Source: Mor and Fraenkel (1982), A Hash Code Method for Detecting and Correcting Spelling Errors.
    """
    return KeySets(*_deletion_keys(*_code_points(texts), whole))


def qgram_keys(texts: pa.StringArray, size: int) -> KeySets:
    """Return the hashes of the runs of ``size`` characters of each text (no nulls), a blank put before and behind.

    A text of fewer characters is one run. Source: Christen (2012), Data Matching, chapter 4.4.
    """
    return KeySets(*_qgram_keys(*_code_points(texts), size))


def _code_points(texts: pa.StringArray) -> tuple[npt.NDArray[np.uint32], Int64]:
    listed = texts.to_pylist()
    starts = np.zeros(len(listed) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, listed), np.int64, len(listed)), out=starts[1:])
    return np.frombuffer("".join(listed).encode("utf-32-le"), np.uint32), starts


@kernel
def _deletion_keys(points: npt.NDArray[np.uint32], starts: Int64, whole: bool) -> tuple[Int64, UInt64]:
    n_values = starts.shape[0] - 1
    offsets = np.zeros(n_values + 1, np.int64)
    keys = np.empty(points.shape[0] + n_values, np.uint64)
    filled = 0
    for value in range(n_values):
        begin, end = starts[value], starts[value + 1]
        first = filled
        # Skipping position ``end`` removes nothing: that is the text itself.
        for skipped in range(begin, end + 1 if whole else end):
            key = np.uint64(0)
            for position in range(begin, end):
                if position != skipped:
                    key = mix_key(key, np.uint64(points[position]) + np.uint64(1))
            filled = insert_key(keys, first, filled, key)
        offsets[value + 1] = filled
    return offsets, keys[:filled].copy()


@kernel
def _qgram_keys(points: npt.NDArray[np.uint32], starts: Int64, size: int) -> tuple[Int64, UInt64]:
    n_values = starts.shape[0] - 1
    offsets = np.zeros(n_values + 1, np.int64)
    keys = np.empty(points.shape[0] + 2 * n_values, np.uint64)
    filled = 0
    for value in range(n_values):
        begin, end = starts[value], starts[value + 1]
        first = filled
        # One blank before and one behind; a shorter text is one run.
        for start in range(begin - 1, max(end + 2 - size, begin)):
            key = np.uint64(0)
            for position in range(start, min(start + size, end + 1)):
                inside = begin <= position < end
                key = mix_key(key, np.uint64(points[position]) if inside else np.uint64(32))
            filled = insert_key(keys, first, filled, key)
        offsets[value + 1] = filled
    return offsets, keys[:filled].copy()


@borrowing
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
