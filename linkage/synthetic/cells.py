"""The cells of a register: parts of at most a quarter of a million people, each of which can be made on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.errors import UsageError
from linkage.synthetic.places.gazetteer import Region
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Float64, Int64

CELL_SIZE: Final = 250_000
"""Persons of one cell, at most."""


@dataclass(frozen=True)
class Cell:
    """One part of a register: whole regencies, or a share of one large regency.

    ``number`` from 0; ``regions`` int64 (k,), numbers of its regencies, ascending; ``persons`` int64 (k,) how many live
    in each; ``part`` of ``parts``: which share of the regency it is, 0 of 1 for whole ones; ``first_person``: persons
    in earlier cells; ``repeats``: further records by reason, as in :attr:`RegisterPlan.repeats`.
    """

    number: int
    regions: Int64
    persons: Int64
    part: int
    parts: int
    first_person: int
    repeats: tuple[int, int, int]

    @property
    def count(self) -> int:
        """Number of persons."""
        return int(self.persons.sum())


def plan_cells(plan: RegisterPlan, regions: Sequence[Region], size: int = CELL_SIZE) -> tuple[Cell, ...]:
    """Return the cells of a plan. Regencies get persons in proportion to their population.

    Raises:
        UsageError: a regency would have more cells than sub-districts.
    """
    persons = apportion(plan.persons, np.array([region.population for region in regions]))
    groups = _groups(persons, size)
    shares = np.array([counts.sum() for _, counts, _, _ in groups], np.float64)
    repeats = [apportion(count, shares) for count in plan.repeats]
    starts = np.r_[0, np.cumsum(shares)].astype(np.int64)
    cells = []
    for number, (members, counts, part, parts) in enumerate(groups):
        if parts > regions[int(members[0])].districts:
            raise UsageError(
                "a regency would have more people than its sub-districts can hold",
                remedy="Ask for more regions, or for fewer records",
            )
        own = (int(repeats[0][number]), int(repeats[1][number]), int(repeats[2][number]))
        cells.append(Cell(number, members, counts, part, parts, int(starts[number]), own))
    return tuple(cells)


def apportion(total: int, shares: Float64) -> Int64:
    """Return int64 (n,) that sums to ``total``, in proportion to ``shares``, by largest remainder (Hamilton)."""
    exact = total * shares / shares.sum()
    counts: Int64 = np.floor(exact).astype(np.int64)
    left = total - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:left]] += 1
    return counts


def _groups(persons: Int64, size: int) -> list[tuple[Int64, Int64, int, int]]:
    """Return (regencies, persons, part, parts) of each cell: large regencies parted, small ones put together."""
    groups: list[tuple[Int64, Int64, int, int]] = []
    waiting: list[int] = []
    for region, count in enumerate(persons.tolist()):
        parts = -(-count // size)
        if parts > 1:
            share = np.full(parts, count // parts)
            share[: count % parts] += 1
            groups += [(np.array([region]), share[part : part + 1], part, parts) for part in range(parts)]
            continue
        if waiting and persons[waiting].sum() + count > size:
            groups.append((np.array(waiting), persons[waiting], 0, 1))
            waiting = []
        waiting.append(region)
    if waiting:
        groups.append((np.array(waiting), persons[waiting], 0, 1))
    return groups
