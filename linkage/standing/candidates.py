"""New rows against the standing ones: the blocks they fall into, by a look-up of their keys under the standing plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from linkage.blocking.index import RuleIndex, RuleReport, final_keys
from linkage.encode import EncodedRecords
from linkage.stages.frequencies import Snapshot
from linkage.standardise.column import Int32, Int64, UInt64
from linkage.standing.rows import OPEN, StandingRows

CAPS_UNTIL_CUT: Final = 10
"""A block that grows over its cap between full runs stays whole up to so many caps."""


@dataclass(frozen=True, repr=False)
class Touched:
    """The blocks that hold a new row. ``rows`` int32 ascending: all rows in them, the new ones last.

    ``indexes``: one per rule, of places in ``rows``. ``new_keys``: by rule (keys, rows) of the new rows, to be indexed.
    """

    rows: Int32
    first_new: int
    indexes: tuple[RuleIndex, ...]
    reports: tuple[RuleReport, ...]
    new_keys: tuple[tuple[UInt64, Int32], ...] = field(default=())


def touched_blocks(rows: StandingRows, fresh: EncodedRecords, fresh_rows: Int32, snapshot: Snapshot) -> Touched:
    """Return the blocks of new records.

    Args:
        rows: the standing rows; those of ``fresh`` are among them, but not in the indexes of the rules.
        fresh: the new records, and ``fresh_rows`` int32 ascending their rows, behind all others.
        snapshot: what the last full run fixed.
    """
    placeholders = snapshot.placeholders_in(fresh.columns)
    found: list[tuple[UInt64, Int64, Int32, Int32, UInt64, int]] = []
    seen = np.zeros(len(rows), np.bool_)
    for rule, plan, index in zip(rows.spec.rules, snapshot.plans, rows.by_rule, strict=True):
        records, keys = final_keys(rule, fresh.columns, fresh.n_records, placeholders=placeholders, plan=plan)
        block_keys, block = np.unique(keys, return_inverse=True)
        place, old = index.look_up(block_keys)
        open_now = rows.alive[old] == OPEN
        place, old = place[open_now], old[open_now]
        sizes = np.bincount(place, minlength=block_keys.size) + np.bincount(block, minlength=block_keys.size)
        over = sizes > CAPS_UNTIL_CUT * rule.cap
        taken, kept = ~over[block], ~over[place]
        new_rows, new_block, cut = fresh_rows[records[taken]], block[taken], int((~taken).sum())
        held = sizes > 1
        member = np.concatenate([old[kept & held[place]], new_rows[held[new_block]]])
        of_block = np.concatenate([place[kept & held[place]], new_block[held[new_block]]])
        seen[member] = True
        found.append((block_keys, of_block, member, new_rows, keys[taken], cut))
    seen[fresh_rows] = True
    touched = np.flatnonzero(seen).astype(np.int32)
    number = np.full(len(rows), -1, np.int32)
    number[touched] = np.arange(touched.size, dtype=np.int32)
    indexes = tuple(_index(keys, block, number[member]) for keys, block, member, _, _, _ in found)
    reports = tuple(
        _report(rule.name, index, fresh_rows.size, cut, int(touched.size - fresh_rows.size))
        for rule, index, (_, _, _, _, _, cut) in zip(rows.spec.rules, indexes, found, strict=True)
    )
    new_keys = tuple((keys, new_rows) for _, _, _, new_rows, keys, _ in found)
    return Touched(touched, int(touched.size - fresh_rows.size), indexes, reports, new_keys)


def _index(keys: UInt64, block: Int64, members: Int32) -> RuleIndex:
    order = np.lexsort((members, block))
    block, members = block[order], members[order]
    distinct = np.append(True, (block[1:] != block[:-1]) | (members[1:] != members[:-1]))[: block.size]
    block, members = block[distinct], members[distinct]
    present, sizes = np.unique(block, return_counts=True)
    starts = np.zeros(present.size + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return RuleIndex(keys[present], starts, members)


def _report(name: str, index: RuleIndex, records: int, cut: int, first_new: int) -> RuleReport:
    """Return what the new records of a rule meet; ``pairs`` counts those with a new record."""
    sizes = np.diff(index.starts)
    old = np.zeros(index.members.size + 1, np.int64)
    np.cumsum(index.members < first_new, out=old[1:])
    olds = np.diff(old[index.starts])
    pairs = int((sizes * (sizes - 1) // 2 - olds * (olds - 1) // 2).sum())
    return RuleReport(
        name=name,
        records=records,
        blocks=int(sizes.size),
        largest_block=int(sizes.max(initial=0)),
        pairs=pairs,
        refined_blocks=0,
        pairs_refined_away=0,
        cut_blocks=0,
        cut_records=cut,
        pairs_cut=0,
    )
