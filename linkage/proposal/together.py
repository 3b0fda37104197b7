"""What proposed rules cost together: a pair that several of them bring is compared once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from linkage.blocking.index import build_rule_index
from linkage.blocking.pair_sample import sample_pairs
from linkage.blocking.placeholders import Placeholders
from linkage.blocking.plan import plan_blocking
from linkage.comparison.pair_pass import pair_bounds, stack_blocks
from linkage.encode import EncodedRecords
from linkage.spec import RuleSpec

_DRAWS: Final = 200_000


def pairs_added(rules: Sequence[RuleSpec], records: EncodedRecords, placeholders: Placeholders) -> tuple[int, ...]:
    """Return, for each rule, the pairs that a run compares under it: those that no rule before it brings.

    Exact up to some hundred thousand pairs, else from a sample (:mod:`linkage.blocking.plan`), the same every time.
    """
    if not rules:
        return ()
    n, left = records.n_records, records.left_count
    built = [build_rule_index(rule, records.columns, n, left_count=left, placeholders=placeholders) for rule in rules]
    blocks = stack_blocks([index for index, _, _ in built], n, *pair_bounds(n, left))
    sample = sample_pairs(
        blocks.starts,
        blocks.members,
        blocks.offsets,
        blocks.blocks,
        left_end=blocks.left_end,
        right_start=blocks.right_start,
        draws=_DRAWS,
    )
    plan = plan_blocking(sample, [report for _, report, _ in built])
    return tuple(round(rule.compared.pairs) for rule in plan.rules)
