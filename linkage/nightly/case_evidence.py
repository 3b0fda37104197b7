"""Why the pairs of a night's cases have their weights, as the queue keeps it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linkage.comparison.pair_pass import Survivors
from linkage.comparison.program import compile_program
from linkage.decision.agreement import compare_records
from linkage.decision.guards import Guard
from linkage.features.matrix import feature_matrix
from linkage.nightly.surroundings import Surroundings
from linkage.pipeline import Linked
from linkage.stages.explaining import ScoredPairs, explain_scored
from linkage.stages.facts import pair_facts
from linkage.stages.scoring import pair_evidence
from linkage.standardise.column import Int64
from linkage.standing.delta import DeltaLinked
from linkage.words.explained import Explained
from linkage.words.kept import without_details

_STEWARD = np.uint8(Guard.STEWARD)


def explain_cases(linked: Linked | DeltaLinked, around: Surroundings, asked: Int64) -> Sequence[Explained]:
    """Return the evidence of some survivors, by their places int64 ascending, without single features and levels.

    The features are found anew, of these pairs alone: a night has many more survivors than pairs in cases, and does not
    keep theirs.
    """
    if not asked.size:
        return ()
    records, spec, chosen, frequencies = linked.records, linked.spec, linked.chosen, linked.frequencies
    every = linked.survivors
    pairs = Survivors(
        every.left[asked], every.right[asked], every.rules[asked], every.weight[asked], every.levels[asked], asked.size
    )
    facts = pair_facts(pairs, records, spec, chosen, compile_program(spec)[0], frequencies)
    agreements = compare_records(around.people, facts)
    by_comparison = pairs.weight + chosen.model.prior_log2odds
    evidence = pair_evidence(pairs, by_comparison, records, spec, around.people, facts, agreements, frequencies)
    features, matrix = feature_matrix(evidence, around.families(asked))
    weight, holding = linked.weight[asked], linked.decision.pair_guard[asked] & ~_STEWARD
    scored = ScoredPairs(
        survivors=pairs,
        records=records,
        regions=around.people.region,
        told=around.told,
        spec=spec,
        chosen=chosen,
        frequencies=frequencies,
        weight=weight,
        guards_weight=weight - by_comparison if chosen.supervised is None else np.zeros(asked.size),
        features=tuple(item.name for item in features),
        matrix=matrix,
        suspicions=holding | (linked.decision.pair_answered[asked] & ~_STEWARD),
        holding=holding,
    )
    return [without_details(explained) for explained in explain_scored(scored)]
