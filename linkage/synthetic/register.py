"""A register of invented residents, and the truth about it, in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.synthetic.corruption import corrupt
from linkage.synthetic.draft import Draft, concat_drafts
from linkage.synthetic.duplicates import Copies, plan_copies
from linkage.synthetic.gazetteer import DISTRICTS, VILLAGES, addresses
from linkage.synthetic.numbers import issue_numbers
from linkage.synthetic.originals import Issues, card_status, issue_areas, leave_out, make_originals
from linkage.synthetic.plan import ERROR_KINDS, RegisterPlan, share_vector
from linkage.synthetic.population import Population, make_population
from linkage.synthetic.rendering import render_records
from linkage.synthetic.repeats import enrolments, make_repeats, written_dates
from linkage.synthetic.streams import Int64, stream
from linkage.synthetic.truth import make_truth

_SYSTEM_START = 12_784  # 2005-01-01


@dataclass(frozen=True)
class Register:
    """Records and truth, row by row in the same order: by regency, then by day of entry.

    ``records`` has the plain columns of ``linkage.schema.RESIDENT_COLUMNS``, all text, null for missing; dates are
    ``yyyy-mm-dd``, sex ``L`` or ``P``, codes those of SIAK, ``source`` the regency's code. ``truth`` has the columns of
    ``linkage.synthetic.truth.TRUTH``. ``regions`` are the regency codes in the order in which they were chosen.
    """

    plan: RegisterPlan
    records: pa.Table
    truth: pa.Table
    regions: tuple[str, ...]


def make_register(plan: RegisterPlan) -> Register:
    """Return the register of a plan: exactly ``plan.records`` records; the same plan gives the same bytes."""
    population = make_population(plan)
    copies = plan_copies(plan, population)
    written = written_dates(plan, population, copies)
    draft = _records(plan, population, copies, written)
    rng = stream(plan.seed, "order")
    codes = np.array([region.code for region in population.gazetteer.regions])
    region = codes[draft.numbers["region"]]
    order = np.lexsort((rng.random(draft.count), draft.numbers["entered"], region))
    draft = draft.take(order)
    records = render_records(draft, population.gazetteer)
    truth = make_truth(plan, population, draft, records)
    return Register(plan, records, truth, tuple(f"{code:04}" for code in codes))


def _records(
    plan: RegisterPlan,
    population: Population,
    copies: Copies,
    written: tuple[npt.NDArray[np.int32], npt.NDArray[np.int8], npt.NDArray[np.uint64], Int64],
) -> Draft:
    rng = stream(plan.seed, "numbers")
    area, born = issue_areas(population, rng)
    nik, second_nik = _issue_niks(population, copies, area, written, rng)
    card, second_card = _issue_cards(plan, population, copies, rng)
    _share_niks(plan, population, nik)
    head = population.people.household, population.people.relation
    culture = np.zeros(population.people.households, np.int64)
    culture[head[0][head[1] == 1]] = population.culture[head[1] == 1]
    lines = addresses(population.gazetteer, population.cultures, population.region, culture, rng)
    new_culture = population.culture[copies.person]
    new_lines = addresses(population.gazetteer, population.cultures, copies.region, new_culture, rng)
    first_status, second_status = enrolments(plan, card_status(plan, population), copies)
    originals = make_originals(plan, population, Issues(nik, card), born, lines, first_status)
    repeats = make_repeats(plan, originals, copies, written, second_nik, second_card, new_lines, second_status)
    rng = stream(plan.seed, "left out")
    originals = leave_out(plan, originals, plan.regions, rng)
    repeats = leave_out(plan, repeats, plan.regions, rng)
    wrong = rng.random(originals.count) < plan.rate("original_error_rate")
    shares = share_vector(plan.error_shares, ERROR_KINDS)
    part = originals.take(np.flatnonzero(wrong))
    damaged = corrupt(part, np.ones(part.count, np.int64), shares, rng, plan.cut_off_day)
    return concat_drafts([originals.take(np.flatnonzero(~wrong)), damaged, repeats])


def _issue_niks(
    population: Population,
    copies: Copies,
    area: Int64,
    written: tuple[npt.NDArray[np.int32], npt.NDArray[np.int8], npt.NDArray[np.uint64], Int64],
    rng: np.random.Generator,
) -> tuple[Int64, Int64]:
    people = population.people
    own = np.flatnonzero(copies.new_nik)
    birth, sex = written[0][own], written[1][own]
    numbers = issue_numbers(
        np.r_[area, _area(population, copies.region, copies.village)[own]],
        np.r_[people.birth, birth],
        np.r_[people.sex, sex],
        rng,
    )
    second = np.zeros(copies.person.size, np.int64)
    second[own] = numbers[people.birth.size :]
    return numbers[: people.birth.size], second


def _issue_cards(
    plan: RegisterPlan, population: Population, copies: Copies, rng: np.random.Generator
) -> tuple[Int64, Int64]:
    households = population.people.households
    area = np.r_[
        _area(population, population.region, population.village), _area(population, copies.region, copies.village)
    ]
    day = rng.integers(_SYSTEM_START, plan.cut_off_day + 1, area.size)
    numbers = issue_numbers(area, day, np.zeros(area.size, np.int64), rng)
    return numbers[:households], numbers[households:]


def _share_niks(plan: RegisterPlan, population: Population, nik: Int64) -> None:
    """Let some residents hold a stranger's NIK, now and then a twin's; changes ``nik`` in place."""
    rng = stream(plan.seed, "shared niks")
    pairs = round(nik.size * plan.rate("shared_nik_rate"))
    people = population.people
    younger = rng.permutation(np.flatnonzero((people.twin >= 0) & (people.twin != np.arange(nik.size))))
    younger = younger[: round(pairs * 0.15)]
    others = rng.permutation(np.flatnonzero(people.twin < 0))[: 2 * max(0, pairs - younger.size)]
    half = others.size // 2
    nik[younger] = nik[people.twin[younger]]
    nik[others[:half]] = nik[others[half : 2 * half]]


def _area(population: Population, region: npt.NDArray[np.integer], village: Int64) -> Int64:
    codes = np.array([item.code for item in population.gazetteer.regions])
    areas: Int64 = codes[region] * 100 + village // VILLAGES % DISTRICTS + 1
    return areas
