"""Append-only files of numbers and texts, read as memory maps.

A file may be longer than what counts: whoever opens it says how many rows do (the ledger of the last committed run).
What a killed run left behind them is overwritten by the next.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import InvariantError
from linkage.similarity.jit import borrowing, kernel


class AppendedArray:
    """A file of rows of one type, ``width`` numbers each (0: the rows are plain numbers)."""

    def __init__(self, path: Path, dtype: npt.DTypeLike, *, rows: int = 0, width: int = 0) -> None:
        self.path = path
        self.dtype = np.dtype(dtype)
        self.width = width
        self.rows = rows
        if rows and (not path.is_file() or path.stat().st_size < rows * self._row_bytes):
            raise InvariantError("a derived file is missing or too short", where=path.name)

    @property
    def _row_bytes(self) -> int:
        return self.dtype.itemsize * max(self.width, 1)

    @property
    def values(self) -> npt.NDArray[Any]:
        """The rows that count, (rows,) or (rows, width). Writing into them changes no file.

        Mapped anew each time, which costs nothing: pages that were read count as memory for as long as a map is held.
        """
        shape = (self.rows, self.width) if self.width else (self.rows,)
        # Copy on write, for kernels are compiled for arrays that may be written to.
        mapped = np.memmap(self.path, self.dtype, "c", shape=shape) if self.rows else np.empty(shape, self.dtype)
        return np.asarray(mapped)

    def append(self, rows: npt.NDArray[Any]) -> None:
        """Write rows behind those that count; from now on they do for this object."""
        with self.path.open("r+b" if self.path.exists() else "w+b") as stream:
            stream.truncate(self.rows * self._row_bytes)
            stream.seek(0, os.SEEK_END)
            stream.write(np.ascontiguousarray(rows, self.dtype).data)  # tofile says nothing when the disk is full
            stream.flush()
            os.fsync(stream.fileno())
        self.rows += len(rows)


class AppendedTexts:
    """A file of texts: their UTF-8 bytes end to end, and where each ends."""

    def __init__(self, path: Path, *, texts: int = 0) -> None:
        self._ends = AppendedArray(path.with_name(path.name + ".ends"), np.int64, rows=texts)
        size = int(self._ends.values[-1]) if texts else 0
        self._bytes = AppendedArray(path.with_name(path.name + ".bytes"), np.uint8, rows=size)

    def __len__(self) -> int:
        """Number of texts."""
        return self._ends.rows

    def take(self, places: npt.NDArray[np.integer]) -> pa.StringArray:
        """Return the texts at these places (n,)."""
        if not len(self):
            return pa.array([], pa.string())
        offsets, data = _gather(self._ends.values, self._bytes.values, places.astype(np.int64))
        return pa.StringArray.from_buffers(len(places), pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data))

    def append(self, texts: pa.StringArray) -> None:
        """Write texts (no nulls) behind those that count."""
        bounds, data = text_buffers(texts)
        before = self._bytes.rows
        self._bytes.append(data[bounds[0] : bounds[-1]])
        self._ends.append(bounds[1:] - bounds[0] + before)


def text_buffers(texts: pa.StringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return the bounds int64 (n_texts + 1,) of texts without nulls in the bytes that hold them."""
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    if not len(texts):
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return bounds, np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)


@kernel
def _gather(
    ends: npt.NDArray[np.int64], data: npt.NDArray[np.uint8], places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    offsets = np.zeros(places.shape[0] + 1, np.int64)
    for text in range(places.shape[0]):
        place = places[text]
        begin = ends[place - 1] if place > 0 else 0
        offsets[text + 1] = offsets[text] + ends[place] - begin
    gathered = np.empty(offsets[-1], np.uint8)
    for text in range(places.shape[0]):
        place = places[text]
        begin = ends[place - 1] if place > 0 else 0
        at = offsets[text]
        for position in range(begin, ends[place]):
            gathered[at] = data[position]
            at += 1
    return offsets, gathered


Number = TypeVar("Number", bound=np.generic)


def runs_of(
    values: npt.NDArray[Number], starts: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> npt.NDArray[Number]:
    """Return runs of ``values`` end to end: ``counts`` of them from each of ``starts`` on, both int64 (n_runs,)."""
    gathered = np.empty(int(counts.sum()), values.dtype)
    _copy_runs(values, starts, counts, gathered)
    return gathered


@borrowing
def _copy_runs(
    values: npt.NDArray[Any], starts: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], gathered: npt.NDArray[Any]
) -> None:
    at = 0
    for run in range(starts.shape[0]):
        for position in range(starts[run], starts[run] + counts[run]):
            gathered[at] = values[position]
            at += 1
