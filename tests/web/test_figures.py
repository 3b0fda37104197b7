"""Figures that are kept: made once for many, never twice at a time, and made anew when they are old."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from linkage.web.figures import Figures, Kept
from tests.oracles.queue_cases import STAFF, make_case

PEOPLE = {user.name: user for user in STAFF}


class Clock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self):
        return self.now


def test_a_value_is_made_anew_once_it_is_old():
    clock = Clock()
    kept, made = Kept(10.0, clock), iter(range(9))
    assert [kept.get("a", lambda: next(made)) for _ in range(2)] == [0, 0]
    assert kept.get("b", lambda: next(made)) == 1
    clock.now = 9.9
    assert kept.get("a", lambda: next(made)) == 0
    clock.now = 10.0
    assert kept.get("a", lambda: next(made)) == 2


def test_while_one_makes_a_value_anew_the_others_take_the_old_one():
    clock = Clock()
    kept, begun, go_on = Kept(10.0, clock), Event(), Event()
    kept.get("a", lambda: "old")
    clock.now = 11.0

    def slowly():
        begun.set()
        go_on.wait(10)
        return "new"

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(kept.get, "a", slowly)
        begun.wait(10)
        assert kept.get("a", lambda: pytest.fail("made twice at a time")) == "old"
        go_on.set()
        assert slow.result(10) == "new"
    assert kept.get("a", lambda: "newer") == "new"


def test_who_finds_no_value_waits_for_the_one_who_makes_it():
    kept, begun, go_on = Kept(10.0), Event(), Event()

    def slowly():
        begun.set()
        go_on.wait(10)
        return "made once"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.get, "a", slowly)
        begun.wait(10)
        second = pool.submit(kept.get, "a", lambda: "made twice")
        go_on.set()
        assert (first.result(10), second.result(10)) == ("made once", "made once")


def test_a_value_that_could_not_be_made_is_tried_again():
    kept = Kept(10.0)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 1) == 1


def test_counts_are_kept_by_region_and_never_shown_to_another(web_queue):
    figures = Figures(web_queue)
    web_queue.load("run1", [make_case("a", "b"), make_case("c", "d", scope="3374")])
    told = {name: figures.counted(PEOPLE[name]) for name in ("ani", "oka", "joko", "dewi")}
    offices = {name: {count.office for count in counted.counts} for name, counted in told.items()}
    assert offices == {"ani": {"3273"}, "oka": {"3374"}, "joko": {"3273", "3374"}, "dewi": {"3273"}}
    assert told["dewi"] is told["ani"]
    assert [sum(age.cases for age in counted.ages) for counted in told.values()] == [1, 1, 2, 1]


def test_agreement_is_told_to_who_reads_and_not_to_who_supervises_or_keeps_users(web_queue):
    figures = Figures(web_queue)
    agreement = figures.agreement(PEOPLE["ani"])
    assert (agreement.actor, agreement.known, agreement.second) == ("ani", 0, 0)
    assert [figures.agreement(PEOPLE[name]) for name in ("fitri", "indra", "kepala", "made")] == [None] * 4
