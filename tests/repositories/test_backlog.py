"""What a supervisor sees of the work, and what they may let pass; every store alike."""

from datetime import timedelta

import pytest

from linkage.errors import CaseConflictError, InvariantError, NotPermittedError, UsageError
from linkage.review.backlog import age_of, region_below, spans
from linkage.review.cases import Action, State
from linkage.review.people import Role, Scope, User
from linkage.review.publications import StopReason, checked, reasons_of
from linkage.review.sql import open_queue
from tests.oracles.memory_queue import MemoryQueue
from tests.oracles.queue_cases import (
    NOON,
    PLAIN,
    answer,
    approved,
    different,
    later,
    make_case,
    propose,
    staff,
    step,
)

DAY = 24 * 60.0
LEADS = ("fitri", "indra", "lestari")
KEEPER = User("rahma", Scope("32"), frozenset({Role.PENGELOLA}))
REASONS = (StopReason("MERGE_RATE", 0.31, 0.05, "3273"), StopReason("CLUSTER_SIZE", 41.0, 20.0))


def filled(queue):
    """Cases of several kinds, regions and ages, in several states."""
    queue.load("run1", [make_case("a", "b"), make_case("c", "d", scope="3374"), make_case("e", "f", scope="32")],
               complete=False, now=later(-40 * DAY))  # fmt: skip
    queue.load("run2", [make_case("g", "h", kind="OPEN_MOVE", scope=""), make_case("i", "j", scope="3204"),
                        make_case("k", "l")], complete=False, now=later(-8 * DAY))  # fmt: skip
    queue.load("run3", [make_case("m", "n"), make_case("o", "p", kind="CONFLICT")], complete=False, now=later(-DAY))
    propose(queue, queue_number(queue, "m"), "ani", at=later(-60))
    approved(queue, queue_number(queue, "k"), at=later(-2 * DAY))
    different(queue, queue_number(queue, "i"), "gilang", "twins", at=later(-50))
    step(queue, queue_number(queue, "a"), "dewi", Action.ESCALATE, at=later(-30), reason="tiga provinsi", hold=True)
    return queue


def queue_number(queue, record):
    """The number of the case with a record."""
    known = {"a": "ab", "i": "ij", "k": "kl", "m": "mn", "e": "ef", "o": "op", "g": "gh"}[record]
    case_id = make_case(*known, kind={"op": "CONFLICT", "gh": "OPEN_MOVE"}.get(known, "DUPLICATE")).case_id
    found = [case for by in ("joko", "gilang") for case in queue.list(by=by) if case.case_id == case_id]
    return found[0].id


@pytest.fixture
def worked(queue):
    return filled(queue)


@pytest.fixture(scope="module")
def expected():
    memory = MemoryQueue(PLAIN)
    staff(memory)
    return filled(memory)


def test_the_backlog_is_counted_by_kind_state_region_and_age_within_the_supervisors_region(worked, expected):
    for by in LEADS:
        told = worked.backlog(by=by, now=NOON)
        assert told == expected.backlog(by=by, now=NOON)
        within = [case for case in worked.list(by=by) if worked.user(by).scope.covers(case.office)]
        assert sum(line.cases for line in told) == len(within)
        assert worked.oldest(by=by) == expected.oldest(by=by)
    assert {line.region for line in worked.backlog(by="lestari", now=NOON)} == {"", "32", "33"}
    assert {line.region for line in worked.backlog(by="indra", now=NOON)} == {"32", "3273"}


def test_work_is_counted_one_tier_below_whoever_looks():
    told = {("3273", ""): "32", ("3273", "32"): "3273", ("3273", "3273"): "3273", ("32", "32"): "32", ("", ""): ""}
    assert {key: region_below(*key) for key in told} == told


@pytest.mark.parametrize(("days", "band"), [(0, 0), (6.9, 0), (7, 1), (29, 1), (30, 2), (90, 3), (180, 4), (999, 4)])
def test_an_age_band_begins_with_its_day(days, band):
    assert age_of(NOON - timedelta(days=days), NOON) == band


def test_what_comes_and_goes_is_told_by_day(worked, expected):
    bounds = [later(-DAY * days) for days in range(41, -2, -1)]
    for by, opened, decided in (("fitri", 3, 1), ("indra", 6, 2), ("lestari", 8, 2)):
        told = worked.throughput(bounds, by=by)
        assert told == expected.throughput(bounds, by=by)
        assert (sum(flow.opened for flow in told), sum(flow.decided for flow in told)) == (opened, decided)


