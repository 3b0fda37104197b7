"""Dates: the level of their relation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.states import AHEAD
from linkage.similarity.jit import ask_for, borrowing
from linkage.standardise.dates.relation import YEAR, date_relation


@borrowing
def date_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    dates: npt.NDArray[np.int64],
    relation_level: npt.NDArray[np.int8],
    discount: bool,
    out: npt.NDArray[np.int8],
) -> None:
    """Relate ``dates`` int64 yyyymmdd; negative ones are default dates, with ``discount`` equal in the year at best."""
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(dates, left[ahead])
        ask_for(dates, right[ahead])
        one, other = dates[left[pair]], dates[right[pair]]
        relation = date_relation(abs(one), abs(other))
        if discount and (one < 0 or other < 0) and relation > YEAR and abs(one) // 10_000 == abs(other) // 10_000:
            relation = YEAR
        out[pair] = relation_level[relation]
