"""The age pyramid of Indonesia: residents by age, sex and marital status, as published."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.fixed_text import YEAR
from linkage.synthetic.streams import Float64, Int64

GROUPS: Final = 20
"""Groups of five years of age; the last is 95 and over."""

CELLS: Final = 4 * GROUPS
"""Cells of sex, age group and marriage, see :meth:`Pyramid.cells`."""

_SETTLED, _VERY_OLD = 9, 17
_STATUSES: Final = ("single", "married", "divorced", "widowed")
_SEXES: Final = ("men", "women")


@dataclass(frozen=True)
class Pyramid:
    """Shares of the residents.

    Attributes:
        shares: float64 (2, 20), by sex (0 male, 1 female) and five-year group; sums to 1.
        marital: float64 (2, 20, 4), of each sex and group the share of single, married, divorced and widowed; the
            last axis sums to 1. Code of STAT_KWN less 1.
    """

    shares: Float64
    marital: Float64

    def cells(self) -> Float64:
        """Return float64 (80,): shares by sex, age group and marriage, which sum to 1.

        The two cells of a group are, up to 44 years, the single and those ever married; from 45 to 84 the married and
        those who are not; from 85 on all are in the first.
        """
        single, married = self.marital[:, :, 0], self.marital[:, :, 1]
        group = np.arange(GROUPS)
        first = np.where(group < _SETTLED, single, np.where(group < _VERY_OLD, married, 1.0))
        cells: Float64 = (self.shares[:, :, None] * np.stack([first, 1.0 - first], axis=2)).ravel()
        return cells


@cache
def load_pyramid() -> Pyramid:
    """Return the table of the package (``data/pyramid.csv``, where its sources stand)."""
    text = files("linkage.synthetic").joinpath("data", "pyramid.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter=";"))
    counts = np.array([[float(row[sex]) for row in rows] for sex in _SEXES])
    marital = np.array([[[float(row[f"{sex}_{status}"]) for status in _STATUSES] for row in rows] for sex in _SEXES])
    return Pyramid(counts / counts.sum(), marital / marital.sum(axis=2, keepdims=True))


def cells_of(sex: npt.NDArray[np.integer], age: npt.NDArray[np.floating], marital: npt.NDArray[np.integer]) -> Int64:
    """Return int64 (n,): the cell of each person in the order of :meth:`Pyramid.cells`."""
    group = group_of(age)
    other = np.where(group < _SETTLED, marital != 1, (group < _VERY_OLD) & (marital != 2))
    cells: Int64 = (sex.astype(np.int64) * GROUPS + group) * 2 + other
    return cells


def group_of(age: npt.NDArray[np.floating]) -> Int64:
    """Return int64 (n,): the five-year group of an age in years (not negative)."""
    group: Int64 = np.minimum(age / 5.0, GROUPS - 1).astype(np.int64)
    return group


def ages_at(birth: npt.NDArray[np.integer], day: int) -> Float64:
    """Return float64 (n,): the age in years on a day, both given as days since 1970-01-01."""
    return (day - birth) / YEAR
