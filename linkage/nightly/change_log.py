"""Tables of the store as logs: a base of rows, and behind it the rows that later nights added, changed or closed.

A night appends what it changed and rewrites nothing, so it costs what it changes. The last row under a key counts; one
that says ``closed`` takes its key out. Only residents stay when they are closed: their last content counts, and who
closed them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "residents": ("record_id",),
    "pairs": ("left_id", "right_id"),
    "clusters": ("record_id",),
    "cases": ("case_id",),
}
"""By which columns a row of each table is known."""

NIGHT: Final = "night"
CHANGE: Final = "change"
_LOG: Final = (CHANGE, NIGHT)
_HASH_BYTES: Final = 32
_HASHED_AT_ONCE: Final = 1 << 16


def logged(table: pa.Table, night: int) -> pa.Table:
    """Return rows as a night appends them; without a column ``change`` they are all ``added``."""
    if CHANGE not in table.column_names:
        table = table.append_column(CHANGE, pa.array(["added"] * table.num_rows, pa.string()))
    return table.append_column(NIGHT, pa.array(np.full(table.num_rows, night, np.int64)))


def current(log: pa.Table, name: str) -> pa.Table:
    """Return the rows that count, without the columns of the log, in no certain order; an older table is all base."""
    if NIGHT not in log.column_names:
        return log
    log = log.combine_chunks()
    plain = log.drop_columns(list(_LOG))
    nights = log.column(NIGHT).to_numpy()
    base = nights == nights.min() if nights.size else np.zeros(0, np.bool_)
    if base.all():
        return plain
    key = joined(log, KEYS[name])
    later = np.flatnonzero(~base)
    touched = pc.is_in(key, value_set=key.take(pa.array(later)).combine_chunks()).to_numpy()
    rows = np.flatnonzero(touched)
    rows = rows[np.argsort(nights[rows], kind="stable")]
    record = key.take(pa.array(rows)).combine_chunks().dictionary_encode()
    codes = record.indices.to_numpy()
    closes = pc.equal(log.column(CHANGE), "closed").to_numpy()[rows]
    content, closing = (_last(codes[chosen], rows[chosen], len(record.dictionary)) for chosen in (~closes, closes))
    shut = (closing >= 0) & (nights[np.maximum(closing, 0)] >= nights[np.maximum(content, 0)])
    if name != "residents":
        return plain.take(
            pa.array(np.sort(np.concatenate([np.flatnonzero(~touched), content[~shut & (content >= 0)]])))
        )
    kept = plain.take(pa.array(np.concatenate([np.flatnonzero(~touched), content])))
    who = pa.array(np.concatenate([np.full(int((~touched).sum()), -1, np.int64), np.where(shut, closing, -1)]))
    reason = plain.column("closed_by").take(pc.if_else(pc.less(who, 0), pa.scalar(None, pa.int64()), who))
    place = kept.column_names.index("closed_by")
    return kept.set_column(place, "closed_by", pc.coalesce(reason, kept.column("closed_by")))


def state_hash(table: pa.Table, before: str = "") -> str:
    """Return a hash of the rows as a multiset, 64 hex digits: equal for equal rows, whatever the files and the order.

    The sum of the rows' BLAKE2b digests of 256 bits, as four numbers of 64 bits that are added apart (D. Clarke and
    others, "Incremental multiset hash functions and their application to memory integrity checking", ASIACRYPT 2003).
    ``before``: the hash of the rows that stood before these were appended. It shows damage and mistakes; it does not
    withstand a forger.
    """
    names = sorted(table.column_names)
    head = hashlib.blake2b("\x1f".join(names).encode(), digest_size=_HASH_BYTES).digest()
    total = np.frombuffer(bytes.fromhex(before) if before else head, "<u8").copy()
    for begin in range(0, table.num_rows, _HASHED_AT_ONCE):  # as texts and as Python's they take far more room
        rows = joined(table.slice(begin, _HASHED_AT_ONCE), tuple(names)).cast(pa.binary()).to_pylist()
        digests = b"".join(hashlib.blake2b(row, digest_size=_HASH_BYTES).digest() for row in rows)
        total += np.frombuffer(digests, "<u8").reshape(-1, 4).sum(axis=0, dtype=np.uint64)
    return total.tobytes().hex()


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


def _last(codes: npt.NDArray[np.int32], rows: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Return the last of the rows under each code, int64 (size,), -1 for none."""
    last = np.full(size, -1, np.int64)
    last[codes] = rows  # of several assignments the last one counts
    return last


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        return pc.binary_join(column, "\x1d")
    return column.cast(pa.string())
