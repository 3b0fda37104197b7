"""What an office does with further records: it issues numbers, writes down what it hears, and leaves fields empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import NUMBER_COLUMNS, TEXT_COLUMNS, Draft
from linkage.synthetic.errors import date_errors
from linkage.synthetic.errors.corruption import corrupt
from linkage.synthetic.errors.proneness import errors_wanted
from linkage.synthetic.fixed_text import digits_text
from linkage.synthetic.kinds import (
    BURST,
    CONFLICT,
    ERROR_KINDS,
    MOVED_CLOSED,
    MOVED_NOT_CLOSED,
    NEWBORN,
    NON_PERMANENT,
    bit,
    share_vector,
)
from linkage.synthetic.names.culture import load_cultures
from linkage.synthetic.people.population import Population
from linkage.synthetic.people.residents import HEAD
from linkage.synthetic.places.addresses import addresses
from linkage.synthetic.places.gazetteer import Gazetteer, Region, areas
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.numbers import issue_numbers
from linkage.synthetic.records.originals import ACTIVE, ENROLLED, FIELD_TEAM, NOT_PERMANENT, card_days, changed_days
from linkage.synthetic.records.repeats import Repeats
from linkage.synthetic.streams import Float64, Int64, pick, stream

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
        "rt": 0.05,
        "rw": 0.05,
    }
)
"""Records with the field empty, per record, in an office of the usual care."""

_DATE: Final = np.array([kind.startswith("date_") for kind in ERROR_KINDS])
_ON_NIK: Final = ("nik_digit", "nik_transposed", "nik_missing")
_NIK_ERRORS: Final = np.bitwise_or.reduce([bit(kind, ERROR_KINDS) for kind in _ON_NIK])
_SAME_NIK: Final = (MOVED_NOT_CLOSED, CONFLICT, MOVED_CLOSED, NON_PERMANENT)
_PLACEHOLDERS: Final = ("BAYI NY. ", "BY. NY. ", "BY NY ", "AN. NY. ", "BAYI ", "ANAK NY ", "BAYI NYONYA ")
_NAMELESS_NIK, _OTHER_SEX, _ENROLLED_AGAIN, _NO_CERTIFICATE = 0.4, 0.45, 0.25, 0.35


def missing_rates(plan: RegisterPlan, regions: Sequence[Region]) -> Mapping[str, Float64]:
    """Return per field float64 (n_regions,): how often each office leaves it empty; every office has habits."""
    rates: dict[str, Float64] = {name: np.zeros(len(regions)) for name in MISSING}
    for number, region in enumerate(regions):
        rng = stream(plan.seed, "offices", region.code)
        for (name, rate), habit in zip(MISSING.items(), rng.lognormal(0.0, 0.5, len(MISSING)), strict=True):
            rates[name][number] = min(rate * plan.rate("missing_factor") * habit, 0.9)
    return rates


def leave_out(draft: Draft, rates: Mapping[str, Float64], rng: np.random.Generator) -> Draft:
    """Empty fields at the rates of each record's office; RT and RW become 0."""
    region = draft.numbers["region"]
    gone = {name: rng.random(draft.count) < rate[region] for name, rate in rates.items()}
    nothing = pa.scalar(None, pa.string())
    texts = {
        name: pc.if_else(pa.array(gone[name]), nothing, draft.texts[name]) for name in rates if name in TEXT_COLUMNS
    }
    units = {name: np.where(gone[name], 0, draft.numbers[name]) for name in ("rt", "rw")}
    return draft.replace(**texts, **units)


