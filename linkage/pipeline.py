"""The order of the stages: records, candidates, model, survivors, decision. One screen, top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.blocking.index import RuleReport
from linkage.comparison.pair_pass import CustomFunction, Survivors
from linkage.decision.agreement import compare_records
from linkage.decision.clusters import clusters_table, in_rank_order
from linkage.decision.decide import Decision, decide
from linkage.decision.evidence import PairFacts, decision_settings
from linkage.encode import EncodedRecords, encode
from linkage.engine.base import Engine
from linkage.models.linkage_model import LinkageModel
from linkage.progress import Stages
from linkage.schema import CASES, check_schema
from linkage.side_by_side import both
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates, plan_candidates
from linkage.stages.facts import pair_facts, record_facts
from linkage.stages.fields import linking_fields
from linkage.stages.frequencies import Frequencies, Snapshot, count_values
from linkage.stages.keyless import keyless_warning
from linkage.stages.modelling import ChosenModel, choose_model, read_model, survive_weights
from linkage.stages.pairs import pairs_table
from linkage.stages.recall import lost_recall
from linkage.stages.scoring import score_pairs

RecordPairs = npt.NDArray[np.int32]


def no_cannot_links(_: EncodedRecords) -> RecordPairs:
    """Return no pairs: nobody has decided anything yet."""
    return np.zeros((0, 2), np.int32)


@dataclass(frozen=True)
class LinkOptions:
    """How to link, beyond the spec. ``latest_year`` tells the century of two-digit years.

    ``left_count``: in ``link`` the first so many records are LEFT's, else -1. ``functions``: those of comparisons under
    the kernel ``custom``, by name of the comparison. ``cannot_links`` tells, int32 (n, 2), the pairs of record numbers
    that a steward has called different. ``as_is``: take the stored model's u and prior as well; ``weights_only``: leave
    its supervised part aside. ``fixed_model``: the standing model of a project, ``snapshot`` what else its last full
    run fixed. ``all_fields``: encode every field, for
    a caller that keeps the records; without it only those that linking reads.
    """

    latest_year: int
    left_count: int = -1
    model: str = ""
    train: bool = False
    as_is: bool = False
    weights_only: bool = False
    fixed_model: LinkageModel | None = None
    snapshot: Snapshot | None = None
    functions: Mapping[str, CustomFunction] = field(default_factory=dict)
    cannot_links: Callable[[EncodedRecords], RecordPairs] = no_cannot_links
    seed: int = 0
    all_fields: bool = True


@dataclass(frozen=True)
class Linked:
    """What linking found: the hand-over tables, and what they were made from."""

    pairs: pa.Table
    clusters: pa.Table
    cases: pa.Table
    spec: LinkageSpec
    records: EncodedRecords
    frequencies: Frequencies
    candidates: Candidates
    chosen: ChosenModel
    survivors: Survivors
    weight: npt.NDArray[np.float64]
    kin_weight: npt.NDArray[np.float64]
    facts: PairFacts
    decision: Decision
    output_ids: pa.StringArray
    counts: dict[str, Any]
    recall: dict[str, Any]

    @property
    def reports(self) -> tuple[RuleReport, ...]:
        """What each blocking rule compares and leaves out."""
        return self.candidates.reports


def link_records(accepted: pa.Table, spec: LinkageSpec, options: LinkOptions, engine: Engine, stages: Stages) -> Linked:
    """Link accepted records: standardise and encode, block, choose the model, compare, decide."""
    with stages.stage("encode") as counts:
        fields = None if options.all_fields else linking_fields(spec, features=scores_by_features(options, spec))
        records = encode(
            accepted, spec, latest_year=options.latest_year, left_count=options.left_count, threads=engine.threads,
            fields=fields,
        )  # fmt: skip
        counts["records"] = records.n_records

    with stages.stage("block") as counts:
        candidates = plan_candidates(records, spec, options.snapshot, options.functions, threads=engine.threads)
        counts["pairs_planned"] = candidates.pairs_planned
        counts["pairs_cut"] = sum(report.pairs_cut + report.pairs_refined_away for report in candidates.reports)
    if keyless := keyless_warning(records, spec, candidates.reports):
        stages.warn(keyless)
    for report in candidates.reports:
        if report.placeholder_records:
            stages.warn(
                f"blocking rule {report.name}: {report.placeholder_values:,} values stand for nobody and give no keys; "
                f"{report.placeholder_records:,} records bear one"
            )
        if report.cut_blocks:
            blocks = f"{report.cut_blocks:,} block{'s' if report.cut_blocks > 1 else ''}"
            stages.warn(
                f"blocking rule {report.name}: cut {blocks} over the cap; "
                f"{report.pairs_cut:,} pairs of {report.cut_records:,} records are not compared under it"
            )

    with stages.stage("model") as counts:
        snapshot = options.snapshot
        frequencies = (
            count_values(records, spec) if snapshot is None else snapshot.frequencies(records, spec.older_regions)
        )
        chosen = choose_model(
            candidates, records, spec, engine,
            model=options.model, train=options.train, as_is=options.as_is, weights_only=options.weights_only,
            fixed=options.fixed_model,
            frequencies=frequencies, seed=options.seed,
        )  # fmt: skip
    for warning in chosen.warnings:
        stages.warn(f"model: {warning}")

    with stages.stage("compare") as counts:
        candidates, weights = survive_weights(chosen, candidates, spec)
        survivors = engine.survive(
            candidates.work, weights, lambda done, planned: stages.observer.stage_progressed("compare", done, planned)
        )
        counts["pairs_compared"] = survivors.compared
        counts["pairs_survived"] = int(survivors.left.size)

    with stages.stage("decide") as counts:
        named = _named_for_output(records)
        people, facts = both(
            partial(record_facts, named, spec.older_regions),
            partial(pair_facts, survivors, records, spec, chosen, candidates.work.program, frequencies),
            engine.threads,
        )
        settings = replace(
            decision_settings(spec), cannot_links=options.cannot_links(records), left_count=options.left_count
        )
        agreements = compare_records(people, facts)
        scored = score_pairs(
            survivors, records, spec, chosen, people, facts, agreements, frequencies, threads=engine.threads
        )
        chosen, weight, facts = scored.chosen, scored.weight, scored.facts
        decision, recall = both(
            partial(decide, people, facts, settings, agreements),
            partial(lost_recall, survivors, facts, people, spec),
            engine.threads,
        )
        counts["cases"] = decision.case_table.num_rows
    for warning in scored.warnings:
        stages.warn(f"model: {warning}")

    # An id of both files has another name in pairs, and another rank.
    pairs, clusters = both(
        partial(pairs_table, survivors, weight, records, spec, decision.id_ranks if named is records else None),
        partial(clusters_table, named.ids, decision.cluster_labels, in_rank_order(decision.id_ranks)),
        engine.threads,
    )
    check_schema(decision.case_table, CASES, where="cases")
    totals: dict[str, Any] = {
        "records": records.n_records,
        "pairs_planned": candidates.pairs_planned,
        "pairs_compared": survivors.compared,
        "pairs_survived": int(survivors.left.size),
        "pairs_written": pairs.num_rows,
        "pairs_below_review": int(survivors.left.size) - pairs.num_rows,
        "clusters": decision.notes.clusters,
        "cases": decision.case_table.num_rows,
        "guarded_pairs": dict(decision.notes.guarded_pairs),
        "answered_pairs": dict(decision.notes.answered_pairs),
    }
    return Linked(
        pairs,
        clusters,
        decision.case_table,
        spec,
        records,
        frequencies,
        candidates,
        chosen,
        survivors,
        weight,
        scored.kin_weight,
        facts,
        decision,
        named.ids,
        totals,
        recall,
    )


def scores_by_features(options: LinkOptions, spec: LinkageSpec) -> bool:
    """Tell whether a supervised model will score the survivors, which reads fields that nothing else does."""
    if options.fixed_model is not None:
        return options.fixed_model.supervised is not None
    wanted = options.model or spec.model
    if not wanted or options.train or options.weights_only:
        return False
    return read_model(wanted, spec).supervised is not None


def _named_for_output(records: EncodedRecords) -> EncodedRecords:
    """Return the records with ids unique in clusters and cases: ``left:`` and ``right:`` where both files have one."""
    if records.left_count < 0:
        return records
    left, right = records.ids[: records.left_count], records.ids[records.left_count :]
    in_both = set(left.to_pylist()) & set(right.to_pylist())
    if not in_both:
        return records
    named = [f"left:{name}" if name in in_both else name for name in left.to_pylist()]
    named += [f"right:{name}" if name in in_both else name for name in right.to_pylist()]
    return replace(records, ids=pa.array(named, pa.string()))
