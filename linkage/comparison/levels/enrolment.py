"""Card statuses: what the centre's biometric check says of two enrolments."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing

UNFINISHED: Final = 0
FINISHED: Final = 1
REPEATED: Final = 2
"""States of an enrolment: not finished, finished, and called a repeat of another by the centre."""

_BOTH_FINISHED: Final = 0
_NOT_BOTH: Final = 1
_FOUND_DUPLICATE: Final = 2


@borrowing
def enrolment_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    states: npt.NDArray[np.int64],
    relation_level: npt.NDArray[np.int8],
    out: npt.NDArray[np.int8],
) -> None:
    """Relate states of enrolment, equal statuses too.

    Two finished ones were compared by fingers and irises, and found to be of two people: they differ.
    """
    for pair in range(count):
        one, other = states[left[pair]], states[right[pair]]
        relation = _NOT_BOTH
        if one == REPEATED or other == REPEATED:
            relation = _FOUND_DUPLICATE
        elif one == FINISHED and other == FINISHED:
            relation = _BOTH_FINISHED
        out[pair] = relation_level[relation]