def request_records(
    plan: RegisterPlan, population: Population, repeats: Repeats, originals: Draft, card: Int64
) -> Draft:
    """Return what offices are told of those who are recorded again, one row per further record.

    ``originals``: complete first records; ``card``: status on each further record. Beside the columns of a record come
    ``group``, ``own_nik``, ``own_card``, ``own_address`` and ``wanted`` (errors still to be made). Dates go wrong here,
    before the office issues a NIK, so that a second NIK holds the date that was believed.
    """
    rng = stream(plan.seed, "requests", population.cell.number)
    draft = originals.take(repeats.person)
    kind, count = repeats.kind, repeats.kind.size
    wanted = errors_wanted(plan.errors_per_copy, repeats.person, rng)
    # What is done rightly is written down with care.
    wanted[np.isin(kind, (MOVED_CLOSED, NON_PERMANENT))] //= 2
    shares = share_vector(plan.error_shares, ERROR_KINDS)
    on_date = rng.binomial(wanted, float(shares[_DATE].sum() / shares.sum()))
    on_date[kind == CONFLICT] = 0
    draft = draft.replace(entered=repeats.entered.astype(np.int32))
    draft = _contradict(draft, np.flatnonzero(kind == CONFLICT), rng)
    only = Draft({}, {name: draft.numbers[name] for name in ("birth", "entered", "errors", "person")})
    believed = corrupt(only, on_date, np.where(_DATE, shares, 0.0), rng, plan.cut_off_day)
    channel = np.select([kind == BURST, kind == NON_PERMANENT], [FIELD_TEAM, NOT_PERMANENT], draft.numbers["channel"])
    newborn = kind == NEWBORN
    errors = believed.numbers["errors"] | np.where(newborn, bit("name_placeholder", ERROR_KINDS), np.uint64(0))
    return draft.replace(
        nama=_placeholders(draft, newborn, rng),
        region=repeats.region.astype(np.int32),
        village=repeats.village,
        birth=believed.numbers["birth"],
        errors=errors,
        card=card.astype(np.int8),
        flag=np.full(count, ACTIVE, np.int8),
        channel=channel.astype(np.int8),
        changed=changed_days(repeats.entered, plan.cut_off_day, rng).astype(np.int32),
        relation=_heads(draft, repeats),
        no_akta_lhr=_without_certificate(draft, repeats, rng),
        kind=(kind + 1).astype(np.int8),
        group=population.cell.first_person + repeats.group,
        own_nik=repeats.new_nik.astype(np.int8),
        own_card=repeats.new_card.astype(np.int8),
        own_address=repeats.new_address.astype(np.int8),
        wanted=(wanted - on_date).astype(np.int8),
    )


def second_cards(plan: RegisterPlan, population: Population, repeats: Repeats, card: Int64) -> tuple[Int64, Int64]:
    """Return the card status of all first records and of the further ones.

    One NIK has one status. Of two NIKs of an enrolled adult one is enrolled, seldom both.
    """
    rng = stream(plan.seed, "second cards", population.cell.number)
    status = card[repeats.person]
    chance = rng.random(status.size)
    enrolled = np.isin(status, ENROLLED)
    rejected = np.array([5, 6, 10])[pick(rng, [0.75, 0.15, 0.1], status.size)]
    both = repeats.first & (chance < plan.both_enrolled_rate)
    swapped = repeats.first & repeats.new_nik & enrolled & ~both & (chance > 1.0 - _ENROLLED_AGAIN)
    further = np.where(repeats.new_nik & enrolled & ~both & ~swapped, rejected, status)
    first = card.copy()
    first[repeats.person[swapped]] = rejected[swapped]
    # A resident's further records under the same NIK follow the first record.
    follows = ~repeats.new_nik
    further[follows] = first[repeats.person[follows]]
    return first, further


