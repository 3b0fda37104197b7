"""A pool of households: who lives together, after a demographic model of heads, unions, births and leaving home.

The head of each household is drawn by sex, age and marital status from the pyramid, thinned by how often such people
head a household. All others follow from the head: the spouse, the children of the union who have not left, their
spouses and children, parents of the couple, relatives, a helper. A family card (KK) unites people by registration; most
of the unmarried stay on the card of their parents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.synthetic.people.members import (
    CHILD_SLOTS,
    FOSTERED_SLOT,
    GRANDCHILD_SLOTS,
    HELPER_SLOT,
    IN_LAW_SLOTS,
    PARENT_IN_LAW_SLOTS,
    PARENT_SLOTS,
    PLACES,
    RELATIVE_SLOTS,
    SLOTS,
    SPOUSE_SLOT,
    Members,
    united,
)
from linkage.synthetic.people.pyramid import GROUPS, Pyramid, group_of
from linkage.synthetic.people.residents import (
    CHILD,
    CHILD_IN_LAW,
    DIVORCED,
    GRANDCHILD,
    HEAD,
    HELPER,
    HUSBAND,
    MARRIED,
    PARENT,
    PARENT_IN_LAW,
    RELATIVE,
    SINGLE,
    WIDOWED,
    WIFE,
)
from linkage.synthetic.people.unions import (
    YOUNGEST_HUSBAND,
    YOUNGEST_WIFE,
    Births,
    births,
    child_sexes,
    first_union_ages,
    husband_ages,
    marital_status,
    status_without_spouse,
    wife_ages,
)
from linkage.synthetic.streams import Float64, Int64, pick

Int8 = npt.NDArray[np.int8]
Bool = npt.NDArray[np.bool_]

_AGES = 5.0 * np.arange(GROUPS)
_HEADS_COUPLE = np.interp(_AGES, [15, 20, 25, 30, 35, 65, 75, 85], [0.2, 0.5, 0.72, 0.85, 0.96, 0.95, 0.88, 0.75])
_HEADS_SINGLE_MAN = np.interp(_AGES, [10, 15, 20, 25, 30, 35, 45], [0.0, 0.01, 0.04, 0.10, 0.2, 0.3, 0.45])
_HEADS_SINGLE_WOMAN = np.interp(_AGES, [10, 15, 20, 25, 30, 35, 45], [0.0, 0.008, 0.03, 0.07, 0.15, 0.25, 0.4])
_HEADS_ONCE_MARRIED_MAN = np.interp(_AGES, [15, 25, 40, 65, 80], [0.0, 0.3, 0.55, 0.55, 0.4])
_HEADS_ONCE_MARRIED_WOMAN = np.interp(_AGES, [15, 25, 35, 50, 65, 70, 80], [0.0, 0.25, 0.4, 0.6, 0.65, 0.5, 0.35])
_ABSENT_SPOUSE = 0.012
_STAYS_MARRIED = np.interp(_AGES, [15, 20, 25, 30, 35, 40, 50], [0.55, 0.5, 0.36, 0.2, 0.11, 0.06, 0.03])
_STAYS_SINGLE = np.interp(_AGES, [10, 15, 20, 25, 30, 40, 50], [0.985, 0.97, 0.93, 0.88, 0.8, 0.6, 0.45])
_STAYS_ONCE_MARRIED = 0.4
_WIFE_HEADS = 0.003
_LONE_FATHERS = 0.5
_PARENT_LIVES_IN = (0.13, 0.09)
_FOSTERING = 0.05
_GRANDCHILD_LEAVES = 24.0
_OLDEST = 114.0
_VERY_OLD = 95.0
_RELATIVES_SHARE = (0.035, 0.13)
_HELPER_SHARE = 0.003


@dataclass(frozen=True)
class _Model:
    rng: np.random.Generator
    pyramid: Pyramid
    year: float
    twin_rate: float

    def members(
        self,
        key: Int64,
        relation: int | Int8,
        sex: Int8,
        age: Float64,
        marital: int | Int8,
        mother: Int64 | None = None,
        father: Int64 | None = None,
        twin: Int64 | None = None,
        order: Int64 | None = None,
    ) -> Members:
        count = key.size
        none = np.full(count, -1, np.int64)
        return Members(
            key,
            np.broadcast_to(np.asarray(relation, np.int8), count),
            sex,
            age,
            none if mother is None else mother,
            none if father is None else father,
            none if twin is None else twin,
            # Brothers and sisters of these people live elsewhere.
            (self.rng.integers(0, 4, count) if order is None else order).astype(np.int8),
            np.broadcast_to(np.asarray(marital, np.int8), count),
        )


@dataclass(frozen=True)
class _Heads:
    """Per household: sex and marital status of the head, ages of wife and husband, also of one who is gone."""

    sex: Int8
    marital: Int8
    couple: Bool
    wife: Float64
    husband: Float64

    @property
    def age(self) -> Float64:
        """Ages of the heads."""
        return np.where(self.sex == 1, self.wife, self.husband)


def make_pool(rng: np.random.Generator, pyramid: Pyramid, households: int, year: float, twin_rate: float) -> Members:
    """Return the members of a pool of households as they are in a year (with fraction).

    The pool has roughly the pyramid; mothers are 17 to 46 years older than their children and fathers at least 18.
    """
    model = _Model(rng, pyramid, year, twin_rate)
    heads = _heads(model, households)
    return united([*_couples(model, heads), *_children(model, heads), *_elders(model, heads), *_others(model, heads)])


def _heads(model: _Model, households: int) -> _Heads:
    rng = model.rng
    men, women = model.pyramid.shares[:, :, None] * model.pyramid.marital
    man = np.column_stack([_HEADS_SINGLE_MAN, np.full(GROUPS, _ABSENT_SPOUSE), *[_HEADS_ONCE_MARRIED_MAN] * 2])
    woman = np.column_stack([_HEADS_SINGLE_WOMAN, np.full(GROUPS, _ABSENT_SPOUSE), *[_HEADS_ONCE_MARRIED_WOMAN] * 2])
    heading = np.vstack([men[:, 1] * _HEADS_COUPLE, (men * man).T, (women * woman).T])
    cell = pick(rng, heading.ravel(), households)
    kind, group = cell // GROUPS, cell % GROUPS
    # From 95 on the chance to be a year older falls by a constant share, up to the oldest.
    beyond = -6.0 * np.log1p(rng.random(households) * np.expm1((_VERY_OLD - _OLDEST) / 6.0))
    age = (5.0 * group + np.where(group == GROUPS - 1, beyond, 5.0 * rng.random(households))).astype(np.float64)
    couple = kind == 0
    marital = np.where(couple, MARRIED, (kind - 1) % 4 + 1).astype(np.int8)
    least = np.where(marital == SINGLE, 17.0, YOUNGEST_HUSBAND + 0.2)
    age = np.where(age < least, least + rng.random(households), age)
    woman_heads = kind >= 5
    wife = np.where(woman_heads, age, wife_ages(rng, age))
    husband = np.where(woman_heads, husband_ages(rng, age), age)
    # A few couples have the wife for their head.
    woman_heads |= couple & (rng.random(households) < _WIFE_HEADS)
    return _Heads(woman_heads.astype(np.int8), marital, couple, wife, husband)


def _couples(model: _Model, heads: _Heads) -> list[Members]:
    key = np.arange(heads.sex.size) * SLOTS
    pair = np.flatnonzero(heads.couple)
    sex = heads.sex[pair]
    parents, in_laws = key + PARENT_SLOTS, key[pair] + PARENT_IN_LAW_SLOTS
    return [
        model.members(key, HEAD, heads.sex, heads.age, heads.marital, parents, parents + 1),
        model.members(
            key[pair] + SPOUSE_SLOT,
            np.where(sex == 1, HUSBAND, WIFE).astype(np.int8),
            1 - sex,
            np.where(sex == 1, heads.husband[pair], heads.wife[pair]),
            MARRIED,
            in_laws,
            in_laws + 1,
        ),
    ]


def _children(model: _Model, heads: _Heads) -> list[Members]:
    rng = model.rng
    lone_father = ~heads.couple & (heads.sex == 0)
    rows = np.flatnonzero((heads.marital != SINGLE) & ~(lone_father & (rng.random(heads.sex.size) > _LONE_FATHERS)))
    couple, marital = heads.couple[rows], heads.marital[rows]
    married = first_union_ages(rng, heads.wife[rows], heads.husband[rows], model.year)
    # The widowed lost their spouses late, the divorced early in the time since.
    late = np.where(marital == WIDOWED, 0.35, np.where(marital == DIVORCED, 1.2, 0.0))
    ended = married + (heads.wife[rows] - married) * np.where(couple, 1.0, rng.random(rows.size) ** late)
    born = births(rng, heads.wife[rows], married, ended, model.year, model.twin_rate)
    sex = child_sexes(rng, born.twin)
    status = marital_status(rng, model.pyramid, sex, born.age)
    status[born.age < np.where(sex == 1, YOUNGEST_WIFE + 0.2, YOUNGEST_HUSBAND + 0.2)] = SINGLE
    group = group_of(born.age)
    stays = np.where(
        status == SINGLE, _STAYS_SINGLE[group], np.where(status == MARRIED, _STAYS_MARRIED[group], _STAYS_ONCE_MARRIED)
    )
    here = np.flatnonzero(rng.random(sex.size) < stays)
    born, sex, status = born.take(here), sex[here], status[here]
    house = rows[born.union]
    first = np.where(heads.couple & (heads.sex == 0), SPOUSE_SLOT, 0)[house]
    head = house * SLOTS
    mother = np.where(lone_father[house], -1, head + first)
    father = np.where(heads.couple[house], head + SPOUSE_SLOT - first, np.where(lone_father[house], head, -1))
    key = head + CHILD_SLOTS + born.order
    twin = _twin_keys(key, born)
    children = model.members(key, CHILD, sex, born.age, status, mother, father, twin, born.order)
    return [children, *_second_families(model, children)]


def _second_families(model: _Model, children: Members) -> list[Members]:
    """Return the spouses and children of grown children who live with their parents."""
    rng = model.rng
    brings = np.where(children.sex == 1, 0.65, 0.25)
    chosen = (children.marital == MARRIED) | ((children.marital > MARRIED) & (rng.random(children.sex.size) < brings))
    parent = children.take(chosen)
    wed = parent.marital == MARRIED
    woman = parent.sex == 1
    wife = np.where(woman, parent.age, wife_ages(rng, parent.age))
    husband = np.where(woman, husband_ages(rng, parent.age), parent.age)
    # Young couples live in, and for some years.
    since = rng.standard_exponential(wife.size) * np.where(wed, 4.0, 8.0)
    married = np.maximum(first_union_ages(rng, wife, husband, model.year), wife - since)
    ended = married + (wife - married) * np.where(wed, 1.0, rng.random(wife.size))
    born = births(rng, wife, married, ended, model.year, model.twin_rate)
    born = born.take(np.flatnonzero(born.age < _GRANDCHILD_LEAVES))
    of = born.union
    place = parent.key % SLOTS - CHILD_SLOTS
    home = parent.key - parent.key % SLOTS
    spouse = np.where(wed, home + IN_LAW_SLOTS + place, -1)
    key = home[of] + GRANDCHILD_SLOTS + PLACES * place[of] + born.order
    grandchildren = model.members(
        key,
        GRANDCHILD,
        child_sexes(rng, born.twin),
        born.age,
        SINGLE,
        np.where(woman, parent.key, spouse)[of],
        np.where(woman, spouse, parent.key)[of],
        _twin_keys(key, born),
        born.order,
    )
    age = np.where(woman, husband, wife)[wed]
    in_laws = model.members(spouse[wed], CHILD_IN_LAW, 1 - parent.sex[wed], age, MARRIED)
    return [in_laws, grandchildren]


def _twin_keys(key: Int64, born: Births) -> Int64:
    return np.where(born.twin == 1, key, np.where(born.twin == 2, key - 1, -1))


def _elders(model: _Model, heads: _Heads) -> list[Members]:
    """Return parents of the heads and of their spouses, who name them by key whether they live there or not."""
    households = np.arange(heads.sex.size)
    lone = ~heads.couple
    of_head = np.where(heads.couple, _PARENT_LIVES_IN[0], np.where(heads.marital == SINGLE, 0.35, 0.08))
    spouse = np.where(heads.sex == 1, heads.husband, heads.wife)
    parts: list[Members] = []
    for slot, relation, age, chance in (
        (PARENT_SLOTS, PARENT, heads.age, of_head),
        (PARENT_IN_LAW_SLOTS, PARENT_IN_LAW, spouse, np.where(lone, 0.0, _PARENT_LIVES_IN[1])),
    ):
        parts += _parents(model, households * SLOTS + slot, relation, age, chance)
    return parts


def _parents(model: _Model, key: Int64, relation: int, child: Float64, chance: Float64) -> list[Members]:
    rng = model.rng
    mother = child + np.minimum(17.4 + 3.4 * rng.standard_gamma(2.6, child.size), 45.0)
    father = mother + rng.normal(4.2, 3.8, child.size)
    father = np.where(father < child + 18.4, child + 18.4 + 4.0 * rng.random(child.size), father)
    mother_alive = (rng.random(child.size) < _alive(mother, 2.8e-4)) & (mother < _OLDEST)
    father_alive = (rng.random(child.size) < _alive(father, 4.1e-4)) & (father < _OLDEST)
    chosen = rng.random(child.size)
    mother_here = mother_alive & (chosen < chance)
    together = mother_here & (rng.random(child.size) < 0.85)
    father_here = father_alive & np.where(mother_alive, together, chosen < chance / 2)
    parts = []
    for sex, age, here in ((1, mother, mother_here), (0, father, father_here)):
        rows = np.flatnonzero(here)
        sexes = np.full(rows.size, sex, np.int8)
        alone = status_without_spouse(rng, model.pyramid, sexes, age[rows], single=0.0)
        status = np.where((mother_here & father_here)[rows], MARRIED, alone).astype(np.int8)
        parts.append(model.members(key[rows] + 1 - sex, relation, sexes, age[rows], status))
    return parts


def _alive(age: Float64, scale: float) -> Float64:
    return np.exp(-scale * np.expm1(0.1 * age))


def _others(model: _Model, heads: _Heads) -> list[Members]:
    rng = model.rng
    count = heads.sex.size
    age, home = heads.age, np.arange(count) * SLOTS
    alone = heads.marital == SINGLE
    parts = []
    for place in range(2):
        chance = np.where(alone, _RELATIVES_SHARE[1], _RELATIVES_SHARE[0]) / (1 + place)
        rows = np.flatnonzero(rng.random(count) < chance)
        kin = np.maximum(age[rows] + rng.normal(-2.0, 6.0, rows.size), 8.0 + rng.random(rows.size))
        years = np.where(alone[rows], kin, 3.0 + 45.0 * rng.random(rows.size))
        parts.append(_lodgers(model, home[rows] + RELATIVE_SLOTS + place, RELATIVE, 0.5, years, 0.02))
    rows = np.flatnonzero((rng.random(count) < _HELPER_SHARE) & heads.couple & (age > 30.0))
    parts.append(_lodgers(model, home[rows] + HELPER_SLOT, HELPER, 0.92, 18.0 + 34.0 * rng.random(rows.size), 0.5))
    rows = np.flatnonzero((rng.random(count) < _FOSTERING) & ~alone & (np.minimum(age, heads.wife) > 42.0))
    years = rng.random(rows.size) * np.minimum(17.0, np.minimum(age, heads.wife)[rows] - 38.0)
    parts.append(_lodgers(model, home[rows] + FOSTERED_SLOT, GRANDCHILD, 0.49, years, 0.0))
    return parts


def _lodgers(model: _Model, key: Int64, relation: int, women: float, age: Float64, absent: float) -> Members:
    sex = (model.rng.random(key.size) < women).astype(np.int8)
    status = status_without_spouse(model.rng, model.pyramid, sex, age, absent=absent)
    status[age < YOUNGEST_WIFE] = SINGLE
    return model.members(key, relation, sex, age, status)
