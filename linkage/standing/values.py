"""Standard values of one field, append-only: a value keeps its code from night to night.

What a value is compared by is a function of its standard text alone (:mod:`linkage.standardise`), so the text, its
number, its flags and its word keys are all that is kept; the tokens of a name are found again from the text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.packed import hash_texts
from linkage.standardise.column import Int32, Int64, KeySets, StandardValues
from linkage.standardise.names.columns import canonical_names
from linkage.standing.appended import AppendedArray, AppendedTexts, runs_of
from linkage.standing.sorted_index import SortedIndex

_TOKENS = "tokens"


class StandingValues:
    """The values of a field in a folder. ``state``: what :attr:`state` was when they were committed, {} at first."""

    def __init__(self, folder: Path, name: str, kind: str, state: dict[str, Any]) -> None:
        self.kind = kind
        count = int(state.get("values", 0))
        self._texts = AppendedTexts(folder / f"{name}.texts", texts=count)
        self._integers = AppendedArray(
            folder / f"{name}.integers", np.int64, rows=count if state.get("integers") else 0
        )
        self._flags = AppendedArray(folder / f"{name}.flags", np.uint8, rows=count if state.get("flags") else 0)
        self._token_ends = AppendedArray(
            folder / f"{name}.token_ends", np.int64, rows=count if state.get("token_keys") is not None else 0
        )
        self._tokens = AppendedArray(folder / f"{name}.tokens", np.uint64, rows=int(state.get("token_keys") or 0))
        self._codes = SortedIndex(folder, f"{name}.codes", state.get("codes", ()))

    @property
    def state(self) -> dict[str, Any]:
        """What counts, as plain JSON."""
        return {
            "values": len(self._texts),
            "integers": self._integers.rows > 0,
            "flags": self._flags.rows > 0,
            "token_keys": self._tokens.rows if self._token_ends.rows else None,
            "codes": self._codes.segments,
        }

    def __len__(self) -> int:
        """Number of values."""
        return len(self._texts)

    @property
    def files(self) -> set[str]:
        """Names of the index files that count."""
        return self._codes.files

    def codes_of(self, content: StandardValues) -> Int32:
        """Return the standing code of each value of ``content``, int32 (n_values,); unknown values are appended."""
        hashes = hash_texts(content.values)
        order = np.argsort(hashes, kind="stable")
        found = np.empty(hashes.size, np.int32)
        found[order] = self._known(hashes[order], content.values.take(pa.array(order)))
        new = np.flatnonzero(found < 0)
        if new.size:
            first = len(self._texts)
            found[new] = np.arange(first, first + new.size)
            self._append(content, new)
            self._codes.append(hashes[new], found[new])
        return found

    def content(self, codes: Int32) -> StandardValues:
        """Return the content of distinct codes (n,), in that order."""
        texts = self._texts.take(codes)
        mapping = np.arange(codes.size, dtype=np.int32)
        if self.kind == "person_name":
            return canonical_names(texts, mapping)
        sets: dict[str, KeySets] = {}
        if self._token_ends.rows:
            ends = self._token_ends.values
            starts = np.where(codes > 0, ends[codes - 1], 0)
            counts = ends[codes] - starts
            offsets = np.zeros(codes.size + 1, np.int64)
            np.cumsum(counts, out=offsets[1:])
            sets[_TOKENS] = KeySets(offsets, runs_of(self._tokens.values, starts, counts))
        return StandardValues(
            mapping=mapping,
            values=texts,
            integers=self._integers.values[codes] if self._integers.rows else None,
            flags=self._flags.values[codes] if self._flags.rows else None,
            key_sets=sets,
        )

    def _known(self, hashes: Any, texts: pa.StringArray) -> Int32:
        """Return the code of each text by its ascending hash, -1 for an unknown one. A hash may stand for two texts."""
        place, number = self._codes.look_up(hashes)
        same = pc.equal(self._texts.take(number), texts.take(pa.array(place))).to_numpy(zero_copy_only=False)
        known = np.full(hashes.size, -1, np.int32)
        known[place[same]] = number[same]
        return known

    def _append(self, content: StandardValues, new: Int64) -> None:
        self._texts.append(content.values.take(pa.array(new)))
        if content.integers is not None:
            self._integers.append(content.integers[new])
        if content.flags is not None:
            self._flags.append(content.flags[new])
        sets = content.key_sets.get(_TOKENS) if self.kind in ("address", "text") else None
        if sets is not None:
            counts = np.diff(sets.offsets)[new]
            keys = runs_of(sets.keys, sets.offsets[:-1][new], counts)
            before = self._tokens.rows
            self._tokens.append(keys)
            self._token_ends.append(before + np.cumsum(counts))
