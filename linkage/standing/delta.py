"""Linking what a delta changed: the same pairs, clusters and cases as linking everything, at the cost of the delta.

New and changed records are compared with the records they share a blocking key with. Pairs between records that did not
change stay as they are, for model, frequencies and blocking plan are those of the last full run. What hangs together
with a change (:mod:`linkage.standing.coupling`) is decided again, by the same code, in the order of record ids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.blocking.index import RuleReport
from linkage.comparison.pair_pass import (
    NO_FUNCTIONS,
    PairWork,
    Survivors,
    custom_comparisons,
    levels_of_pairs,
    stack_blocks,
)
from linkage.comparison.program import compile_program
from linkage.comparison.tables import build_tables
from linkage.decision.clusters import clusters_table
from linkage.decision.decide import Decision, decide
from linkage.decision.evidence import PairFacts, RecordFacts
from linkage.encode import EncodedRecords
from linkage.engine.base import Engine
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.progress import Stages
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates
from linkage.stages.facts import frequency_adjustments, pair_facts, record_facts, with_guard_evidence
from linkage.stages.frequencies import Snapshot
from linkage.stages.modelling import ChosenModel, survive_weights, value_bits
from linkage.stages.pairs import pairs_table, written_pairs
from linkage.standardise.column import Int32
from linkage.standing.candidates import Touched, touched_blocks
from linkage.standing.coupling import coupled_rows, coupling_flags, decision_settings, neighbours_of_dead
from linkage.standing.folder import Standing
from linkage.standing.pairs import WRITTEN
from linkage.standing.rows import OPEN, record_ids

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fixed:
    """What the last full run fixed, and the spec it belongs to."""

    spec: LinkageSpec
    model: FellegiSunter
    snapshot: Snapshot

    def chosen(self, records: EncodedRecords) -> ChosenModel:
        """Return the standing model, with adjustments for the values of these records."""
        return ChosenModel(
            self.model, "standing model", value_bits(self.model, self.snapshot.frequencies(records), self.spec)
        )


@dataclass(frozen=True)
class Changed:
    """What is new: ``fresh`` encoded records and their rows int32 ascending, appended and behind all others.

    ``gone`` int32: rows that died or were closed. ``doubted`` int32: open rows about which stewards have decided since.
    """

    fresh: EncodedRecords
    fresh_rows: Int32
    gone: Int32
    doubted: Int32


@dataclass(frozen=True, repr=False)
class DeltaLinked:
    """What linking a delta found. Records and survivors are those that were decided again, by record id.

    ``clusters``, ``cases``: of these records. ``pairs``: written pairs that are new; ``old_pairs``: those written ones
    of which a record died. The rest as in :class:`linkage.pipeline.Linked`.
    """

    clusters: pa.Table
    cases: pa.Table
    spec: LinkageSpec
    records: EncodedRecords
    chosen: ChosenModel
    survivors: Survivors
    weight: Float64
    facts: PairFacts
    decision: Decision
    pairs: pa.Table = field(default_factory=lambda: pa.table({}))
    old_pairs: pa.Table = field(default_factory=lambda: pa.table({}))
    reports: tuple[RuleReport, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)


def link_delta(
    standing: Standing,
    changed: Changed,
    fixed: Fixed,
    cannot_links: Callable[[EncodedRecords], npt.NDArray[np.int32]],
    engine: Engine,
    stages: Stages,
) -> DeltaLinked:
    """Compare new records with the standing ones and decide anew whatever they change.

    New pairs and keys are appended to ``standing``; they count once its state is committed.
    """
    with stages.stage("block") as counts:
        touched = touched_blocks(standing.rows, changed.fresh, changed.fresh_rows, fixed.snapshot, engine.threads)
        for index, (keys, rows) in zip(standing.rows.by_rule, touched.new_keys, strict=True):
            index.append(keys, rows)
        counts["pairs_planned"] = sum(report.pairs for report in touched.reports)
        counts["records_touched"] = int(touched.rows.size)
    for report in touched.reports:
        if report.cut_records:
            stages.warn(
                f"blocking rule {report.name}: blocks have grown far over the cap since the last full run; "
                f"{report.cut_records:,} new records are not compared there"
            )
    with stages.stage("compare") as counts:
        found = _compare(standing, touched, fixed, engine, stages)
        counts["pairs_compared"], counts["pairs_survived"] = found.compared, int(found.left.size)
    with stages.stage("decide") as counts:
        pairs = _append(standing, found, touched, fixed)
        gone = np.unique(changed.gone).astype(np.int32)
        dead = standing.pairs.with_flag(standing.pairs.of_rows(gone), WRITTEN)
        old_pairs = _old_pairs(standing, dead, gone)
        seeds = np.concatenate(
            [changed.fresh_rows, changed.doubted, neighbours_of_dead(standing.rows, standing.pairs, gone)]
        )
        linked = _decide(standing, coupled_rows(standing.rows, standing.pairs, seeds), fixed, cannot_links)
        counts["records_decided"] = linked.records.n_records
        counts["cases"] = linked.cases.num_rows
    written = int(pairs.num_rows)
    totals: dict[str, Any] = {
        "records": int(np.count_nonzero(standing.rows.alive == OPEN)),
        "records_touched": int(touched.rows.size),
        "records_decided": linked.records.n_records,
        "pairs_planned": sum(report.pairs for report in touched.reports),
        "pairs_compared": found.compared,
        "pairs_survived": int(found.left.size),
        "pairs_written": written,
        "pairs_below_review": int(found.left.size) - written,
        "clusters": int(np.unique(linked.decision.cluster_labels).size),
        "cases": linked.cases.num_rows,
        "guarded_pairs": dict(linked.decision.notes.guarded_pairs),
    }
    return replace(linked, pairs=pairs, old_pairs=old_pairs, reports=touched.reports, counts=totals)


def _compare(standing: Standing, touched: Touched, fixed: Fixed, engine: Engine, stages: Stages) -> Survivors:
    """Return the surviving pairs that hold a new record, between places of the touched rows, by record number."""
    spec, n = fixed.spec, int(touched.rows.size)
    program, fields = compile_program(spec)
    records = standing.rows.gather_fields(touched.rows, {*fields, *fixed.snapshot.counts}, engine.threads)
    blocks = stack_blocks(touched.indexes, n, n, touched.first_new)
    custom = custom_comparisons(spec, records, NO_FUNCTIONS)
    work = PairWork(blocks, program, build_tables(records, spec, fields), custom)
    candidates = Candidates(work, fields, touched.reports)
    chosen = fixed.chosen(records)
    candidates, weights = survive_weights(chosen, candidates, spec)
    found = engine.survive(
        candidates.work, weights, lambda done, planned: stages.observer.stage_progressed("compare", done, planned)
    )
    numbers = standing.rows.numbers[touched.rows]
    turned = numbers[found.left] > numbers[found.right]
    left, right = np.where(turned, found.right, found.left), np.where(turned, found.left, found.right)
    found = replace(found, left=left, right=right)
    return _as_by_number(found, np.flatnonzero(turned), candidates, records, chosen, spec)


def _as_by_number(
    found: Survivors,
    turned: npt.NDArray[np.int64],
    candidates: Candidates,
    records: EncodedRecords,
    chosen: ChosenModel,
    spec: LinkageSpec,
) -> Survivors:
    """Return survivors with the levels they have from the smaller record on: not every comparison is symmetric."""
    program = candidates.work.program
    left, right = found.left[turned], found.right[turned]
    levels = levels_of_pairs(candidates.work, left, right)
    other = (levels != found.levels[turned]).any(axis=1)
    if not other.any():
        return found
    left, right, levels, place = left[other], right[other], levels[other], turned[other]
    adjusted = frequency_adjustments(left, right, levels, records, spec, chosen)
    all_levels, weight = found.levels.copy(), found.weight.copy()
    all_levels[place] = levels
    weight[place] = chosen.model.evidence_weight(levels[:, program.weighted], adjusted)
    return replace(found, levels=all_levels, weight=weight)


def _append(standing: Standing, found: Survivors, touched: Touched, fixed: Fixed) -> pa.Table:
    """Append the survivors to the standing pairs and return the table of those that are written."""
    ends = np.unique(np.concatenate([found.left, found.right]))
    numbers = standing.rows.numbers[touched.rows[ends]]
    ends = ends[np.argsort(numbers, kind="stable")]
    place = np.empty(touched.rows.size, np.int32)
    place[ends] = np.arange(ends.size, dtype=np.int32)
    rows = touched.rows[ends]
    found = replace(found, left=place[found.left], right=place[found.right])
    records = standing.rows.gather(rows)
    people, facts, weight = _judge(found, records, fixed)
    flags = coupling_flags(people, facts, decision_settings(fixed.spec))
    flags |= np.where(written_pairs(found, weight, fixed.spec), np.uint8(WRITTEN), np.uint8(0))
    standing.pairs.append(rows[found.left], rows[found.right], found, weight, flags)
    return pairs_table(found, weight, records, fixed.spec)


def _old_pairs(standing: Standing, pairs: Int32, gone: Int32) -> pa.Table:
    """Return those of the pairs that stood until now, as they were written: the last that lived held a row now gone."""
    left, right = standing.pairs.ends(pairs)
    alive = standing.rows.alive
    stood = ((alive[left] == OPEN) | np.isin(left, gone)) & ((alive[right] == OPEN) | np.isin(right, gone))
    pairs = pairs[stood]
    left, right = standing.pairs.ends(pairs)
    rows, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    order = np.argsort(standing.rows.numbers[rows], kind="stable")
    place = np.empty(rows.size, np.int32)
    place[order] = np.arange(rows.size, dtype=np.int32)
    records = EncodedRecords(record_ids(standing.rows.numbers[rows[order]]), {})
    rules, levels = standing.pairs.rules_and_levels(pairs)
    one, other = place[ends[: left.size]], place[ends[left.size :]]
    weight = standing.pairs.final_weight(pairs)
    return pairs_table(Survivors(one, other, rules, weight, levels, 0), weight, records, standing.spec)


def _decide(
    standing: Standing,
    rows: Int32,
    fixed: Fixed,
    cannot_links: Callable[[EncodedRecords], npt.NDArray[np.int32]],
) -> DeltaLinked:
    """Decide about these rows and the pairs among them."""
    rows = rows[np.argsort(standing.rows.numbers[rows], kind="stable")]
    place = np.full(len(standing.rows), -1, np.int32)
    place[rows] = np.arange(rows.size, dtype=np.int32)
    pairs = standing.pairs.living(standing.pairs.of_rows(np.sort(rows)), standing.rows.alive)
    left, right = standing.pairs.ends(pairs)
    survivors = standing.pairs.survivors(pairs[(place[left] >= 0) & (place[right] >= 0)], place)
    records = standing.rows.gather(rows)
    people, facts, weight = _judge(survivors, records, fixed)
    decision = decide(people, facts, replace(decision_settings(fixed.spec), cannot_links=cannot_links(records)))
    clusters = clusters_table(records.ids, decision.cluster_labels)
    chosen = fixed.chosen(records)
    return DeltaLinked(clusters, decision.case_table, fixed.spec, records, chosen, survivors, weight, facts, decision)


def _judge(found: Survivors, records: EncodedRecords, fixed: Fixed) -> tuple[RecordFacts, PairFacts, Float64]:
    """Return the facts of records and pairs, and the final match weights in bits."""
    spec = fixed.spec
    program, _ = compile_program(spec)
    frequencies = fixed.snapshot.frequencies(records)
    chosen = ChosenModel(fixed.model, "standing model", value_bits(fixed.model, frequencies, spec))
    facts = pair_facts(found, records, spec, chosen, program, frequencies)
    people = record_facts(records, spec.older_regions)
    weight, facts = with_guard_evidence(found.weight + fixed.model.prior_log2odds, facts, people, spec)
    return people, facts, weight
