"""The residents: households in regions, with culture, faith and names; twins and namesakes among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.char_matrix import change_vowel
from linkage.synthetic.culture import SLOTS, Cultures, load_cultures
from linkage.synthetic.fixed_text import years_of
from linkage.synthetic.gazetteer import Gazetteer, choose_regions, make_gazetteer, place_households
from linkage.synthetic.households import CHILD, HEAD, PARENT_IN_LAW, WIFE, People, make_people
from linkage.synthetic.names import Bearers, compose_names, first_tokens, render_names
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Int64, draw, pick, stream
from linkage.synthetic.vocabulary import Vocabulary, load_vocabulary

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]

_VOWEL_TRIES = 24


@dataclass(frozen=True)
class Population:
    """Everybody in the register, once.

    Per person: ``people``, ``culture`` int8, ``faith`` int8 (code of religion), ``names``, ``mother_names`` and
    ``father_names`` texts. Per household: ``region`` int32 (number within ``gazetteer.regions``), ``village`` int64.
    """

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


def make_population(plan: RegisterPlan) -> Population:
    """Return the residents of the plan: ``records - copies`` persons."""
    cultures, vocabulary = load_cultures(), load_vocabulary()
    gazetteer = make_gazetteer(choose_regions(plan.regions, plan.seed))
    people = make_people(plan, plan.records - plan.copies)
    rng = stream(plan.seed, "places")
    sizes = np.sqrt([region.population for region in gazetteer.regions])
    region = pick(rng, sizes, people.households).astype(np.int32)
    village = place_households(gazetteer, region, rng)
    lines, faith = _lines(plan, people, gazetteer, region, cultures, vocabulary)
    tokens, parents, texts = _all_names(plan, people, lines, faith, cultures, vocabulary)
    people, tokens = _namesakes(plan, people, lines, tokens)
    names = render_names(tokens, texts)
    mother_names = _parent_names(people.mother, parents[1], names, texts)
    father_names = _parent_names(people.father, parents[0], names, texts)
    return Population(
        people, lines.culture, faith, names, mother_names, father_names, region, village, gazetteer, cultures
    )


def _lines(
    plan: RegisterPlan,
    people: People,
    gazetteer: Gazetteer,
    region: Int32,
    cultures: Cultures,
    vocabulary: Vocabulary,
) -> tuple[_Lines, Int8]:
    rng = stream(plan.seed, "cultures")
    count = people.household.size
    mixtures = np.array([item.running for item in gazetteer.regions])
    head = _draw_rows(mixtures[region], rng)
    wife = np.where(rng.random(head.size) < 0.86, head, _draw_rows(mixtures[region], rng))
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
    # Children without a father here share the line of an absent one: that of the eldest child.
    children = np.flatnonzero(people.relation == CHILD)
    _, eldest, which = np.unique(people.household[children], return_index=True, return_inverse=True)
    source = np.arange(count)
    source[children] = children[eldest][which]
    with_father = people.father >= 0
    source[with_father & (people.relation == CHILD)] = people.father[with_father & (people.relation == CHILD)]
    grandfathers = people.father[with_father & (people.relation != CHILD)]
    source[grandfathers] = np.flatnonzero(with_father & (people.relation != CHILD))
    return _Lines(culture[source], family[source], lineage[source]), faith[people.household]


def _draw_rows(running: npt.NDArray[np.float64], rng: np.random.Generator) -> Int64:
    chance = rng.random((len(running), 1))
    rows: Int64 = np.minimum((running <= chance).sum(axis=1), running.shape[1] - 1)
    return rows


def _all_names(
    plan: RegisterPlan, people: People, lines: _Lines, faith: Int8, cultures: Cultures, vocabulary: Vocabulary
) -> tuple[Int32, tuple[tuple[Int32, Int64], tuple[Int32, Int64]], pa.StringArray]:
    rng = stream(plan.seed, "names")
    count = people.household.size
    bearers = Bearers(
        culture=lines.culture,
        christian=(faith == 2) | (faith == 3),
        sex=people.sex,
        year=years_of(people.birth).astype(np.int16),
        family=lines.family,
        father=np.full(count, -1, np.int32),
        order=people.order,
        lineage=lines.lineage,
    )
    fathers = _absent_parents(people, bearers, 0, plan, cultures, vocabulary)
    mothers = _absent_parents(people, bearers, 1, plan, cultures, vocabulary)
    known = fathers[1] >= 0
    bearers.father[known] = first_tokens(fathers[0])[fathers[1][known]]
    tokens = np.full((count, SLOTS), -1, np.int32)
    given = np.zeros(count, np.int8)
    child = people.relation == CHILD
    for rows in (np.flatnonzero(~child), np.flatnonzero(child)):
        here = rows[people.father[rows] >= 0]
        bearers.father[here] = first_tokens(tokens[people.father[here]])
        tokens[rows], given[rows] = compose_names(bearers.take(rows), cultures, vocabulary, rng)
    added = _name_twins(people, tokens, given, vocabulary, rng)
    return tokens, (fathers, mothers), pa.concat_arrays([vocabulary.texts, added])


def _absent_parents(
    people: People, bearers: Bearers, sex: int, plan: RegisterPlan, cultures: Cultures, vocabulary: Vocabulary
) -> tuple[Int32, Int64]:
    """Name parents who are not in the register: tokens per parent, and per person the row there, -1 for none."""
    rng = stream(plan.seed, f"absent parents {sex}")
    linked = people.mother if sex else people.father
    absent = np.flatnonzero(linked < 0)
    key = np.where(people.relation[absent] == CHILD, -1 - people.household[absent], absent)
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    parents = bearers.take(absent[first])
    older = np.clip(rng.normal(27.0, 6.0, first.size), 17.0, 50.0).astype(np.int16)
    parents = Bearers(
        **{
            **vars(parents),
            "sex": np.full(first.size, sex, np.int8),
            "year": parents.year - older,
            "order": rng.integers(0, 4, first.size).astype(np.int8),
            "father": np.full(first.size, -1, np.int32),
        }
    )
    if sex:
        family = cultures.family[parents.culture]
        for number in np.unique(family[family >= 0]):
            rows = np.flatnonzero(family == number)
            parents.family[rows] = vocabulary.tables[int(number)].sample(rng, rows.size)
    row = np.full(people.household.size, -1, np.int64)
    row[absent] = which
    return compose_names(parents, cultures, vocabulary, rng)[0], row


def _name_twins(
    people: People, tokens: Int32, given: Int8, vocabulary: Vocabulary, rng: np.random.Generator
) -> pa.StringArray:
    """Give younger twins a name close to the elder's: one vowel apart, or with the same first name.

    Both bear names that exist (RINA, RINI): where no vowel makes another name of the vocabulary, the younger keeps the
    one it was given. No twin is called just as the other.
    """
    rows = np.arange(people.twin.size)
    younger = np.flatnonzero((people.twin >= 0) & (people.twin != rows))
    elder = people.twin[younger].astype(np.int64)
    manner = pick(rng, [0.45, 0.35, 0.2], younger.size)
    manner[people.sex[younger] != people.sex[elder]] = 2
    near, far = younger[manner == 0], elder[manner == 0]
    slot = _given_slot(tokens[far], given[far])
    known = _another_name(tokens[far, slot], vocabulary, rng)
    near, far, slot, known = near[known >= 0], far[known >= 0], slot[known >= 0], known[known >= 0]
    tokens[near] = tokens[far]
    tokens[near, slot] = known
    shared = (manner == 1) & ((tokens[elder] >= 0).sum(axis=1) > 1) & ((tokens[younger] >= 0).sum(axis=1) > 1)
    tokens[younger[shared], 0] = tokens[elder[shared], 0]
    repeated = tokens[younger, 1] == tokens[younger, 0]
    tokens[younger[repeated], 1] = -1
    same = younger[(tokens[younger] == tokens[elder]).all(axis=1)]
    slot = _given_slot(tokens[same], given[same])
    added = change_vowel(vocabulary.texts.take(pa.array(tokens[same, slot])), rng)
    tokens[same, slot] = 2 * vocabulary.size + np.arange(same.size)
    return added


def _given_slot(tokens: Int32, given: Int8) -> Int64:
    """Return the slot of each person's given name, the first slot in use where it is not known."""
    slot = np.maximum(given, 0).astype(np.int64)
    return np.where(tokens[np.arange(slot.size), slot] >= 0, slot, (tokens >= 0).argmax(axis=1))


