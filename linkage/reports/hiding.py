"""Hiding small numbers so that they cannot be computed from the others.

A count of 1 to 4 people is hidden. Sums give hidden numbers away: regencies add up to their province, provinces to the
nation, parts to a total. So where all but one number of a sum are shown, another one is hidden too (secondary cell
suppression: L. Willenborg and T. de Waal, "Elements of Statistical Disclosure Control", Springer 2001).

Why no sum and no combination of sums gives a hidden number away. Of every total with parts one part is the *first*, the
same for all regions. The rules below keep three things true: (1) of each measure the hidden regions are never alone in
a sum of regions; (2) where a part or its total is hidden, the first part is hidden too; (3) where only the first is, a
further part is. Take a hidden number. Walk from its region through the sums of regions along hidden regions, up or
down, as far as it goes: (1) says there is always a way on until a region without further sums. Add 1 and take away 1 by
turns on that way, and the opposite of the first part (or the total, or the further part) beside it: all that is shown
stays as it is, and the hidden number has changed. It needs each measure to be part of one total at most, which a test
checks, as another checks the whole by linear algebra.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.standardise.column import Int64

LEAST: Final = 5
"""The smallest number of people that is shown."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Parts:
    """Places of numbers of which one is the sum of the others. ``order``: the parts, the first to be hidden first."""

    total: int
    order: tuple[int, ...]


def hidden_cells(
    values: Int64,
    regions: Sequence[Parts],
    totals: Sequence[Parts],
    *,
    protected: Mask,
    unseen_regions: Mask,
    unseen_measures: Mask,
) -> tuple[Mask, Mask]:
    """Return which numbers are small, and which are hidden, both bool (n_regions, n_measures).

    Args:
        values: int64 (n_regions, n_measures), not negative.
        regions: sums of rows. totals: sums of columns, whose first part is the first of the order.
        protected: bool (n_measures,), whether it counts people.
        unseen_regions: bool (n_regions,), rows that no report shows though they can be computed; they are hidden
            before others. unseen_measures: the same of columns.
    """
    small = (values > 0) & (values < LEAST) & protected
    hidden = small.copy()
    shown_as_small = small & ~unseen_regions[:, None] & ~unseen_measures
    while True:
        before = int(hidden.sum())
        for column in np.flatnonzero(protected).tolist():
            if hidden[:, column].any():
                for parts in regions:
                    order = _cheapest(parts.order, values[:, column], unseen_regions)
                    _close(values[:, column], hidden[:, column], shown_as_small[:, column], parts.total, order, ())
        for parts in totals:
            cells = [parts.total, *parts.order]
            for row in np.flatnonzero(hidden[:, cells].any(axis=1)).tolist():
                _close(values[row], hidden[row], shown_as_small[row], parts.total, parts.order, parts.order[:1])
        if int(hidden.sum()) == before:
            return small, hidden


def first_first(parts: Iterable[int], weight: Int64, unseen: Mask) -> tuple[int, ...]:
    """Return the parts of a total in the order in which they are hidden: those nobody sees, then the largest."""
    return tuple(sorted(parts, key=lambda part: (weight[part] == 0, not unseen[part], -int(weight[part]), part)))


def as_told(parts: Iterable[int], weight: Int64) -> tuple[int, ...]:
    """Return the parts of a total in the order in which they are hidden: as they are told, those of 0 last."""
    return tuple(sorted(parts, key=lambda part: bool(weight[part] == 0)))


def _cheapest(parts: Sequence[int], column: Int64, unseen: Mask) -> tuple[int, ...]:
    """Return regions in the order in which they are hidden: those nobody sees, then the smallest; none of 0 first."""
    return tuple(sorted(parts, key=lambda part: (column[part] == 0, not unseen[part], int(column[part]), part)))


def _close(values: Int64, hidden: Mask, small: Mask, total: int, order: Sequence[int], always: Sequence[int]) -> None:
    """Hide further numbers of one sum, in place, until what is hidden of it stays hidden."""
    if not (hidden[total] or hidden[list(order)].any()):
        return
    hidden[list(always)] = True
    for further in (None, *order, total):
        if further is not None:
            if hidden[further]:
                continue
            hidden[further] = True
        if _safe(values, hidden, small, total, order):
            return


def _safe(values: Int64, hidden: Mask, small: Mask, total: int, order: Sequence[int]) -> bool:
    """Whether the hidden numbers of a sum cannot be told: more than one, together no small number themselves, and not
    all as small or as large as "<5" can be."""
    parts = [part for part in order if hidden[part]]
    if hidden[total]:
        return len(parts) > 0
    together = int(values[parts].sum())
    told = bool(small[parts].all()) and together in (len(parts), len(parts) * (LEAST - 1))
    return len(parts) > 1 and together >= LEAST and not told
