"""From candidates to what features read of the pairs that survive: the way of training, without a decision at its end.

A run goes the same way in :mod:`linkage.pipeline`, where a decision follows and facts are shared with it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.comparison.pair_pass import Survivors
from linkage.comparison.program import Program
from linkage.decision.agreement import compare_records
from linkage.decision.union_find import components
from linkage.encode import EncodedRecords
from linkage.engine.base import Engine
from linkage.features.evidence import PairEvidence
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates
from linkage.stages.facts import pair_facts, record_facts
from linkage.stages.frequencies import Frequencies
from linkage.stages.modelling import ChosenModel, survive_weights
from linkage.stages.scoring import pair_evidence

Bool = npt.NDArray[np.bool_]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def surviving_pairs(
    candidates: Candidates,
    records: EncodedRecords,
    spec: LinkageSpec,
    chosen: ChosenModel,
    frequencies: Frequencies,
    engine: Engine,
) -> PairEvidence:
    """Return the candidates that survive the weights of a model, and what features read of them."""
    candidates, weights = survive_weights(chosen, candidates, spec)
    survivors = engine.survive(candidates.work, weights)
    return evidence_of(survivors, records, spec, chosen, candidates.work.program, frequencies)


def evidence_of(
    survivors: Survivors,
    records: EncodedRecords,
    spec: LinkageSpec,
    chosen: ChosenModel,
    program: Program,
    frequencies: Frequencies,
) -> PairEvidence:
    """Return what features read of these pairs. ``chosen``: the model whose weights they bear, with its prior."""
    facts = pair_facts(survivors, records, spec, chosen, program, frequencies)
    people = record_facts(with_unique_ids(records), spec.older_regions)
    agreements = compare_records(people, facts)
    weight = survivors.weight + chosen.model.prior_log2odds
    return pair_evidence(survivors, weight, records, spec, people, facts, agreements, frequencies)


def family_units(left: Int32, right: Int32, same: Bool, cards: Int32) -> Int64:
    """Return the unit of each pair, int64 (n_pairs,): pairs of one person, or of one family, have one number.

    Units are the groups of records that pairs which are one person (``same`` bool (n_pairs,)) and family cards
    (``cards`` int32 (n_records,): equal codes are one card, -1 none) hold together. What is learned from one unit is
    not measured on it.
    """
    order = np.argsort(cards, kind="stable")
    order = order[cards[order] >= 0].astype(np.int32)
    beside = cards[order[1:]] == cards[order[:-1]]
    one = np.concatenate([left[same], order[1:][beside]])
    other = np.concatenate([right[same], order[:-1][beside]])
    groups = components(one, other, cards.size)
    return np.minimum(groups[left], groups[right]).astype(np.int64)


def with_unique_ids(records: EncodedRecords) -> EncodedRecords:
    """Return records whose ids differ over both files, as facts of records want them; the ids name nothing then."""
    if records.left_count < 0:
        return records
    return replace(records, ids=pa.array([str(number) for number in range(records.n_records)], pa.string()))
