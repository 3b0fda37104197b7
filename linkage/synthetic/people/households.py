"""The residents of a cell: households drawn from a demographic model and kept so that the pyramid is Indonesia's."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.fixed_text import YEAR
from linkage.synthetic.people.birth_dates import with_default_dates
from linkage.synthetic.people.calibration import Retention, fit_retention
from linkage.synthetic.people.deaths import draw_vital
from linkage.synthetic.people.families import make_pool
from linkage.synthetic.people.members import SLOTS, Members, united
from linkage.synthetic.people.pyramid import ages_at, cells_of, load_pyramid
from linkage.synthetic.people.residents import DIED_REPORTED, WIDOWED, People
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Int64, stream

Int32 = npt.NDArray[np.int32]

MEAN_SIZE: Final = 3.3
"""Mean persons of a household: between family cards (86.4 million for 271.3 million residents in 2020, 3.1) and the
census households of 2020 (3.9)."""

_KEPT = 0.5
_PILOT = 100_000
_POOL = 60_000
_SMALLEST_POOL = 40


def make_people(plan: RegisterPlan, count: int, cell: int = 0) -> People:
    """Return ``count`` residents (at least 1) of a cell of the plan; the last household may be cut short.

    Ages, sexes and the mean size of households follow the published ones. Parents are at least 16 years older than
    their children, mothers at most 47; full siblings are nine months or more apart, or twins. Nobody is born after
    ``plan.cut_off``. Spouses of residents whose death is reported are widowed. The same arguments give the same people.
    """
    members = _members(plan, count, cell)
    mother, father = _rows(members.key, members.mother), _rows(members.key, members.father)
    birth = np.floor(plan.cut_off_day - members.age * YEAR).astype(np.int32)
    vital = draw_vital(plan, ages_at(birth, plan.cut_off_day), cell)
    marital = members.marital.copy()
    second = np.flatnonzero(members.partner >= 0)
    first = _rows(members.key, members.partner[second])
    pair = np.column_stack([first, second])[first >= 0]
    for gone, left in (pair.T, pair.T[::-1]):
        marital[left[vital[gone] == DIED_REPORTED]] = WIDOWED
    people = People(
        household=(members.key // SLOTS).astype(np.int32),
        relation=members.relation,
        sex=members.sex,
        birth=birth,
        mother=mother,
        father=father,
        order=members.order,
        twin=_twins(members),
        marital=marital,
        vital=vital,
        defaulted=np.zeros(count, np.bool_),
    )
    return with_default_dates(people, plan, cell)


def _members(plan: RegisterPlan, count: int, cell: int) -> Members:
    """Return the first ``count`` members of households kept, in order of key; households are numbered from 0."""
    rng = stream(plan.seed, "households", cell)
    twin_rate = plan.rate("twin_rate")
    retention = _retention(plan.cut_off_day, twin_rate)
    parts: list[Members] = []
    people = households = 0
    while people < count:
        size = min(int((count - people) / (MEAN_SIZE * _KEPT) * 1.03) + _SMALLEST_POOL, _POOL)
        pool = make_pool(rng, load_pyramid(), size, _year(plan.cut_off_day), twin_rate)
        house = pool.key // SLOTS
        kept = rng.random(size) < retention.chances(house, _cells(pool), size)
        number = households + np.cumsum(kept) - 1
        here = kept[house]
        pool = pool.take(here).moved((number - np.arange(size))[house[here]])
        parts.append(pool.take(np.argsort(pool.key)))
        people, households = people + pool.key.size, households + int(kept.sum())
    return united(parts).take(np.arange(count))


@lru_cache(maxsize=8)
def _retention(cut_off_day: int, twin_rate: float) -> Retention:
    """Fit the retention on a pilot pool that is the same for every seed and cell."""
    pyramid = load_pyramid()
    pool = make_pool(stream(0, "pilot households"), pyramid, _PILOT, _year(cut_off_day), twin_rate)
    return fit_retention(pool.key // SLOTS, _cells(pool), pyramid.cells(), MEAN_SIZE, _KEPT)


def _cells(members: Members) -> Int64:
    return cells_of(members.sex, members.age, members.marital)


def _year(day: int) -> float:
    return 1970.0 + day / YEAR


def _rows(keys: Int64, wanted: Int64) -> Int32:
    """Return the row of each wanted key among ascending keys, -1 where there is none."""
    place = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.where(keys[place] == wanted, place, -1).astype(np.int32)


def _twins(members: Members) -> Int32:
    elder = _rows(members.key, members.twin)
    # One whose twin has left home has none here.
    pairs = np.bincount(elder[elder >= 0], minlength=elder.size) == 2
    return np.where((elder >= 0) & pairs[elder], elder, -1).astype(np.int32)
