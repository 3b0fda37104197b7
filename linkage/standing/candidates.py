"""New rows against the standing ones: the blocks they fall into, by a look-up of their keys under the standing plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from joblib import Parallel, delayed

from linkage.blocking.index import RuleIndex, RulePlan, RuleReport, final_keys
from linkage.encode import EncodedRecords
from linkage.spec import RuleSpec
from linkage.stages.frequencies import Snapshot
from linkage.standardise.column import Int32, Int64, UInt8, UInt64
from linkage.standing.rows import OPEN, StandingRows
from linkage.standing.sorted_index import SortedIndex

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


@dataclass(frozen=True, repr=False)
class _Found:
    """Blocks of a rule that hold a new row: ``member`` int32 rows of the blocks ``of_block`` int64, in no order.

    ``keys`` uint64 ascending: those of the blocks. ``new_keys``: as in :class:`Touched`. ``cut``: new rows left out.
    """

    keys: UInt64
    of_block: Int64
    member: Int32
    new_keys: tuple[UInt64, Int32]
    cut: int


def touched_blocks(
    rows: StandingRows, fresh: EncodedRecords, fresh_rows: Int32, snapshot: Snapshot, threads: int = 1
) -> Touched:
    """Return the blocks of new records.

    Args:
        rows: the standing rows; those of ``fresh`` are among them, but not in the indexes of the rules.
        fresh: the new records, and ``fresh_rows`` int32 ascending their rows, behind all others.
        snapshot: what the last full run fixed. threads: rules looked up side by side.
    """
    placeholders = snapshot.placeholders_in(fresh.columns)

    def find(rule: RuleSpec, plan: RulePlan, index: SortedIndex) -> _Found:
        records, keys = final_keys(rule, fresh.columns, fresh.n_records, placeholders=placeholders, plan=plan)
        return _find(rule, index, rows.alive, keys, fresh_rows[records])

    parallel = Parallel(n_jobs=threads, prefer="threads", batch_size=1)
    found = parallel(map(delayed(find), rows.spec.rules, snapshot.plans, rows.by_rule))
    seen = np.zeros(len(rows), np.bool_)
    seen[fresh_rows] = True
    for item in found:
        seen[item.member] = True
    touched = np.flatnonzero(seen).astype(np.int32)
    number = np.full(len(rows), -1, np.int32)
    number[touched] = np.arange(touched.size, dtype=np.int32)
    indexes = tuple(parallel(delayed(_index)(item.keys, item.of_block, number[item.member]) for item in found))
    reports = tuple(
        _report(rule.name, index, fresh_rows.size, item.cut, int(touched.size - fresh_rows.size))
        for rule, index, item in zip(rows.spec.rules, indexes, found, strict=True)
    )
    new_keys = tuple(item.new_keys for item in found)
    return Touched(touched, int(touched.size - fresh_rows.size), indexes, reports, new_keys)


def _find(rule: RuleSpec, index: SortedIndex, alive: UInt8, keys: UInt64, new_rows: Int32) -> _Found:
    """Look up the keys of new rows, uint64 (n_entries,) and int32."""
    block_keys, block = np.unique(keys, return_inverse=True)
    place, old = index.look_up(block_keys)
    open_now = alive[old] == OPEN
    place, old = place[open_now], old[open_now]
    sizes = np.bincount(place, minlength=block_keys.size) + np.bincount(block, minlength=block_keys.size)
    over = sizes > CAPS_UNTIL_CUT * rule.cap
    taken, kept = ~over[block], ~over[place]
    new_rows, new_block = new_rows[taken], block[taken]
    held = sizes > 1
    member = np.concatenate([old[kept & held[place]], new_rows[held[new_block]]])
    of_block = np.concatenate([place[kept & held[place]], new_block[held[new_block]]])
    return _Found(block_keys, of_block, member, (keys[taken], new_rows), int((~taken).sum()))


def _index(keys: UInt64, block: Int64, members: Int32) -> RuleIndex:
    entries = block << 32 | members
    entries.sort()
    entries = entries[np.append(True, entries[1:] != entries[:-1])[: entries.size]]
    block = entries >> 32
    first = np.flatnonzero(np.append(True, block[1:] != block[:-1])[: block.size])
    return RuleIndex(keys[block[first]], np.append(first, block.size), (entries & 0xFFFFFFFF).astype(np.int32))


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
