"""A sorted index of (key, number) entries: one large segment and small ones behind it, merged when they have grown.

P. O'Neil, E. Cheng, D. Gawlick, E. O'Neil, "The log-structured merge-tree", Acta Informatica 33 (1996) 351-385.
Segments are never changed: a merge writes a new one. Which count is said by whoever opens the index.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import InvariantError
from linkage.similarity.jit import borrowing
from linkage.standing.appended import runs_of

Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]

LARGEST_SHARE: Final = 8
"""Small segments are merged into the large one when together they exceed one part in so many of it."""

MOST_SEGMENTS: Final = 8
"""More small segments than this are merged among themselves: a look-up asks every one."""


class SortedIndex:
    """Entries under 64-bit keys; a key may have many. ``segments``: names of the files that count, oldest first."""

    def __init__(self, folder: Path, name: str, segments: Sequence[str] = ()) -> None:
        self.folder = folder
        self.name = name
        self.segments = list(segments)
        for segment in self.segments:
            self._open(segment)

    def look_up(self, keys: Keys) -> tuple[npt.NDArray[np.int64], Numbers]:
        """Return the entries of ascending keys (n,): places in ``keys`` and numbers, by key, oldest segment first."""
        places: list[npt.NDArray[np.int64]] = []
        numbers: list[Numbers] = []
        for segment in self.segments:
            held, values = self._open(segment)
            starts = np.searchsorted(held, keys)
            counts = np.empty(keys.size, np.int64)
            _count_equals(held, keys, starts, counts)
            places.append(np.repeat(np.arange(keys.size), counts))
            numbers.append(runs_of(values, starts, counts))
        place = np.concatenate([np.zeros(0, np.int64), *places])
        number = np.concatenate([np.zeros(0, np.int32), *numbers])
        if len(self.segments) > 1:
            order = np.argsort(place, kind="stable")
            place, number = place[order], number[order]
        return place, number

    def newest(self, keys: Keys) -> Numbers:
        """Return the number that was appended last under each ascending key (n,), -1 for none."""
        place, number = self.look_up(keys)
        found = np.full(keys.size, -1, np.int32)
        if place.size:
            last = np.flatnonzero(np.append(place[1:] != place[:-1], True))
            found[place[last]] = number[last]
        return found

    def append(self, keys: Keys, numbers: Numbers) -> None:
        """Write entries (n,) as a new segment; small segments that have grown are merged. A key keeps its order."""
        if not keys.size:
            return
        order = np.argsort(keys, kind="stable")
        self._write(keys[order], numbers[order].astype(np.int32))
        sizes = [self._open(segment)[0].size for segment in self.segments]
        if len(sizes) > 1 and sum(sizes[1:]) * LARGEST_SHARE > sizes[0]:
            self._merge(self.segments)
        elif len(sizes) > MOST_SEGMENTS + 1:
            self._merge(self.segments[1:])

    @property
    def files(self) -> set[str]:
        """Names of the files that count."""
        return set(self.segments)

    def _merge(self, segments: Sequence[str]) -> None:
        parts = [self._open(segment) for segment in segments]
        keys = np.concatenate([part[0] for part in parts])
        numbers = np.concatenate([part[1] for part in parts])
        order = np.argsort(keys, kind="stable")
        merged = set(segments)
        self._write(keys[order], numbers[order], instead_of=merged)

    def _write(self, keys: Keys, numbers: Numbers, instead_of: set[str] | frozenset[str] = frozenset()) -> None:
        last = max((int(segment.rsplit(".", 2)[1]) for segment in self.segments), default=0)
        segment = f"{self.name}.{last + 1}.{keys.size}"
        with (self.folder / segment).open("wb") as stream:
            # Not tofile: it says nothing when the disk is full.
            stream.write(np.ascontiguousarray(keys).data)
            stream.write(np.ascontiguousarray(numbers).data)
            stream.flush()
            os.fsync(stream.fileno())
        self.segments = [item for item in self.segments if item not in instead_of] + [segment]

    def _open(self, segment: str) -> tuple[Keys, Numbers]:
        """Map a segment, anew each time: what is read of a map counts as memory for as long as it is held."""
        path, size = self.folder / segment, int(segment.rsplit(".", 2)[2])
        if not path.is_file() or path.stat().st_size != size * 12:
            raise InvariantError("a derived index is missing or too short", where=segment)
        keys = np.asarray(np.memmap(path, np.uint64, "c", shape=(size,)))
        numbers = np.asarray(np.memmap(path, np.int32, "c", offset=size * 8, shape=(size,)))
        return keys, numbers


@borrowing
def _count_equals(held: Keys, keys: Keys, starts: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> None:
    """Write how many entries from each start on are equal to the key: they are read next, and a search is dearer."""
    for key in range(keys.shape[0]):
        position = starts[key]
        while position < held.shape[0] and held[position] == keys[key]:
            position += 1
        counts[key] = position - starts[key]