def test_what_the_system_takes_out_is_not_decided(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.load("run2", [], now=later(1))
    (flow,) = queue.throughput([NOON, later(2)], by="fitri")
    assert (flow.opened, flow.decided, flow.withdrawn) == (1, 0, 1)


@pytest.mark.parametrize("bounds", [[], [NOON], [NOON, NOON], [later(1), NOON], [later(m) for m in range(62)]])
def test_spans_that_make_no_sense_are_refused(bounds):
    with pytest.raises(UsageError):
        spans(bounds)


def test_a_nations_backlog_is_told_by_province_and_a_provinces_by_regency(worked):
    assert {line.region for line in worked.backlog(by="lestari", now=NOON)} == {"", "32", "33"}
    assert {line.region for line in worked.backlog(by="indra", now=NOON)} == {"32", "3273"}


def test_a_case_that_rose_a_tier_is_told_with_who_passed_it_on_and_why(worked, expected):
    (rose,) = worked.raised(by="indra")
    assert (rose.actor, rose.reason, rose.case.office) == ("dewi", "tiga provinsi", "32")
    assert worked.raised(by="indra") == expected.raised(by="indra")
    assert worked.raised(by="fitri") == ()


def test_a_case_that_rose_because_nobody_answered_is_told_with_the_systems_code(queue):
    queue.load("run1", [make_case("a", "b", scope="32")], now=NOON)
    step(queue, 1, "hana", Action.ASK, at=later(1), reason="KK?", region="3204", hold=True)
    queue.sweep(now=later(20 * DAY))
    (rose,) = queue.raised(by="lestari")
    assert (rose.actor, rose.reason, rose.case.id) == ("sistem", "NO_ANSWER", 1)


def test_what_is_held_is_told_longest_first_to_supervisors_and_keepers_of_the_region(queue):
    staff(queue, KEEPER)
    for case in (make_case("a", "b"), make_case("c", "d"), make_case("e", "f", scope="3374")):
        queue.load("run1", [case], complete=False, now=NOON)
    queue.claim(by="ani", case=2, now=later(1))
    queue.claim(by="dewi", case=1, now=later(2))
    queue.claim(by="oka", case=3, now=later(2))
    queue.renew(2, queue.claim(by="ani", case=2, now=later(3)).token, by="ani", now=later(9))
    assert [(one.case, one.holder) for one in queue.holdings(by="fitri", now=later(5))] == [(1, "dewi"), (2, "ani")]
    assert [one.case for one in queue.holdings(by="rahma", now=later(13))] == [2]
    assert [one.case for one in queue.holdings(by="lestari", now=later(5))] == [1, 3, 2]


def test_a_keeper_frees_what_a_user_of_the_region_holds_and_nobody_else_does(queue):
    staff(queue, KEEPER)
    queue.load("run1", [make_case("a", "b")], now=NOON)
    token = queue.claim(by="ani", now=later(1)).token
    for other in ("fitri", "ani", "indra"):
        with pytest.raises(NotPermittedError):
            queue.free_user("ani", by=other, now=later(2))
    with pytest.raises(NotPermittedError):
        queue.free_user("oka", by="rahma", now=later(2))
    assert queue.free_user("ani", by="rahma", now=later(2)) == 1
    assert queue.holdings(by="fitri", now=later(3)) == ()
    with pytest.raises(CaseConflictError):
        queue.renew(1, token, by="ani", now=later(3))
    assert queue.claim(by="budi", now=later(3)).case.id == 1


SUPERVISED = (
    lambda queue, by: queue.backlog(by=by),
    lambda queue, by: queue.oldest(by=by),
    lambda queue, by: queue.throughput([NOON, later(1)], by=by),
    lambda queue, by: queue.raised(by=by),
    lambda queue, by: queue.holdings(by=by),
    lambda queue, by: queue.stopped(by=by),
    lambda queue, by: queue.release_publication(1, reason="sudah diperiksa", by=by),
)


def test_only_a_supervisor_sees_it(queue):
    queue.stop_publication(1, REASONS, now=NOON)
    for by in ("ani", "eko", "made", "hana"):
        for asked in SUPERVISED:
            with pytest.raises(NotPermittedError):
                asked(queue, by)
    assert not queue.is_released(1)


# --- publications


def test_a_publication_is_stopped_with_its_reasons_until_somebody_lets_it_pass(queue):
    assert queue.is_released(7)
    assert queue.stop_publication(7, REASONS, now=NOON)
    assert not queue.is_released(7)
    (stop,) = queue.stopped(by="lestari")
    assert (stop.number, stop.reasons, stop.stopped_at, stop.released_at) == (7, REASONS, NOON, None)
    released = queue.release_publication(7, reason=" pindahan desa ", by="lestari", now=later(5))
    assert queue.is_released(7)
    assert (released,) == queue.stopped(by="lestari")
    assert (released.released_by, released.reason, released.released_at) == ("lestari", "pindahan desa", later(5))
    assert queue.verify().sound


def test_the_system_sees_all_that_was_stopped_since_a_publication(queue):
    assert queue.stops(0) == ()
    queue.stop_publication(7, REASONS, region="3273", now=NOON)
    queue.stop_publication(9, REASONS, now=later(1))
    released = queue.release_publication(9, reason="pindahan desa", by="lestari", now=later(5))
    assert [(stop.number, stop.region, stop.released_at) for stop in queue.stops(6)] == [
        (7, "3273", None),
        (9, "", later(5)),
    ]
    assert queue.stops(8) == (released,)


def test_a_publication_is_let_pass_once_and_stopped_once(queue):
    queue.stop_publication(7, REASONS, now=NOON)
    assert not queue.stop_publication(7, REASONS[:1], now=later(1))
    queue.release_publication(7, reason="benar", by="lestari", now=later(2))
    with pytest.raises(CaseConflictError):
        queue.release_publication(7, reason="benar", by="lestari", now=later(3))
    assert not queue.stop_publication(7, REASONS, now=later(4))
    assert queue.is_released(7)
    assert queue.stopped(by="lestari")[0].reasons == REASONS


def test_a_publication_of_a_region_is_let_pass_by_who_covers_it(queue):
    queue.stop_publication(1, REASONS, region="3273", now=NOON)
    queue.stop_publication(2, REASONS, region="3374", now=NOON)
    queue.stop_publication(3, REASONS, now=NOON)
    seen = {by: [stop.number for stop in queue.stopped(by=by)] for by in ("fitri", "indra", "lestari")}
    assert seen == {"fitri": [1], "indra": [1], "lestari": [3, 2, 1]}
    for by, number in (("fitri", 2), ("fitri", 3), ("indra", 3), ("lestari", 9)):
        with pytest.raises(UsageError):
            queue.release_publication(number, reason="benar", by=by, now=later(1))
    queue.release_publication(1, reason="benar", by="indra", now=later(1))
    assert [stop.number for stop in queue.stopped(by="lestari")] == [3, 2, 1]


def test_a_publication_is_let_pass_with_a_reason_that_names_no_resident(queue):
    queue.stop_publication(1, REASONS, now=NOON)
    for reason in ("", "  ", "NIK 3174031207870004"):
        with pytest.raises(UsageError):
            queue.release_publication(1, reason=reason, by="lestari", now=later(1))
    assert not queue.is_released(1)


@pytest.mark.parametrize(
    ("number", "reasons", "region"), [(1, (), ""), (0, REASONS, ""), (1, REASONS, "327"), (1, REASONS * 501, "")]
)
def test_a_stop_without_number_reasons_or_region_is_refused(number, reasons, region):
    with pytest.raises(InvariantError):
        checked(number, reasons, region)


@pytest.mark.parametrize(
    "fields", [("a name", 1.0, 1.0, ""), ("RATE", float("nan"), 1.0, ""), ("RATE", 1.0, float("inf"), ""),
               ("RATE", 1.0, 1.0, "327301"), ("RATE", 1.0, 1.0, "", (0,)), ("RATE", 1.0, 1.0, "", (1,) * 21)]
)  # fmt: skip
def test_a_reason_is_a_code_a_region_two_finite_numbers_and_at_most_twenty_cases(fields):
    with pytest.raises(InvariantError):
        StopReason(*fields)


def test_a_reason_keeps_its_cases_and_one_stored_before_reasons_named_any_has_none(queue):
    reasons = (StopReason("BRIDGE", 4.0, 3.0, "3273", (12, 5)), *REASONS)
    queue.stop_publication(1, reasons, now=NOON)
    (stop,) = queue.stops(0)
    assert stop.reasons == reasons
    assert reasons_of([{"code": "BRIDGE", "figure": 4.0, "limit": 3.0, "region": "3273"}])[0].cases == ()


def test_an_open_proposal_counts_as_open_and_an_answered_one_does_not(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    propose(queue, 1, "ani", at=later(1))
    assert [line.state for line in queue.backlog(by="fitri", now=later(2))] == [State.DIUSULKAN]
    answer(queue, 1, "budi", at=later(3))
    assert queue.backlog(by="fitri", now=later(4)) == ()


def test_every_supervisors_act_is_sealed_in_the_chain(staffed_url):
    queue = open_queue(staffed_url, settings=PLAIN)
    staff(queue, KEEPER)
    before = queue.head().seq
    queue.stop_publication(1, REASONS, now=NOON)
    queue.release_publication(1, reason="benar", by="lestari", now=later(1))
    queue.free_user("ani", by="rahma", now=later(2))
    assert queue.head().seq == before + 3
    assert queue.verify().sound
    queue.close()
