"""The first record of every resident of a cell: numbers issued by the rule, addresses, cards, dates of entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import Draft
from linkage.synthetic.errors import date_errors
from linkage.synthetic.fixed_text import SYSTEM_START, YEAR, digits_text
from linkage.synthetic.kinds import HISTORY_KINDS
from linkage.synthetic.people.population import Population
from linkage.synthetic.people.residents import CHILD, GRANDCHILD, HEAD
from linkage.synthetic.places.addresses import addresses
from linkage.synthetic.places.gazetteer import areas, load_regions
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.certificates import certificates
from linkage.synthetic.records.codes import ACTIVE, CHANNEL_SHARES, DEAD, ENROLLED, MOVED_AWAY, REFUSED
from linkage.synthetic.records.numbers import issue_numbers
from linkage.synthetic.records.origins import Origins
from linkage.synthetic.streams import Int64, pick, stream

Bool = npt.NDArray[np.bool_]

_MOVED_FROM: Final = 0.002
_TOGETHER, _RENEWED, _CHANGED = 0.85, 0.55, 0.6
_LATER: Final = 300.0
"""Mean days between the entries of twins who were not entered together."""

_OF_AGE: Final = round(19 * YEAR)


@dataclass(frozen=True)
class Numbers:
    """What offices issued in a cell: ``nik`` int64 per person, ``card`` int64 number of the family card per household;
    ``origin`` int64 per person, number in ``load_regions`` of the regency of birth; ``history`` uint8 per person."""

    nik: Int64
    card: Int64
    origin: Int64
    history: npt.NDArray[np.uint8]


def entry_days(plan: RegisterPlan, population: Population) -> Int64:
    """Return int64 (n,): the day on which each resident was first entered. Most of a family were on one day.

    Who lived when the system began was entered in the years in which offices filled it, others soon after birth.
    """
    people = population.people
    rng = stream(plan.seed, "entries", population.cell.number)
    birth = people.birth.astype(np.int64)
    begin = np.full(people.households, SYSTEM_START)
    family = _within(begin, rng.gamma(2.0, 900.0, begin.size), plan.cut_off_day, rng)[people.household]
    alone = _within(begin[people.household], rng.gamma(2.0, 900.0, birth.size), plan.cut_off_day, rng)
    soon = _within(np.maximum(birth, SYSTEM_START), rng.exponential(200.0, birth.size), plan.cut_off_day, rng)
    # A child born before the family was entered comes with it.
    together = (birth <= family) & (rng.random(birth.size) < _TOGETHER)
    days = np.where(together, family, np.where(birth > SYSTEM_START, soon, alone))
    days = np.where(people.twin >= 0, days[np.maximum(people.twin, 0)], days)
    return _apart(plan, population, days) if plan.twins_entered_apart_rate else days


def _apart(plan: RegisterPlan, population: Population, days: Int64) -> Int64:
    """Return the days with some younger twins entered later than the elder."""
    people = population.people
    rng = stream(plan.seed, "twins entered apart", population.cell.number)
    younger = (people.twin >= 0) & (people.twin != np.arange(days.size)) & (days < plan.cut_off_day)
    rows = np.flatnonzero(younger & (rng.random(days.size) < plan.twins_entered_apart_rate))
    apart = days.copy()
    apart[rows] = _within(days[rows] + 1, rng.exponential(_LATER, rows.size), plan.cut_off_day, rng)
    return apart


def _within(start: Int64, delay: npt.NDArray[np.float64], cut_off: int, rng: np.random.Generator) -> Int64:
    """Return start plus delay; what would come after the cut-off comes on any day before it."""
    left = cut_off - start
    days: Int64 = start + np.where(delay > left, rng.random(start.size) * left, delay).astype(np.int64)
    return days


def issue(plan: RegisterPlan, population: Population, origins: Origins, entered: Int64) -> Numbers:
    """Issue NIKs and family cards: every number once in the whole register.

    A NIK keeps the code that its regency had on the day of issue, and the birth date and sex believed on that day.
    """
    people, cell = population.people, population.cell
    rng = stream(plan.seed, "numbers", cell.number)
    area, origin, moved, before = origins.areas_of_issue(population, entered, rng)
    birth, sex, history = _as_first_believed(plan, population, rng)
    history |= _mark("registered_first_elsewhere", moved) | _mark("nik_from_before_a_split", before)
    nik = issue_numbers(area, birth, sex, rng)
    house_area = areas(population.gazetteer, population.village)
    earliest = np.full(people.households, plan.cut_off_day)
    np.minimum.at(earliest, people.household, entered)
    # Nobody heads a family as a child, so the card is younger than that.
    head = people.relation == HEAD
    np.maximum.at(earliest, people.household[head], people.birth[head].astype(np.int64) + _OF_AGE)
    day = card_days(np.minimum(earliest, plan.cut_off_day), plan.cut_off_day, rng)
    card = issue_numbers(house_area, day, np.zeros(people.households, np.int64), rng)
    return Numbers(nik, card, origin, history)


def card_days(first: Int64, cut_off: int, rng: np.random.Generator) -> Int64:
    """Return the day on which each family card was issued: the first possible, or later, when it was renewed."""
    renewed = rng.random(first.size) < _RENEWED
    return first + (rng.random(first.size) * renewed * (cut_off + 1 - first)).astype(np.int64)


def changed_days(entered: Int64, cut_off: int, rng: np.random.Generator) -> Int64:
    """Return the day of each record's last change: that of its entry, or any later one."""
    later = rng.random(entered.size) < _CHANGED
    return entered + (rng.random(entered.size) * later * (cut_off - entered)).astype(np.int64)