def _another_name(tokens: Int32, vocabulary: Vocabulary, rng: np.random.Generator) -> Int32:
    """Return for each token another of the vocabulary that is one vowel apart, -1 where a few tries find none."""
    found = np.full(tokens.size, -1, np.int32)
    texts = vocabulary.texts.slice(0, vocabulary.size)
    for _ in range(_VOWEL_TRIES):
        open_ = np.flatnonzero(found < 0)
        changed = change_vowel(vocabulary.texts.take(pa.array(tokens[open_])), rng)
        found[open_] = pc.fill_null(pc.index_in(changed, value_set=texts), -1).to_numpy(zero_copy_only=False)
    return found


def _namesakes(plan: RegisterPlan, people: People, lines: _Lines, tokens: Int32) -> tuple[People, Int32]:
    """Give some residents the full name and birth date of a stranger of their sex, culture and birth year."""
    rng = stream(plan.seed, "namesakes")
    count = people.household.size
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
    chosen = rng.permutation(np.flatnonzero(same))[: round(count * plan.rate("namesake_rate"))]
    model, copy = able[left[chosen]], able[right[chosen]]
    tokens[copy] = tokens[model]
    birth = people.birth.copy()
    birth[copy] = birth[model]
    return People(**{**vars(people), "birth": birth}), tokens


def _parent_names(
    linked: Int32, absent: tuple[Int32, Int64], names: pa.StringArray, texts: pa.StringArray
) -> pa.StringArray:
    tokens, row = absent
    everyone = pa.concat_arrays([names, render_names(tokens, texts)])
    return everyone.take(pa.array(np.where(linked >= 0, linked, len(names) + row)))
