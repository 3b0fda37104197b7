"""All that one cell gives to the register: first records, requests for further ones, and what it issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.packed import hash_texts
from linkage.synthetic.cells import Cell
from linkage.synthetic.draft import Draft
from linkage.synthetic.errors.corruption import corrupt
from linkage.synthetic.errors.proneness import first_record_errors
from linkage.synthetic.errors.text_columns import scatter
from linkage.synthetic.errors.titles import add_title
from linkage.synthetic.fixed_text import digits_text
from linkage.synthetic.kinds import ERROR_KINDS, MOVED_CLOSED, MOVED_NOT_CLOSED, bit, share_vector
from linkage.synthetic.people.population import Population, make_population
from linkage.synthetic.places.gazetteer import Gazetteer, areas
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.missing_fields import leave_out
from linkage.synthetic.records.numbers import issue_numbers
from linkage.synthetic.records.originals import Numbers, card_status, entry_days, issue, make_originals
from linkage.synthetic.records.origins import Origins
from linkage.synthetic.records.particulars import part_twins
from linkage.synthetic.records.repeats import Repeats, plan_repeats
from linkage.synthetic.records.requests import request_records, second_cards
from linkage.synthetic.streams import Float64, Int64, stream

_ADULT: Final = 22 * 365
_TITLE_AGAIN: Final = 0.6
_DUMP_SIZES: Final = (25, 120)
_DUMP_DAYS: Final = 5_000
_TWINS_ON_ONE_NIK, _NIK_OF_A_MOVER = 0.15, 0.3


@dataclass(frozen=True)
class CellRecords:
    """The records of one cell.

    ``originals``: finished first records; ``requests``: see :func:`request_records`; ``region`` int64 per person, the
    regency whose numbers ``nik`` and, per family card, ``card_region`` and ``card`` are (numbers of the gazetteer);
    ``name_and_birth`` uint64 per person: hash of the true name and birth date.
    """

    originals: Draft
    requests: Draft
    region: Int64
    nik: Int64
    card_region: Int64
    card: Int64
    name_and_birth: npt.NDArray[np.uint64]


def make_cell(
    plan: RegisterPlan, cell: Cell, gazetteer: Gazetteer, origins: Origins, rates: Mapping[str, Float64]
) -> CellRecords:
    """Return the records of one cell; ``rates`` as :func:`missing_rates` gives them."""
    population = make_population(plan, cell, gazetteer)
    entered = entry_days(plan, population)
    repeats = plan_repeats(plan, population, entered)
    numbers = issue(plan, population, origins, entered)
    issued = numbers.nik.copy()
    _share_niks(plan, population, repeats, numbers)
    first_card, further_card = second_cards(plan, population, repeats, card_status(plan, population))
    closed = np.zeros(cell.count, np.int64)
    moved = repeats.kind == MOVED_CLOSED
    closed[repeats.person[moved]] = repeats.entered[moved]
    complete = make_originals(plan, population, numbers, entered, first_card, closed)
    complete = part_twins(plan, population, complete)
    rng = stream(plan.seed, "first records", cell.number)
    titled = _titles(plan, complete, rng)
    again = pa.array(rng.random(cell.count) < _TITLE_AGAIN)
    told = complete.replace(nama=pc.if_else(again, titled, complete.texts["nama"]))
    requests = request_records(plan, population, repeats, told, further_card)
    originals = leave_out(complete.replace(nama=titled), rates, rng)
    originals, dump_region, dump_card = _dump(plan, population, originals, numbers, rng)
    originals = _with_errors(plan, originals, rng)
    names = pc.binary_join_element_wise(population.names, pc.cast(pa.array(population.people.birth), pa.string()), "|")
    household = population.people.household
    return CellRecords(
        originals,
        requests,
        population.region[household].astype(np.int64),
        issued,
        np.r_[population.region.astype(np.int64), dump_region],
        np.r_[numbers.card, dump_card],
        hash_texts(names),
    )


def _titles(plan: RegisterPlan, draft: Draft, rng: np.random.Generator) -> pa.StringArray:
    adult = plan.cut_off_day - draft.numbers["birth"] > _ADULT
    rows = np.flatnonzero(adult & (rng.random(draft.count) < plan.title_rate))
    sex, faith = draft.numbers["sex"][rows], draft.numbers["faith"][rows]
    names = add_title(draft.texts["nama"].take(pa.array(rows)), sex, faith, rng)
    return scatter(draft.texts["nama"], [rows], [names])


def _with_errors(plan: RegisterPlan, draft: Draft, rng: np.random.Generator) -> Draft:
    """Put errors on first records; few people have most of them."""
    counts = first_record_errors(plan.rate("original_error_rate"), draft.count, rng)
    shares = share_vector(plan.error_shares, ERROR_KINDS)
    return corrupt(draft, counts, shares, rng, plan.cut_off_day)


def _dump(
    plan: RegisterPlan, population: Population, draft: Draft, numbers: Numbers, rng: np.random.Generator
) -> tuple[Draft, Int64, Int64]:
    """Put some people of a regency on family cards that hold many families (*KK tampungan*).

    Returns the draft, and region and number of each such card.
    """
    region = draft.numbers["region"].astype(np.int64)
    able = np.flatnonzero(draft.texts["no_kk"].is_valid().to_numpy(zero_copy_only=False))
    rows = rng.permutation(able)[: round(draft.count * plan.rate("tampungan_rate"))]
    rows = rows[np.argsort(region[rows], kind="stable")]
    ends = np.cumsum(rng.integers(*_DUMP_SIZES, rows.size // _DUMP_SIZES[0] + 1))
    dump = np.searchsorted(ends, np.arange(rows.size), side="right")
    # A card belongs to one regency.
    _, first, card_of = np.unique(dump * region.max() + dump + region[rows], return_index=True, return_inverse=True)
    area = areas(population.gazetteer, draft.numbers["village"][rows[first]])
    day = rng.integers(plan.cut_off_day - _DUMP_DAYS, plan.cut_off_day + 1, area.size)
    cards = issue_numbers(area, day, np.zeros(area.size, np.int64), rng, numbers.card)
    texts = scatter(draft.texts["no_kk"], [rows], [digits_text(cards[card_of], 16)])
    errors = draft.numbers["errors"].copy()
    errors[rows] |= bit("card_tampungan", ERROR_KINDS)
    return draft.replace(no_kk=texts, errors=errors), region[rows[first]], cards


def _share_niks(plan: RegisterPlan, population: Population, repeats: Repeats, numbers: Numbers) -> None:
    """Let some residents hold another's NIK; changes ``numbers.nik`` in place.

    Now and then it is a twin's; else that of one who moved away, given out again in the old place; mostly a stranger's
    of the same regency.
    """
    rng = stream(plan.seed, "shared niks", population.cell.number)
    people, nik = population.people, numbers.nik
    wanted = round(nik.size * plan.rate("shared_nik_rate"))
    younger = rng.permutation(np.flatnonzero((people.twin >= 0) & (people.twin != np.arange(nik.size))))
    younger = younger[: round(wanted * _TWINS_ON_ONE_NIK)]
    nik[younger] = nik[people.twin[younger]]
    region = population.region[people.household]
    movers = np.unique(repeats.person[np.isin(repeats.kind, (MOVED_NOT_CLOSED, MOVED_CLOSED))])
    movers = rng.permutation(movers)[: round(wanted * _NIK_OF_A_MOVER)]
    free = (people.twin < 0) & (people.vital == 0)
    free[repeats.person] = False
    strangers = rng.permutation(np.flatnonzero(free))[: max(0, wanted - younger.size - movers.size)]
    owners = np.r_[movers, strangers]
    free[strangers] = False
    rest = np.flatnonzero(free)
    rest = rest[np.argsort(region[rest], kind="stable")]
    first = np.searchsorted(region[rest], region[owners], side="left")
    number = np.searchsorted(region[rest], region[owners], side="right") - first
    chosen = first + (rng.random(owners.size) * number).astype(np.int64)
    owners, chosen = owners[number > 0], chosen[number > 0]
    places, once = np.unique(chosen, return_index=True)
    nik[rest[places]] = nik[owners[once]]
