"""Clocks that are an hour wrong, and jump: nobody gets a case that another holds by the clock that is read, nothing is
lost, and every step is stored after the one before."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest

from linkage.errors import CaseConflictError
from linkage.review.cases import Action, Verdict
from linkage.review.rules import Command
from tests.oracles.crew import Crew, check
from tests.oracles.history import OK
from tests.oracles.queue_cases import NOON, PLAIN, make_case

HOUR = timedelta(hours=1)


@pytest.fixture
def opened(queue):
    """A queue with one case."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    return queue


def propose(queue, token, by, now):
    return queue.take(1, Command(Action.PROPOSE, verdict=Verdict.DUPLICATE, token=token), by=by, now=now)


def test_a_lease_taken_by_a_clock_ahead_holds_until_that_hour(opened):
    claim = opened.claim(by="ani", now=NOON + HOUR)
    with pytest.raises(CaseConflictError, match="ani holds"):
        opened.claim(by="budi", case=1, now=NOON)
    assert opened.claim(by="budi", now=NOON) is None
    assert propose(opened, claim.token, "ani", NOON).seq == 2


def test_a_lease_taken_by_a_clock_behind_is_over_for_everyone_else_and_says_so(opened):
    late = opened.claim(by="ani", now=NOON - HOUR)
    claim = opened.claim(by="budi", case=1, now=NOON)
    with pytest.raises(CaseConflictError, match="budi holds"):
        propose(opened, late.token, "ani", NOON - HOUR)
    assert propose(opened, claim.token, "budi", NOON).seq == 3


def test_a_clock_that_goes_back_while_one_works_takes_nothing_away(opened):
    claim = opened.claim(by="ani", now=NOON)
    assert opened.renew(1, claim.token, by="ani", now=NOON - HOUR) == NOON - HOUR + PLAIN.lease
    propose(opened, claim.token, "ani", NOON - HOUR)
    examined = opened.claim(by="budi", case=1, examine=True, now=NOON - 2 * HOUR)
    opened.take(1, Command(Action.APPROVE, token=examined.token), by="budi", now=NOON - 2 * HOUR)
    history = opened.get(1, by="joko").history
    assert [entry.seq for entry in history] == [1, 2, 3, 4]
    assert any(later.at < earlier.at for earlier, later in pairwise(history))
    assert opened.verify().sound
    assert len(opened.pending()) == 1


@pytest.mark.slow
def test_stewards_whose_clocks_differ_by_two_hours_lose_nothing(staffed_url, tmp_path):
    with Crew(staffed_url, tmp_path, size=6, skews=(0, 1, -1, 0, 1, -1)) as crew:
        time.sleep(2.5)
    told = crew.told()
    check(staffed_url, told)
    assert sum(call.outcome == OK and call.seq is not None for call in told) > 20