def card_status(plan: RegisterPlan, population: Population) -> Int64:
    """Return the code of the card status per person: empty under 17, mostly enrolled from then on."""
    rng = stream(plan.seed, "cards", population.cell.number)
    people = population.people
    adult = plan.cut_off_day - people.birth >= 17 * YEAR
    enrolled = rng.random(people.birth.size) < plan.enrolled_rate
    done = np.array(ENROLLED)[pick(rng, [0.62, 0.2, 0.06, 0.12], people.birth.size)]
    pending = np.array([5, 6, 7, 8, 9])[pick(rng, [0.7, 0.1, 0.1, 0.06, 0.04], people.birth.size)]
    status = np.where(enrolled, done, pending)
    if plan.wrongly_refused_rate:
        chance = stream(plan.seed, "refused cards", population.cell.number).random(status.size)
        status = np.where(chance < plan.wrongly_refused_rate, REFUSED, status)
    return np.where(adult, status, 0)


def make_originals(
    plan: RegisterPlan, population: Population, numbers: Numbers, entered: Int64, card: Int64, closed: Int64
) -> Draft:
    """Return one record per person, complete and without error.

    ``entered`` day and ``card`` status per person; ``closed``: day on which a move closed the record, 0 for none.
    """
    people, cell = population.people, population.cell
    rng = stream(plan.seed, "records", cell.number)
    count = people.household.size
    house = people.household
    culture = np.zeros(people.households, np.int64)
    culture[house[people.relation == HEAD]] = population.culture[people.relation == HEAD]
    lines = addresses(population.gazetteer, population.cultures, population.region, culture, rng)
    changed = np.where(closed > 0, closed, changed_days(entered, plan.cut_off_day, rng))
    # Some moved to a regency that is not in the register.
    moved_away = (closed > 0) | ((people.vital == 0) & (rng.random(count) < _MOVED_FROM))
    first = cell.first_person
    columns: dict[str, npt.NDArray[Any]] = {
        "person": first + np.arange(count),
        "household": first + house.astype(np.int64),
        "twin": np.where(people.twin >= 0, first + people.twin.astype(np.int64), -1),
        "family": _families(population),
        "culture": population.culture,
        "history": numbers.history,
        "region": population.region[house],
        "village": population.village[house],
        "rt": rng.integers(1, 16, people.households).astype(np.int16)[house],
        "rw": rng.integers(1, 13, people.households).astype(np.int16)[house],
        "birth": people.birth,
        "sex": people.sex,
        "faith": population.faith,
        "relation": people.relation,
        "marital": people.marital,
        "card": card.astype(np.int8),
        "flag": np.select([people.vital == 1, moved_away], [DEAD, MOVED_AWAY], ACTIVE).astype(np.int8),
        "channel": pick(rng, CHANNEL_SHARES, count).astype(np.int8),
        "entered": entered.astype(np.int32),
        "changed": changed.astype(np.int32),
        "kind": np.zeros(count, np.int8),
        "errors": np.zeros(count, np.uint64),
    }
    texts = {
        "nik": digits_text(numbers.nik, 16),
        "no_kk": digits_text(numbers.card, 16).take(pa.array(house)),
        "nama": population.names,
        "tempat_lahir": _birthplaces(population, numbers.origin, rng),
        "nama_ibu": population.mother_names,
        "nama_ayah": population.father_names,
        "alamat": lines.take(pa.array(house)),
        "nik_ibu": _parent_niks(people.mother, numbers.nik),
        "nik_ayah": _parent_niks(people.father, numbers.nik),
        "no_akta_lhr": certificates(plan, population, numbers.origin),
    }
    return Draft(texts, columns)


