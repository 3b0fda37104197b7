"""Survivors on disk: one sorted file a task, whole or not there, and all of them as one table.

A folder of chunks belongs to one piece of work, told by a digest of all that goes into it. Whoever gave the folder
removes it when the results it led to are safe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from linkage.comparison.pair_pass import PairWork, Survivors, Task, Weights
from linkage.comparison.survive import pair_keys
from linkage.errors import OutputError

FORMAT: Final = "1"
"""Counted up when the kernels give other results for the same work."""

_COMPARED: Final = b"compared"
_PAIRS_PER_RANGE: Final = 1 << 22


def work_digest(work: PairWork, weights: Weights, tasks: Sequence[Task]) -> str:
    """Return 32 hex digits that stand for everything a survive fold depends on.

    Functions of custom comparisons have no digest: chunks of such work must not be used again.
    """
    digest = hashlib.blake2b(FORMAT.encode(), digest_size=16)
    blocks = work.blocks
    arrays = (*blocks.starts, *blocks.members, blocks.first_block, blocks.offsets, blocks.blocks)
    plain = (blocks.n_records, blocks.left_end, blocks.right_start, weights.least, tuple(tasks))
    regional = [part for _, item in work.regional for part in item.arrays]
    content: tuple[object, ...] = (*arrays, *work.program, *work.tables, *weights, *regional)
    for array in (part for part in content if isinstance(part, np.ndarray)):
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data.cast("B") if array.size else b"")
    digest.update(repr(plain).encode())
    return digest.hexdigest()


class ChunkFolder:
    """The chunks of one piece of work below ``parent``; made when it is not there.

    Raises:
        OutputError: the folder cannot be made or written.
    """

    def __init__(self, parent: Path, digest: str, *, resume: bool) -> None:
        self._folder = parent / digest
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for path in self._folder.iterdir():
                if path.suffix == ".partial" or not resume:
                    path.unlink()
        except OSError as error:
            raise OutputError(f"cannot write chunks: {error.strerror}", where=str(parent)) from error

    def has(self, task: int) -> bool:
        """Tell whether a task is finished. What is no whole chunk, as after a power cut, is removed."""
        path = self._path(task)
        if not path.exists():
            return False
        try:
            self.read(task)
        except pa.ArrowInvalid:
            path.unlink()
            return False
        return True

    def write(self, task: int, found: Survivors) -> None:
        """Store what a task found, all of it or nothing."""
        levels = np.ascontiguousarray(found.levels)
        arrays = [pa.array(getattr(found, name)) for name in ("left", "right", "rules", "weight")]
        kind = pa.binary(levels.shape[1])
        arrays.append(pa.FixedSizeBinaryArray.from_buffers(kind, len(levels), [None, pa.py_buffer(levels)]))
        batch = pa.record_batch(arrays, names=["left", "right", "rules", "weight", "levels"])
        batch = batch.replace_schema_metadata({_COMPARED: str(found.compared)})
        partial = self._path(task).with_suffix(".partial")
        try:
            with pa.OSFile(str(partial), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
                writer.write_batch(batch)
            partial.replace(self._path(task))
        except OSError as error:
            raise OutputError(f"cannot write chunks: {error.strerror}", where=str(self._folder)) from error

    def read(self, task: int) -> Survivors:
        """Return a chunk; its arrays lie in the file, not in memory."""
        with pa.memory_map(str(self._path(task))) as source:
            reader = pa.ipc.open_file(source)
            batch = reader.get_batch(0)
            compared = int(reader.schema.metadata[_COMPARED])
        left, right, rules, weight = (batch.column(index).to_numpy() for index in range(4))
        width = batch.schema.field("levels").type.byte_width
        levels = np.frombuffer(batch.column(4).buffers()[1], np.int8, width * batch.num_rows)
        return Survivors(left, right, rules, weight, levels.reshape(-1, width), compared)

    def _path(self, task: int) -> Path:
        return self._folder / f"{task:06}.arrow"


def merge_survivors(
    parts: Iterable[Survivors], n_comparisons: int, pairs_per_range: int = _PAIRS_PER_RANGE
) -> Survivors:
    """Return the survivors of all tasks, sorted by (left, right). Each part is sorted, and no pair is in two.

    Needs room for the result and little more: parts are merged a range of left records at a time, of about
    ``pairs_per_range`` pairs.
    """
    parts = tuple(parts)
    total = sum(part.left.size for part in parts)
    merged = Survivors(
        np.empty(total, np.int32),
        np.empty(total, np.int32),
        np.empty(total, np.uint64),
        np.empty(total),
        np.empty((total, n_comparisons), np.int8),
        sum(part.compared for part in parts),
    )
    begin = 0
    for slices in _ranges(parts, -(-total // pairs_per_range)):
        left = np.concatenate([part.left[where] for part, where in zip(parts, slices, strict=True)])
        right = np.concatenate([part.right[where] for part, where in zip(parts, slices, strict=True)])
        order = np.argsort(pair_keys(left, right))
        end = begin + order.size
        merged.left[begin:end], merged.right[begin:end] = left[order], right[order]
        for name in ("rules", "weight", "levels"):
            pieces = [getattr(part, name)[where] for part, where in zip(parts, slices, strict=True)]
            getattr(merged, name)[begin:end] = np.concatenate(pieces)[order]
        begin = end
    return merged


def _ranges(parts: Sequence[Survivors], n_ranges: int) -> Iterator[list[slice]]:
    """Yield where each part lies in consecutive ranges of left records, of about equal numbers of pairs."""
    if not n_ranges:
        return
    sample = np.sort(np.concatenate([part.left[:: max(1, part.left.size // 1024)] for part in parts]))
    ends = [*sample[np.arange(1, n_ranges) * sample.size // n_ranges].tolist(), np.iinfo(np.int32).max]
    begins = [0] * len(parts)
    for end in ends:
        stops = [int(np.searchsorted(part.left, end)) for part in parts]
        yield [slice(begin, stop) for begin, stop in zip(begins, stops, strict=True)]
        begins = stops
