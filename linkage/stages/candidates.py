"""From encoded records to the work of a pair pass: blocks, compiled comparisons, tables, and the plan in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RulePlan, RuleReport
from linkage.blocking.indexes import build_rule_indexes
from linkage.blocking.placeholders import NO_PLACEHOLDERS, Placeholders, find_placeholders
from linkage.comparison.pair_pass import (
    NO_FUNCTIONS,
    CustomFunction,
    PairWork,
    custom_comparisons,
    pair_bounds,
    stack_blocks,
)
from linkage.comparison.program import best_is_equality, compile_program
from linkage.comparison.tables import build_tables
from linkage.encode import EncodedRecords, byte_ranks
from linkage.models.term_frequency import value_counts
from linkage.side_by_side import both
from linkage.spec import LinkageSpec
from linkage.spec.rules import uses_sorted_neighbourhood
from linkage.stages.frequencies import Snapshot
from linkage.standardise.key_sets import forget_key_sets
from linkage.standardise.nik.numbers import valid_codes


@dataclass(frozen=True)
class Candidates:
    """The work of a pair pass, ``fields`` of its columns in order, and a report per blocking rule.

    ``placeholders`` and ``plans``: which values gave no keys, and what was refined and cut, rule by rule.
    """

    work: PairWork
    fields: tuple[str, ...]
    reports: tuple[RuleReport, ...]
    placeholders: Placeholders = field(default_factory=lambda: NO_PLACEHOLDERS)
    plans: tuple[RulePlan, ...] = ()

    @property
    def pairs_planned(self) -> int:
        """Pairs within final blocks over all rules; a pair that meets two rules counts twice."""
        return sum(report.pairs for report in self.reports)


def plan_candidates(
    records: EncodedRecords,
    spec: LinkageSpec,
    snapshot: Snapshot | None = None,
    functions: Mapping[str, CustomFunction] = NO_FUNCTIONS,
    threads: int = 1,
) -> Candidates:
    """Block the records by every rule of the spec and lay them out for the kernel. Nothing is compared yet.

    Values that far too many records bear give no keys; the reports count them. With a ``snapshot`` its placeholders
    and its blocking plan are kept to. ``functions``: those of the comparisons under the kernel ``custom``, by name.
    ``threads``: rules blocked side by side; the result is the same for any number.
    """
    if snapshot is None:
        placeholders = find_placeholders(records.columns, records.left_count)
    else:
        placeholders = snapshot.placeholders_in(records.columns)
    built = build_rule_indexes(
        spec.rules,
        records.columns,
        records.n_records,
        left_count=records.left_count,
        placeholders=placeholders,
        plans=None if snapshot is None else snapshot.plans,
        id_ranks=byte_ranks(records.ids) if uses_sorted_neighbourhood(spec) else None,
        threads=threads,
    )
    bounds = pair_bounds(records.n_records, records.left_count)
    indexes = [index for index, _, _ in built]
    reports, plans = tuple(report for _, report, _ in built), tuple(plan for _, _, plan in built)
    # The keys have done their work. They would be half as much again as the tables, which take their room.
    del built
    forget_key_sets(records.columns)
    program, fields = compile_program(spec)
    blocks, tables = both(
        partial(stack_blocks, indexes, records.n_records, *bounds),
        partial(build_tables, records, spec, fields, threads),
        threads,
    )
    forget_key_sets(records.columns)
    work = PairWork(blocks, program, tables, custom_comparisons(spec, records, functions))
    return Candidates(work, fields, reports, placeholders, plans)


def coincidence(records: EncodedRecords, spec: LinkageSpec) -> npt.NDArray[np.float64]:
    """Return the probability that two random records with a value agree exactly, float64 (n_weighted,).

    nan for combined comparisons and for those whose best level is more than equality. Exact, from value counts; a NIK
    that breaks the numbering rules equals nothing and is no value.
    """
    chances = np.full(len(spec.weighted), np.nan)
    for position, item in enumerate(spec.weighted):
        if not best_is_equality(item):
            continue
        column, left = records.columns[item.field], records.left_count
        codes, size = valid_codes(column), len(column.content.values)
        if left < 0:
            counts = value_counts(codes, size).astype(np.float64)
            present = counts.sum()
            pairs, total = (counts * (counts - 1)).sum(), present * (present - 1)
        else:
            sides = (codes[:left], codes[left:])
            one, other = (value_counts(side, size).astype(np.float64) for side in sides)
            pairs, total = (one * other).sum(), one.sum() * other.sum()
        if total > 0:
            chances[position] = pairs / total
    return chances
