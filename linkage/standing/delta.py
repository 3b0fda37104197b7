"""Linking what a delta changed: the same pairs, clusters and cases as linking everything, at the cost of the delta.

New and changed records are compared with the records they share a blocking key with. Pairs between records that did not
change stay as they are, for model, frequencies and blocking plan are those of the last full run; but a supervised model
asks the families of both records too, and where one has changed it scores again. What hangs together with a change
(:mod:`linkage.standing.coupling`) is decided again, by the same code, in the order of record ids.
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
from linkage.decision.evidence import PairFacts, decision_settings
from linkage.encode import EncodedRecords
from linkage.engine.base import Engine
from linkage.models.fellegi_sunter import probability
from linkage.models.linkage_model import LinkageModel
from linkage.progress import Stages
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates
from linkage.stages.facts import frequency_adjustments, pair_facts, record_facts
from linkage.stages.frequencies import REGION_FIELDS, Frequencies, Snapshot
from linkage.stages.modelling import ChosenModel, standing_model, survive_weights
from linkage.stages.scoring import weighs_guards
from linkage.standardise.column import Int32
from linkage.standing.candidates import Touched, touched_blocks
from linkage.standing.coupling import coupled_rows, neighbours_of_dead
from linkage.standing.entering import Entered, enter_pairs
from linkage.standing.folder import Standing
from linkage.standing.kin import reached_pairs
from linkage.standing.pairs import TWIN_AT_HOME
from linkage.standing.rows import OPEN
from linkage.standing.scoring import score_night

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fixed:
    """What the last full run fixed, and the spec it belongs to."""

    spec: LinkageSpec
    model: LinkageModel
    snapshot: Snapshot

    def chosen(self, records: EncodedRecords) -> ChosenModel:
        """Return the standing model, with adjustments for the values of these records."""
        frequencies = self.snapshot.frequencies(records, self.spec.older_regions)
        return standing_model(self.model, frequencies, self.spec)


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

    ``clusters``, ``cases``: of these records. ``pairs``: written pairs that are new, or have another weight than they
    had; ``old_pairs``: as they stood, those written ones of which a record died, or that have another weight.
    ``rows``, ``standing_pairs`` int32: where the records and survivors stand in the derived files. The rest as in
    :class:`linkage.pipeline.Linked`.
    """

    clusters: pa.Table
    cases: pa.Table
    spec: LinkageSpec
    records: EncodedRecords
    frequencies: Frequencies
    chosen: ChosenModel
    survivors: Survivors
    weight: Float64
    facts: PairFacts
    decision: Decision
    rows: Int32
    standing_pairs: Int32
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
        gone = np.unique(changed.gone).astype(np.int32)
        reached = np.zeros(0, np.int32)
        if fixed.model.supervised is not None:
            reached = reached_pairs(standing.rows, standing.pairs, changed.fresh_rows, gone)
        scored = score_night(
            standing, found, touched.rows, reached, fixed.model, fixed.snapshot, threads=engine.threads
        )
        entered = enter_pairs(standing, scored, reached, gone)
        counts["pairs_scored_again"] = int(reached.size)
        left_behind = neighbours_of_dead(standing.rows, standing.pairs, gone)
        seeds = np.concatenate([changed.fresh_rows, changed.doubted, left_behind, entered.seeds])
        linked = _decide(standing, coupled_rows(standing.rows, standing.pairs, seeds), fixed, cannot_links)
        counts["records_decided"] = linked.records.n_records
        counts["cases"] = linked.cases.num_rows
    return replace(
        linked,
        pairs=entered.pairs,
        old_pairs=entered.old_pairs,
        reports=touched.reports,
        counts=_counts(standing, touched, found, int(reached.size), entered, linked),
    )


def _counts(
    standing: Standing, touched: Touched, found: Survivors, scored_again: int, entered: Entered, linked: DeltaLinked
) -> dict[str, Any]:
    """Return what the manifest says of the night."""
    notes = linked.decision.notes
    return {
        "records": int(np.count_nonzero(standing.rows.alive == OPEN)),
        "records_touched": int(touched.rows.size),
        "records_decided": linked.records.n_records,
        "pairs_planned": sum(report.pairs for report in touched.reports),
        "pairs_compared": found.compared,
        "pairs_survived": int(found.left.size),
        "pairs_scored_again": scored_again,
        "pairs_written": entered.n_new_written,
        "pairs_below_review": int(found.left.size) - entered.n_new_written,
        "clusters": int(np.unique(linked.decision.cluster_labels).size),
        "cases": linked.cases.num_rows,
        "guarded_pairs": dict(notes.guarded_pairs),
        "answered_pairs": dict(notes.answered_pairs),
    }


def _compare(standing: Standing, touched: Touched, fixed: Fixed, engine: Engine, stages: Stages) -> Survivors:
    """Return the surviving pairs that hold a new record, between places of the touched rows, by record number."""
    spec, n = fixed.spec, int(touched.rows.size)
    program, fields = compile_program(spec)
    read = {*fields, *fixed.snapshot.counts, *REGION_FIELDS} & set(spec.field_names)
    records = standing.rows.gather_fields(touched.rows, read, engine.threads)
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


def _decide(
    standing: Standing,
    rows: Int32,
    fixed: Fixed,
    cannot_links: Callable[[EncodedRecords], npt.NDArray[np.int32]],
) -> DeltaLinked:
    """Decide about these rows and the pairs among them, under the weights that the pairs have."""
    rows, place = standing.rows.by_number(rows)
    pairs = standing.pairs.living(standing.pairs.of_rows(np.sort(rows)), standing.rows.alive)
    left, right = standing.pairs.ends(pairs)
    pairs = standing.pairs.in_order(pairs[(place[left] >= 0) & (place[right] >= 0)], place)
    survivors, weight = standing.pairs.survivors(pairs, place), standing.pairs.final_weight(pairs)
    spec, records = fixed.spec, standing.rows.gather(rows)
    frequencies = fixed.snapshot.frequencies(records, spec.older_regions)
    chosen = standing_model(fixed.model, frequencies, spec)
    people = record_facts(records, spec.older_regions)
    answers = weighs_guards(fixed.model.supervised, spec)
    facts = replace(
        pair_facts(survivors, records, spec, chosen, compile_program(spec)[0], frequencies),
        probability=probability(weight),
        guards_weighed=answers,
        twin_at_home=(standing.pairs.flags(pairs) & TWIN_AT_HOME) != 0 if answers else None,
    )
    decision = decide(people, facts, replace(decision_settings(spec), cannot_links=cannot_links(records)))
    clusters = clusters_table(records.ids, decision.cluster_labels)
    return DeltaLinked(
        clusters,
        decision.case_table,
        spec,
        records,
        frequencies,
        chosen,
        survivors,
        weight,
        facts,
        decision,
        rows,
        pairs,
    )
