"""What the comparisons say: the level of each, and the Fellegi-Sunter weights that add them up."""

from __future__ import annotations

import numpy as np

from linkage.features.evidence import PairEvidence
from linkage.features.feature import Block, FeatureBlock


def level_features(pairs: PairEvidence) -> FeatureBlock:
    """Return ``level_<comparison>`` for every comparison: the code of its level, best highest."""
    block = Block("comparisons", pairs.n_pairs)
    for place, item in enumerate(pairs.spec.comparisons):
        codes = pairs.survivors.levels[:, place]
        # The levels of a combination are listed best first as well, but stand for several fields: no single order.
        block.add(f"level_{item.name}", 0 if item.combine else 1, codes, codes > 0)
    return block.done()


def weight_features(pairs: PairEvidence) -> FeatureBlock:
    """Return the evidence in bits: of all comparisons without the prior, and of all but the NIK.

    The prior stays out: how common duplicates are is settled after scoring, for each run anew.
    """
    block = Block("weights", pairs.n_pairs)
    block.add("fs_weight", 1, pairs.survivors.weight)
    known = np.full(pairs.n_pairs, pairs.facts.has_nik_column)
    block.add("fs_weight_without_nik", 1, pairs.facts.weight_without_nik_log2, known)
    block.add("compared", 0, np.count_nonzero(pairs.survivors.levels, axis=1))
    return block.done()
