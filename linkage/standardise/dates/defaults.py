"""Default birth dates: which day of the year is one, for whom, and how many people of a cohort have it by default."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.standardise.column import Int64, UInt8

DEFAULT_DAYS: Final = (1231, 701, 101)
"""Default dates of the year, as mmdd. Beside them: day 15 of every month."""
DEFAULT_DAY: Final = 15
"""The day of a date of which only the month was known."""
ORDINARY_SHARE: Final = 1 / 365.25
"""Which part of true birth dates lies on one day of the year."""


class DefaultClass(NamedTuple):
    """A class of default dates: ``month`` 0 stands for every month. ``until``: the last birth year it was given to.

    ``share`` by cohort, 0 to 1: people who have such a date beyond those born on it.
    """

    code: str
    month: int
    day: int
    until: int
    share: tuple[float, ...]


class DefaultTable(NamedTuple):
    """``cohorts``: the first birth years of the second and later cohorts. ``classes`` in the order of their codes."""

    cohorts: tuple[int, ...]
    classes: tuple[DefaultClass, ...]


@cache
def default_table() -> DefaultTable:
    """Return the table of ``data/default_dates.toml``, read once."""
    path = resources.files("linkage.standardise") / "data" / "default_dates.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    classes = tuple(
        DefaultClass(item["code"], item["month"], item["day"], item["until"], tuple(item["share"]))
        for item in data["default"]
    )
    return DefaultTable(tuple(data["cohorts"]), classes)


def default_classes(numbers: Int64) -> UInt8:
    """Return the class of each date yyyymmdd, uint8 (n,): 0 for none, else 1 plus the index in the table.

    By day and month alone, whatever the year; vague and missing dates have none.
    """
    month, day = numbers // 100 % 100, numbers % 100
    found = np.zeros(numbers.shape, np.uint8)
    for index, item in enumerate(default_table().classes, start=1):
        fits = (day == item.day) & (month == item.month if item.month else month > 0) & (numbers > 0)
        found[fits & (found == 0)] = index
    return found


def are_discounted(numbers: Int64) -> npt.NDArray[np.bool_]:
    """Tell which dates, int64 (n,), are default dates of a birth year in which such were given.

    Agreement on one says no more than agreement on the year. A child born on 1 July 2015 has a certificate, and a
    birthday.
    """
    until = np.array([0, *(item.until for item in default_table().classes)], np.int64)
    return np.asarray(numbers // 10_000 <= until[default_classes(numbers)])


def prior_default_share(numbers: Int64) -> npt.NDArray[np.float64]:
    """Return the probability that a date is a default, float64 (n,), by the table's shares alone; 0 for other dates.

    Of the people of a cohort, e have the date by default and, of those left, one in 365.25 by birth: P = e / (e + b).
    """
    table = default_table()
    shares = np.array([(0.0,) * (len(table.cohorts) + 1), *(item.share for item in table.classes)])
    every_month = np.array([1.0, *(1.0 if item.month else 1 / 12 for item in table.classes)])
    which = default_classes(numbers)
    cohort = cohort_of(numbers // 10_000)
    excess = shares[which, cohort] * every_month[which]
    born = ORDINARY_SHARE * (1.0 - shares.sum(axis=0)[cohort])
    return np.asarray(excess / (excess + born))


def cohort_of(years: Int64) -> Int64:
    """Return the cohort of each birth year, 0 to the number of ``cohorts``."""
    return np.searchsorted(np.array(default_table().cohorts), years, side="right").astype(np.int64)
