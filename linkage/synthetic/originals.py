"""The first record of every resident: numbers issued by the rule, addresses, cards, what the office left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import Draft
from linkage.synthetic.fixed_text import characters_text, digits, digits_text, year_month_day
from linkage.synthetic.gazetteer import DISTRICTS, VILLAGES, load_regions
from linkage.synthetic.households import CHILD
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.population import Population
from linkage.synthetic.streams import Int64, pick, stream

CARD_STATUS: Final = (
    "",
    "CARD_ISSUED",
    "CARD_PRINTED",
    "CARD_SHIPPED",
    "PRINT_READY_RECORD",
    "UNREGISTERED",
    "BIO_CAPTURED",
    "SENT_FOR_ENROLLMENT",
    "RECEIVED_AT_CENTRAL",
    "ENROLL_FAILURE_AT_CENTRAL",
    "DUPLICATE_RECORD",
)
"""Status of the electronic identity card; the first is that of children."""

ENROLLED: Final = (1, 2, 3, 4)
"""Statuses that stand for a finished biometric enrolment."""

CHANNELS: Final = ("LOKET", "DARING", "JEMPUT_BOLA", "MIGRASI")
FLAGS: Final = ("0", "1", "2")

MISSING: Final[Mapping[str, float]] = MappingProxyType(
    {
        "nik": 0.0004,
        "no_kk": 0.002,
        "tempat_lahir": 0.004,
        "nama_ibu": 0.015,
        "nama_ayah": 0.03,
        "alamat": 0.008,
        "nik_ibu": 0.35,
        "nik_ayah": 0.4,
        "no_akta_lhr": 0.05,
    }
)
"""Records with the field empty, per record, in an office of the usual care."""

_YEAR: Final = 365.25
_SYSTEM_START: Final = 12_784  # 2005-01-01
_MIGRANTS: Final = 0.12


@dataclass(frozen=True)
class Issues:
    """What offices issued: ``nik`` int64 per person, ``card`` int64 number of the family card per household."""

    nik: Int64
    card: Int64


def issue_areas(population: Population, rng: np.random.Generator) -> tuple[Int64, Int64]:
    """Return per person the 6-digit area of the first NIK, and the number (in ``load_regions``) of the birth region.

    Most were first registered where they live; the others in any regency of the culture table.
    """
    regions = load_regions()
    codes = np.array([region.code for region in regions])
    known = {region.code: number for number, region in enumerate(regions)}
    home = np.array([known[region.code] for region in population.gazetteer.regions])
    household = population.people.household
    count = household.size
    born = home[population.region[household]]
    # A household's children were mostly born where it lives now.
    rate = np.where(population.people.relation == CHILD, _MIGRANTS / 3, _MIGRANTS * 1.5)
    moved = rng.random(count) < rate
    born = np.where(moved, rng.integers(0, len(regions), count), born)
    district = population.village[household] // VILLAGES % DISTRICTS + 1
    district = np.where(moved | (rng.random(count) < 0.15), rng.integers(1, 13, count), district)
    younger = np.flatnonzero((population.people.twin >= 0) & (population.people.twin != np.arange(count)))
    elder = population.people.twin[younger]
    born[younger], district[younger] = born[elder], district[elder]
    return codes[born] * 100 + district, born


def make_originals(
    plan: RegisterPlan, population: Population, issues: Issues, born: Int64, lines: pa.StringArray, card: Int64
) -> Draft:
    """Return one record per person, complete and without error.

    ``born``: number of the birth region per person; ``lines``: address line per household; ``card``: code of the card
    status per person.
    """
    people = population.people
    rng = stream(plan.seed, "records")
    count = people.household.size
    index = pa.array(people.household)
    entered, changed = _entry_days(plan, population, rng)
    numbers: dict[str, npt.NDArray[Any]] = {
        "person": np.arange(count),
        "household": people.household,
        "region": population.region[people.household],
        "village": population.village[people.household],
        "rt": rng.integers(1, 16, people.households).astype(np.int16)[people.household],
        "rw": rng.integers(1, 13, people.households).astype(np.int16)[people.household],
        "birth": people.birth,
        "sex": people.sex,
        "faith": population.faith,
        "relation": people.relation,
        "marital": people.marital,
        "card": card.astype(np.int8),
        "flag": pick(rng, [0.992, 0.004, 0.004], count).astype(np.int8),
        "channel": pick(rng, [0.62, 0.12, 0.08, 0.18], count).astype(np.int8),
        "entered": entered,
        "changed": changed,
        "kind": np.zeros(count, np.int8),
        "errors": np.zeros(count, np.uint64),
    }
    texts = {
        "nik": digits_text(issues.nik, 16),
        "no_kk": digits_text(issues.card, 16).take(index),
        "nama": population.names,
        "tempat_lahir": _birthplaces(population, born, rng),
        "nama_ibu": population.mother_names,
        "nama_ayah": population.father_names,
        "alamat": lines.take(index),
        "nik_ibu": _parent_niks(people.mother, issues.nik),
        "nik_ayah": _parent_niks(people.father, issues.nik),
        "no_akta_lhr": _certificates(plan, population, rng),
    }
    return Draft(texts, numbers)


def card_status(plan: RegisterPlan, population: Population) -> Int64:
    """Return the code of the card status per person: empty under 17, mostly enrolled from then on."""
    rng = stream(plan.seed, "cards")
    people = population.people
    adult = plan.cut_off_day - people.birth >= 17 * _YEAR
    enrolled = rng.random(people.birth.size) < plan.enrolled_rate
    done = np.array(ENROLLED)[pick(rng, [0.62, 0.2, 0.06, 0.12], people.birth.size)]
    pending = np.array([5, 6, 7, 8, 9])[pick(rng, [0.7, 0.1, 0.1, 0.06, 0.04], people.birth.size)]
    return np.where(adult, np.where(enrolled, done, pending), 0)


def leave_out(plan: RegisterPlan, draft: Draft, regions: int, rng: np.random.Generator) -> Draft:
    """Empty fields at rates that differ from office to office; RT and RW become 0."""
    region = draft.numbers["region"]
    texts = {}
    for name, rate in MISSING.items():
        office = np.minimum(rate * plan.rate("missing_factor") * rng.lognormal(0.0, 0.5, regions), 0.9)
        gone = rng.random(draft.count) < office[region]
        texts[name] = pc.if_else(pa.array(gone), pa.scalar(None, pa.string()), draft.texts[name])
    office = np.minimum(0.05 * plan.rate("missing_factor") * rng.lognormal(0.0, 0.5, regions), 0.9)
    gone = rng.random(draft.count) < office[region]
    return draft.replace(**texts, rt=np.where(gone, 0, draft.numbers["rt"]), rw=np.where(gone, 0, draft.numbers["rw"]))


def _entry_days(
    plan: RegisterPlan, population: Population, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    people = population.people
    count = people.birth.size
    start = np.maximum(people.birth, _SYSTEM_START)
    delay = np.minimum(rng.exponential(np.where(people.birth > _SYSTEM_START, 200.0, 1500.0)), plan.cut_off_day - start)
    younger = np.flatnonzero((people.twin >= 0) & (people.twin != np.arange(count)))
    delay[younger] = delay[people.twin[younger]]
    entered = (start + delay).astype(np.int32)
    later = rng.random(count) < 0.6
    changed = entered + (rng.random(count) * later * (plan.cut_off_day - entered)).astype(np.int32)
    return entered, changed


def _birthplaces(population: Population, born: Int64, rng: np.random.Generator) -> pa.StringArray:
    spellings = [region.birthplaces for region in load_regions()]
    texts = pa.array([name for row in spellings for name in row], pa.string())
    starts = np.cumsum([0, *map(len, spellings)])
    other = (rng.random(born.size) * (np.diff(starts)[born])).astype(np.int64)
    number = starts[born] + np.where(rng.random(born.size) < 0.12, other, 0)
    usual = texts.take(pa.array(number))
    village = population.gazetteer.district_names.take(pa.array(population.village[population.people.household]))
    local = rng.random(born.size) < 0.04
    # A sub-district stands for the place of birth only where the family still lives in the regency.
    codes = np.array([region.code for region in load_regions()])
    home = np.array([region.code for region in population.gazetteer.regions])
    local &= codes[born] == home[population.region[population.people.household]]
    younger = np.flatnonzero((population.people.twin >= 0) & (population.people.twin != np.arange(born.size)))
    places = pc.if_else(pa.array(local), village, usual)
    index = np.arange(born.size)
    index[younger] = population.people.twin[younger]
    return places.take(pa.array(index))


def _parent_niks(parent: npt.NDArray[np.int32], nik: Int64) -> pa.StringArray:
    known = digits_text(nik, 16)
    return known.take(pa.array(parent, mask=parent < 0))


def _certificates(plan: RegisterPlan, population: Population, rng: np.random.Generator) -> pa.StringArray:
    people = population.people
    count = people.birth.size
    age = (plan.cut_off_day - people.birth) / _YEAR
    has = rng.random(count) < np.select([age < 19, age < 35], [0.96, 0.5], 0.12)
    late = rng.random(count) < 0.2
    delay = np.where(late, rng.integers(60, 3000, count), rng.integers(3, 60, count))
    day = np.minimum(np.maximum(people.birth + delay, _SYSTEM_START), plan.cut_off_day)
    year, month, date = year_month_day(day)
    region = np.array([item.code for item in population.gazetteer.regions])[population.region[people.household]]
    signs = np.full((count, 21), ord("-"), np.uint8)
    signs[:, 0:4] = digits(region, 4)
    signs[:, 5] = ord("L")
    signs[:, 6] = np.where(late, ord("T"), ord("U"))
    signs[:, 8:10], signs[:, 10:12], signs[:, 12:16] = digits(date, 2), digits(month, 2), digits(year, 4)
    serial = rng.integers(1, 10_000, count)
    signs[:, 17:21] = digits(serial, 4)
    texts = characters_text(signs)
    return pc.if_else(pa.array(has), texts, pa.scalar(None, pa.string()))
