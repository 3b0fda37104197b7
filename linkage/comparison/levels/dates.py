"""Dates: the level of their relation, or of the days between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.levels.thresholds import threshold_level
from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.standardise.dates.calendar import gap_days
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


@borrowing
def gap_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    dates: npt.NDArray[np.int64],
    threshold: npt.NDArray[np.float64],
    steps: int,
    out: npt.NDArray[np.int8],
) -> None:
    """Count the days between ``dates`` int64 yyyymmdd, of either sign; the thresholds are days negated.

    Between dates of which one lacks its day there is no such number: they are missing.
    """
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(dates, left[ahead])
        ask_for(dates, right[ahead])
        one, other = abs(dates[left[pair]]), abs(dates[right[pair]])
        if one % 100 == 0 or other % 100 == 0:
            out[pair] = 0
        else:
            out[pair] = threshold_level(-float(gap_days(one, other)), threshold, steps)
