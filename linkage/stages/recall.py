"""How much recall a run lost to blocking: the surviving pairs, their rules and regions, as the estimator takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from linkage.comparison.pair_pass import Survivors
from linkage.decision.evidence import Int32, PairFacts, RecordFacts
from linkage.evaluation.lost_recall import estimate_lost_recall, recall_manifest
from linkage.spec import LinkageSpec


def lost_recall(survivors: Survivors, facts: PairFacts, people: RecordFacts, spec: LinkageSpec) -> dict[str, Any]:
    """Return the estimate for the manifest, for all pairs and by regency code ("0": unknown).

    A pair's probability is the final one. Pairs that did not survive count for nothing: together they are expected to
    hold next to no match.
    """
    fields = [rule.read_fields for rule in spec.rules]
    regions = np.stack([people.region[survivors.left], people.region[survivors.right]], axis=1)
    codes = np.flatnonzero(np.bincount(regions.ravel()))
    number_of = np.zeros(int(codes.max(initial=0)) + 1, np.int32)
    number_of[codes] = np.arange(codes.size, dtype=np.int32)
    numbers: Int32 = number_of[regions]
    estimated = estimate_lost_recall(survivors.rules, facts.probability, fields, numbers if codes.size > 1 else None)
    return recall_manifest(estimated, [rule.name for rule in spec.rules], [str(code) for code in codes])
