"""Tables as logs: a base of rows, and behind it the rows that were added, changed or closed later.

Whoever changes such a table appends what changed and rewrites nothing, so it costs what it changes. The last row under
a key counts; one that says ``closed`` takes its key out.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as fs

CHANGE: Final = "change"
_DIGESTED_AT_ONCE: Final = 1 << 16

Int64 = npt.NDArray[np.int64]
UInt64 = npt.NDArray[np.uint64]


def local_files(folder: Path) -> fs.FileSystem:
    """Return the files below a folder for ``deltalake`` to read a table from.

    Its own way lets Arrow's threads call Python; one that still does when Python ends aborts the process (exit 134).
    """
    return fs.SubTreeFileSystem(str(folder.absolute()), fs.LocalFileSystem())


def open_to_us(folder: Path) -> str:
    """Return a table's folder for ``deltalake``, to which one that is closed to this user looks like no table at all.

    Raises:
        PermissionError: it is closed.
    """
    if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    return str(folder)


def latest(log: pa.Table, key: tuple[str, ...], order: str) -> tuple[Int64, Int64]:
    """Return the row with the last content under each key, and the later row that closes it.

    Args:
        log: rows of one chunk, with a column ``change``, in any order.
        key: by which columns a row is known.
        order: int64 column that says which of two rows of a key is the later; a key has at most one row of content
            and one that closes it under each number.

    Returns:
        rows of content, int64, in no certain order, and as many rows that close, -1 where none does.
    """
    numbers = log.column(order).to_numpy()
    base = numbers == numbers.min() if numbers.size else np.zeros(0, np.bool_)
    closes = pc.equal(log.column(CHANGE), "closed").to_numpy()
    if base.all() and not closes.any():
        return np.arange(log.num_rows), np.full(log.num_rows, -1, np.int64)
    names = joined(log, key)
    later = np.flatnonzero(~base | closes)
    touched = pc.is_in(names, value_set=names.take(pa.array(later)).combine_chunks()).to_numpy()
    rows = np.flatnonzero(touched)
    rows = rows[np.argsort(numbers[rows], kind="stable")]
    known = names.take(pa.array(rows)).combine_chunks().dictionary_encode()
    codes, shut = known.indices.to_numpy(), closes[rows]
    content, closing = (_last(codes[chosen], rows[chosen], len(known.dictionary)) for chosen in (~shut, shut))
    closing[numbers[np.maximum(closing, 0)] < numbers[np.maximum(content, 0)]] = -1
    held = content >= 0
    alone = np.flatnonzero(~touched)
    return (
        np.concatenate([alone, content[held]]),
        np.concatenate([np.full(alone.size, -1, np.int64), closing[held]]),
    )


def changes(old: pa.Table | None, new: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """Return the rows of ``new`` that were added or changed and those of ``old`` that are gone, in a column ``change``.

    Rows are known by ``key``; the order is that of ``new``, closed rows after it by their key.
    """
    if old is None:
        return new.append_column(CHANGE, pa.array(["added"] * new.num_rows, pa.string()))
    old = old.select(new.column_names)
    old_keys, new_keys = joined(old, key), joined(new, key)
    position = pc.index_in(new_keys, value_set=old_keys)
    added = pc.is_null(position)
    before = old.take(pc.fill_null(position, 0)) if old.num_rows else None
    differs = pa.array([False] * new.num_rows)
    if before is not None:
        same = pc.equal(joined(before, tuple(new.column_names)), joined(new, tuple(new.column_names)))
        differs = pc.and_(pc.invert(added), pc.invert(same))
    change = pc.if_else(added, "added", pc.if_else(differs, "changed", "same"))
    moved = new.append_column(CHANGE, change).filter(pc.not_equal(change, "same"))
    closed = old.filter(pc.is_null(pc.index_in(old_keys, value_set=new_keys)))
    closed = closed.sort_by([(name, "ascending") for name in key])  # a store returns rows in no certain order
    closed = closed.append_column(CHANGE, pa.array(["closed"] * closed.num_rows, pa.string()))
    return pa.concat_tables([moved, closed.cast(moved.schema)])


def joined(table: pa.Table, names: tuple[str, ...]) -> pa.ChunkedArray:
    """Return each row's values of these columns as one text."""
    texts = [_as_text(table.column(name)) for name in names]
    return pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace", null_replacement="\x00")


def replaced(batches: Iterable[pa.RecordBatch], rows: pa.Table, names: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    """Yield a log's batches with ``rows`` in the place of those that have the same values in the columns ``names``.

    Each batch has the columns of ``rows``, in their order and types; one that it lacks is missing in all its rows.
    """
    known = joined(rows, names).combine_chunks()
    for batch in batches:
        table = pa.Table.from_batches([batch])
        for item in rows.schema:
            if item.name not in table.column_names:
                table = table.append_column(item.name, pa.nulls(table.num_rows, item.type))
        table = table.select(rows.column_names).cast(rows.schema)
        place = pc.index_in(joined(table, names).combine_chunks(), value_set=known)
        if place.null_count < len(place):
            own = pa.array(np.arange(table.num_rows))
            both = pa.concat_tables([table, rows])
            table = both.take(pc.if_else(pc.is_valid(place), pc.add(place.cast(pa.int64()), table.num_rows), own))
        yield from table.combine_chunks().to_batches()


def row_digests(
    table: pa.Table, names: tuple[str, ...], *, size: int, key: bytes = b"", label: bytes = b""
) -> Iterator[list[bytes]]:
    """Yield the BLAKE2b digests (of ``size`` bytes) of the rows' values in these columns, some rows at a time.

    ``key``: at most 64 bytes; with one, nobody finds a value by trying. ``label``: at most 16 bytes; with one,
    each value goes in with its column's name, a missing one not at all, so a column that comes later changes nothing.
    """
    for begin in range(0, table.num_rows, _DIGESTED_AT_ONCE):  # as texts and as Python's they take far more room
        piece = table.slice(begin, _DIGESTED_AT_ONCE)
        texts = _named(piece, names) if label else joined(piece, names)
        rows = texts.cast(pa.binary()).to_pylist()
        yield [hashlib.blake2b(row, digest_size=size, key=key, person=label).digest() for row in rows]


def lanes(digests: bytes, size: int) -> UInt64:
    """Return the sum of digests of ``size`` bytes each, as numbers of 64 bits that are added apart, (size / 8,).

    A hash of the rows as a multiset: equal for equal rows, whatever the files and the order, and what is added or
    taken out needs no other row (D. Clarke and others, "Incremental multiset hash functions and their application to
    memory integrity checking", ASIACRYPT 2003). It shows damage and mistakes.
    """
    total: UInt64 = np.frombuffer(digests, "<u8").reshape(-1, size // 8).sum(axis=0, dtype=np.uint64)
    return total


def _named(table: pa.Table, names: tuple[str, ...]) -> pa.ChunkedArray:
    texts = [pc.binary_join_element_wise(name, _as_text(table.column(name)), "\x1e") for name in names]
    return pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace", null_replacement="")


def _last(codes: npt.NDArray[np.int32], rows: Int64, size: int) -> Int64:
    """Return the last of the rows under each code, int64 (size,), -1 for none."""
    last = np.full(size, -1, np.int64)
    last[codes] = rows  # of several assignments the last one counts
    return last


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        return pc.binary_join(column, "\x1d")
    return column.cast(pa.string())
