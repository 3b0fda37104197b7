"""Guards as features: that a pair looks like twins, siblings, namesakes or parent and child never speaks for it."""

from __future__ import annotations

import numpy as np

from linkage.decision.guards import Guard
from linkage.features.evidence import PairEvidence
from linkage.features.feature import Block, FeatureBlock


def guard_features(pairs: PairEvidence) -> FeatureBlock:
    """Return one feature per guard, how many namesakes to expect (log2), and whether the names differ by a slip."""
    block = Block("guards", pairs.n_pairs)
    for guard in (Guard.TWIN, Guard.SIBLING, Guard.NAMESAKE, Guard.FAMILY):
        block.add(f"guard_{str(guard.name).lower()}", -1, (pairs.guards & guard) != 0)
    expected = pairs.facts.expected_namesakes
    block.add("expected_namesakes", -1, np.log2(np.nan_to_num(expected) + 0.001), ~np.isnan(expected))
    slip = pairs.facts.name_slip
    nothing = np.zeros(pairs.n_pairs, np.bool_)
    block.add("name_slip", 1, nothing if slip is None else slip, nothing if slip is None else None)
    block.add("certificates_differ", -1, pairs.agreements.other_certificate)
    return block.done()
