"""How two dates of birth differ: by a keyboard, a calendar or a clerk's guess; and by how much."""

from __future__ import annotations

import numpy as np

from linkage.features.evidence import PairEvidence
from linkage.features.feature import Block, FeatureBlock
from linkage.similarity.jit import kernel
from linkage.standardise.column import Int64, UInt8
from linkage.standardise.dates.calendar import gaps_in_days
from linkage.standardise.dates.relation import DIFFERENCES, date_difference


def date_features(pairs: PairEvidence) -> FeatureBlock:
    """Return the kind of difference, the gap in log2 days, which parts agree, and how many of the two are guesses.

    ``birth_difference`` is the place in :data:`linkage.standardise.dates.relation.DIFFERENCES`, likelier slips higher.
    ``birth_guesses``: dates that stand for a year (1 July, 31 December), or of which the day is not known.
    """
    block = Block("birth_date", pairs.n_pairs)
    people, left, right = pairs.people, pairs.survivors.left, pairs.survivors.right
    one, other = people.birth[left], people.birth[right]
    known = (one > 0) & (other > 0)
    block.add("birth_difference", 1, _differences(one, other), known)
    gap = gaps_in_days(one, other)
    block.add("birth_gap_days", 0, np.log2(1.0 + np.nan_to_num(gap)), known & ~np.isnan(gap))
    block.add("birth_gap_years", -1, np.abs(one // 10_000 - other // 10_000), known)
    whole = known & (one % 100 > 0) & (other % 100 > 0)
    block.add("birth_same_month", 1, one // 100 % 100 == other // 100 % 100, whole)
    block.add("birth_same_day", 1, one % 100 == other % 100, whole)
    vague = people.birth_default | ((people.birth > 0) & (people.birth % 100 == 0))
    block.add("birth_guesses", 0, vague[left].astype(np.int8) + vague[right], known)
    return block.done()


BEST_DIFFERENCE = len(DIFFERENCES) - 1


@kernel
def _differences(left: Int64, right: Int64) -> UInt8:
    found = np.empty(left.shape[0], np.uint8)
    for pair in range(left.shape[0]):
        found[pair] = date_difference(left[pair], right[pair])
    return found
