"""What two records of a pair have in common, and where they contradict each other: one bool array per question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.decision.evidence import Bool, Int8, Int32, Int64, PairFacts, RecordFacts
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

    ``births_agree``: both dates are known and do not contradict. ``births_contradict``: they differ beyond format, that
    is, neither by swapped day and month, nor by exactly a century (two-digit years), nor only in what a default date or
    a year alone leaves open.
    ``births_far_apart``: they contradict, and by more than siblings' least distance (180 days between whole dates,
    more than two years when a year is estimated). ``births_generation_apart``: they contradict by twelve years or more.
    """

    same_nik: Bool
    other_nik: Bool
    same_kk: Bool
    same_mother_nik: Bool
    same_certificate: Bool
    other_certificate: Bool
    sex_differs: Bool
    two_regencies: Bool
    both_enrolled: Bool
    any_inactive: Bool
    births_within_a_day: Bool
    births_agree: Bool
    births_contradict: Bool
    births_far_apart: Bool
    births_generation_apart: Bool


def compare_records(records: RecordFacts, pairs: PairFacts) -> Agreements:
    """Answer every question for every pair."""
    left, right = pairs.left, pairs.right
    same_nik, other_nik = _compare(records.nik, left, right, 0)
    same_kk, _ = _compare(records.kk, left, right, 0)
    same_mother_nik, _ = _compare(records.mother_nik, left, right, 0)
    same_certificate, other_certificate = _compare(records.certificate, left, right, 0)
    _, sex_differs = _compare(records.sex, left, right, 1)
    _, two_regencies = _compare(records.region, left, right, 1)
    within_a_day, agree, contradict, far_apart, generation = _compare_births(records, left, right)
    return Agreements(
        same_nik=same_nik,
        other_nik=other_nik,
        same_kk=same_kk,
        same_mother_nik=same_mother_nik,
        same_certificate=same_certificate,
        other_certificate=other_certificate,
        sex_differs=sex_differs,
        two_regencies=two_regencies,
        both_enrolled=records.enrolled[left] & records.enrolled[right],
        any_inactive=records.inactive[left] | records.inactive[right],
        births_within_a_day=within_a_day,
        births_agree=agree,
        births_contradict=contradict,
        births_far_apart=far_apart,
        births_generation_apart=generation,
    )


def _compare(values: Int8 | Int32, left: Int32, right: Int32, least: int) -> tuple[Bool, Bool]:
    """Return where two values are known and the same, and where known and different; known is ``least`` or above."""
    one, other = values[left], values[right]
    known = (one >= least) & (other >= least)
    same = one == other
    return known & same, known & ~same


def _compare_births(records: RecordFacts, left: Int32, right: Int32) -> tuple[Bool, Bool, Bool, Bool, Bool]:
    one, other = records.birth[left], records.birth[right]
    known = (one > 0) & (other > 0)
    # Most pairs are of one date, and one date does not contradict itself: the rest alone is divided and measured.
    same = known & (one == other)
    within_a_day = same & (one % 100 > 0)
    contradict, far_apart, generation = np.zeros((3, left.size), np.bool_)
    apart = np.flatnonzero(known & ~same)
    vague = records.birth_default
    (
        within_a_day[apart],
        contradict[apart],
        far_apart[apart],
        generation[apart],
    ) = _compare_dates(one[apart], other[apart], ~vague[left[apart]] & ~vague[right[apart]])
    return within_a_day, known & ~contradict, contradict, far_apart, generation


def _compare_dates(one: Int64, other: Int64, exact: Bool) -> tuple[Bool, Bool, Bool, Bool]:
    """Return the four answers for dates that are known; ``exact``: neither stands for a year."""
    year_one, month_one, day_one = one // 10_000, one // 100 % 100, one % 100
    year_other, month_other, day_other = other // 10_000, other // 100 % 100, other % 100
    both_exact = exact & (month_one > 0) & (day_one > 0) & (month_other > 0) & (day_other > 0)
    years_apart = np.abs(year_one - year_other)
    # nan, of which no comparison holds, unless both are whole.
    days_apart = gaps_in_days(one, other)
    same_day_of_year = (month_one == month_other) & (day_one == day_other)
    swapped = (years_apart == 0) & (month_one == day_other) & (day_one == month_other)
    century = (years_apart == 100) & (same_day_of_year | ~both_exact)

    differ = np.where(both_exact, (days_apart > 0) & ~swapped, years_apart > 0)
    contradict = differ & ~century
    far = np.where(both_exact, days_apart > SIBLING_GAP_DAYS, years_apart > UNCERTAIN_YEARS)
    return days_apart <= 1, contradict, contradict & far, contradict & (years_apart >= GENERATION_YEARS)
