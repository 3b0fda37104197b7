"""From keys to blocks: sorting, the cap, refinement, and the final keys a pair may be emitted under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.blocking.keys import refinement_values, rule_keys
from linkage.blocking.placeholders import NO_PLACEHOLDERS, Placeholders, without_placeholders
from linkage.similarity.jit import kernel
from linkage.similarity.packed import mix_key
from linkage.spec import RuleSpec
from linkage.standardise.column import Int32, Int64, StandardColumn, UInt64


@dataclass(frozen=True)
class RuleIndex:
    """The uncut final blocks of one rule, those of one record left out.

    ``keys`` uint64 (n_blocks,) ascending; block b holds the records ``members[starts[b]:starts[b + 1]]``, ascending
    (``starts`` int64 (n_blocks + 1,), ``members`` int32). Record i lies in the blocks
    ``blocks[offsets[i]:offsets[i + 1]]``, ascending (``offsets`` int64 (n_records + 1,), ``blocks`` int32).
    """

    keys: UInt64
    starts: Int64
    members: Int32
    offsets: Int64
    blocks: Int32


@dataclass(frozen=True)
class RuleReport:
    """What a rule will compare and what it leaves out; counts only.

    ``pairs`` counts within final blocks, before pairs of earlier rules are left out. ``pairs_refined_away`` lie across
    the sub-blocks of a refined block, ``pairs_cut`` in blocks that stayed over the cap. ``placeholder_values`` of its
    key fields give no key (:mod:`linkage.blocking.placeholders`); ``placeholder_records`` bear one of them.
    """

    name: str
    records: int
    blocks: int
    largest_block: int
    pairs: int
    refined_blocks: int
    pairs_refined_away: int
    cut_blocks: int
    cut_records: int
    pairs_cut: int
    placeholder_values: int = 0
    placeholder_records: int = 0


def build_rule_index(
    rule: RuleSpec,
    columns: Mapping[str, StandardColumn],
    n_records: int,
    left_count: int = -1,
    placeholders: Placeholders = NO_PLACEHOLDERS,
) -> tuple[RuleIndex, RuleReport]:
    """Return the final blocks of a rule and its report.

    A block over the cap is replaced by its sub-blocks on the first refinement field, those still over it by their
    sub-blocks on the next; what is over the cap at the end is cut. ``left_count``: as in ``EncodedRecords``.
    ``placeholders`` give no keys; a block is refined by all values.
    """
    keyed, placeholder_count, bearers = without_placeholders(rule, columns, placeholders)
    records, keys = rule_keys(rule, keyed, n_records)
    entries = _Entries.sorted(records, keys)
    with_key = int(np.unique(records).size)
    refined_blocks, before = 0, 0
    for values in refinement_values(rule.refine, columns):
        over = np.repeat(entries.sizes > rule.cap, entries.sizes)
        if not over.any():
            break
        if not refined_blocks:
            refined_blocks = int((entries.sizes > rule.cap).sum())
            before = entries.pairs(left_count)
        finer = np.where(over, _mix(entries.keys, values[entries.records]), entries.keys)
        entries = _Entries.sorted(entries.records, finer)
    refined_away = max(before - entries.pairs(left_count), 0) if refined_blocks else 0
    cut = entries.sizes > rule.cap
    kept = entries.select((entries.sizes > 1) & ~cut)
    lost = entries.select(cut)
    index = _to_index(kept, n_records)
    report = RuleReport(
        name=rule.name,
        records=with_key,
        blocks=int(kept.sizes.size),
        largest_block=int(kept.sizes.max(initial=0)),
        pairs=kept.pairs(left_count),
        refined_blocks=refined_blocks,
        pairs_refined_away=refined_away,
        cut_blocks=int(lost.sizes.size),
        cut_records=int(np.unique(lost.records).size),
        pairs_cut=lost.pairs(left_count),
        placeholder_values=placeholder_count,
        placeholder_records=bearers,
    )
    return index, report


@dataclass(frozen=True)
class _Entries:
    """(record, key) entries sorted by key, then record, without repetition; ``sizes`` of the runs of equal keys."""

    records: Int32
    keys: UInt64
    sizes: Int64

    @classmethod
    def sorted(cls, records: Int32, keys: UInt64) -> _Entries:
        order = np.argsort(keys, kind="stable")  # records ascend within equal keys, as they did before
        if np.any((keys[order][1:] == keys[order][:-1]) & (records[order][1:] < records[order][:-1])):
            order = np.lexsort((records, keys))  # unless two refined keys of different blocks collide
        records, keys = records[order], keys[order]
        if keys.size:
            distinct = np.ones(keys.size, np.bool_)
            distinct[1:] = (keys[1:] != keys[:-1]) | (records[1:] != records[:-1])
            records, keys = records[distinct], keys[distinct]
        first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if keys.size else np.zeros(0, np.int64)
        return cls(records, keys, np.diff(np.append(first, keys.size)).astype(np.int64))

    def select(self, blocks: npt.NDArray[np.bool_]) -> _Entries:
        rows = np.repeat(blocks, self.sizes)
        return _Entries(self.records[rows], self.keys[rows], self.sizes[blocks])

    def pairs(self, left_count: int) -> int:
        if left_count < 0:
            return int((self.sizes * (self.sizes - 1) // 2).sum())
        starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.int64)
        is_left = (self.records < left_count).astype(np.int64)
        left = np.add.reduceat(is_left, starts) if starts.size and is_left.size else np.zeros(0, np.int64)
        return int((left * (self.sizes - left)).sum())


def _to_index(entries: _Entries, n_records: int) -> RuleIndex:
    starts = np.zeros(entries.sizes.size + 1, np.int64)
    np.cumsum(entries.sizes, out=starts[1:])
    block_of_entry = np.repeat(np.arange(entries.sizes.size, dtype=np.int32), entries.sizes)
    order = np.argsort(entries.records, kind="stable")  # blocks ascend within a record
    offsets = np.zeros(n_records + 1, np.int64)
    np.cumsum(np.bincount(entries.records, minlength=n_records), out=offsets[1:])
    return RuleIndex(entries.keys[starts[:-1]], starts, entries.records, offsets, block_of_entry[order])


@kernel
def _mix(keys: UInt64, values: UInt64) -> UInt64:
    mixed = np.empty_like(keys)
    for entry in range(keys.shape[0]):
        mixed[entry] = mix_key(keys[entry], values[entry])
    return mixed


def fixed_by_rule(rules: Sequence[RuleSpec], comparison_fields: Sequence[frozenset[str]]) -> npt.NDArray[np.bool_]:
    """Return bool (n_rules, n_comparisons): does the comparison read a field the rule blocks on?"""
    used = [{key.partition(".")[0] for key in rule.keys} for rule in rules]
    return np.array([[bool(fields & rule) for fields in comparison_fields] for rule in used], np.bool_)
