"""What time brings by itself: silent offices lose a case to the next tier."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linkage.review.cases import Action, State
from linkage.review.people import SYSTEM
from tests.oracles.queue_cases import NOON, PLAIN, later, make_case, step

PROVINCE = make_case("rec-a", "rec-b", scope="32", regions={"rec-a": "3273", "rec-b": "3204"})
OVERDUE = NOON + timedelta(days=PLAIN.ask_days, minutes=5)


@pytest.fixture
def asked(queue):
    """Case 1, of two regencies, about which the province has asked 3204."""
    queue.load("run1", [PROVINCE], now=NOON)
    step(queue, 1, "hana", Action.ASK, region="3204", reason="minta KK", at=later(1), hold=True)
    return queue


def test_nothing_happens_before_the_time_is_over(asked):
    head = asked.head()
    assert asked.sweep(now=NOON + timedelta(days=PLAIN.ask_days)) == (0, 0)
    assert asked.head() == head


def test_a_case_whose_office_did_not_answer_goes_to_the_next_tier_once(asked):
    assert asked.sweep(now=OVERDUE) == (1, 0)
    case = asked.get(1, by="joko")
    assert (case.state, case.office, case.scope, case.due_at, case.assignee) == (State.BARU, "", "32", None, None)
    last = case.history[-1]
    assert (last.action, last.actor, last.reason, last.office) == (Action.ESCALATE, SYSTEM, "NO_ANSWER", "")
    head = asked.head()
    assert asked.sweep(now=OVERDUE) == (0, 0)
    assert asked.head() == head
    claim = asked.claim(by="joko", now=OVERDUE)
    assert claim is not None
    assert claim.case.id == 1


def test_all_cases_of_one_sweep_are_one_row_of_the_chain(queue):
    cases = [
        make_case(f"rec-{n}a", f"rec-{n}b", scope="32", regions={f"rec-{n}a": "3273", f"rec-{n}b": "3204"})
        for n in range(3)
    ]
    queue.load("run1", cases, now=NOON)
    for number in (1, 2, 3):
        step(queue, number, "hana", Action.ASK, region="3204", reason="minta KK", at=later(number), hold=True)
    head = queue.head()
    assert queue.sweep(now=OVERDUE) == (3, 0)
    assert queue.head().seq == head.seq + 1
    assert queue.verify(anchors=[head]).sound


def test_an_answer_in_time_keeps_the_case_where_it_is(asked):
    step(asked, 1, "gilang", Action.ANSWER, region="3204", reason="sama", at=later(9))
    assert asked.sweep(now=OVERDUE) == (0, 0)
    assert asked.get(1, by="hana").office == "32"


def test_what_a_steward_needs_without_asking_an_office_is_not_passed_on(queue):
    queue.load("run1", [make_case("rec-a", "rec-b")], now=NOON)
    step(queue, 1, "ani", Action.NEED, reason="akta", due_at=later(60), at=later(1), hold=True)
    assert queue.sweep(now=OVERDUE) == (0, 0)
    assert queue.get(1, by="ani").state is State.MENUNGGU_DOKUMEN


def test_at_the_nation_a_silent_office_s_case_comes_back_and_is_not_lost(queue):
    queue.load("run1", [make_case("rec-a", "rec-b", scope="")], now=NOON)
    step(queue, 1, "joko", Action.ASK, region="3374", reason="minta KK", at=later(1), hold=True)
    assert queue.sweep(now=OVERDUE) == (1, 0)
    case = queue.get(1, by="joko")
    assert (case.state, case.office, case.asked()) == (State.BARU, "", frozenset())
    claim = queue.claim(by="kirana", now=OVERDUE)
    assert claim is not None
