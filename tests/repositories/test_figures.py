"""What is measured of the queue, on both databases."""

from __future__ import annotations

import pytest

from linkage.review.cases import Action, State
from linkage.review.publications import StopReason
from linkage.review.sql.figures import queue_figures
from tests.oracles.queue_cases import NOON, approved, later, make_case, propose, staff, step


@pytest.fixture
def measured(sql_queue):
    """A queue with three cases, opened a minute apart."""
    staff(sql_queue)
    sql_queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    sql_queue.load("run2", [make_case("e", "f", kind="CONFLICT")], complete=False, now=later(1))
    return sql_queue


def test_open_cases_are_counted_by_kind_and_state_with_the_oldest_of_them(measured):
    propose(measured, 1, "ani", at=later(2))
    figures = queue_figures(measured.sessions)
    assert [(one.kind, one.state, one.waiting, one.cases, one.oldest) for one in figures.open] == [
        ("CONFLICT", State.BARU, False, 1, later(1)),
        ("DUPLICATE", State.BARU, False, 1, NOON),
        ("DUPLICATE", State.DIUSULKAN, False, 1, NOON),
    ]
    assert (figures.cases(), figures.cases(State.DIUSULKAN), figures.cases(waiting=True)) == (3, 1, 0)
    assert figures.oldest == NOON
    assert sum(one.cases for one in figures.open) == sum(one.cases for one in measured.counts(by=None))


def test_an_approved_decision_waits_until_it_is_published_or_taken_back(measured):
    assert (queue_figures(measured.sessions).outbox, queue_figures(measured.sessions).outbox_oldest) == (0, None)
    approved(measured, 1, at=later(3))
    approved(measured, 2, at=later(9))
    figures = queue_figures(measured.sessions)
    assert figures.outbox == len(measured.pending()) == 2
    assert figures.outbox_oldest == measured.pending()[0].at
    measured.mark_published([measured.pending()[0].id], 1, now=later(20))
    figures = queue_figures(measured.sessions)
    assert (figures.outbox, figures.outbox_oldest) == (1, measured.pending()[0].at)
    step(measured, 2, "budi", Action.REOPEN, at=later(21), reason="ragu")
    assert queue_figures(measured.sessions).outbox == 0


def test_a_stopped_publication_waits_until_it_is_let_pass_and_the_audit_chain_only_grows(measured):
    before = queue_figures(measured.sessions)
    assert before.audit_seq == measured.head().seq
    measured.stop_publication(2, [StopReason("MERGE_RATE", 0.2, 0.1)], now=later(4))
    assert queue_figures(measured.sessions).stopped == (2,)
    assert queue_figures(measured.sessions).audit_seq == before.audit_seq + 1


def test_an_empty_queue_has_no_oldest_case(sql_queue):
    figures = queue_figures(sql_queue.sessions)
    assert (figures.open, figures.oldest, figures.outbox, figures.stopped) == ((), None, 0, ())
