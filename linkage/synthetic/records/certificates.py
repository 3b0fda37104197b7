"""Birth certificates: ``3371-LU-15072014-0012``, the regency, in time (LU) or late (LT), the date and a serial."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.fixed_text import YEAR, characters_text, digits, year_month_day
from linkage.synthetic.people.population import Population
from linkage.synthetic.places.gazetteer import load_regions
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Int64, rank_in_group, stream

_LATE: Final = 0.2
_NUMBERED_SINCE: Final = 7_305  # 1990-01-01
_IN_TIME: Final = (3, 60)
_CELLS: Final = 211
_SERIALS: Final = 10_000


def certificates(plan: RegisterPlan, population: Population, origin: Int64) -> pa.StringArray:
    """Return each resident's birth certificate number, null for none; every number once in the whole register.

    ``origin``: number (in ``load_regions``) of the regency of birth, which issues it. Most of the young have one, few
    of the old; those born before certificates were numbered so had theirs made late.
    """
    people = population.people
    rng = stream(plan.seed, "certificates", population.cell.number)
    count = people.birth.size
    birth = people.birth.astype(np.int64)
    age = (plan.cut_off_day - birth) / YEAR
    has = rng.random(count) < np.select([age < 19, age < 35], [0.96, 0.5], 0.12)
    in_time = birth + rng.integers(*_IN_TIME, count)
    late = (rng.random(count) < _LATE) | (birth < _NUMBERED_SINCE)
    first = np.maximum(birth + _IN_TIME[1], _NUMBERED_SINCE)
    has &= np.where(late, first, in_time) <= plan.cut_off_day
    span = np.maximum(plan.cut_off_day + 1 - first, 0)
    day = np.where(late, first + (rng.random(count) * span).astype(np.int64), in_time)
    region = np.array([item.code for item in load_regions()])[origin]
    key = (region * 2 + late) * 100_000 + day
    # Cells take serials in turn, so that no two give out one number.
    serial = 1 + population.cell.number % _CELLS + _CELLS * rank_in_group(np.where(has, key, -1 - np.arange(count)))
    has &= serial < _SERIALS
    year, month, date = year_month_day(day)
    signs = np.full((count, 21), ord("-"), np.uint8)
    signs[:, 0:4] = digits(region, 4)
    signs[:, 5] = ord("L")
    signs[:, 6] = np.where(late, ord("T"), ord("U"))
    signs[:, 8:10], signs[:, 10:12], signs[:, 12:16] = digits(date, 2), digits(month, 2), digits(year, 4)
    signs[:, 17:21] = digits(serial, 4)
    return pc.if_else(pa.array(has), characters_text(signs), pa.scalar(None, pa.string()))
