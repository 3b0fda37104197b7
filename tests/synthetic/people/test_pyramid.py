"""Ages and sexes of the residents are those of Indonesia, whatever the households are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.synthetic.people.calibration import fit_retention
from linkage.synthetic.people.households import make_people
from linkage.synthetic.people.pyramid import CELLS, GROUPS, ages_at, cells_of, group_of, load_pyramid
from linkage.synthetic.people.residents import People
from linkage.synthetic.plan import RegisterPlan

CROWD = 100_000
PLAN = RegisterPlan(CROWD, 5, 12)


@pytest.fixture(scope="module")
def crowd() -> People:
    """A hundred thousand residents."""
    return make_people(PLAN, CROWD)


def shares(people: People, plan: RegisterPlan) -> np.ndarray:
    cell = people.sex.astype(np.int64) * GROUPS + group_of(ages_at(people.birth, plan.cut_off_day))
    return np.bincount(cell, minlength=2 * GROUPS).reshape(2, GROUPS) / people.sex.size


def test_the_table_has_the_published_shares() -> None:
    table = load_pyramid()
    assert table.shares.shape == (2, GROUPS)
    assert table.marital.shape == (2, GROUPS, 4)
    assert table.shares.sum() == pytest.approx(1.0)
    assert table.marital.sum(axis=2) == pytest.approx(np.ones((2, GROUPS)))
    by_age = table.shares.sum(axis=0)
    # Children, the old, and the sexes: BPS and United Nations for 2025.
    assert 0.23 < by_age[:3].sum() < 0.25
    assert by_age[13:].sum() == pytest.approx(0.073, abs=0.003)
    assert table.shares[0].sum() / table.shares[1].sum() == pytest.approx(1.02, abs=0.01)
    cells = table.cells()
    assert cells.shape == (CELLS,)
    assert cells.reshape(2, GROUPS, 2).sum(axis=2) == pytest.approx(table.shares)


@pytest.mark.parametrize(
    "plan",
    [
        PLAN,
        RegisterPlan(CROWD, 5, 77, preset="hard"),
        RegisterPlan(CROWD, 5, 3, cut_off=dt.date(2018, 12, 31)),
    ],
    ids=["default", "hard", "earlier"],
)
def test_every_age_group_has_its_published_share(plan: RegisterPlan) -> None:
    difference = shares(make_people(plan, 2 * CROWD), plan) - load_pyramid().shares
    assert np.abs(difference).max() < 0.003
    assert np.abs(difference.sum(axis=0)).max() < 0.003


def test_a_small_register_has_the_pyramid_but_for_chance() -> None:
    parts = [shares(make_people(PLAN, 500, cell), PLAN).sum(axis=0) for cell in range(40)]
    difference = np.mean(parts, axis=0) - load_pyramid().shares.sum(axis=0)
    assert np.abs(difference).max() < 0.008


def test_there_are_about_as_many_men_as_women_and_more_boys_and_more_old_women(crowd: People) -> None:
    by_sex = shares(crowd, PLAN)
    assert by_sex[0].sum() / by_sex[1].sum() == pytest.approx(1.02, abs=0.025)
    assert by_sex[0, :4].sum() > by_sex[1, :4].sum()
    assert by_sex[1, 15:].sum() > 1.1 * by_sex[0, 15:].sum()


def test_marital_status_by_age_is_as_published(crowd: People) -> None:
    group = group_of(ages_at(crowd.birth, PLAN.cut_off_day))
    for sex in (0, 1):
        for number in range(3, 15):
            here = crowd.marital[(crowd.sex == sex) & (group == number)]
            found = np.bincount(here, minlength=5)[1:] / here.size
            assert np.abs(found - load_pyramid().marital[sex, number]).max() < 0.045, (sex, number)


def test_the_oldest_live_to_more_than_one_hundred_seldom(crowd: People) -> None:
    age = ages_at(crowd.birth, PLAN.cut_off_day)
    assert 0 < (age >= 95).sum() < 0.001 * CROWD
    assert age.max() < 116
    # Nobody is heaped on the highest age.
    assert np.unique(crowd.birth[age > 98]).size == (age > 98).sum()


def test_cells_tell_the_married_apart_where_that_matters() -> None:
    sex, age = np.array([0, 0, 0, 1, 1, 1]), np.array([3.0, 22.0, 22.0, 50.0, 50.0, 90.0])
    cells = cells_of(sex, age, np.array([1, 1, 2, 2, 4, 4]))
    assert cells.tolist() == [0, 8, 9, 60, 61, 76]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1_000), kept=st.floats(0.2, 0.5))
def test_chances_give_the_wanted_counts_in_expectation(seed: int, kept: float) -> None:
    rng = np.random.default_rng(seed)
    size = rng.integers(1, 6, 4_000)
    household = np.repeat(np.arange(size.size), size)
    group = rng.integers(0, 4, household.size)
    wanted = np.array([0.30, 0.28, 0.22, 0.20])
    retention = fit_retention(household, group, wanted, 3.2, kept)
    chances = retention.chances(household, group, size.size)
    assert ((chances > 0) & (chances < 1)).all()
    found = np.bincount(group, weights=chances[household])
    assert found / found.sum() == pytest.approx(wanted, abs=1e-4)
    assert found.sum() / household.size == pytest.approx(kept, rel=1e-3)
    assert found.sum() / chances.sum() == pytest.approx(3.2, rel=1e-3)


def test_chances_do_not_depend_on_the_order_of_the_members() -> None:
    rng = np.random.default_rng(3)
    size = rng.integers(1, 5, 500)
    household = np.repeat(np.arange(size.size), size)
    group = rng.integers(0, 3, household.size)
    mixed = rng.permutation(household.size)
    wanted = np.array([0.4, 0.35, 0.25])
    one = fit_retention(household, group, wanted, 2.4, 0.4)
    other = fit_retention(household[mixed], group[mixed], wanted, 2.4, 0.4)
    assert other.coefficients == pytest.approx(one.coefficients, abs=1e-6)
    assert other.intercept == pytest.approx(one.intercept, abs=1e-6)
