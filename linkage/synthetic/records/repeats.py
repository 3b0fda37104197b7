"""Which residents are recorded more than once: who, why, by which office, with whom, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.cells import apportion
from linkage.synthetic.fixed_text import SYSTEM_START, YEAR
from linkage.synthetic.kinds import (
    BURST,
    CONFLICT,
    COPY_SAME_OFFICE,
    DUPLICATE_KINDS,
    MOVED_CLOSED,
    MOVED_NOT_CLOSED,
    NEWBORN,
    NON_PERMANENT,
    REPEAT_KINDS,
    SECOND_NIK,
    share_vector,
)
from linkage.synthetic.people.population import Population
from linkage.synthetic.people.residents import CHILD, DIED_REPORTED, GRANDCHILD
from linkage.synthetic.places.gazetteer import place_households
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.particulars import same_days
from linkage.synthetic.streams import Int64, cumulative, draw, rank_in_group, stream

Bool = npt.NDArray[np.bool_]

_AGAIN: Final = 0.12
_WHOLE_FAMILY: Final = 0.6
_NEWBORN_YEARS: Final = 6
_ADULT: Final = 17
_NEW_CARD_SAME_OFFICE: Final = 0.4
_BURST_SIZES: Final = (6, 30)
_BY_YEAR: Final = ((2005, 2008, 2010, 2013, 2016, 2019, 2023, 2030), (2.0, 5.0, 7.0, 5.0, 3.0, 2.0, 1.0, 0.7))
"""How often further records were made, by year: most when the registers were filled and cards first issued (9 million
double NIKs in 2009 and 2010, 2 million enrolled again from 2015 to 2017), fewer since there is one central register."""

_MOVES: Final = (MOVED_NOT_CLOSED, MOVED_CLOSED, NON_PERMANENT)
_AWAY: Final = (MOVED_NOT_CLOSED, SECOND_NIK, MOVED_CLOSED, NON_PERMANENT)
_OWN_NIK: Final = (COPY_SAME_OFFICE, SECOND_NIK, NEWBORN, BURST)


@dataclass(frozen=True)
class Repeats:
    """The further records of a cell's residents, one row each.

    ``person`` int64, row in the population; ``first`` bool, the resident's first further record; ``kind`` int64, number
    in ``REPEAT_KINDS``; ``group`` int64, equal for those who came together: they share day, address and family card;
    ``region`` int64 and ``village`` int64 of the office; ``entered`` int64 day; ``new_nik``, ``new_card``,
    ``new_address`` bool, what the office gave them anew.
    """

    person: Int64
    first: Bool
    kind: Int64
    group: Int64
    region: Int64
    village: Int64
    entered: Int64
    new_nik: Bool
    new_card: Bool
    new_address: Bool


def plan_repeats(plan: RegisterPlan, population: Population, entered: Int64) -> Repeats:
    """Return exactly the cell's number of further records. ``entered``: day of each resident's first record.

    With one region only nobody moves: those kinds become ``copy_same_office``.
    """
    cell = population.cell
    rng = stream(plan.seed, "repeats", cell.number)
    quotas = np.zeros(len(REPEAT_KINDS), np.int64)
    quotas[: len(DUPLICATE_KINDS)] = apportion(cell.repeats[0], share_vector(plan.duplicate_shares, DUPLICATE_KINDS))
    quotas[MOVED_CLOSED], quotas[NON_PERMANENT] = cell.repeats[1:]
    if plan.regions == 1:
        quotas[COPY_SAME_OFFICE] += quotas[list(_AWAY)].sum()
        quotas[list(_AWAY)] = 0
    person, kind, group = _choose(quotas, plan, population, rng)
    first = rank_in_group(person) == 0
    household = population.people.household[person]
    distinct, leader = np.unique(group, return_index=True)
    of_group = np.searchsorted(distinct, group)
    home = population.region[household].astype(np.int64)
    away = np.isin(kind, _AWAY)
    region = np.where(away, _elsewhere(home[leader], population, rng)[of_group], home)
    same_office_card = rng.random(distinct.size) < _NEW_CARD_SAME_OFFICE
    new_address = away | ((kind == COPY_SAME_OFFICE) & same_office_card[of_group])
    village = place_households(population.gazetteer, region[leader], rng)[of_group]
    days = _days(plan, population, entered[person], person, kind, of_group, distinct.size, rng)
    return Repeats(
        person,
        first,
        kind,
        group,
        region,
        np.where(new_address, village, population.village[household]),
        same_days(plan, kind, entered[person], days, stream(plan.seed, "same days", cell.number)),
        np.isin(kind, _OWN_NIK),
        new_address & (kind != NON_PERMANENT),
        new_address,
    )


def _choose(
    quotas: Int64, plan: RegisterPlan, population: Population, rng: np.random.Generator
) -> tuple[Int64, Int64, Int64]:
    """Return person, kind and group of each further record; a person has one of the first rows, some have more."""
    people = population.people
    # A death that was reported ends it; one that was not leaves the repeated records active.
    free = people.vital != DIED_REPORTED
    persons, kinds, groups = [], [], []
    used = 0
    left = quotas.copy()

    def add(kind: int, chosen: Int64, group: Int64) -> None:
        nonlocal used
        dense = _dense(group) + used
        used = int(dense.max(initial=used - 1)) + 1
        persons.append(chosen)
        kinds.append(np.full(chosen.size, kind))
        groups.append(dense)
        free[chosen] = False
        left[kind] -= chosen.size

    age = (plan.cut_off_day - people.birth) / YEAR
    young = ((people.relation == CHILD) | (people.relation == GRANDCHILD)) & (age < _NEWBORN_YEARS)
    newborns = rng.permutation(np.flatnonzero(young & free))[: quotas[NEWBORN]]
    add(NEWBORN, newborns, newborns)
    for kind in (MOVED_NOT_CLOSED, MOVED_CLOSED):
        add(kind, *_movers(int(quotas[kind]), free & (age >= _ADULT), free, population, rng))
    add(BURST, *_neighbours(int(quotas[BURST]), free, population, rng))
    for kind in (SECOND_NIK, CONFLICT, COPY_SAME_OFFICE, NON_PERMANENT):
        wanted = quotas[kind] if kind == NON_PERMANENT else round(int(quotas[kind]) * (1.0 - _AGAIN))
        # Children do not register themselves in another place.
        able = free & (age >= _ADULT) if kind in (SECOND_NIK, NON_PERMANENT) else free
        chosen = rng.permutation(np.flatnonzero(able))[:wanted]
        add(kind, chosen, chosen)
    # The rest repeats people who are repeated already, which makes groups of three and more; where a kind found too few
    # who fit it, as newborns in a small register, they are entered twice under their name.
    for kind in (NEWBORN, MOVED_NOT_CLOSED, MOVED_CLOSED, BURST, NON_PERMANENT):
        left[COPY_SAME_OFFICE] += left[kind]
        left[kind] = 0
    known = np.unique(np.concatenate(persons))
    known = known if known.size else np.arange(people.household.size)
    for kind in np.flatnonzero(left).tolist():
        chosen = known[rng.integers(0, known.size, left[kind])]
        add(kind, chosen, np.arange(chosen.size))
    return np.concatenate(persons), np.concatenate(kinds), np.concatenate(groups)


def _movers(
    quota: int, leads: Bool, free: Bool, population: Population, rng: np.random.Generator
) -> tuple[Int64, Int64]:
    """Return ``quota`` movers and their households: whole families, or one adult of a household."""
    household = population.people.household
    order = rng.permutation(population.people.households)
    whole = (rng.random(order.size) < _WHOLE_FAMILY)[household]
    # Of a household that stays one adult leaves: the first in an order of chance.
    chance = np.where(leads, rng.random(household.size), 2.0)
    best = np.full(order.size, 2.0)
    np.minimum.at(best, household, chance)
    goes = free & np.where(whole, True, leads & (chance == best[household]))
    rows = np.flatnonzero(goes)
    rows = rows[np.argsort(order[household[rows]], kind="stable")][:quota]
    return rows, household[rows].astype(np.int64)


def _neighbours(quota: int, free: Bool, population: Population, rng: np.random.Generator) -> tuple[Int64, Int64]:
    """Return ``quota`` residents in bursts of neighbours of one village, and the number of each one's burst."""
    household = population.people.household
    order = np.lexsort((household, population.village[household]))
    order = order[free[order]]
    sizes = rng.integers(*_BURST_SIZES, -(-order.size // _BURST_SIZES[0]) + 1)
    ends = np.cumsum(sizes)
    place = np.searchsorted(ends, np.arange(order.size), side="right")
    bursts = rng.permutation(sizes.size)
    village = population.village[household[order]]
    # A burst stays in one village: that of its first.
    leader = village[np.minimum((ends - sizes)[place], max(order.size - 1, 0))] if order.size else village
    rank = bursts[place]
    rank[village != leader] = bursts.size
    chosen = np.argsort(rank, kind="stable")[:quota]
    return order[chosen], place[chosen]


def _days(
    plan: RegisterPlan,
    population: Population,
    entered: Int64,
    person: Int64,
    kind: Int64,
    of_group: Int64,
    groups: int,
    rng: np.random.Generator,
) -> Int64:
    """Return the day of each further record. Most were made while the registers were filled, few of late.

    Nobody moves before the first record; which of two mistaken entries came first is chance.
    """
    birth = population.people.birth[person].astype(np.int64)
    low = np.where(np.isin(kind, _MOVES), entered, np.maximum(birth, SYSTEM_START))
    # A group's day is possible for its adults; children who were not yet there join when that can be.
    grown = np.isin(population.people.relation[person], (CHILD, GRANDCHILD), invert=True)
    earliest = np.full(groups, plan.cut_off_day)
    np.minimum.at(earliest, of_group, low)
    np.maximum.at(earliest, of_group[grown], low[grown])
    days = np.arange(SYSTEM_START, plan.cut_off_day + 1)
    before = np.r_[0.0, cumulative(np.interp(days / YEAR + 1970, *_BY_YEAR))]
    start = before[np.clip(earliest - SYSTEM_START, 0, days.size - 1)]
    chance = start + rng.random(groups) * (1.0 - start)
    day = days[np.minimum(np.searchsorted(before, chance, side="right") - 1, days.size - 1)]
    # Whoever lives elsewhere for longer than a year has moved.
    recent = plan.cut_off_day - rng.integers(1, 365, groups)
    found = np.maximum(np.where(kind == NON_PERMANENT, recent[of_group], day[of_group]), low)
    # A newborn is entered before it has a name, so before the first record that has it.
    soon = birth + (rng.random(person.size) * np.minimum(entered - birth, 40)).astype(np.int64)
    return np.where(kind == NEWBORN, soon, found)


def _elsewhere(home: Int64, population: Population, rng: np.random.Generator) -> Int64:
    weights = np.sqrt([region.population for region in population.gazetteer.regions])
    if weights.size == 1:
        return home
    other = home.copy()
    while (same := np.flatnonzero(other == home)).size:
        other[same] = draw(rng, cumulative(weights), same.size)
    return other


def _dense(labels: Int64) -> Int64:
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
