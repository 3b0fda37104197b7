"""Which residents are recorded more than once, by which office, and how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.synthetic.gazetteer import place_households
from linkage.synthetic.households import CHILD
from linkage.synthetic.plan import DUPLICATE_KINDS, RegisterPlan, share_vector
from linkage.synthetic.population import Population
from linkage.synthetic.streams import Float64, Int64, cumulative, draw, pick, stream

SAME_OFFICE, MOVED, ELSEWHERE, NEWBORN, CONFLICT = range(len(DUPLICATE_KINDS))

_COPIES_PER_PERSON = (0.88, 0.10, 0.02)
_NEWBORN_YEARS = 6
_NEW_CARD_SAME_OFFICE = 0.4


@dataclass(frozen=True)
class Copies:
    """The further records of residents, one row each, a resident's together.

    ``person`` int64 row in the population; ``first`` bool, the resident's first copy; ``kind`` int64, number in
    ``DUPLICATE_KINDS``; ``region`` int64 and ``village`` int64 of the office; ``new_card`` bool, on a family card of
    its own at a new address; ``new_nik`` bool, under a NIK of its own.
    """

    person: Int64
    first: npt.NDArray[np.bool_]
    kind: Int64
    region: Int64
    village: Int64
    new_card: npt.NDArray[np.bool_]
    new_nik: npt.NDArray[np.bool_]


def plan_copies(plan: RegisterPlan, population: Population) -> Copies:
    """Return exactly ``plan.copies`` further records, one to three per resident chosen.

    With one region only, nobody moves: those kinds become ``copy_same_office``.
    """
    rng = stream(plan.seed, "duplicates")
    size = _cluster_sizes(plan.copies, rng)
    shares = share_vector(plan.duplicate_shares, DUPLICATE_KINDS)
    kind, first = _kinds(size, shares, rng)
    kind[first], chosen = _persons(kind[first], plan, population, rng)
    person = np.repeat(chosen, size)
    if plan.regions == 1:
        kind[(kind == MOVED) | (kind == ELSEWHERE)] = SAME_OFFICE
    home = population.region[population.people.household[person]].astype(np.int64)
    away = (kind == MOVED) | (kind == ELSEWHERE)
    region = np.where(away, _elsewhere(home, population, rng), home)
    new_card = away | ((kind == SAME_OFFICE) & (rng.random(kind.size) < _NEW_CARD_SAME_OFFICE))
    village = population.village[population.people.household[person]]
    village = np.where(new_card, place_households(population.gazetteer, region, rng), village)
    new_nik = (kind == SAME_OFFICE) | (kind == ELSEWHERE) | (kind == NEWBORN)
    return Copies(person, first, kind, region, village, new_card, new_nik)


def _cluster_sizes(copies: int, rng: np.random.Generator) -> Int64:
    sizes = pick(rng, _COPIES_PER_PERSON, copies) + 1
    total = np.cumsum(sizes)
    kept = sizes[: int(np.searchsorted(total, copies)) + 1]
    if kept.size:
        kept[-1] -= kept.sum() - copies
    return kept


def _kinds(size: Int64, shares: Float64, rng: np.random.Generator) -> tuple[Int64, npt.NDArray[np.bool_]]:
    kind = pick(rng, shares, int(size.sum()))
    first = np.zeros(kind.size, np.bool_)
    first[np.cumsum(size) - size] = True
    # A child is a nameless newborn once; further copies of it are of the other kinds.
    others = shares.copy()
    others[NEWBORN] = 0.0
    again = ~first & (kind == NEWBORN)
    kind[again] = pick(rng, others, int(again.sum())) if others.any() else SAME_OFFICE
    return kind, first


def _persons(kind: Int64, plan: RegisterPlan, population: Population, rng: np.random.Generator) -> tuple[Int64, Int64]:
    people = population.people
    young = (people.relation == CHILD) & (plan.cut_off_day - people.birth < _NEWBORN_YEARS * 365)
    newborns = rng.permutation(np.flatnonzero(young))
    places = np.flatnonzero(kind == NEWBORN)
    # More newborns wanted than there are: the rest are entered twice under their name.
    kind[places[newborns.size :]] = SAME_OFFICE
    places = places[: newborns.size]
    person = np.empty(kind.size, np.int64)
    person[places] = newborns[: places.size]
    free = np.ones(people.household.size, np.bool_)
    free[person[places]] = False
    rest = np.flatnonzero(kind != NEWBORN)
    person[rest] = rng.permutation(np.flatnonzero(free))[: rest.size]
    return kind, person


def _elsewhere(home: Int64, population: Population, rng: np.random.Generator) -> Int64:
    weights = np.sqrt([region.population for region in population.gazetteer.regions])
    if weights.size == 1:
        return home
    other = home.copy()
    while (same := np.flatnonzero(other == home)).size:
        other[same] = draw(rng, cumulative(weights), same.size)
    return other
