"""Default birth dates: which cohorts have them, which dates they are, and whom they leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from linkage.synthetic.fixed_text import YEAR, days_from, year_month_day
from linkage.synthetic.people.birth_dates import COHORTS, SHARES, with_default_dates
from linkage.synthetic.people.households import make_people
from linkage.synthetic.people.residents import CHILD, HEAD, MARRIED, SINGLE, WIFE, People
from linkage.synthetic.plan import RegisterPlan

CROWD = 150_000
PLAN = RegisterPlan(CROWD, 5, 21)
DEFAULT_DAYS = {(12, 31), (7, 1), (1, 1)}


@pytest.fixture(scope="module")
def crowd() -> People:
    """A hundred and fifty thousand residents."""
    return make_people(PLAN, CROWD)


def strangers(year: int, count: int) -> People:
    """Single heads born on the third of May of one year."""
    birth = days_from(np.full(count, year), np.full(count, 5), np.full(count, 3))[0].astype(np.int32)
    zeros = np.zeros(count, np.int8)
    none = np.full(count, -1, np.int32)
    number = np.arange(count, dtype=np.int32)
    single = np.full(count, SINGLE, np.int8)
    head = np.full(count, HEAD, np.int8)
    return People(number, head, zeros, birth, none, none, zeros, none, single, zeros, np.zeros(count, np.bool_))


@pytest.mark.parametrize(
    ("year", "share"),
    [(1930, 0.135), (1944, 0.135), (1945, 0.105), (1960, 0.062), (1975, 0.03), (1990, 0.008), (2005, 0.0005)],
)
def test_each_cohort_has_its_share_of_default_dates(year: int, share: float) -> None:
    found = with_default_dates(strangers(year, 200_000), PLAN, 0)
    assert found.defaulted.mean() == pytest.approx(share, rel=0.25)
    assert share == SHARES[int(np.searchsorted(COHORTS, year, side="right"))]


def test_five_to_eight_percent_of_those_born_before_1975_have_a_default_date(crowd: People) -> None:
    year = year_month_day(crowd.birth)[0]
    assert 0.05 < crowd.defaulted[year < 1975].mean() < 0.08
    assert crowd.defaulted[year >= 2005].mean() < 0.002


def test_default_dates_are_the_days_that_offices_gave(crowd: People) -> None:
    _, month, day = year_month_day(crowd.birth[crowd.defaulted])
    pairs = set(zip(month.tolist(), day.tolist(), strict=True))
    assert pairs >= DEFAULT_DAYS
    assert {day for month, day in pairs - DEFAULT_DAYS} == {15}


def test_older_cohorts_have_the_last_of_december_and_younger_ones_the_first_of_july() -> None:
    shares = []
    for year in (1940, 1965, 1995):
        people = with_default_dates(strangers(year, 300_000), PLAN, 0)
        _, month, _ = year_month_day(people.birth[people.defaulted])
        shares.append(((month == 12).mean(), (month == 7).mean(), (month == 1).mean()))
    december, july, january = np.array(shares).T
    assert december[0] > december[1] > december[2]
    assert july[0] < july[1] < july[2]
    assert (january < np.minimum(july, 0.2)).all()


def test_people_without_a_default_date_keep_their_date_and_others_their_year() -> None:
    before = strangers(1950, 5_000)
    after = with_default_dates(before, PLAN, 0)
    kept = ~after.defaulted
    assert (after.birth[kept] == before.birth[kept]).all()
    assert (year_month_day(after.birth)[0] == 1950).all()


@pytest.mark.parametrize("factor", [0.0, 0.5, 5.0])
def test_the_plan_multiplies_the_shares(factor: float) -> None:
    plan = RegisterPlan(1_000, 1, 1, default_date_factor=factor)
    found = with_default_dates(strangers(1950, 50_000), plan, 0)
    assert found.defaulted.mean() == pytest.approx(SHARES[1] * factor, rel=0.1)


def test_twins_and_those_born_after_the_date_of_a_default_keep_their_date(crowd: People) -> None:
    assert not crowd.defaulted[crowd.twin >= 0].any()
    plan = RegisterPlan(1_000, 1, 1, default_date_factor=5.0)
    year = plan.cut_off.year
    found = with_default_dates(strangers(year, 300_000), plan, 0)
    assert found.birth.max() <= plan.cut_off_day
    assert found.defaulted.any()


def test_default_dates_leave_parents_old_enough_and_siblings_apart() -> None:
    # A wife born in December 1950 has children in January 1968 and in October 1968.
    count = 20_000
    year, month, day = np.array([[1945, 5, 3], [1950, 12, 20], [1967, 1, 5], [1967, 11, 20]]).T
    birth = np.tile(days_from(year, month, day)[0], count).astype(np.int32)
    size = birth.size
    household = (np.arange(size) // 4).astype(np.int32)
    place = np.arange(size) % 4
    first = (np.arange(size) - place).astype(np.int32)
    child = place >= 2
    people = People(
        household,
        np.array([HEAD, WIFE, CHILD, CHILD], np.int8)[place],
        np.array([0, 1, 0, 1], np.int8)[place],
        birth,
        np.where(child, first + 1, -1).astype(np.int32),
        np.where(child, first, -1).astype(np.int32),
        np.where(child, place - 2, 0).astype(np.int8),
        np.full(size, -1, np.int32),
        np.where(child, SINGLE, MARRIED).astype(np.int8),
        np.zeros(size, np.int8),
        np.zeros(size, np.bool_),
    )
    found = with_default_dates(people, RegisterPlan(1_000, 1, 1, default_date_factor=5.0), 0)
    by_house = found.birth.reshape(count, 4)
    assert found.defaulted.reshape(count, 4).any(axis=0).all()
    assert ((by_house[:, 2:] - by_house[:, 1:2]) >= 16 * YEAR).all()
    assert (by_house[:, 3] - by_house[:, 2] >= 274).all()


def test_the_same_cell_has_the_same_default_dates_and_another_cell_others() -> None:
    people = strangers(1940, 3_000)
    one, again, other = (with_default_dates(people, PLAN, cell).defaulted for cell in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()
