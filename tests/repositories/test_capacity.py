"""The open queue is bound to the hours stewards have; what is beyond waits, is counted, and comes in turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linkage.review.cases import Action
from linkage.review.people import Role, Scope, User
from linkage.review.settings import DEFAULTS
from tests.oracles.queue_cases import NOON, later, make_case, step

HOURS_FOR_THREE = 3.0 / DEFAULTS.cases_per_hour / DEFAULTS.horizon_days * 7.0
"""Hours a week in which three cases are decided within the horizon."""


def cases(count, *, scope="3273", start=0):
    """Cases whose priority falls with their number."""
    return [
        make_case(f"rec-{n:03d}a", f"rec-{n:03d}b", scope=scope, priority=1.0 - n / 200)
        for n in range(start, start + count)
    ]


def waiting(queue, by="ani"):
    return [case.id for case in queue.list(by=by, waiting=True, limit=100)]


@pytest.fixture
def bound(queue):
    """A queue whose Bandung stewards together have hours for three cases."""
    for name, share in (("ani", 0.5), ("budi", 0.51)):
        user = User(name, Scope("3273"), frozenset({Role.PETUGAS, Role.PENYETUJU}), hours=HOURS_FOR_THREE * share)
        queue.set_user(user, by="kepala", now=NOON)
    return queue


def test_an_office_whose_hours_nobody_stated_is_handed_all(queue):
    queue.load("run1", cases(9), now=NOON)
    assert waiting(queue) == []


def test_the_first_in_turn_get_the_places_and_the_rest_wait_and_are_counted(bound):
    given = cases(7)
    bound.load("run1", given, now=NOON)
    handed = bound.list(by="ani", waiting=False)
    assert [case.case_id for case in handed] == [case.case_id for case in given[:3]]
    assert len(waiting(bound)) == 4
    assert sum(count.cases for count in bound.counts(by="fitri") if count.waiting) == 4


def test_other_offices_are_not_bound_by_these_hours(bound):
    bound.load("run1", [*cases(4, scope="3204"), *cases(3, scope="3273", start=50)], now=NOON)
    assert waiting(bound) == []
    assert waiting(bound, by="gilang") == []


def test_a_full_office_gets_nothing_from_a_sweep_and_the_chain_no_row(bound):
    bound.load("run1", cases(5), now=NOON)
    head = bound.head()
    assert bound.sweep(now=later(1)) == (0, 0)
    assert bound.head() == head


def test_room_that_a_decision_makes_goes_to_the_earliest_turn(bound):
    bound.load("run1", cases(6), now=NOON)
    before = bound.list(by="ani", waiting=True)
    for _ in range(2):
        claim = bound.claim(by="ani", now=later(1))
        step(bound, claim.case.id, "ani", Action.DIFFERENT, reason="namesakes", at=later(1))
    assert bound.sweep(now=later(2)) == (0, 2)
    assert waiting(bound) == [case.id for case in before[2:]]
    assert bound.verify().sound


def test_cases_that_wait_come_before_new_ones_of_a_later_turn(bound):
    bound.load("run1", cases(5), now=NOON)
    claim = bound.claim(by="ani", now=later(1))
    step(bound, claim.case.id, "ani", Action.DIFFERENT, reason="namesakes", at=later(1))
    late = make_case("rec-998", "rec-999", priority=0.0)
    bound.load("run2", [*cases(5), late], now=later(2))
    assert len(waiting(bound)) == 3
    assert bound.sweep(now=later(3)) == (0, 1)
    assert bound.list(by="ani", waiting=True)[-1].case_id == late.case_id


def test_a_steward_with_nothing_left_to_do_gets_more_at_once(bound):
    bound.load("run1", cases(8), now=NOON)
    seen = []
    for minute in range(8):
        claim = bound.claim(by="ani", now=later(minute))
        seen.append(claim.case.id)
        step(bound, claim.case.id, "ani", Action.DIFFERENT, reason="namesakes", at=later(minute))
    assert len(set(seen)) == 8
    assert bound.claim(by="ani", now=later(9)) is None


def test_documents_that_are_waited_for_send_nobody_home(bound):
    bound.load("run1", cases(5), now=NOON)
    due = NOON + timedelta(days=20)
    for minute in range(1, 4):
        claim = bound.claim(by="ani", now=later(minute))
        step(bound, claim.case.id, "ani", Action.NEED, reason="akta", due_at=due, at=later(minute))
    assert bound.claim(by="budi", now=later(5)) is not None
    assert waiting(bound) == []


def test_when_hours_are_no_longer_stated_all_are_handed_out(bound):
    bound.load("run1", cases(7), now=NOON)
    for name in ("ani", "budi"):
        bound.set_user(replace(bound.user(name), hours=None), by="kepala", now=later(1))
    assert bound.sweep(now=later(2)) == (0, 4)
    assert waiting(bound) == []


def test_nobody_starves_however_urgent_what_comes_each_day_is(bound):
    """The least urgent case is handed out by the day the docstring of the order promises."""
    patient = make_case("rec-aaa", "rec-aab", priority=0.0)
    bound.load("run1", [patient], now=NOON)
    standing = {patient.case_id: patient}
    for day in range(0, 190, 10):
        now = NOON + timedelta(days=day)
        new = make_case(f"rec-{day:03d}a", f"rec-{day:03d}b", priority=1.0, probability=0.5)
        standing[new.case_id] = new
        bound.load(f"run-{day}", standing.values(), now=now)
        claim = bound.claim(by="ani", now=now)
        step(bound, claim.case.id, "ani", Action.DIFFERENT, reason="namesakes", at=now)
        if claim.case.case_id == patient.case_id:
            break
    assert claim.case.case_id == patient.case_id
    assert day <= DEFAULTS.patient_days + 10
