"""What else a record says of its person: religion, marital status, place in the family, enrolment, state."""

from __future__ import annotations

import numpy as np

from linkage.features.evidence import PairEvidence
from linkage.features.feature import Block, FeatureBlock

_SAME = ("agama", "stat_kwn", "shdk")


def person_features(pairs: PairEvidence) -> FeatureBlock:
    """Return what agrees of a person's particulars, and how many of the two records are enrolled, or history.

    ``both_enrolled_other_nik``: the centre has taken fingerprints of both under two NIKs, and compares them
    (domain: two living enrolments).
    """
    block = Block("person", pairs.n_pairs)
    people, left, right = pairs.people, pairs.survivors.left, pairs.survivors.right
    for field in _SAME:
        codes = pairs.codes(field)
        if codes is None:
            nothing = np.zeros(pairs.n_pairs, np.bool_)
            block.add(f"{field}_same", 1, nothing, nothing)
        else:
            block.add(f"{field}_same", 1, codes[0] == codes[1], (codes[0] >= 0) & (codes[1] >= 0))
    block.add("sex_same", 1, people.sex[left] == people.sex[right], (people.sex[left] > 0) & (people.sex[right] > 0))
    block.add("enrolled", 0, people.enrolled[left].astype(np.int8) + people.enrolled[right])
    block.add("both_enrolled_other_nik", -1, pairs.agreements.both_enrolled & pairs.agreements.other_nik)
    return block.done()
