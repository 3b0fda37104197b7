"""The residents of one cell: households in regencies, with culture, faith and names; twins and namesakes among them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.synthetic.cells import Cell
from linkage.synthetic.fixed_text import years_of
from linkage.synthetic.names.composing import Bearers, compose_names, first_tokens, render_names
from linkage.synthetic.names.culture import SLOTS, Cultures, load_cultures
from linkage.synthetic.names.vocabulary import Vocabulary, load_vocabulary
from linkage.synthetic.people.households import make_people
from linkage.synthetic.people.residents import CHILD, GRANDCHILD, HEAD, PARENT_IN_LAW, WIFE, People
from linkage.synthetic.people.twin_names import name_twins
from linkage.synthetic.places.gazetteer import Gazetteer, place_households
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Int64, draw, stream

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]

_SAME_CULTURE = 0.86
_GENERATIONS = 4
_NAMING_TRIES = 3


@dataclass(frozen=True)
class Population:
    """Everybody in a cell, once.

    Per person: ``people``, ``culture`` int8, ``faith`` int8 (code of religion), ``names``, ``mother_names`` and
    ``father_names`` texts. Per household: ``region`` int32 (number within ``gazetteer.regions``), ``village`` int64.
    """

    cell: Cell
    people: People
    culture: Int8
    faith: Int8
    names: pa.StringArray
    mother_names: pa.StringArray
    father_names: pa.StringArray
    region: Int32
    village: Int64
    gazetteer: Gazetteer
    cultures: Cultures


@dataclass(frozen=True)
class _Lines:
    """What passes down the male line, per person: ``family`` token and ``lineage``; ``-1`` where a culture has none."""

    culture: Int8
    family: Int32
    lineage: npt.NDArray[np.float32]


def make_population(plan: RegisterPlan, cell: Cell, gazetteer: Gazetteer) -> Population:
    """Return the residents of one cell of the plan."""
    cultures, vocabulary = load_cultures(), load_vocabulary(plan.name_tables)
    people = make_people(plan, cell.count, cell.number)
    # Nobody is born after the first night, whose extract has all but a few records.
    people = replace(people, birth=np.minimum(people.birth, plan.cut_off_day - plan.nights + 1).astype(np.int32))
    region = _regions(people, cell)
    rng = stream(plan.seed, "places", cell.number)
    village = place_households(gazetteer, region, rng, cell.part, cell.parts)
    lines, faith = _lines(plan, cell, people, gazetteer, region, cultures, vocabulary)
    tokens, parents, texts = _all_names(plan, cell, people, lines, faith, cultures, vocabulary)
    people, tokens = _namesakes(plan, cell, people, lines, tokens)
    names = render_names(tokens, texts)
    mother_names = _parent_names(people.mother, parents[1], names, texts)
    father_names = _parent_names(people.father, parents[0], names, texts)
    return Population(
        cell, people, lines.culture, faith, names, mother_names, father_names, region, village, gazetteer, cultures
    )


def _regions(people: People, cell: Cell) -> Int32:
    """Fill the regencies with households one after the other; the last of each may take some persons over."""
    first = np.flatnonzero(np.r_[True, people.household[1:] != people.household[:-1]])
    region: Int32 = cell.regions[np.searchsorted(np.cumsum(cell.persons), first, side="right")].astype(np.int32)
    return region


def _lines(
    plan: RegisterPlan,
    cell: Cell,
    people: People,
    gazetteer: Gazetteer,
    region: Int32,
    cultures: Cultures,
    vocabulary: Vocabulary,
) -> tuple[_Lines, Int8]:
    rng = stream(plan.seed, "cultures", cell.number)
    count = people.household.size
    mixtures = np.array([item.running for item in gazetteer.regions])
    head = _draw_rows(mixtures[region], rng)
    wife = np.where(rng.random(head.size) < _SAME_CULTURE, head, _draw_rows(mixtures[region], rng))
    of_wife = (people.relation == WIFE) | (people.relation == PARENT_IN_LAW)
    culture = np.where(of_wife, wife[people.household], head[people.household]).astype(np.int8)
    faith = np.zeros(head.size, np.int8)
    for number in range(len(cultures.names)):
        rows = np.flatnonzero(head == number)
        faith[rows] = draw(rng, cultures.faiths[number], rows.size)
    lineage = rng.random(count).astype(np.float32)
    family = np.full(count, -1, np.int32)
    table = cultures.family[culture]
    for number in np.unique(table[table >= 0]):
        rows = np.flatnonzero(table == number)
        family[rows] = vocabulary.tables[int(number)].sample(rng, rows.size)
    source = _male_line(people)
    return _Lines(culture[source], family[source], lineage[source]), faith[people.household]


def _male_line(people: People) -> Int64:
    """Return int64 (n,): the row from which each person has the inherited name.

    That is the father's, and so on; children without a father here share the line of an absent one: that of the eldest.
    """
    source = np.arange(people.household.size)
    children = np.flatnonzero(((people.relation == CHILD) | (people.relation == GRANDCHILD)) & (people.father < 0))
    if children.size:
        _, eldest, which = np.unique(_absent_key(people, 0)[children], return_index=True, return_inverse=True)
        source[children] = children[eldest][which]
    with_father = people.father >= 0
    source[with_father] = people.father[with_father]
    for _ in range(_GENERATIONS):
        source = source[source]
    return source


def _absent_key(people: People, sex: int) -> Int64:
    """Return int64 (n,): one number for all who share a parent of this sex that is not in the household."""
    count = people.household.size
    other = (people.mother if sex == 0 else people.father).astype(np.int64)
    young = (people.relation == CHILD) | (people.relation == GRANDCHILD)
    of_household = count + 2 * people.household.astype(np.int64) + (people.relation == GRANDCHILD)
    own = count + 2 * people.households + np.arange(count)
    return np.where(other >= 0, other, np.where(young, of_household, own))


def _draw_rows(running: npt.NDArray[np.float64], rng: np.random.Generator) -> Int64:
    chance = rng.random((len(running), 1))
    rows: Int64 = np.minimum((running <= chance).sum(axis=1), running.shape[1] - 1)
    return rows


def _all_names(
    plan: RegisterPlan,
    cell: Cell,
    people: People,
    lines: _Lines,
    faith: Int8,
    cultures: Cultures,
    vocabulary: Vocabulary,
) -> tuple[Int32, tuple[tuple[Int32, Int64], tuple[Int32, Int64]], pa.StringArray]:
    """Return the tokens of everybody, of the absent fathers and mothers, and the texts of all tokens."""
    rng = stream(plan.seed, "names", cell.number)
    count = people.household.size
    bearers = Bearers(
        culture=lines.culture,
        faith=faith,
        sex=people.sex,
        year=years_of(people.birth).astype(np.int16),
        family=lines.family,
        father=np.full(count, -1, np.int32),
        order=people.order,
        lineage=lines.lineage,
    )
    fathers = _absent_parents(plan, cell, people, bearers, 0, cultures, vocabulary)
    mothers = _absent_parents(plan, cell, people, bearers, 1, cultures, vocabulary)
    known = fathers[1] >= 0
    bearers.father[known] = first_tokens(fathers[0])[fathers[1][known]]
    tokens = np.full((count, SLOTS), -1, np.int32)
    given = np.zeros(count, np.int8)
    named = np.zeros(count, np.bool_)
    # Fathers before children, because some children bear the father's name.
    while not named.all():
        rows = np.flatnonzero(~named & ((people.father < 0) | named[people.father]))
        here = rows[people.father[rows] >= 0]
        bearers.father[here] = first_tokens(tokens[people.father[here]])
        tokens[rows], given[rows] = compose_names(bearers.take(rows), cultures, vocabulary, rng)
        named[rows] = True
    for _ in range(_NAMING_TRIES):
        rows = _named_alike(people, tokens)
        tokens[rows], given[rows] = compose_names(bearers.take(rows), cultures, vocabulary, rng)
    added = name_twins(people, tokens, given, vocabulary, rng)
    return tokens, (fathers, mothers), pa.concat_arrays([vocabulary.texts, added])


def _named_alike(people: People, tokens: Int32) -> Int64:
    """Return who bears just the name of another in the household. Twins are left to :func:`name_twins`."""
    keys = np.column_stack([people.household, tokens])
    order = np.lexsort(keys.T[::-1])
    same = (keys[order[1:]] == keys[order[:-1]]).all(axis=1)
    rows = order[1:][same]
    return np.sort(rows[people.twin[rows] < 0])


def _absent_parents(
    plan: RegisterPlan,
    cell: Cell,
    people: People,
    bearers: Bearers,
    sex: int,
    cultures: Cultures,
    vocabulary: Vocabulary,
) -> tuple[Int32, Int64]:
    """Name parents who are not in the register: tokens per parent, and per person the row there, -1 for none."""
    rng = stream(plan.seed, f"absent parents {sex}", cell.number)
    linked = people.mother if sex else people.father
    absent = np.flatnonzero(linked < 0)
    _, first, which = np.unique(_absent_key(people, sex)[absent], return_index=True, return_inverse=True)
    older = np.clip(rng.normal(27.0, 6.0, first.size), 17.0, 50.0).astype(np.int16)
    parents = bearers.take(absent[first])
    parents = replace(
        parents,
        sex=np.full(first.size, sex, np.int8),
        year=parents.year - older,
        order=rng.integers(0, 4, first.size).astype(np.int8),
        father=np.full(first.size, -1, np.int32),
    )
    if sex:
        family = cultures.family[parents.culture]
        for number in np.unique(family[family >= 0]):
            rows = np.flatnonzero(family == number)
            parents.family[rows] = vocabulary.tables[int(number)].sample(rng, rows.size)
    row = np.full(people.household.size, -1, np.int64)
    row[absent] = which
    return compose_names(parents, cultures, vocabulary, rng)[0], row


def _namesakes(plan: RegisterPlan, cell: Cell, people: People, lines: _Lines, tokens: Int32) -> tuple[People, Int32]:
    """Give some residents the full name and birth date of a stranger of their sex, culture and birth year."""
    rng = stream(plan.seed, "namesakes", cell.number)
    children = np.bincount(people.household[people.relation == CHILD], minlength=people.households)
    only = (people.relation == CHILD) & (children[people.household] == 1)
    able = np.flatnonzero((people.relation == HEAD) | (people.relation == WIFE) | only)
    family = np.where((tokens == lines.family[:, None]).any(axis=1), lines.family, -1)[able]
    year = years_of(people.birth[able])
    order = np.lexsort((rng.random(able.size), family, year, lines.culture[able], people.sex[able]))
    able, family, year = able[order], family[order], year[order]
    left, right = np.arange(0, able.size - 1, 2), np.arange(1, able.size, 2)[: able.size // 2]
    same = (family[left] == family[right]) & (year[left] == year[right])
    same &= (people.sex[able[left]] == people.sex[able[right]]) & (
        lines.culture[able[left]] == lines.culture[able[right]]
    )
    same &= people.household[able[left]] != people.household[able[right]]
    wanted = round(people.household.size * plan.rate("namesake_rate"))
    chosen = rng.permutation(np.flatnonzero(same))[:wanted]
    model, copy = able[left[chosen]], able[right[chosen]]
    tokens[copy] = tokens[model]
    birth, defaulted = people.birth.copy(), people.defaulted.copy()
    birth[copy], defaulted[copy] = birth[model], defaulted[model]
    return replace(people, birth=birth, defaulted=defaulted), tokens


def _parent_names(
    linked: Int32, absent: tuple[Int32, Int64], names: pa.StringArray, texts: pa.StringArray
) -> pa.StringArray:
    tokens, row = absent
    everyone = pa.concat_arrays([names, render_names(tokens, texts)])
    return everyone.take(pa.array(np.where(linked >= 0, linked, len(names) + row)))
