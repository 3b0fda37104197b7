"""Family evidence of the package for people and pairs in the oracle's words."""

import numpy as np
import pytest

from linkage.decision.evidence import NameRelation
from linkage.features.family.block import family_features


def codes(texts):
    """Return int32 codes of texts, -1 for an empty one."""
    known = {text: code for code, text in enumerate(sorted(set(texts) - {""}))}
    return np.array([known.get(text, -1) for text in texts], np.int32)


@pytest.fixture(scope="session")
def evidence():
    """Ask the package: float32 (n_pairs, 5) for the pairs [(left, right, weight, name), ...]."""

    def ask(people, pairs, left_count=-1):
        left, right = (np.array([pair[side] for pair in pairs], np.int32) for side in (0, 1))
        weight = np.array([pair[2] for pair in pairs], np.float64)
        names = np.array([NameRelation[pair[3].upper()] for pair in pairs], np.int8)
        cards, birth = codes([item.card for item in people]), np.array([item.birth for item in people], np.int64)
        return family_features(left, right, weight, names, cards, birth, left_count)[1]

    return ask
