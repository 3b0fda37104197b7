"""Who lives together: links that hold, ages that can be, sizes and marriages as in Indonesia."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.synthetic.fixed_text import YEAR
from linkage.synthetic.people.deaths import draw_vital
from linkage.synthetic.people.households import MEAN_SIZE, make_people
from linkage.synthetic.people.pyramid import GROUPS, ages_at, load_pyramid
from linkage.synthetic.people.residents import (
    CHILD,
    CHILD_IN_LAW,
    DIED_REPORTED,
    DIED_UNREPORTED,
    DIVORCED,
    GRANDCHILD,
    HEAD,
    HELPER,
    HUSBAND,
    MARRIED,
    PARENT,
    PARENT_IN_LAW,
    RELATIVE,
    SINGLE,
    WIDOWED,
    WIFE,
    People,
)
from linkage.synthetic.plan import RegisterPlan

CROWD = 100_000
PLAN = RegisterPlan(CROWD, 5, 8)


@pytest.fixture(scope="module")
def crowd() -> People:
    """A hundred thousand residents."""
    return make_people(PLAN, CROWD)


def ages(people: People, plan: RegisterPlan = PLAN) -> npt.NDArray[np.float64]:
    return ages_at(people.birth, plan.cut_off_day)


def siblings(people: People) -> Iterator[npt.NDArray[np.int64]]:
    """Rows of each set of full siblings, in the order of their places."""
    known = np.flatnonzero((people.mother >= 0) | (people.father >= 0))
    keys = np.column_stack([people.mother[known], people.father[known]])
    _, which = np.unique(keys, axis=0, return_inverse=True)
    for number in range(int(which.max(initial=-1)) + 1):
        rows = known[which.ravel() == number]
        yield rows[np.argsort(people.order[rows], kind="stable")]


@settings(max_examples=12, deadline=None)
@given(
    count=st.integers(1, 400),
    seed=st.integers(0, 10_000),
    cell=st.integers(0, 5),
    twins=st.sampled_from([0.0, 0.015, 0.3, 1.0]),
    default_dates=st.sampled_from([0.0, 1.0, 5.0]),
    year=st.sampled_from([2015, 2026]),
)
def test_residents_of_any_register_hold_together(
    count: int, seed: int, cell: int, twins: float, default_dates: float, year: int
) -> None:
    plan = RegisterPlan(
        1_000, 1, seed, twin_rate=twins, default_date_factor=default_dates, cut_off=dt.date(year, 6, 30)
    )
    people = make_people(plan, count, cell)
    expected = {
        "household": np.int32,
        "relation": np.int8,
        "sex": np.int8,
        "birth": np.int32,
        "mother": np.int32,
        "father": np.int32,
        "order": np.int8,
        "twin": np.int32,
        "marital": np.int8,
        "vital": np.int8,
        "defaulted": np.bool_,
    }
    assert {name: values.dtype.type for name, values in vars(people).items()} == expected
    assert all(values.shape == (count,) for values in vars(people).values())
    assert people.birth.max() <= plan.cut_off_day
    assert ages(people, plan).max() < 116
    # Households are numbered without gaps, each has one head, who stands first.
    step = np.diff(people.household)
    assert people.household[0] == 0
    assert set(step.tolist()) <= {0, 1}
    assert people.households == int(step.sum()) + 1
    assert ((people.relation == HEAD) == np.r_[True, step == 1]).all()
    for parents, sex, oldest in ((people.mother, 1, 47.0), (people.father, 0, 80.0)):
        child = np.flatnonzero(parents >= 0)
        parent = parents[child]
        assert parents.min() >= -1
        assert (parent < count).all()
        assert (people.sex[parent] == sex).all()
        assert (people.household[parent] == people.household[child]).all()
        older = (people.birth[child] - people.birth[parent]) / YEAR
        assert ((older >= 16.0) & (older <= oldest)).all()
    twin = np.flatnonzero(people.twin >= 0)
    elder = people.twin[twin]
    assert (people.twin[elder] == elder).all()
    assert (np.bincount(elder, minlength=1)[np.unique(elder)] == 2).all()
    for column in (people.birth, people.mother, people.father, people.household):
        assert (column[twin] == column[elder]).all()
    assert not people.defaulted[twin].any()
    for rows in siblings(people):
        assert (np.diff(people.order[rows]) > 0).all()
        pair = (people.twin[rows[1:]] >= 0) & (people.twin[rows[1:]] == people.twin[rows[:-1]])
        gap = np.diff(people.birth[rows])
        assert ((gap >= 274) | (pair & (gap == 0))).all()


def test_a_register_of_one_resident_has_a_head_and_no_links() -> None:
    people = make_people(RegisterPlan(1, 1, 4), 1)
    assert people.relation.tolist() == [HEAD]
    assert (people.mother[0], people.father[0], people.twin[0]) == (-1, -1, -1)


def test_the_same_plan_and_cell_give_the_same_residents_and_other_cells_and_seeds_others() -> None:
    one, again = make_people(PLAN, 3_000, 2), make_people(PLAN, 3_000, 2)
    assert all((values == getattr(again, name)).all() for name, values in vars(one).items())
    for other in (make_people(PLAN, 3_000, 3), make_people(RegisterPlan(CROWD, 5, 9), 3_000, 2)):
        assert (one.birth != other.birth).mean() > 0.9


def test_relations_have_the_sex_and_the_parents_that_their_names_say(crowd: People) -> None:
    assert (crowd.sex[crowd.relation == WIFE] == 1).all()
    assert (crowd.sex[crowd.relation == HUSBAND] == 0).all()
    head = np.flatnonzero(crowd.relation == HEAD)[crowd.household]
    elder = (crowd.relation == PARENT) & (crowd.sex == 1)
    assert (crowd.mother[head[elder]] == np.flatnonzero(elder)).all()
    child = crowd.relation == CHILD
    assert ((crowd.mother[child] >= 0) | (crowd.father[child] >= 0)).all()
    assert np.isin(crowd.relation[crowd.mother[child & (crowd.mother >= 0)]], [HEAD, WIFE]).all()
    linked = (crowd.relation == GRANDCHILD) & (crowd.mother >= 0)
    assert np.isin(crowd.relation[crowd.mother[linked]], [CHILD, CHILD_IN_LAW]).all()
    assert linked.sum() > 0.4 * (crowd.relation == GRANDCHILD).sum()
    for relation in (RELATIVE, HELPER, CHILD_IN_LAW):
        assert (crowd.mother[crowd.relation == relation] == -1).all()


def test_every_kind_of_household_occurs_about_as_often_as_in_indonesia(crowd: People) -> None:
    share = np.bincount(crowd.relation, minlength=11) / CROWD
    low_high = {
        HEAD: (0.28, 0.33),
        HUSBAND: (0.0001, 0.003),
        WIFE: (0.19, 0.25),
        CHILD: (0.34, 0.44),
        CHILD_IN_LAW: (0.008, 0.04),
        GRANDCHILD: (0.01, 0.06),
        PARENT: (0.01, 0.04),
        PARENT_IN_LAW: (0.005, 0.03),
        RELATIVE: (0.008, 0.03),
        HELPER: (0.0001, 0.002),
    }
    assert {relation for relation, (low, high) in low_high.items() if not low < share[relation] < high} == set()
    heads = np.flatnonzero(crowd.relation == HEAD)
    size = np.bincount(crowd.household)
    partner = np.bincount(crowd.household[np.isin(crowd.relation, [WIFE, HUSBAND])], minlength=heads.size)
    children = np.bincount(crowd.household[crowd.relation == CHILD], minlength=heads.size)
    lone = (partner == 0) & (children > 0)
    assert 2 < (lone & (crowd.sex[heads] == 1)).sum() / (lone & (crowd.sex[heads] == 0)).sum() < 8
    assert 0.03 < ((partner == 1) & (size == 2)).mean() < 0.2
    generations = np.zeros(heads.size, np.bool_)
    generations[crowd.household[np.isin(crowd.relation, [PARENT, PARENT_IN_LAW, GRANDCHILD])]] = True
    assert 0.06 < generations.mean() < 0.2


def test_households_have_the_size_of_indonesian_ones(crowd: People) -> None:
    size = np.bincount(crowd.household)
    share = np.bincount(size) / size.size
    assert size.mean() == pytest.approx(MEAN_SIZE, abs=0.06)
    assert 0.08 < share[1] < 0.18
    assert 0.5 < share[3:6].sum() < 0.7
    assert 0.005 < share[7:].sum() < 0.06
    assert size.max() <= 20


def test_spouses_who_live_together_are_married_unless_one_is_reported_dead(crowd: People) -> None:
    other = np.flatnonzero(np.isin(crowd.relation, [WIFE, HUSBAND]))
    head = np.flatnonzero(crowd.relation == HEAD)[crowd.household[other]]
    assert (crowd.sex[other] != crowd.sex[head]).all()
    for one, left in ((other, head), (head, other)):
        gone = crowd.vital[one] == DIED_REPORTED
        assert gone.any()
        assert (crowd.marital[left[gone]] == WIDOWED).all()
        both = ~gone & (crowd.vital[left] != DIED_REPORTED)
        assert (crowd.marital[left[both]] == MARRIED).all()


def test_more_women_than_men_are_widowed_and_few_are_divorced(crowd: People) -> None:
    men, women = ([((crowd.sex == sex) & (crowd.marital == code)).sum() for code in range(5)] for sex in (0, 1))
    assert women[WIDOWED] > 2.2 * men[WIDOWED]
    adult = ages(crowd) >= 18
    assert 0.015 < (crowd.marital[adult] == DIVORCED).mean() < 0.035
    absent = (crowd.relation == HEAD) & (crowd.marital == MARRIED)
    with_spouse = np.isin(crowd.household, crowd.household[np.isin(crowd.relation, [WIFE, HUSBAND])])
    assert 0.0 < (absent & ~with_spouse).sum() / absent.sum() < 0.06


def test_children_are_not_married(crowd: People) -> None:
    age = ages(crowd)
    assert (crowd.marital[age < 16] == SINGLE).all()
    assert 0.0 < (crowd.marital[(age < 18) & (age >= 15)] != SINGLE).mean() < 0.02


def test_fewer_children_are_born_to_later_cohorts(crowd: People) -> None:
    known = crowd.mother >= 0
    place = crowd.order[known]
    mother_age = ages(crowd)[crowd.mother[known]]
    assert place[mother_age > 62].mean() > place[(mother_age > 40) & (mother_age < 50)].mean() + 0.5


@pytest.mark.parametrize("rate", [0.0, 0.015, 0.04])
def test_twins_are_born_at_the_rate_of_the_plan(rate: float) -> None:
    plan = RegisterPlan(CROWD, 5, 8, twin_rate=rate)
    people = make_people(plan, 60_000)
    young = np.flatnonzero((ages(people, plan) < 14) & (people.mother >= 0))
    pairs = (people.twin[young] == young).sum()
    births = young.size - pairs
    assert pairs / births == pytest.approx(rate, rel=0.25, abs=1e-9)
    younger = np.flatnonzero((people.twin >= 0) & (people.twin != np.arange(people.twin.size)))
    if rate:
        alike = people.sex[younger] == people.sex[people.twin[younger]]
        assert alike.mean() == pytest.approx(2 / 3, abs=0.11)
        assert (people.order[younger] == people.order[people.twin[younger]] + 1).all()


def test_deaths_follow_the_rates_of_the_plan_and_rise_with_age(crowd: People) -> None:
    age = ages(crowd)
    for code, rate in ((DIED_REPORTED, PLAN.died_reported_rate), (DIED_UNREPORTED, PLAN.died_unreported_rate)):
        dead = crowd.vital == code
        assert dead.mean() == pytest.approx(rate, rel=0.2)
        assert dead[age > 70].mean() > 4 * dead[(age > 40) & (age < 60)].mean() > 0


def test_of_those_recorded_as_older_than_95_many_died_without_a_report() -> None:
    by_age = load_pyramid().shares.sum(axis=0)
    rng = np.random.default_rng(4)
    age = 5.0 * (rng.choice(GROUPS, 300_000, p=by_age) + rng.random(300_000))
    vital = draw_vital(PLAN, age, 0)
    assert 0.3 < (vital[age > 95] == DIED_UNREPORTED).mean() < 0.7
    assert (vital[age > 95] == 0).any()
    assert (vital[age > 95] == DIED_UNREPORTED).mean() > 3 * (vital[(age > 80) & (age < 85)] == DIED_UNREPORTED).mean()


@pytest.mark.parametrize(("reported", "unreported"), [(0.0, 0.0), (0.05, 0.0), (0.02, 0.1), (0.9, 0.1), (0.0, 1.0)])
def test_any_rates_of_death_can_be_had(reported: float, unreported: float) -> None:
    plan = RegisterPlan(1_000, 1, 2, died_reported_rate=reported, died_unreported_rate=unreported)
    age = np.random.default_rng(1).uniform(0.0, 110.0, 20_000)
    vital = draw_vital(plan, age, 0)
    assert (vital == DIED_REPORTED).mean() == pytest.approx(reported, abs=0.01)
    assert (vital == DIED_UNREPORTED).mean() == pytest.approx(unreported, abs=0.01)
