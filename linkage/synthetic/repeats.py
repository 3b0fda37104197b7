"""The further records of residents: what the other office, or the same one on another day, wrote down."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic import date_errors
from linkage.synthetic.corruption import corrupt
from linkage.synthetic.draft import Draft
from linkage.synthetic.duplicates import CONFLICT, MOVED, NEWBORN, Copies
from linkage.synthetic.fixed_text import digits_text
from linkage.synthetic.originals import ENROLLED
from linkage.synthetic.plan import ERROR_KINDS, RegisterPlan, share_vector
from linkage.synthetic.population import Population
from linkage.synthetic.streams import Int64, pick, stream

_NIK_KINDS = sum(1 << ERROR_KINDS.index(kind) for kind in ("nik_digit", "nik_transposed", "nik_missing"))
_DATE = np.array([kind.startswith("date_") for kind in ERROR_KINDS])
_PLACEHOLDERS = ("BAYI NY. ", "BY. NY. ", "BY NY ", "AN. NY. ", "BAYI ")


def written_dates(
    plan: RegisterPlan, population: Population, copies: Copies
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8], npt.NDArray[np.uint64], Int64]:
    """Return birth date and sex as written on each copy, the errors made so far, and how many more shall follow.

    Dates go wrong before numbers are issued, so that a second NIK holds the date that the office believed.
    """
    rng = stream(plan.seed, "copied dates")
    shares = share_vector(plan.error_shares, ERROR_KINDS)
    wanted = pick(rng, plan.errors_per_copy, copies.person.size)
    on_date = rng.binomial(wanted, float(shares[_DATE].sum() / shares.sum()))
    birth = population.people.birth[copies.person].astype(np.int64)
    sex = population.people.sex[copies.person].copy()
    errors = np.zeros(copies.person.size, np.uint64)
    conflict = np.flatnonzero(copies.kind == CONFLICT)
    on_date[conflict] = 0
    other_sex = conflict[rng.random(conflict.size) < 0.45]
    other_date = np.setdiff1d(conflict, other_sex)
    sex[other_sex] = 1 - sex[other_sex]
    birth[other_date] = date_errors.contradict(birth[other_date], plan.cut_off_day, rng)
    errors[other_sex] = np.uint64(1) << np.uint64(ERROR_KINDS.index("sex_contradicts"))
    errors[other_date] = np.uint64(1) << np.uint64(ERROR_KINDS.index("date_contradicts"))
    draft = corrupt(
        Draft({}, {"birth": birth, "errors": errors, "person": copies.person}),
        on_date,
        np.where(_DATE, shares, 0.0),
        rng,
        plan.cut_off_day,
    )
    return draft.numbers["birth"].astype(np.int32), sex, draft.numbers["errors"], wanted - on_date


def enrolments(plan: RegisterPlan, card: Int64, copies: Copies) -> tuple[Int64, Int64]:
    """Return the card status of all first records and of the copies.

    One NIK has one status. Of two NIKs of an enrolled adult one is enrolled, seldom both.
    """
    rng = stream(plan.seed, "copied cards")
    status = card[copies.person]
    chance = rng.random(status.size)
    enrolled = np.isin(status, ENROLLED)
    rejected = np.array([5, 6, 10])[pick(rng, [0.75, 0.15, 0.1], status.size)]
    both = copies.first & (chance < plan.both_enrolled_rate)
    swapped = copies.first & copies.new_nik & enrolled & ~both & (chance > 0.75)
    copied = np.where(copies.new_nik & enrolled & ~both & ~swapped, rejected, status)
    first = card.copy()
    first[copies.person[swapped]] = rejected[swapped]
    # A resident's further copies under the same NIK follow the first record.
    follows = ~copies.new_nik
    copied[follows] = first[copies.person[follows]]
    return first, copied


def make_repeats(
    plan: RegisterPlan,
    originals: Draft,
    copies: Copies,
    written: tuple[npt.NDArray[np.int32], npt.NDArray[np.int8], npt.NDArray[np.uint64], Int64],
    nik: Int64,
    card_number: Int64,
    lines: pa.StringArray,
    card: Int64,
) -> Draft:
    """Return the record of each copy, with its errors.

    ``originals``: complete first records; ``nik`` and ``card_number`` (n_copies,) are used where a copy has its own;
    ``lines`` (n_copies,) the address where it has a new card; ``card`` (n_copies,) status.
    """
    rng = stream(plan.seed, "copied records")
    birth, sex, errors, left = written
    draft = originals.take(copies.person)
    count = copies.person.size
    own_card, own_nik = pa.array(copies.new_card), pa.array(copies.new_nik)
    texts = draft.texts
    entered = draft.numbers["entered"].astype(np.int64)
    entered += (rng.beta(1.2, 1.5, count) * (plan.cut_off_day - entered)).astype(np.int64)
    newborn = copies.kind == NEWBORN
    soon = np.minimum(birth + rng.integers(1, 40, count), plan.cut_off_day)
    entered = np.where(newborn, soon, entered).astype(np.int32)
    niks = pc.if_else(own_nik, digits_text(nik, 16), texts["nik"])
    nameless = pa.array(newborn & (rng.random(count) < 0.4))
    draft = draft.replace(
        nik=pc.if_else(nameless, pa.scalar(None, pa.string()), niks),
        no_kk=pc.if_else(own_card, digits_text(card_number, 16), texts["no_kk"]),
        alamat=pc.if_else(own_card, lines, texts["alamat"]),
        nama=_placeholders(texts, newborn, rng),
        region=copies.region.astype(np.int32),
        village=copies.village,
        rt=np.where(copies.new_card, rng.integers(1, 16, count), draft.numbers["rt"]).astype(np.int16),
        rw=np.where(copies.new_card, rng.integers(1, 13, count), draft.numbers["rw"]).astype(np.int16),
        birth=birth,
        sex=sex,
        card=card.astype(np.int8),
        flag=np.zeros(count, np.int8),
        entered=entered,
        changed=entered,
        kind=(copies.kind + 1).astype(np.int8),
        errors=errors,
    )
    # These kinds are defined by one NIK on both records.
    same_nik = (copies.kind == MOVED) | (copies.kind == CONFLICT)
    refused = np.where(same_nik, np.uint64(_NIK_KINDS), np.uint64(0))
    shares = np.where(_DATE, 0.0, share_vector(plan.error_shares, ERROR_KINDS))
    return corrupt(draft, left, shares, rng, plan.cut_off_day, refused)


def _placeholders(
    texts: Mapping[str, pa.StringArray], newborn: npt.NDArray[np.bool_], rng: np.random.Generator
) -> pa.StringArray:
    words = pa.array(_PLACEHOLDERS).take(pa.array(rng.integers(0, len(_PLACEHOLDERS), newborn.size)))
    named = pc.binary_join_element_wise(words, pc.fill_null(texts["nama_ibu"], ""), "")
    return pc.if_else(pa.array(newborn), pc.utf8_trim_whitespace(named), texts["nama"])
