"""From keys to blocks: sorting, the cap, refinement, and the final keys a pair may be emitted under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.blocking.blocks import KeyBlocks, join_blocks, sorted_blocks
from linkage.blocking.keys import RuleKeys, mix_values, refinement_values
from linkage.blocking.neighbourhood import neighbour_pairs, window_blocks
from linkage.blocking.placeholders import NO_PLACEHOLDERS, Placeholders, without_placeholders
from linkage.blocking.repeats import repeated_blocks
from linkage.spec import RuleSpec
from linkage.standardise.column import Int32, Int64, StandardColumn, UInt64


@dataclass(frozen=True)
class RuleIndex:
    """The uncut final blocks of one rule, those of one record left out.

    ``keys`` uint64 (n_blocks,) ascending; block b holds the records ``members[starts[b]:starts[b + 1]]``, ascending
    (``starts`` int64 (n_blocks + 1,), ``members`` int32).
    """

    keys: UInt64
    starts: Int64
    members: Int32


@dataclass(frozen=True)
class RulePlan:
    """What a run over all records fixed of a rule, so that a later run with more or fewer records blocks the same way.

    ``refined``: the keys, uint64 ascending, whose blocks were divided at each refinement step. ``cut``: the final keys,
    uint64 ascending, whose blocks are not compared.
    """

    name: str
    refined: tuple[UInt64, ...]
    cut: UInt64


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
    *,
    left_count: int = -1,
    placeholders: Placeholders = NO_PLACEHOLDERS,
    plan: RulePlan | None = None,
    id_ranks: Int64 | None = None,
) -> tuple[RuleIndex, RuleReport, RulePlan]:
    """Return the final blocks of a rule, its report, and what was refined and cut.

    A block over the cap is replaced by its sub-blocks on the first refinement field, those still over it by their
    sub-blocks on the next; what is over the cap at the end is cut. ``left_count``: as in ``EncodedRecords``.
    ``placeholders`` give no keys; a block is refined by all values.
    """
    if rule.sort:
        return _neighbourhood(rule, columns, n_records, left_count, id_ranks)
    keyed, placeholder_count, bearers = without_placeholders(rule, columns, placeholders)
    blocks, with_key = repeated_blocks(RuleKeys(rule, keyed, n_records))
    kept, refined, gone = _refine(rule, blocks, columns, plan, left_count)
    cut = kept.sizes > rule.cap if plan is None else _among(kept.keys, plan.cut)
    lost, kept = kept.select(cut), kept.select(~cut)
    report = RuleReport(
        name=rule.name,
        records=with_key,
        blocks=int(kept.keys.size),
        largest_block=int(kept.sizes.max(initial=0)),
        pairs=kept.pairs(left_count),
        refined_blocks=int(refined[0].size) if refined else 0,
        pairs_refined_away=gone,
        cut_blocks=int(lost.keys.size),
        cut_records=lost.bearers(n_records),
        pairs_cut=lost.pairs(left_count),
        placeholder_values=placeholder_count,
        placeholder_records=bearers,
    )
    index = RuleIndex(kept.keys, kept.starts, kept.members)
    return index, report, plan or RulePlan(rule.name, refined, lost.keys)


def _neighbourhood(
    rule: RuleSpec, columns: Mapping[str, StandardColumn], n_records: int, left_count: int, id_ranks: Int64 | None
) -> tuple[RuleIndex, RuleReport, RulePlan]:
    ranks = np.arange(n_records, dtype=np.int64) if id_ranks is None else id_ranks
    blocks, order = window_blocks(rule, columns, ranks)
    nothing = dict.fromkeys(("refined_blocks", "pairs_refined_away", "cut_blocks", "cut_records", "pairs_cut"), 0)
    report = RuleReport(
        name=rule.name,
        records=int(order.size),
        blocks=int(blocks.keys.size),
        largest_block=int(blocks.sizes.max(initial=0)),
        pairs=neighbour_pairs(rule, order, left_count),
        **nothing,
    )
    index = RuleIndex(blocks.keys, blocks.starts, blocks.members)
    return index, report, RulePlan(rule.name, (), np.zeros(0, np.uint64))


def _refine(
    rule: RuleSpec,
    blocks: KeyBlocks,
    columns: Mapping[str, StandardColumn],
    plan: RulePlan | None,
    left_count: int,
) -> tuple[KeyBlocks, tuple[UInt64, ...], int]:
    """Replace blocks by their sub-blocks; return the final blocks, the keys refined at each step, the pairs lost.

    At each step only what the step before divided is looked at again: other blocks are within the cap.
    """
    whole: list[KeyBlocks] = []
    refined: list[UInt64] = []
    before = 0
    for step, name in enumerate(rule.refine):
        chosen = blocks.sizes > rule.cap if plan is None else _among(blocks.keys, plan.refined[step])
        whole.append(blocks.select(~chosen))
        blocks = blocks.select(chosen)
        refined.append(blocks.keys)
        if step == 0:
            before = blocks.pairs(left_count)
        if blocks.keys.size:
            keys = np.repeat(blocks.keys, blocks.sizes)
            keys = mix_values(keys, refinement_values(name, columns, blocks.members))
            blocks = sorted_blocks(blocks.members, keys)
    after = sum(part.pairs(left_count) for part in (*whole[1:], blocks)) if refined else 0
    return join_blocks([*whole, blocks]), tuple(refined), before - after


def final_keys(
    rule: RuleSpec,
    columns: Mapping[str, StandardColumn],
    n_records: int,
    *,
    placeholders: Placeholders = NO_PLACEHOLDERS,
    plan: RulePlan,
) -> tuple[Int32, UInt64]:
    """Return all uncut final keys of every record under a plan, those of one record too.

    int32 (n_entries,) record numbers ascending, uint64 (n_entries,). A sorted neighbourhood has none.
    """
    keyed, _, _ = without_placeholders(rule, columns, placeholders)
    found: list[tuple[Int32, UInt64]] = []
    for records, keys in RuleKeys(rule, keyed, 0 if rule.sort else n_records).chunks():
        for refined, name in zip(plan.refined, rule.refine, strict=True):
            chosen = _among(keys, refined)
            if chosen.any():
                keys[chosen] = mix_values(keys[chosen], refinement_values(name, columns, records[chosen]))
        kept = ~_among(keys, plan.cut)
        found.append((records[kept], keys[kept]))
    return (
        np.concatenate([np.zeros(0, np.int32), *(records for records, _ in found)]),
        np.concatenate([np.zeros(0, np.uint64), *(keys for _, keys in found)]),
    )


def _among(keys: UInt64, table: UInt64) -> npt.NDArray[np.bool_]:
    """Return bool (n,): the key stands in the ascending table."""
    if not table.size:
        return np.zeros(keys.size, np.bool_)
    place = np.minimum(np.searchsorted(table, keys), table.size - 1)
    return np.asarray(table[place] == keys)


def fixed_by_rule(rules: Sequence[RuleSpec], comparison_fields: Sequence[frozenset[str]]) -> npt.NDArray[np.bool_]:
    """Return bool (n_rules, n_comparisons): does the comparison read a field the rule blocks on?"""
    used = [rule.read_fields for rule in rules]
    return np.array([[bool(fields & rule) for fields in comparison_fields] for rule in used], np.bool_)
