"""The benchmark of the review queue makes proper cases and staff, and its books balance on a small queue."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.review_queue.__main__ import balance, milliseconds, office, tally
from benchmarks.review_queue.invented import CHIEF, cases, nik_digest, regencies, staff
from benchmarks.review_queue.loading import load
from benchmarks.review_queue.looking import looks
from benchmarks.review_queue.office import Work
from linkage.review.case_contract import check_case
from linkage.review.cases import KINDS
from linkage.review.people import Role
from linkage.review.sql import open_queue

CASES = 400


def test_the_cases_are_sound_mixed_and_the_same_each_time():
    made = list(cases(CASES))
    for case in made:
        check_case(case)
    assert made == list(cases(CASES))
    assert len({case.case_id for case in made}) == CASES
    assert {case.kind for case in made} == set(KINDS)
    assert Counter(len(case.scope) for case in made).most_common(1)[0][0] == 4
    assert {len(case.scope) for case in made} == {0, 2, 4}
    assert {len(record.values) for case in made for record in case.records} == {15}
    assert all(len(case.pairs) == len(case.records) * (len(case.records) - 1) // 2 for case in made)
    assert made[7].records[1].nik_digest == nik_digest(7, 1)


def test_cases_are_spread_over_all_regencies_in_force():
    codes, share = regencies()
    assert len(codes) == 514
    assert np.isclose(share.sum(), 1.0)


def test_the_staff_sit_in_every_tier_and_approvers_where_stewards_are():
    people = staff(40, 24)
    offices = {role: Counter(len(user.scope.code) for user in people if user.roles == {role}) for role in Role}
    assert offices[Role.PETUGAS] == {4: 30, 2: 8, 0: 2}
    assert set(offices[Role.PENYETUJU]) == {4, 2, 0}
    stewards = {user.scope for user in people if user.roles == {Role.PETUGAS}}
    assert {user.scope for user in people if user.roles == {Role.PENYETUJU}} <= stewards


@pytest.mark.parametrize(
    ("claims", "grown", "problems"),
    [(2, {"cases": 0, "approved": 1, "rows": 3}, 0), (2, {"cases": -1, "approved": 0, "rows": 4}, 3)],
)
def test_what_does_not_add_up_is_named(claims, grown, problems):
    done = Work(claims=[0.1] * claims, decisions=[0.1])
    done.actions["approve"] = 1
    before = dict.fromkeys(grown, 10)
    assert len(balance(before, {name: 10 + more for name, more in grown.items()}, done)) == problems


def test_percentiles_are_told_in_milliseconds():
    assert milliseconds([0.001, 0.002, 0.003], 50) == "2.0"


def test_a_small_queue_is_loaded_worked_on_and_looked_at(tmp_path):
    url = f"sqlite:///{tmp_path}/queue.db"
    people = staff(8, 4)
    queue = open_queue(url)
    for user in people:
        queue.set_user(user, by=None if user.name == CHIEF else CHIEF)
    assert load(url, CASES)["seconds"] > 0
    assert tally(queue) == {"cases": CASES, "approved": 0, "rows": len(people) + 1}
    told = office(queue, url, people[1:], 1.0, 0.0, 1)
    assert "errors: none; books: balance" in told
    assert tally(queue)["rows"] > len(people) + 1
    assert {len(took) for took in looks(queue, CHIEF, CASES, 2).values()} == {2}
    queue.close()
