"""NIKs: the level of their relation, or of the strongest thing they have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.standardise.nik.evidence import nik_likeness
from linkage.standardise.nik.relation import UNKNOWN, damaged_relation, nik_relation


@borrowing
def nik_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    niks: npt.NDArray[np.int64],
    relation_level: npt.NDArray[np.int8],
    out: npt.NDArray[np.int8],
) -> None:
    """Relate ``niks`` int64, negative where damaged; a damaged one that tells nothing of the other is missing."""
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(niks, left[ahead])
        ask_for(niks, right[ahead])
        one, other = niks[left[pair]], niks[right[pair]]
        if one >= 0 and other >= 0:
            out[pair] = relation_level[nik_relation(one, other)]
            continue
        relation = damaged_relation(one, other)
        out[pair] = 0 if relation == UNKNOWN else relation_level[relation]


@borrowing
def likeness_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    niks: npt.NDArray[np.int64],
    newest: npt.NDArray[np.int32],
    relation_level: npt.NDArray[np.int8],
    out: npt.NDArray[np.int8],
) -> None:
    """Grade what ``niks`` int64, negative where damaged, have in common; ``newest`` int32 (10_000,) by regency."""
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(niks, left[ahead])
        ask_for(niks, right[ahead])
        likeness = nik_likeness(niks[left[pair]], niks[right[pair]], newest)
        out[pair] = relation_level[likeness - 1] if likeness > 0 else 0
