"""How likely a record's default date is no birthday, estimated from a register's own counts."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.standardise.column import Int64
from linkage.standardise.dates.calendar import are_dates
from linkage.standardise.dates.defaults import (
    DEFAULT_DAY,
    DEFAULT_DAYS,
    cohort_of,
    default_classes,
    default_table,
    prior_default_share,
)

Float64 = npt.NDArray[np.float64]

ESTIMATED_DAYS: Final = (*DEFAULT_DAYS, *(month * 100 + DEFAULT_DAY for month in range(1, 13)))
"""Default dates of the year, mmdd, each estimated for itself."""
NEIGHBOURS: Final = 7
"""Days looked at on either side of a default date."""
PRIOR_RECORDS: Final = 20.0
"""The table's share counts as much as so many records on the date."""

_DAY_PLACES: Final = 12 * 31


class DefaultShares(NamedTuple):
    """P(default | date, cohort). D days (:data:`ESTIMATED_DAYS`), C cohorts (those of the table).

    ``share`` float64 (C, D), 0 to 1. ``records`` float64 (C, D): records on the date. ``ordinary`` float64 (C, D): how
    many the days around it let expect; nan where the cohort has no records around it.
    """

    share: Float64
    records: Float64
    ordinary: Float64

    def of(self, numbers: Int64) -> Float64:
        """Return the probability for each date yyyymmdd, float64 (n,); 0 where it is no default date."""
        place = np.full(10_000, -1, np.int64)
        place[list(ESTIMATED_DAYS)] = np.arange(len(ESTIMATED_DAYS))
        day = place[np.maximum(numbers, 0) % 10_000]
        return np.where(day >= 0, self.share[cohort_of(numbers // 10_000), day], 0.0)


def estimate_default_shares(numbers: Int64, counts: Int64) -> DefaultShares:
    """Estimate from distinct birth dates yyyymmdd (n,) and the records on each (n,); vague ones do not count.

    On a date with n records of which the neighbouring days, up to seven on either side and none of them a default date
    itself, let expect b, the share of defaults is 1 - b / n, 0 at least. Few records lean on the table:
    (n - b + w p) / (n + w), where p is :func:`prior_default_share` and w :data:`PRIOR_RECORDS`.
    Births are taken as spread evenly over those two weeks; heaping on other days would be taken for births.
    """
    known = are_dates(numbers)
    numbers, counts = numbers[known], counts[known]
    n_cohorts = len(default_table().cohorts) + 1
    place = (numbers // 100 % 100 - 1) * 31 + numbers % 100 - 1
    per_day = np.bincount(
        cohort_of(numbers // 10_000) * _DAY_PLACES + place, weights=counts, minlength=n_cohorts * _DAY_PLACES
    ).reshape(n_cohorts, _DAY_PLACES)
    observed, ordinary = np.zeros((2, n_cohorts, len(ESTIMATED_DAYS)))
    for index, day in enumerate(ESTIMATED_DAYS):
        at = (day // 100 - 1) * 31 + day % 100 - 1
        observed[:, index] = per_day[:, at]
        ordinary[:, index] = per_day[:, _around(day)].mean(axis=1)
    prior = _prior(n_cohorts)
    excess = np.maximum(observed - ordinary, 0.0)
    share = (excess + PRIOR_RECORDS * prior) / (observed + PRIOR_RECORDS)
    return DefaultShares(share, observed, ordinary)


def _around(day: int) -> Int64:
    """Return the places of the ordinary days around a default date, over the end of the year too, never 29 February."""
    year = np.arange(np.datetime64("2001-01-01"), np.datetime64("2002-01-01"))
    month = year.astype("datetime64[M]").astype(np.int64) % 12 + 1
    number = month * 100 + (year - year.astype("datetime64[M]")).astype(np.int64) + 1
    at = int(np.flatnonzero(number == day)[0])
    near = number[(np.arange(at - NEIGHBOURS, at + NEIGHBOURS + 1)) % number.size]
    near = near[default_classes(20_010_000 + near) == 0]
    return np.asarray((near // 100 - 1) * 31 + near % 100 - 1, np.int64)


def _prior(n_cohorts: int) -> Float64:
    cohorts = default_table().cohorts
    years = np.array([cohorts[0] - 1, *cohorts], np.int64)
    days = np.array(ESTIMATED_DAYS, np.int64)
    return prior_default_share((years[:, None] * 10_000 + days).ravel()).reshape(n_cohorts, days.size)
