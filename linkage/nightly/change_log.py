"""The tables of the standing store as logs (:mod:`linkage.change_log`), a number per night.

Only residents stay when they are closed: their last content counts, and who closed them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import CHANGE, lanes, latest, row_digests

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "residents": ("record_id",),
    "pairs": ("left_id", "right_id"),
    "clusters": ("record_id",),
    "cases": ("case_id",),
}
"""By which columns a row of each table is known."""

NIGHT: Final = "night"
_LOG: Final = (CHANGE, NIGHT)
_HASH_BYTES: Final = 32


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
    content, closing = latest(log, KEYS[name], NIGHT)
    if name != "residents":
        return plain.take(pa.array(np.sort(content[closing < 0])))
    kept = plain.take(pa.array(content))
    if (closing < 0).all():
        return kept
    reason = plain.column("closed_by").take(pa.array(closing, mask=closing < 0))
    place = kept.column_names.index("closed_by")
    return kept.set_column(place, "closed_by", pc.coalesce(reason, kept.column("closed_by")))


def state_hash(table: pa.Table, before: str = "") -> str:
    """Return a hash of the rows as a multiset, 64 hex digits (:func:`linkage.change_log.lanes`).

    ``before``: the hash of the rows that stood before these were appended. It does not withstand a forger.
    """
    names = tuple(sorted(table.column_names))
    head = hashlib.blake2b("\x1f".join(names).encode(), digest_size=_HASH_BYTES).digest()
    total = np.frombuffer(bytes.fromhex(before) if before else head, "<u8").copy()
    for digests in row_digests(table, names, size=_HASH_BYTES):
        total += lanes(b"".join(digests), _HASH_BYTES)
    return total.tobytes().hex()


def replaced_hash(old: pa.Table, new: pa.Table, before: str) -> str:
    """Return what the :func:`state_hash` ``before`` of a table is when rows ``new`` stand in the place of ``old``."""
    zero = "00" * _HASH_BYTES
    gone, come = (np.frombuffer(bytes.fromhex(state_hash(rows, zero)), "<u8") for rows in (old, new))
    total = np.frombuffer(bytes.fromhex(before), "<u8").copy()
    total -= gone
    total += come
    return total.tobytes().hex()
