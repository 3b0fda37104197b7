"""What happens to birth dates. Every result is a date that exists, not after the cut-off; a misfit stays as it was."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.fixed_text import days_from, year_month_day
from linkage.synthetic.streams import Int64, cumulative, pick

Days = int | npt.NDArray[np.integer]
"""The latest day that may come out: one for all, or one for each date."""

_EARLIEST: Final = -25_567  # 1900-01-01
_LAST_YEAR: Final = 2005
"""The last birth year of those entered without a day: since then a child has a certificate."""
_COHORTS: Final = (1960, 1990)
_DEFAULTS: Final = ((0.45, 0.40, 0.08, 0.07), (0.50, 0.22, 0.10, 0.18), (0.35, 0.05, 0.15, 0.45))
"""1 July, 31 December, 1 January, the 15th of the month, for those born before, between and after the two years. The
offices' rule was 31 December until the nineties and 1 July since, and the 15th where the month is known; who is young
was seldom entered without a day."""

_DIGITS: Final = (0.3, 0.2, 0.2, 0.2, 0.1)
_SLIPS: Final = (0.55, 0.08, 0.22, 0.15)


def swap_day_month(birth: Int64, cut_off: Days) -> Int64:
    """Exchange day and month where the day may be a month."""
    year, month, day = year_month_day(birth)
    return _kept(birth, *days_from(year, day, month), cut_off)


def default_date(birth: Int64, cut_off: Days, rng: np.random.Generator) -> Int64:
    """Keep the year and set 1 July, 31 December or 1 January, or the 15th of the month, as usual for the birth year.

    Whoever was born after 2005 keeps the date.
    """
    year, month, _ = year_month_day(birth)
    cohort = np.searchsorted(_COHORTS, year, side="right")
    running = np.array([cumulative(np.array(shares)) for shares in _DEFAULTS])[cohort]
    which = (rng.random(birth.size)[:, None] >= running).sum(axis=1)
    months = np.select([which == 0, which == 1, which == 2], [7, 12, 1], month)
    days, right = days_from(year, months, np.array([1, 31, 1, 15])[which])
    return _kept(birth, days, right & (year <= _LAST_YEAR), cut_off)


def change_digit(birth: Int64, cut_off: Days, rng: np.random.Generator) -> Int64:
    """Change one digit of day, month or year."""
    year, month, day = year_month_day(birth)
    place = pick(rng, _DIGITS, birth.size)
    step = rng.integers(1, 10, birth.size)
    # Most other digits make no date in these two places: a day begins with 0 to 3, a month ends in what its ten allows.
    tens = (day // 10 + rng.integers(1, 4, birth.size)) % 4 * 10 + day % 10
    near = np.where(rng.random(birth.size) < 0.5, -1, 1)
    day = np.where(place == 0, _units(day, step), np.where(place == 1, tens, day))
    month = np.where(place == 2, month + np.where(month // 10 == (month + near) // 10, near, -near), month)
    year = np.where(place == 3, _units(year, step), np.where(place == 4, _tens(year, step), year))
    return _kept(birth, *days_from(year, month, day), cut_off)


def slip_year(birth: Int64, cut_off: Days, rng: np.random.Generator) -> Int64:
    """Move the year by one, by two or by ten, or exchange its last two digits (1967, 1976)."""
    year, month, day = year_month_day(birth)
    manner = pick(rng, _SLIPS, birth.size)
    sign = np.where(rng.random(birth.size) < 0.5, -1, 1)
    exchanged = year - year % 100 + year % 10 * 10 + year % 100 // 10
    slipped = np.where(manner == 3, exchanged, year + sign * np.array([1, 2, 10, 0])[manner])
    return _kept(birth, *days_from(slipped, month, day), cut_off)


def contradict(birth: Int64, cut_off: Days, rng: np.random.Generator) -> Int64:
    """Set another date within eight years, other in year, month and day."""
    year, month, day = year_month_day(birth)
    other = (
        year + rng.choice([-7, -5, -4, -3, -2, 2, 3, 4, 5, 7], birth.size),
        (month + rng.integers(1, 12, birth.size) - 1) % 12 + 1,
        (day + rng.integers(3, 25, birth.size) - 1) % 28 + 1,
    )
    earlier = days_from(year - 3, other[1], other[2])[0]
    days, right = days_from(*other)
    return _kept(birth, np.where(days > cut_off, earlier, days), right, cut_off)


def _units(number: Int64, step: Int64) -> Int64:
    return number - number % 10 + (number % 10 + step) % 10


def _tens(number: Int64, step: Int64) -> Int64:
    tens = number // 10 % 10
    return number - tens * 10 + (tens + step) % 10 * 10


def _kept(birth: Int64, days: Int64, right: npt.NDArray[np.bool_], cut_off: Days) -> Int64:
    return np.where(right & (days <= cut_off) & (days >= _EARLIEST), days, birth)