def write_further(
    plan: RegisterPlan,
    gazetteer: Gazetteer,
    region: int,
    requests: Draft,
    issued: tuple[Int64, Int64],
    rates: Mapping[str, Float64],
) -> Draft:
    """Return the records that one office writes on request.

    ``region``: its number in the gazetteer. ``issued``: the NIKs and family cards that it gave out before, in any
    order; new ones differ from all of them.
    """
    rng = stream(plan.seed, "further", gazetteer.regions[region].code)
    numbers = requests.numbers
    own_nik, own_card = numbers["own_nik"] > 0, numbers["own_card"] > 0
    own_address = numbers["own_address"] > 0
    groups, leader, member = np.unique(numbers["group"], return_index=True, return_inverse=True)
    area = areas(gazetteer, numbers["village"])
    nik = np.zeros(requests.count, np.int64)
    rows = np.flatnonzero(own_nik)
    nik[rows] = issue_numbers(area[rows], numbers["birth"][rows], numbers["sex"][rows], rng, issued[0])
    day = card_days(numbers["entered"][leader].astype(np.int64), plan.cut_off_day, rng)
    card = issue_numbers(area[leader], day, np.zeros(groups.size, np.int64), rng, issued[1])[member]
    place, culture = np.full(groups.size, region), numbers["culture"][leader].astype(np.int64)
    lines = addresses(gazetteer, load_cultures(), place, culture, rng).take(pa.array(member))
    texts = requests.texts
    nameless = pa.array((numbers["kind"] == NEWBORN + 1) & (rng.random(requests.count) < _NAMELESS_NIK))
    niks = pc.if_else(pa.array(own_nik), digits_text(nik, 16), texts["nik"])
    units = {name: rng.integers(1, most, groups.size)[member] for name, most in (("rt", 16), ("rw", 13))}
    draft = requests.replace(
        nik=pc.if_else(nameless, pa.scalar(None, pa.string()), niks),
        no_kk=pc.if_else(pa.array(own_card), digits_text(card, 16), texts["no_kk"]),
        alamat=pc.if_else(pa.array(own_address), lines, texts["alamat"]),
        **{name: np.where(own_address, unit, numbers[name]).astype(np.int16) for name, unit in units.items()},
    )
    # These kinds are defined by one NIK on both records.
    refused = np.where(np.isin(numbers["kind"] - 1, _SAME_NIK), _NIK_ERRORS, np.uint64(0))
    shares = np.where(_DATE, 0.0, share_vector(plan.error_shares, ERROR_KINDS))
    draft = leave_out(draft.select(NUMBER_COLUMNS), rates, rng)
    return corrupt(draft, numbers["wanted"].astype(np.int64), shares, rng, plan.cut_off_day, refused)


def _contradict(draft: Draft, rows: Int64, rng: np.random.Generator) -> Draft:
    """Give these records another sex, or another birth date."""
    sex, birth = draft.numbers["sex"].copy(), draft.numbers["birth"].astype(np.int64)
    errors = draft.numbers["errors"].copy()
    of_sex = rng.random(rows.size) < _OTHER_SEX
    sex[rows[of_sex]] = 1 - sex[rows[of_sex]]
    errors[rows[of_sex]] |= bit("sex_contradicts", ERROR_KINDS)
    birth[rows[~of_sex]] = date_errors.contradict(birth[rows[~of_sex]], draft.numbers["entered"][rows[~of_sex]], rng)
    errors[rows[~of_sex]] |= bit("date_contradicts", ERROR_KINDS)
    return draft.replace(sex=sex, birth=birth.astype(np.int32), errors=errors)


def _heads(draft: Draft, repeats: Repeats) -> npt.NDArray[np.int8]:
    """Return the relations: on a card of its own, a group without a head is headed by its eldest."""
    relation = draft.numbers["relation"].copy()
    rows = np.flatnonzero(repeats.new_card)
    order = rows[np.lexsort((draft.numbers["birth"][rows], relation[rows] != HEAD, repeats.group[rows]))]
    first = np.r_[True, repeats.group[order[1:]] != repeats.group[order[:-1]]][: order.size]
    relation[order[first]] = HEAD
    return relation


def _without_certificate(draft: Draft, repeats: Repeats, rng: np.random.Generator) -> pa.StringArray:
    """A newborn has no certificate yet, and who registers a second time often shows none."""
    unshown = repeats.new_nik & (rng.random(repeats.kind.size) < _NO_CERTIFICATE)
    none = pa.array(unshown | (repeats.kind == NEWBORN))
    return pc.if_else(none, pa.scalar(None, pa.string()), draft.texts["no_akta_lhr"])


def _placeholders(draft: Draft, newborn: npt.NDArray[np.bool_], rng: np.random.Generator) -> pa.StringArray:
    words = pa.array(_PLACEHOLDERS).take(pa.array(rng.integers(0, len(_PLACEHOLDERS), newborn.size)))
    named = pc.binary_join_element_wise(words, pc.fill_null(draft.texts["nama_ibu"], ""), "")
    return pc.if_else(pa.array(newborn), pc.utf8_trim_whitespace(named), draft.texts["nama"])
