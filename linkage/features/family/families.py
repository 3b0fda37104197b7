"""Who stands with whom: the families of all records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.standardise.column import Int32, Int64

MAX_FAMILY: Final = 20
"""Records of one family, at most: a card with more is a dump of many families (KK tampungan), and no family."""


@dataclass(frozen=True)
class Families:
    """The families of all records.

    ``family`` int32 (n_records,): number of each record's family, -1 for none. ``offsets`` int64 (n_families + 1,),
    ``members`` int32: family f is ``members[offsets[f]:offsets[f + 1]]``, ascending; 2 to :data:`MAX_FAMILY` records.
    """

    family: Int32
    offsets: Int64
    members: Int32


def find_families(cards: Int32, left_count: int = -1) -> Families:
    """Return the families: the records that share a card, but for a card of too many.

    ``cards`` int32 (n_records,): codes of the family cards, -1 for missing. ``left_count``: in ``link`` the first so
    many records are another file's, and nobody has family in the other file; else -1.
    """
    known = np.flatnonzero(cards >= 0)
    # One number for card and file, so that one sort puts families together.
    keys = cards[known].astype(np.int64) * 2 + (known < left_count)
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    sizes = np.diff(starts, append=known.size)
    kept = (sizes > 1) & (sizes <= MAX_FAMILY)
    numbers = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    family = np.full(cards.size, -1, np.int32)
    family[known[order]] = np.repeat(numbers, sizes)
    members = known[order][np.repeat(kept, sizes)].astype(np.int32)
    offsets = np.zeros(int(kept.sum()) + 1, np.int64)
    np.cumsum(sizes[kept], out=offsets[1:])
    return Families(family, offsets, members)