def _as_first_believed(
    plan: RegisterPlan, population: Population, rng: np.random.Generator
) -> tuple[Int64, Int64, npt.NDArray[np.uint8]]:
    """Return birth date and sex on the day the NIK was issued, and the history that this makes.

    A correction of either leaves the NIK as it was (Permendagri 108/2019 art. 15).
    """
    people = population.people
    count = people.birth.size
    birth, sex = people.birth.astype(np.int64), people.sex.astype(np.int64)
    corrected = (people.twin < 0) & (rng.random(count) < plan.rate("correction_rate"))
    manner = np.where(corrected, pick(rng, [0.4, 0.2, 0.15, 0.25], count), -1)
    digit, slip, swap = (np.flatnonzero(manner == number) for number in range(3))
    birth[digit] = date_errors.change_digit(birth[digit], plan.cut_off_day, rng)
    birth[slip] = date_errors.slip_year(birth[slip], plan.cut_off_day, rng)
    birth[swap] = date_errors.swap_day_month(birth[swap], plan.cut_off_day)
    sex = np.where(manner == 3, 1 - sex, sex)
    history = _mark("birth_date_corrected", birth != people.birth) | _mark("sex_corrected", sex != people.sex)
    history |= _mark("default_birth_date", people.defaulted)
    history |= _mark("died_reported", people.vital == 1) | _mark("died_unreported", people.vital == 2)
    return birth, sex, history


def _mark(kind: str, where: Bool) -> npt.NDArray[np.uint8]:
    return where.astype(np.uint8) << np.uint8(HISTORY_KINDS.index(kind))


def _families(population: Population) -> Int64:
    """Return int64 (n,): the number of the eldest full sibling of the household, -1 without siblings."""
    people = population.people
    young = (people.relation == CHILD) | (people.relation == GRANDCHILD)
    rows = np.flatnonzero(young)
    keys = np.column_stack([people.household, people.relation, people.mother, people.father])[rows]
    _, eldest, which, sizes = np.unique(keys, axis=0, return_index=True, return_inverse=True, return_counts=True)
    family = np.full(people.household.size, -1, np.int64)
    several = sizes[which] > 1
    family[rows[several]] = population.cell.first_person + rows[eldest[which[several]]]
    return family


def _birthplaces(population: Population, origin: Int64, rng: np.random.Generator) -> pa.StringArray:
    spellings = [region.birthplaces for region in load_regions()]
    texts = pa.array([name for row in spellings for name in row], pa.string())
    starts = np.cumsum([0, *map(len, spellings)])
    other = (rng.random(origin.size) * (np.diff(starts)[origin])).astype(np.int64)
    number = starts[origin] + np.where(rng.random(origin.size) < 0.12, other, 0)
    usual = texts.take(pa.array(number))
    household = population.people.household
    village = population.gazetteer.district_names.take(pa.array(population.village[household]))
    # A sub-district stands for the place of birth only where the family still lives in the regency.
    codes = np.array([region.code for region in load_regions()])
    home = np.array([region.code for region in population.gazetteer.regions])
    local = (rng.random(origin.size) < 0.04) & (codes[origin] == home[population.region[household]])
    twin = population.people.twin
    index = np.where(twin >= 0, twin, np.arange(origin.size))
    return pc.if_else(pa.array(local), village, usual).take(pa.array(index))


def _parent_niks(parent: npt.NDArray[np.int32], nik: Int64) -> pa.StringArray:
    return digits_text(nik, 16).take(pa.array(parent, mask=parent < 0))
