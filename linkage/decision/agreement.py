"""What two records of a pair have in common, and where they contradict each other: one bool array per question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.decision.evidence import Bool, Int8, Int32, PairFacts, RecordFacts
from linkage.standardise.dates.calendar import gaps_in_days

SIBLING_GAP_DAYS: Final = 180
"""Two births of one mother lie further apart than this ("more than a few months")."""

UNCERTAIN_YEARS: Final = 2
"""An estimated year of birth (a default date, a year alone) may be off by so many years."""

GENERATION_YEARS: Final = 12
"""A parent is at least so many years older than a child."""


@dataclass(frozen=True)
class Agreements:
    """Questions about each pair, bool (n_pairs,). All are False where a value they need is missing.

    ``births_contradict``: the dates differ beyond format, that is, neither by swapped day and month, nor by exactly a
    century (two-digit years), nor only in what a default date or a year alone leaves open.
    ``births_far_apart``: they contradict, and by more than siblings' least distance (180 days between whole dates,
    more than two years when a year is estimated). ``births_generation_apart``: they contradict by twelve years or more.
    """

    same_nik: Bool
    other_nik: Bool
    same_kk: Bool
    same_mother_nik: Bool
    same_certificate: Bool
    sex_differs: Bool
    two_regencies: Bool
    both_enrolled: Bool
    any_inactive: Bool
    births_within_a_day: Bool
    births_contradict: Bool
    births_far_apart: Bool
    births_generation_apart: Bool


def compare_records(records: RecordFacts, pairs: PairFacts) -> Agreements:
    """Answer every question for every pair."""
    left, right = pairs.left, pairs.right
    within_a_day, contradict, far_apart, generation = _compare_births(records, left, right)
    nik_left, nik_right = records.nik[left], records.nik[right]
    return Agreements(
        same_nik=_same_code(records.nik, left, right),
        other_nik=(nik_left >= 0) & (nik_right >= 0) & (nik_left != nik_right),
        same_kk=_same_code(records.kk, left, right),
        same_mother_nik=_same_code(records.mother_nik, left, right),
        same_certificate=_same_code(records.certificate, left, right),
        sex_differs=_known_and_different(records.sex, left, right),
        two_regencies=_known_and_different(records.region, left, right),
        both_enrolled=records.enrolled[left] & records.enrolled[right],
        any_inactive=records.inactive[left] | records.inactive[right],
        births_within_a_day=within_a_day,
        births_contradict=contradict,
        births_far_apart=far_apart,
        births_generation_apart=generation,
    )


def _same_code(codes: Int32, left: Int32, right: Int32) -> Bool:
    same: Bool = (codes[left] == codes[right]) & (codes[left] >= 0)
    return same


def _known_and_different(values: Int8 | Int32, left: Int32, right: Int32) -> Bool:
    different: Bool = (values[left] != values[right]) & (values[left] > 0) & (values[right] > 0)
    return different


def _compare_births(records: RecordFacts, left: Int32, right: Int32) -> tuple[Bool, Bool, Bool, Bool]:
    birth = records.birth
    year, month, day = birth // 10_000, birth // 100 % 100, birth % 100
    whole = (birth > 0) & (month > 0) & (day > 0)
    exact = whole & ~records.birth_default

    known = (birth[left] > 0) & (birth[right] > 0)
    both_exact = exact[left] & exact[right]
    years_apart = np.abs(year[left] - year[right])
    # nan, of which no comparison holds, unless both are whole.
    days_apart = gaps_in_days(birth[left], birth[right])
    same_day_of_year = (month[left] == month[right]) & (day[left] == day[right])
    swapped = (years_apart == 0) & (month[left] == day[right]) & (day[left] == month[right])
    century = (years_apart == 100) & (same_day_of_year | ~both_exact)

    differ = np.where(both_exact, (days_apart > 0) & ~swapped, years_apart > 0)
    contradict = known & differ & ~century
    far = np.where(both_exact, days_apart > SIBLING_GAP_DAYS, years_apart > UNCERTAIN_YEARS)
    return days_apart <= 1, contradict, contradict & far, contradict & (years_apart >= GENERATION_YEARS)
