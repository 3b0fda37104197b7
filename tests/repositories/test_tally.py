"""What reports count of the queue; every store alike."""

import pytest

from linkage.review.cases import Action, State
from linkage.review.tally import open_ages
from tests.oracles.memory_queue import MemoryQueue
from tests.oracles.queue_cases import NOON, PLAIN, approved, different, later, make_case, propose, staff, step

DAY = 24 * 60.0


def filled(queue):
    """Cases of several scopes and kinds: some decided, one confirmed, one asked to be undone, some open."""
    queue.load("run1", [make_case("a", "b"), make_case("c", "d", scope="3374"), make_case("e", "f", scope="32")],
               complete=False, now=later(-40 * DAY))  # fmt: skip
    queue.load("run2", [make_case("g", "h", kind="OPEN_MOVE", scope=""), make_case("i", "j", scope="3204"),
                        make_case("k", "l"), make_case("m", "n")], complete=False, now=later(-8 * DAY))  # fmt: skip
    queue.load("run3", [make_case("o", "p", kind="CONFLICT")], complete=False, now=later(-DAY))
    numbers = {case.case_id: case.id for by in ("joko", "gilang") for case in queue.list(by=by)}
    approved(queue, numbers[make_case("k", "l").case_id], at=later(-2 * DAY))
    different(queue, numbers[make_case("i", "j", scope="3204").case_id], "gilang", "twins", at=later(-50))
    propose(queue, numbers[make_case("m", "n").case_id], "ani", at=later(-60))
    queue.load("run4", [], complete=False, gone=[make_case("a", "b").case_id], now=later(-30))
    return queue


@pytest.fixture(scope="module")
def expected():
    memory = MemoryQueue(PLAIN)
    staff(memory)
    return filled(memory)


def test_cases_are_tallied_by_where_they_were_found_and_kind(queue, expected):
    filled(queue)
    for since, until in ((-50 * DAY, 0.0), (-10 * DAY, 0.0), (-10 * DAY, -DAY), (-45 * DAY, -9 * DAY), (0.0, DAY)):
        told = queue.tally(later(since), later(until))
        assert told == expected.tally(later(since), later(until))
        assert list(told) == sorted(told, key=lambda one: (one.scope, one.kind))
    everything = queue.tally(later(-50 * DAY), NOON)
    assert sum(one.found for one in everything) == 8
    ended = {state for one in everything for state in one.ended}
    assert ended == {State.DISETUJUI, State.KEMBAR, State.DITARIK}
    still_open = sum(sum(one.ages) for one in everything)
    assert still_open + sum(sum(one.ended.values()) for one in everything) == 8


def test_a_confirmation_counts_in_the_span_in_which_it_came(queue):
    queue.load("run1", [make_case("a", "b")], now=later(-5 * DAY))
    number = approved(queue, 1, at=later(-4 * DAY)).case
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(-3 * DAY))
    step(queue, number, "joko", Action.CARRY_OUT, at=later(-2 * DAY), reason="SIAK")
    step(queue, number, "joko", Action.CONFIRM, at=later(-DAY), reason="SIAK")
    assert [one.confirmed for one in queue.tally(later(-5 * DAY), later(-1.5 * DAY))] == [0]
    assert [one.confirmed for one in queue.tally(later(-1.5 * DAY), NOON)] == [1]


def test_ages_are_counted_in_bands_and_in_whole_days():
    bands, days = open_ages({later(-6.5 * DAY): 3, later(-7 * DAY): 1, later(-400 * DAY): 2}, NOON)
    assert (bands, days) == ((3, 1, 0, 0, 2), 6 * 3 + 7 + 800)
    assert open_ages({}, NOON) == ((0, 0, 0, 0, 0), 0)
