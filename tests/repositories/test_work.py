"""A person's own desk and day, requests between offices, the age of what is open, a record's cases; on every store."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from linkage.errors import NotPermittedError
from linkage.review.cases import Action, State, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.rules import Command
from linkage.review.settings import QueueSettings
from linkage.review.sql import open_queue, work
from linkage.review.work import AgeCount, Desk, ages_within, counts_within
from tests.oracles.queue_cases import NOON, answer, different, later, make_case, nik_digest, propose, staff, step


def load(queue, *scopes, at=NOON):
    """A case for each scope, numbered from 1."""
    letters = iter("abcdefghijklmnop")
    queue.load("run1", [make_case(next(letters), next(letters), scope=scope) for scope in scopes], now=at)
    return {case.scope: case.id for case in queue.list(by="joko")}


def numbers(cases):
    return [case.id for case in cases]


def test_a_desk_tells_what_is_held_given_sent_back_and_waited_for(queue):
    queue.load("run1", [make_case(f"a{n}", f"b{n}") for n in range(6)], now=NOON)
    held, given, returned, waiting, answered, untouched = sorted(case.id for case in queue.list(by="ani"))
    queue.claim(by="ani", case=held, now=later(1))
    step(queue, given, "fitri", Action.ASSIGN, at=later(2), assignee="ani")
    propose(queue, returned, "ani", at=later(3))
    answer(queue, returned, "budi", at=later(4), action=Action.RETURN, reason="lampirkan akta")
    due = NOON + timedelta(days=3)
    step(queue, waiting, "ani", Action.NEED, at=later(5), reason="akta", due_at=due)
    propose(queue, answered, "dewi", at=later(6))
    queue.claim(by="ani", case=answered, examine=True, now=later(7))
    desk = queue.desk(by="ani", now=later(8))
    assert numbers(desk.held) == [held, answered]
    assert [case.held_until for case in desk.held] == [later(11), later(17)]
    assert (numbers(desk.given), numbers(desk.returned), numbers(desk.waiting)) == ([given], [returned], [waiting])
    assert desk.waiting[0].due_at == due
    assert untouched not in numbers(desk.held + desk.given + desk.returned + desk.waiting)
    assert queue.desk(by="eko", now=later(8)) == Desk()


def test_what_lapsed_was_taken_up_again_or_proposed_anew_lies_on_nobodys_desk(queue):
    queue.load("run1", [make_case(f"a{n}", f"b{n}") for n in range(3)], now=NOON)
    first, second, third = sorted(case.id for case in queue.list(by="ani"))
    queue.claim(by="ani", case=first, now=NOON)
    assert numbers(queue.desk(by="ani", now=later(9)).held) == [first]
    assert queue.desk(by="ani", now=later(10)).held == ()
    for person, minute in (("ani", 11), ("dewi", 13)):
        propose(queue, second, person, at=later(minute))
        answer(queue, second, "eko", at=later(minute + 1), action=Action.RETURN, reason="lengkapi")
    assert queue.desk(by="ani", now=later(20)).returned == ()
    assert numbers(queue.desk(by="dewi", now=later(20)).returned) == [second]
    queue.claim(by="ani", case=second, now=later(20))
    assert queue.desk(by="dewi", now=later(20)).returned == ()
    step(queue, third, "fitri", Action.ASSIGN, at=later(21), assignee="ani")
    assert queue.desk(by="ani", now=later(21) + timedelta(days=7)).given == ()
    queue.claim(by="ani", case=third, now=later(22))
    assert queue.desk(by="ani", now=later(23)).given == ()


def test_a_days_work_counts_ones_own_steps_since_then_without_what_was_taken_back(queue):
    queue.load("run1", [make_case(f"a{n}", f"b{n}") for n in range(5)], now=NOON)
    one, two, three, four, five = sorted(case.id for case in queue.list(by="ani"))
    different(queue, one, "ani", "siblings", at=later(-60))
    for case, minute in ((two, 0), (three, 3)):
        claim = queue.claim(by="ani", case=case, now=later(minute))
        command = Command(Action.PROPOSE, verdict=Verdict.DUPLICATE, token=claim.token)
        queue.take(case, command, by="ani", now=later(minute + 1))
    different(queue, four, "ani", "twins", at=later(6))
    different(queue, five, "budi", "twins", at=later(6))
    step(queue, four, "ani", Action.REOPEN, at=later(7), reason="keliru")
    step(queue, three, "ani", Action.TAKE_BACK, at=later(8))
    work = queue.worked(by="ani", since=NOON, now=later(9))
    assert work.steps == ((Action.PROPOSE, 1),)
    assert work.median_seconds == 60.0
    assert work.unbroken_since == NOON
    assert queue.worked(by="ani", since=later(-90), now=later(9)).steps == ((Action.PROPOSE, 1), (Action.DIFFERENT, 1))
    assert queue.worked(by="ani", since=NOON, now=later(19)).unbroken_since is None
    assert queue.worked(by="oka", since=NOON, now=later(9)).steps == ()


def test_a_case_that_is_read_again_is_held_found_and_counted_like_any_other(staffed_url):
    queue = open_queue(staffed_url, settings=QueueSettings(second_reading_share=1.0, known_share=0.0), secret=b"s" * 16)
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "siblings", at=later(1))
    claim = queue.claim(by="budi", now=later(5))
    blind = queue.get(1, by="budi")
    for lines in (
        queue.desk(by="budi", now=later(6)).held,
        queue.find(nik_digest("a"), by="budi", now=later(6)),
        queue.find_record("a", by="budi", now=later(6)),
    ):
        assert [(case.id, case.state, case.version, case.held_by) for case in lines] == [(1, blind.state, 2, "budi")]
        assert lines[0].held_until == claim.until
    assert queue.list(by="budi", state=State.BUKAN_GANDA) == ()
    assert numbers(queue.list(by="citra", state=State.BUKAN_GANDA)) == [1]
    queue.different(1, "siblings", by="budi", token=claim.token, now=later(7))
    assert queue.worked(by="budi", since=NOON, now=later(8)).steps == ((Action.DIFFERENT, 1),)
    assert queue.desk(by="budi", now=later(8)) == Desk()
    queue.close()


def test_a_question_stands_with_the_office_that_is_asked_until_it_answers(queue):
    case = load(queue, "32")["32"]
    due = NOON + timedelta(days=5)
    step(queue, case, "hana", Action.ASK, at=later(1), hold=True, region="3273", due_at=due, reason="masih tinggal?")
    step(queue, case, "hana", Action.ASK, at=later(2), region="3204", reason="sudah pindah?")
    (asked,) = queue.requests(by="ani")
    assert (asked.case.id, asked.region, asked.asked_by, asked.question) == (case, "3273", "hana", "masih tinggal?")
    assert (asked.due_at, asked.asked_at, asked.answered_at) == (due, later(1), None)
    assert [one.region for one in queue.requests(by="gilang")] == ["3204"]
    for user in ("hana", "joko", "oka"):
        assert queue.requests(by=user) == ()
    assert [(one.region, one.answer) for one in queue.questions(by="hana")] == [("3273", ""), ("3204", "")]
    assert [one.region for one in queue.questions(by="indra")] == ["3273", "3204"]
    step(queue, case, "ani", Action.ANSWER, at=later(3), region="3273", reason="tinggal di sini")
    assert queue.requests(by="ani") == ()
    told = [(one.region, one.answer, one.answered_at) for one in queue.questions(by="hana")]
    assert told == [("3204", "", None), ("3273", "tinggal di sini", later(3))]
    step(queue, case, "gilang", Action.ANSWER, at=later(4), region="3204", reason="sudah")
    assert [one.answer for one in queue.questions(by="hana")] == ["tinggal di sini", "sudah"]
    assert queue.questions(by="indra") == ()
    queue.claim(by="hana", case=case, now=later(5))
    assert queue.questions(by="hana") == ()


def test_a_steward_sees_what_they_asked_in_a_case_of_an_office_below(queue):
    case = load(queue, "3273")["3273"]
    step(queue, case, "hana", Action.ASK, at=later(1), hold=True, region="3273", reason="periksa akta")
    assert [one.region for one in queue.questions(by="hana")] == ["3273"]
    assert queue.questions(by="indra") == ()
    assert [one.case.id for one in queue.requests(by="dewi")] == [case]


def test_a_case_that_waits_for_documents_asks_nobody(queue):
    case = load(queue, "32")["32"]
    step(queue, case, "hana", Action.NEED, at=later(1), reason="akta", due_at=NOON + timedelta(days=3))
    assert queue.requests(by="ani") == ()
    assert queue.questions(by="hana") == ()


def test_what_is_counted_once_for_all_offices_tells_each_what_it_would_count_itself(sql_queue):
    staff(sql_queue)
    for number, days in enumerate((0, 8, 40, 100, 400)):
        for scope in ("3273", "3374", "32", ""):
            case = make_case(f"a{scope}{number}", f"b{scope}{number}", scope=scope)
            sql_queue.load("run1", [case], complete=False, now=NOON - timedelta(days=days))
    different(sql_queue, 1, "ani", "siblings", at=NOON)
    with sql_queue.sessions.look(None, NOON) as look:
        counted = work.counted(look)
    for user in sql_queue.users(by="kepala"):
        assert counts_within(counted, user.scope.code) == sql_queue.counts(by=user.name)
        assert ages_within(counted, user.scope.code, NOON) == sql_queue.ages(by=user.name, now=NOON)


def test_a_case_that_is_handed_out_by_its_number_alone_counts_as_seen(sql_queue):
    staff(sql_queue)
    sql_queue.load("run1", [make_case("a", "b")], now=NOON)
    number, token = sql_queue.claim_next(by="ani", now=NOON)
    assert sql_queue.renew(number, token, by="ani", now=later(1)) > NOON
    assert [(seen.actor, seen.case) for seen in sql_queue.seen("a", by="made")] == [("ani", number)]
    assert sql_queue.claim_next(by="ani", now=NOON) is None
    assert sql_queue.verify().sound


def test_the_age_of_open_cases_is_told_in_bands_of_ones_own_region_and_below(queue):
    for number, days in enumerate((0, 6.9, 7, 29, 30, 89, 90, 400)):
        at = NOON - timedelta(days=days)
        queue.load("run1", [make_case(f"a{number}", f"b{number}")], complete=False, now=at)
    queue.load("run1", [make_case("x", "y", scope="3374")], complete=False, now=NOON)
    different(queue, 8, "ani", "siblings", at=NOON)
    bands = ((0, 7), (7, 30), (30, 90), (90, None))
    told = {user: queue.ages(by=user, now=NOON) for user in ("ani", "oka", "joko")}
    assert told["ani"] == tuple(AgeCount(*band, n) for band, n in zip(bands, (2, 2, 2, 1), strict=True))
    assert [band.cases for band in told["oka"]] == [1, 0, 0, 0]
    assert [band.cases for band in told["joko"]] == [3, 2, 2, 1]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((None, None), {1, 2, 3}),
        ((NOON - timedelta(days=7), None), {3}),
        ((None, NOON - timedelta(days=7)), {1, 2}),
        ((NOON - timedelta(days=30), NOON - timedelta(days=7)), {2}),
    ],
)
def test_a_list_can_be_bound_to_when_cases_were_opened(queue, bounds, expected):
    for number, days in enumerate((40, 7, 1)):
        at = NOON - timedelta(days=days)
        queue.load("run1", [make_case(f"a{number}", f"b{number}")], complete=False, now=at)
    assert {case.id for case in queue.list(by="ani", opened=bounds)} == expected


def test_a_list_can_be_bound_to_what_is_given_to_oneself(queue):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    step(queue, 2, "fitri", Action.ASSIGN, at=later(1), assignee="ani")
    assert numbers(queue.list(by="ani", assigned=True)) == [2]
    assert queue.list(by="dewi", assigned=True) == ()


@pytest.mark.parametrize(("user", "found"), [("ani", True), ("gilang", True), ("made", True), ("oka", False)])
def test_a_record_leads_to_the_cases_that_the_user_may_see_and_the_search_is_noted(queue, user, found):
    case = load(queue, "32")["32"]
    before = queue.head().seq
    assert numbers(queue.find_record("a", by=user, now=later(1))) == ([case] if found else [])
    assert queue.find_record("z", by=user, now=later(2)) == ()
    assert queue.head().seq == before + 2
    assert queue.verify().sound


def test_who_only_keeps_the_list_of_users_searches_no_records(queue):
    load(queue, "3273")
    with pytest.raises(NotPermittedError):
        queue.find_record("a", by="kepala", now=later(1))


def test_the_search_for_a_record_leaves_no_trace_of_what_was_typed(staffed_url):
    queue = open_queue(staffed_url)
    queue.find_record("3273014101800001", by="ani", now=later(1))
    with queue.engine.connect() as connection:
        body = connection.execute(sa.text("SELECT body FROM audit ORDER BY seq DESC")).scalars().first()
    assert "3273014101800001" not in body
    assert '"action":"search"' in body
    queue.close()


def test_a_user_who_is_switched_off_has_no_desk(queue):
    load(queue, "3273")
    staff(queue, User("ani", Scope("3273"), frozenset({Role.PETUGAS}), active=False))
    for ask in (queue.desk, queue.requests, queue.questions, queue.ages):
        with pytest.raises(NotPermittedError):
            ask(by="ani")
