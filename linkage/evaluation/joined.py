"""People who are easily taken for one another, and how many a result takes for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkage.evaluation.figures import Figure, share
from linkage.evaluation.known_pairs import Float64, Int64, KnownPairs
from linkage.evaluation.predicted import partner_counts


@dataclass(frozen=True)
class Joined:
    """Pairs of two different persons who share something (a birth, a household, a NIK).

    ``pairs``: how many such pairs of records there are; ``joined``: how many stand in one cluster, ``share`` of all,
    its interval by resampling the groups; ``proposed``: how many stand in one case that proposes to merge.
    """

    pairs: int
    joined: int
    share: Figure
    proposed: int


def joined_pairs(group: Int64, cluster: Int64, case: Int64, known: KnownPairs, *, rng: np.random.Generator) -> Joined:
    """Return how many pairs of two persons of one group were joined.

    ``group`` int64 (n_records,): records that share it, -1 for none; ``cluster`` and ``case`` likewise, where a case is
    one that proposes a merge. Records of unknown persons are left out.
    """
    group = np.where(known.person >= 0, group, -1)
    rows = np.flatnonzero(group >= 0)
    _, unit = np.unique(group[rows], return_inverse=True)

    def of_two_persons(*labels: Int64) -> Float64:
        every = partner_counts([group, *labels], known.n_left)
        same = partner_counts([group, *labels, known.person], known.n_left)
        return np.bincount(unit, weights=(every - same)[rows]) / 2.0

    pairs, joined = of_two_persons(), of_two_persons(cluster)
    proposed = of_two_persons(case)
    return Joined(round(pairs.sum()), round(joined.sum()), share(joined, pairs, rng=rng), round(proposed.sum()))
