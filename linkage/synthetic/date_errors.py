"""What happens to birth dates. Every result is a date that exists, not after the cut-off; a misfit stays as it was."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.synthetic.fixed_text import days_from, year_month_day
from linkage.synthetic.streams import Int64, pick

_EARLIEST = -25_567  # 1900-01-01


def swap_day_month(birth: Int64, cut_off: int) -> Int64:
    """Exchange day and month where the day may be a month."""
    year, month, day = year_month_day(birth)
    return _kept(birth, *days_from(year, day, month), cut_off)


def default_date(birth: Int64, cut_off: int, rng: np.random.Generator) -> Int64:
    """Keep the year and set 1 July, 31 December, 1 January, or the 15th of the month."""
    year, month, _ = year_month_day(birth)
    which = pick(rng, [0.5, 0.25, 0.1, 0.15], birth.size)
    months = np.select([which == 0, which == 1, which == 2], [7, 12, 1], month)
    days = np.array([1, 31, 1, 15])[which]
    return _kept(birth, *days_from(year, months, days), cut_off)


def change_digit(birth: Int64, cut_off: int, rng: np.random.Generator) -> Int64:
    """Change one digit of day, month or year."""
    year, month, day = year_month_day(birth)
    place = rng.integers(0, 5, birth.size)
    step = rng.integers(1, 10, birth.size)
    day = np.where(place == 0, _units(day, step), np.where(place == 1, _tens(day, step), day))
    month = np.where(place == 2, _units(month, step), month)
    year = np.where(place == 3, _units(year, step), np.where(place == 4, _tens(year, step), year))
    return _kept(birth, *days_from(year, month, day), cut_off)


def slip_year(birth: Int64, cut_off: int, rng: np.random.Generator) -> Int64:
    """Move the year by one."""
    year, month, day = year_month_day(birth)
    return _kept(birth, *days_from(year + rng.choice([-1, 1], birth.size), month, day), cut_off)


def contradict(birth: Int64, cut_off: int, rng: np.random.Generator) -> Int64:
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


def _kept(birth: Int64, days: Int64, right: npt.NDArray[np.bool_], cut_off: int) -> Int64:
    return np.where(right & (days <= cut_off) & (days >= _EARLIEST), days, birth)
