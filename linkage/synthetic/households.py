"""Households: who lives together, how old they are, who is whose parent, who is a twin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.synthetic.fixed_text import days_from, year_month_day, years_of
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Int64, pick, stream

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]

HEAD, WIFE, CHILD, PARENT, PARENT_IN_LAW, RELATIVE = 1, 3, 4, 7, 8, 9
"""Codes of STAT_HBKEL that occur."""

_YEAR = 365.25
_MOST_CHILDREN = 7
_FERTILITY = ((1950, 4.6), (1965, 3.6), (1980, 2.7), (2030, 2.2))
_MEAN_SIZE = 3.0


@dataclass(frozen=True)
class People:
    """Residents in order of household, one row each.

    ``household`` int32, from 0 without gaps; ``relation`` int8, a code of STAT_HBKEL; ``sex`` int8, 0 male and 1
    female; ``birth`` int32, days since 1970-01-01; ``mother`` and ``father`` int32, row of the parent, -1 when not of
    this household; ``order`` int8, place among the children from 0; ``twin`` int32, row of the elder twin (the elder
    twin names itself), -1 for others; ``marital`` int8, a code of STAT_KWN.
    """

    household: Int32
    relation: Int8
    sex: Int8
    birth: Int32
    mother: Int32
    father: Int32
    order: Int8
    twin: Int32
    marital: Int8

    @property
    def households(self) -> int:
        """Number of households."""
        return int(self.household[-1]) + 1


def make_people(plan: RegisterPlan, count: int) -> People:
    """Return ``count`` residents; the last household may be cut short."""
    factor = 1.0
    while True:
        people = _people_of(plan, int(count / _MEAN_SIZE * factor) + 20)
        if people.household.size >= count:
            return _default_dates(_first(people, count), plan)
        factor *= 1.3


def _people_of(plan: RegisterPlan, households: int) -> People:
    rng = stream(plan.seed, "households")
    kind = pick(rng, [0.80, 0.10, 0.04, 0.06], households)
    age = np.clip(rng.normal(44.5, 13.0, households), 20.0, 88.0) + np.where(kind == 1, 6.0, 0.0)
    single = kind == 3
    age[single] = np.clip(rng.gamma(3.0, 13.0, int(single.sum())) + 18.0, 18.0, 90.0)
    head_sex = np.where(kind == 1, 1, np.where(single, rng.integers(0, 2, households), 0)).astype(np.int8)
    head = (plan.cut_off_day - age * _YEAR).astype(np.int64)
    couple = kind == 0
    wife_age = np.clip(age - rng.normal(3.2, 3.4, households), 18.0, 86.0)
    wife = (plan.cut_off_day - wife_age * _YEAR - rng.integers(0, 365, households)).astype(np.int64)
    head -= rng.integers(0, 365, households)
    mother_birth = np.where(couple, wife, np.where(kind == 1, head, head + int(3 * _YEAR)))
    with_mother, with_father = couple | (kind == 1), couple | (kind == 2)
    children = _children(plan, rng, mother_birth, head, with_father & (kind != 1), ~single)
    rows = np.arange(households)
    blocks = [
        _block(rows, 0, HEAD, head_sex, head),
        _block(rows[couple], 1, WIFE, np.ones(int(couple.sum()), np.int8), wife[couple]),
        children,
    ]
    blocks += _elders(rng, rows, head, wife, couple, plan.cut_off_day)
    other = rng.random(households) < 0.07
    other_birth = plan.cut_off_day - rng.integers(int(4 * _YEAR), int(62 * _YEAR), int(other.sum()))
    blocks.append(_block(rows[other], 30, RELATIVE, rng.integers(0, 2, int(other.sum())), other_birth))
    table = np.concatenate(blocks)
    table = table[np.argsort(table["key"], kind="stable")]
    return _linked(table, with_mother, with_father, rng, plan.cut_off_day)


_ROW = np.dtype([("key", np.int64), ("relation", np.int8), ("sex", np.int8), ("birth", np.int64), ("twin", np.int8)])


def _block(
    household: Int64, rank: int | Int64, relation: int, sex: npt.NDArray[np.integer], birth: Int64
) -> npt.NDArray[np.void]:
    block = np.zeros(household.size, _ROW)
    block["key"] = household * 32 + rank
    block["relation"], block["sex"], block["birth"] = relation, sex, birth
    return block


def _children(
    plan: RegisterPlan,
    rng: np.random.Generator,
    mother_birth: Int64,
    father_birth: Int64,
    with_father: npt.NDArray[np.bool_],
    allowed: npt.NDArray[np.bool_],
) -> npt.NDArray[np.void]:
    households = mother_birth.size
    mother_year = years_of(mother_birth)
    starts = np.array([start for start, _ in _FERTILITY])
    wanted = rng.poisson(np.array([mean for _, mean in _FERTILITY])[np.searchsorted(starts, mother_year, side="right")])
    wanted = np.minimum(wanted, _MOST_CHILDREN) * allowed
    first = np.clip(rng.normal(23.0, 3.6, households), 17.5, 37.0)
    gaps = 1.1 + rng.gamma(1.6, 1.5, (households, _MOST_CHILDREN))
    gaps[:, 0] = 0.0
    mother_age = first[:, None] + np.cumsum(gaps, axis=1)
    birth = (mother_birth[:, None] + mother_age * _YEAR).astype(np.int64)
    age = (plan.cut_off_day - birth) / _YEAR
    father_age = (birth - father_birth[:, None]) / _YEAR
    here = (np.arange(_MOST_CHILDREN) < wanted[:, None]) & (age >= 0.0) & (mother_age <= 45.0)
    here &= age < rng.normal(28.0, 5.0, age.shape)
    here &= ~with_father[:, None] | (father_age >= 17.5)
    household, place = np.nonzero(here)
    twin = rng.random(household.size) < plan.rate("twin_rate")
    sex = rng.integers(0, 2, household.size).astype(np.int8)
    elder = _block(household, 2 + 2 * place, CHILD, sex, birth[here])
    elder["twin"] = twin
    younger = elder[twin].copy()
    younger["key"] += 1
    younger["twin"] = 2
    # About a third of twin births are of one egg; half of the others have one sex by chance.
    other_sex = rng.random(younger.size) < 0.34
    younger["sex"] = np.where(other_sex, 1 - younger["sex"], younger["sex"])
    return np.concatenate([elder, younger])


def _elders(
    rng: np.random.Generator, rows: Int64, head: Int64, wife: Int64, couple: npt.NDArray[np.bool_], cut_off: int
) -> list[npt.NDArray[np.void]]:
    blocks = []
    chance = rng.random(rows.size)
    for relation, rank, child, chosen in (
        (PARENT, 20, head, chance < 0.09),
        (PARENT_IN_LAW, 21, wife, couple & (chance > 0.92)),
    ):
        older = np.clip(rng.normal(26.0, 5.5, rows.size), 17.5, 42.0) * _YEAR
        birth = (child - older).astype(np.int64)
        chosen = chosen & (birth > cut_off - 99 * _YEAR)
        sex = (rng.random(int(chosen.sum())) < 0.72).astype(np.int8)
        blocks.append(_block(rows[chosen], rank, relation, sex, birth[chosen]))
    return blocks


def _linked(
    table: npt.NDArray[np.void],
    with_mother: npt.NDArray[np.bool_],
    with_father: npt.NDArray[np.bool_],
    rng: np.random.Generator,
    cut_off: int,
) -> People:
    household = (table["key"] // 32).astype(np.int32)
    relation, sex = table["relation"], table["sex"]
    rows = np.arange(table.size, dtype=np.int32)
    head_row = np.flatnonzero(relation == HEAD).astype(np.int32)
    wife_row = np.full(head_row.size, -1, np.int32)
    wife_row[household[relation == WIFE]] = rows[relation == WIFE]
    mother = np.full(table.size, -1, np.int32)
    father = np.full(table.size, -1, np.int32)
    child = relation == CHILD
    of = household[child]
    mother[child] = np.where(with_mother[of], np.where(wife_row[of] >= 0, wife_row[of], head_row[of]), -1)
    father[child] = np.where(with_father[of], head_row[of], -1)
    for code, children in ((PARENT, head_row), (PARENT_IN_LAW, wife_row)):
        for which, target in ((1, mother), (0, father)):
            elders = np.flatnonzero((relation == code) & (sex == which))
            target[children[household[elders]]] = elders
    twin = np.where(table["twin"] == 1, rows, np.where(table["twin"] == 2, rows - 1, -1)).astype(np.int32)
    order = np.where(child, (table["key"] % 32 - 2) // 2, rng.integers(0, 4, table.size)).astype(np.int8)
    married = (relation == WIFE) | ((relation == HEAD) & (wife_row[household] >= 0))
    lone = np.where(rng.random(table.size) < 0.6, 4, 3)
    age = (cut_off - table["birth"]) / _YEAR
    marital = np.where(
        married, 2, np.where((relation == CHILD) | (age < 25), 1, np.where(relation == RELATIVE, 1, lone))
    )
    return People(
        household, relation, sex, table["birth"].astype(np.int32), mother, father, order, twin, marital.astype(np.int8)
    )


def _first(people: People, count: int) -> People:
    cut = {name: values[:count].copy() for name, values in vars(people).items()}
    for name in ("mother", "father"):
        cut[name][cut[name] >= count] = -1
    # A pair cut apart is no pair.
    elder = cut["twin"][cut["twin"] >= 0]
    alone = np.flatnonzero(np.bincount(elder, minlength=count) == 1)
    cut["twin"][alone] = -1
    return People(**cut)


def _default_dates(people: People, plan: RegisterPlan) -> People:
    rng = stream(plan.seed, "default dates")
    year = year_month_day(people.birth)[0]
    chosen = (year < 1975) & (people.twin < 0) & (rng.random(year.size) < plan.default_date_rate)
    which = pick(rng, [0.55, 0.35, 0.10], year.size)
    month, day = np.array([7, 12, 1])[which], np.array([1, 31, 1])[which]
    birth = np.where(chosen, days_from(year, month, day)[0], people.birth).astype(np.int32)
    return People(**{**vars(people), "birth": birth})
