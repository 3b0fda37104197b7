"""From encoded records to the work of a pair pass: blocks, compiled comparisons, tables, and the plan in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RuleReport, build_rule_index
from linkage.blocking.placeholders import find_placeholders
from linkage.comparison.pair_pass import PairWork, stack_blocks
from linkage.comparison.program import compile_program
from linkage.comparison.tables import build_tables
from linkage.encode import EncodedRecords
from linkage.models.term_frequency import value_counts
from linkage.spec import LinkageSpec
from linkage.standardise.nik.numbers import valid_codes


@dataclass(frozen=True)
class Candidates:
    """The work of a pair pass, ``fields`` of its columns in order, and a report per blocking rule."""

    work: PairWork
    fields: tuple[str, ...]
    reports: tuple[RuleReport, ...]

    @property
    def pairs_planned(self) -> int:
        """Pairs within final blocks over all rules; a pair that meets two rules counts twice."""
        return sum(report.pairs for report in self.reports)


def plan_candidates(records: EncodedRecords, spec: LinkageSpec) -> Candidates:
    """Block the records by every rule of the spec and lay them out for the kernel. Nothing is compared yet.

    Values that far too many records bear give no keys; the reports count them.
    """
    placeholders = find_placeholders(records.columns, records.left_count)
    built = [
        build_rule_index(rule, records.columns, records.n_records, records.left_count, placeholders)
        for rule in spec.rules
    ]
    blocks = stack_blocks([index for index, _ in built], records.n_records, records.left_count)
    program, fields = compile_program(spec)
    tables = build_tables(records, spec, fields)
    return Candidates(PairWork(blocks, program, tables), fields, tuple(report for _, report in built))


def coincidence(records: EncodedRecords, spec: LinkageSpec) -> npt.NDArray[np.float64]:
    """Return the probability that two random records with a value agree exactly, float64 (n_weighted,).

    nan for combined comparisons and for those whose best level is more than equality. Exact, from value counts; a NIK
    that breaks the numbering rules equals nothing and is no value.
    """
    chances = np.full(len(spec.weighted), np.nan)
    for position, item in enumerate(spec.weighted):
        if not item.field or item.levels[0].at_least is not None or item.levels[0].at_most is not None:
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
