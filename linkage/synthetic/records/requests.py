"""What offices are told of residents who are recorded again, before they write anything down."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import Draft
from linkage.synthetic.errors import date_errors
from linkage.synthetic.errors.corruption import corrupt
from linkage.synthetic.errors.proneness import errors_wanted
from linkage.synthetic.kinds import (
    BURST,
    CONFLICT,
    ERROR_KINDS,
    MOVED_CLOSED,
    NEWBORN,
    NON_PERMANENT,
    bit,
    share_vector,
)
from linkage.synthetic.people.population import Population
from linkage.synthetic.people.residents import HEAD
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.codes import ACTIVE, ENROLLED, FIELD_TEAM, NOT_PERMANENT
from linkage.synthetic.records.originals import changed_days
from linkage.synthetic.records.particulars import written_otherwise
from linkage.synthetic.records.repeats import Repeats
from linkage.synthetic.streams import Int64, pick, stream

_DATE: Final = np.array([kind.startswith("date_") for kind in ERROR_KINDS])
_PLACEHOLDERS: Final = ("BAYI NY. ", "BY. NY. ", "BY NY ", "AN. NY. ", "BAYI ", "ANAK NY ", "BAYI NYONYA ")
_OTHER_SEX, _ENROLLED_AGAIN, _NO_CERTIFICATE = 0.45, 0.25, 0.35


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
    wanted = errors_wanted(plan.copy_errors, repeats.person, rng)
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
    requests = draft.replace(
        nama=_placeholders(draft, newborn, rng),
        region=repeats.region.astype(np.int32),
        # Who has no new address lives where the first record says.
        village=np.where(repeats.new_address, repeats.village, draft.numbers["village"]),
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
    birth = population.people.birth[repeats.person].astype(np.int64)
    return written_otherwise(plan, requests, birth, population.cell.number)


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
