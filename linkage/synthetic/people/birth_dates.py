"""Default birth dates: given by an office to those who knew only the year, or only the month, of their birth.

Offices entered 31 December until 1994 or 2004, and 1 July since; the 15th where only the month was known. 1 January
occurs without a rule that asks for it. The older, the more often; whoever has a birth certificate has a true date.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.fixed_text import YEAR, days_from, year_month_day
from linkage.synthetic.people.residents import People
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import stream

COHORTS: Final = (1945, 1960, 1975, 1990, 2005)
"""First birth years of the second and later cohorts."""

SHARES: Final = (0.135, 0.105, 0.062, 0.03, 0.008, 0.0005)
"""Share of default dates by cohort, times the plan's factor (unit: 1)."""

_DATES: Final = np.array(
    [
        [0.40, 0.46, 0.09, 0.05],
        [0.36, 0.50, 0.09, 0.05],
        [0.30, 0.56, 0.09, 0.05],
        [0.22, 0.61, 0.10, 0.07],
        [0.12, 0.66, 0.12, 0.10],
        [0.00, 0.75, 0.12, 0.13],
    ]
)
"""By cohort, the shares of 31 December, 1 July, 1 January and the 15th of the month."""

_LEAST_GAP = 274
_YOUNGEST_PARENT, _OLDEST_MOTHER = 16.0, 47.0


def with_default_dates(people: People, plan: RegisterPlan, cell: int) -> People:
    """Return the people with default dates among their birth dates, marked in ``defaulted``.

    Twins keep their date. So do relatives where a default date would put full siblings less than nine months apart, a
    mother or father less than 16 years before a child, or a mother more than 47.
    """
    rng = stream(plan.seed, "default dates", cell)
    year, month, _ = year_month_day(people.birth)
    cohort = np.searchsorted(COHORTS, year, side="right")
    chance, which = rng.random(year.size), rng.random(year.size)
    chosen = (people.twin < 0) & (chance < np.array(SHARES)[cohort] * plan.default_date_factor)
    date = (np.cumsum(_DATES, axis=1)[cohort, :3] <= which[:, None]).sum(axis=1)
    default = days_from(
        year, np.where(date == 3, month, np.array([12, 7, 1, 1])[date]), np.array([31, 1, 1, 15])[date]
    )[0]
    chosen &= default <= plan.cut_off_day
    while True:
        wrong = _impossible(people, np.where(chosen, default, people.birth))
        # The true dates go together, so that this ends.
        if not chosen[wrong].any():
            break
        chosen[wrong] = False
    return replace(people, birth=np.where(chosen, default, people.birth).astype(np.int32), defaulted=chosen)


def _impossible(people: People, birth: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return the rows of relatives whose dates do not go together."""
    found = []
    for parents, oldest in ((people.mother, _OLDEST_MOTHER), (people.father, np.inf)):
        child = np.flatnonzero(parents >= 0)
        older = (birth[child] - birth[parents[child]]) / YEAR
        wrong = child[(older < _YOUNGEST_PARENT) | (older > oldest)]
        found += [wrong, parents[wrong].astype(np.int64)]
    child = np.flatnonzero((people.mother >= 0) | (people.father >= 0))
    child = child[np.lexsort((people.order[child], people.father[child], people.mother[child]))]
    elder, younger = child[:-1], child[1:]
    full = (people.mother[elder] == people.mother[younger]) & (people.father[elder] == people.father[younger])
    full &= (people.twin[elder] < 0) | (people.twin[elder] != people.twin[younger])
    close = full & (birth[younger].astype(np.int64) - birth[elder] < _LEAST_GAP)
    return np.concatenate([*found, elder[close], younger[close]])
