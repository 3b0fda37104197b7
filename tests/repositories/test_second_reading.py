"""Cases that are read again: handed out as any other, answered as any other, changing nothing but once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review.cases import Action, Standing, State, Verdict
from linkage.review.leases import token_digest
from linkage.review.people import SYSTEM, Role, Scope, User
from linkage.review.readings import Purpose
from linkage.review.resolution import PersonOut
from linkage.review.rules import Command
from linkage.review.sql import open_queue, readings
from linkage.review.sql.agreement import decisions_of
from linkage.review.sql.session import Sessions
from linkage.review.tables import reading, review_case
from tests.oracles.queue_cases import (
    NOON,
    PLAIN,
    STAFF,
    answer,
    approved,
    different,
    later,
    make_case,
    propose,
    step,
    undo,
)

SETTINGS = replace(PLAIN, second_reading_share=1.0, known_share=1.0)
CASE = make_case("rec-a", "rec-b")
PROPOSAL = Command(Action.PROPOSE, verdict=Verdict.DUPLICATE)
SAYS_TWO = Command(Action.DIFFERENT, "namesakes")


@pytest.fixture(params=["sqlite", "postgresql"])
def again(request, tmp_path):
    """A queue that lets every decision be read again; case 1 is in Bandung."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_staffed"), tmp_path / "queue.db")
        address = f"sqlite:///{tmp_path}/queue.db"
    else:
        address = request.getfixturevalue("server").fresh("queue_staffed")
    queue = open_queue(address, settings=SETTINGS, secret=b"a key of the tests")
    queue.load("run1", [CASE], now=NOON)
    yield queue
    queue.close()


def read(queue, by, at):
    claim = queue.claim(by=by, now=at)
    assert claim is not None
    return claim


def told(queue, claim, by, command, at):
    return queue.take(claim.case.id, replace(command, token=claim.token), by=by, now=at)


@pytest.fixture
def called_different(again):
    """Case 1, called different by ani alone."""
    different(again, 1, "ani", "namesakes", at=later(1))
    return again


def test_a_case_read_again_looks_as_one_nobody_has_touched(called_different):
    claim = read(called_different, "budi", later(2))
    case = claim.case
    assert (case.id, case.state, case.version, case.assignee, case.closed_at) == (
        *(1, State.DALAM_VERIFIKASI, 2, None, None),
    )
    assert [(entry.actor, entry.action) for entry in case.history] == [("budi", Action.CLAIM)]
    assert {pair.standing for pair in case.pairs} == {Standing.PROPOSED}
    assert all(record.values for record in case.records)
    assert case.lease is not None
    assert (case.lease.owner, case.lease.until, claim.until) == ("budi", later(12), later(12))


def test_who_reads_is_noted_among_those_who_saw_the_records(called_different):
    read(called_different, "budi", later(2))
    assert "budi" in {one.actor for one in called_different.seen("rec-a", by="made")}


def test_who_decided_never_reads_it_and_two_never_read_at_once(called_different):
    assert called_different.claim(by="ani", now=later(2)) is None
    read(called_different, "budi", later(2))
    assert called_different.claim(by="citra", now=later(3)) is None
    assert read(called_different, "citra", later(20)).case.id == 1


def test_an_agreeing_answer_changes_nothing_of_the_case_and_is_one_row_of_the_chain(called_different):
    before = called_different.get(1, by="fitri")
    claim = read(called_different, "budi", later(2))
    head = called_different.head()
    taken = told(called_different, claim, "budi", replace(SAYS_TWO, reason="siblings"), later(3))
    assert (taken.actor, taken.action, taken.to_state, taken.seq) == (
        *("budi", Action.DIFFERENT, State.BUKAN_GANDA, 2),
    )
    assert called_different.get(1, by="fitri") == before
    assert called_different.head().seq == head.seq + 1
    assert called_different.claim(by="citra", now=later(4)) is None
    (reading,) = called_different.readings(by="budi")
    assert (reading.purpose, reading.reader, reading.first_reader, reading.agrees) == (
        *(Purpose.SECOND, "budi", "ani", True),
    )
    assert called_different.verify().sound


def test_a_contradiction_puts_the_question_of_one_person_again(called_different):
    claim = read(called_different, "budi", later(2))
    head = called_different.head()
    told(called_different, claim, "budi", PROPOSAL, later(3))
    case = called_different.get(1, by="fitri")
    last = case.history[-1]
    assert (case.state, last.action, last.actor, last.reason) == (
        *(State.DIKEMBALIKAN, Action.REOPEN, SYSTEM, "SECOND_READING_DIFFERS"),
    )
    assert called_different.cannot_links() == ()
    assert called_different.head().seq == head.seq + 1
    assert called_different.verify().sound
    assert read(called_different, "citra", later(4)).case.state is State.DALAM_VERIFIKASI


def test_what_two_people_approved_is_noted_and_stands(again):
    approved(again, 1, at=later(1))
    before = again.get(1, by="fitri")
    told(again, read(again, "citra", later(2)), "citra", SAYS_TWO, later(3))
    assert again.get(1, by="fitri") == before
    assert [(one.first_reader, one.agrees) for one in again.readings(by="fitri")] == [("ani", False)]


GIVES_BACK = [
    Command(Action.RELEASE),
    Command(Action.NEED, "akta", due_at=later(600)),
    Command(Action.ESCALATE, "sulit"),
]


@pytest.mark.parametrize("command", GIVES_BACK)
def test_a_reading_that_is_not_answered_is_given_back_and_nothing_happens(called_different, command):
    before = called_different.get(1, by="fitri")
    taken = told(called_different, read(called_different, "budi", later(2)), "budi", command, later(3))
    assert taken.action is command.action
    assert called_different.get(1, by="fitri") == before
    assert called_different.readings(by="fitri") == ()
    assert read(called_different, "citra", later(4)).case.id == 1


@pytest.mark.parametrize("command", GIVES_BACK)
def test_who_gives_a_reading_back_gets_other_work_and_never_this_reading_again(called_different, command):
    called_different.load("run2", [CASE, make_case("rec-x", "rec-y")], now=later(1))
    told(called_different, read(called_different, "budi", later(2)), "budi", command, later(3))
    assert read(called_different, "budi", later(4)).case.id == 2
    told(called_different, read(called_different, "citra", later(5)), "citra", command, later(6))
    assert called_different.claim(by="budi", now=later(20)).case.id == 2
    assert read(called_different, "dewi", later(21)).case.id == 1


def test_a_question_to_another_office_gives_a_reading_back(again):
    again.load("run2", [CASE, make_case("rec-p", "rec-q", scope="32")], now=later(1))
    different(again, 2, "hana", "namesakes", at=later(2))
    claim = read(again, "indra", later(3))
    taken = told(again, claim, "indra", Command(Action.ASK, "benarkah?", region="3204", idem="key-1"), later(4))
    assert (taken.action, taken.region, taken.assignee) == (Action.ASK, "3204", "indra")
    again_told = again.take(2, Command(Action.ASK, "benarkah?", region="3204", idem="key-1"), by="indra", now=later(5))
    assert again_told == taken
    assert again.get(2, by="indra").state is State.BUKAN_GANDA
    assert read(again, "indra", later(6)).case.id == 1


def test_who_lets_a_reading_lapse_sees_it_blind_until_another_takes_it_up_and_then_never_reads_it(called_different):
    read(called_different, "budi", later(2))
    assert called_different.view(1, by="budi", now=later(20)).state is State.DALAM_VERIFIKASI
    assert called_different.claim(by="budi", case=1, now=later(21)).case.state is State.DALAM_VERIFIKASI
    assert read(called_different, "budi", later(32)).case.id == 1
    told(called_different, read(called_different, "citra", later(60)), "citra", Command(Action.RELEASE), later(61))
    assert called_different.get(1, by="budi") == called_different.get(1, by="citra")
    assert called_different.get(1, by="budi").state is State.BUKAN_GANDA
    assert called_different.claim(by="budi", now=later(62)) is None
    assert read(called_different, "dewi", later(62)).case.id == 1


def test_a_lapsed_reading_of_a_decision_that_was_undone_is_handed_out_no_more(again):
    approved(again, 1, at=later(1))
    read(again, "citra", later(2))
    again.mark_published([effect.id for effect in again.pending()], 1, now=later(3))
    undo(again, 1, at=later(4))
    assert again.get(1, by="citra").state is State.DIBATALKAN
    with pytest.raises(CaseConflictError):
        again.claim(by="citra", case=1, now=later(20))


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(PROPOSAL, verdict=Verdict.SPLIT), NotPermittedError),
        (Command(Action.DIFFERENT, "no such reason"), UsageError),
        (replace(PROPOSAL, persons=(PersonOut(("rec-a", "rec-b"), None, (("nama", "rec-b"),)),)), UsageError),
        (replace(SAYS_TWO, version=1), CaseConflictError),
    ],
)
def test_a_reading_obeys_the_rules_of_any_case(called_different, command, refusal):
    claim = read(called_different, "budi", later(2))
    head = called_different.head()
    with pytest.raises(refusal):
        told(called_different, claim, "budi", command, later(3))
    assert called_different.head() == head


def test_a_lease_of_a_reading_ends_and_can_be_prolonged_as_any_other(called_different):
    claim = read(called_different, "budi", later(2))
    head = called_different.head()
    assert called_different.renew(1, claim.token, by="budi", now=later(11)) == later(21)
    assert called_different.head() == head
    with pytest.raises(CaseConflictError):
        told(called_different, claim, "budi", SAYS_TWO, later(22))
    with pytest.raises(CaseConflictError):
        called_different.renew(1, claim.token, by="budi", now=later(22))


def test_who_reads_may_open_the_case_anew_and_sees_it_blind_until_the_reading_ends(called_different):
    claim = read(called_different, "budi", later(2))
    sessions = Sessions(called_different.engine, SETTINGS, b"a key of the tests")
    with sessions.change("budi", "case 1", later(3)) as change:
        anew = readings.hand_again(change, 1).told()
    assert anew is not None
    with pytest.raises(CaseConflictError):
        told(called_different, claim, "budi", SAYS_TWO, later(4))
    decided = called_different.get(1, by="citra")
    assert decided.state is State.BUKAN_GANDA
    with sessions.look("budi", later(4)) as look:
        assert readings.veiled(look, decided).state is State.DALAM_VERIFIKASI
    with sessions.look("citra", later(4)) as look:
        assert readings.veiled(look, decided) == decided
    told(called_different, anew, "budi", SAYS_TWO, later(5))
    with sessions.look("budi", later(6)) as look:
        assert readings.veiled(look, decided) == decided
    with sessions.change("budi", "case 1", later(6)) as change:
        assert readings.hand_again(change, 1) is None


def test_a_token_is_worth_nothing_to_another(called_different):
    claim = read(called_different, "budi", later(2))
    with pytest.raises(CaseConflictError):
        told(called_different, claim, "citra", SAYS_TWO, later(3))
    assert called_different.readings(by="fitri") == ()


def test_the_same_command_sent_twice_is_carried_out_once(called_different):
    claim = read(called_different, "budi", later(2))
    once = replace(SAYS_TWO, idem="key-1")
    first = told(called_different, claim, "budi", once, later(3))
    head = called_different.head()
    assert told(called_different, claim, "budi", once, later(4)) == first
    assert called_different.head() == head
    with pytest.raises(UsageError):
        told(called_different, claim, "budi", replace(PROPOSAL, idem="key-1"), later(5))
    with pytest.raises(CaseConflictError):
        told(called_different, claim, "budi", replace(once, idem="key-2"), later(5))


@pytest.mark.parametrize("command", [SAYS_TWO, PROPOSAL, *GIVES_BACK])
def test_a_command_sent_again_under_its_key_is_told_the_same_whatever_its_token(called_different, command):
    called_different.load("run2", [CASE, make_case("rec-x", "rec-y")], now=later(1))
    once = replace(command, idem="key-1")
    first = told(called_different, read(called_different, "budi", later(2)), "budi", once, later(3))
    head = called_different.head()
    assert called_different.take(1, once, by="budi", now=later(4)) == first
    assert called_different.take(1, replace(once, token="of before"), by="budi", now=later(4)) == first
    with pytest.raises(UsageError):
        called_different.take(2, once, by="budi", now=later(5))
    assert called_different.head() == head


def test_a_key_is_its_user_s_own(called_different):
    told(called_different, read(called_different, "budi", later(2)), "budi", replace(SAYS_TWO, idem="k"), later(3))
    called_different.load("run2", [CASE, make_case("rec-x", "rec-y")], now=later(4))
    claim = read(called_different, "citra", later(5))
    assert told(called_different, claim, "citra", replace(SAYS_TWO, idem="k"), later(6)).case == 2


def test_who_answered_a_reading_is_known_and_no_other(called_different):
    claim = read(called_different, "budi", later(2))
    sessions = Sessions(called_different.engine, SETTINGS, b"")

    def readers(at):
        with sessions.look("fitri", at) as look:
            names = {user.name for user in STAFF}
            one = {name for name in names if readings.has_read(look.connection, 1, name)}
            query = sa.select(review_case.c.id)
            many = {name for name in names if look.connection.execute(query.where(readings.read_by(name))).all()}
        assert one == many
        return one

    assert readers(later(3)) == set()
    told(called_different, claim, "budi", Command(Action.RELEASE), later(4))
    assert readers(later(5)) == set()
    told(called_different, read(called_different, "citra", later(6)), "citra", PROPOSAL, later(7))
    assert readers(later(8)) == {"citra"}


def test_what_is_reopened_is_not_read_again(called_different):
    step(called_different, 1, "fitri", Action.REOPEN, reason="keliru", at=later(2))
    claim = read(called_different, "budi", later(3))
    assert len(claim.case.history) > 1


def test_a_decision_that_was_undone_is_not_read_again(again):
    approved(again, 1, at=later(1))
    again.mark_published([effect.id for effect in again.pending()], 1, now=later(2))
    undo(again, 1, at=later(3))
    assert again.get(1, by="fitri").state is State.DIBATALKAN
    assert again.claim(by="citra", now=later(6)) is None


def test_only_the_share_that_is_asked_for_is_read_again(again):
    again.close()
    none = open_queue(again.engine.url.render_as_string(hide_password=False), settings=PLAIN)
    different(none, 1, "ani", "namesakes", at=later(1))
    assert none.claim(by="budi", now=later(2)) is None
    none.close()


def confirm(queue):
    """Let the centre confirm case 1, and choose it as a known one."""
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(4))
    step(queue, 1, "dewi", Action.CARRY_OUT, at=later(5))
    step(queue, 1, "joko", Action.CONFIRM, at=later(6))
    queue.seed(1, by="fitri", now=later(7))


@pytest.fixture
def known(again):
    """Case 1, confirmed by the centre and chosen as a known one; its second reading is done."""
    approved(again, 1, at=later(1))
    told(again, read(again, "citra", later(2)), "citra", PROPOSAL, later(3))
    confirm(again)
    return again


@pytest.fixture
def twice(again):
    """Case 1, a known one, of which a second reading is still to be done; putri and rudi never saw it."""
    approved(again, 1, at=later(1))
    confirm(again)
    for name in ("putri", "rudi"):
        again.set_user(User(name, Scope("3273"), frozenset({Role.PETUGAS})), by="kepala", now=later(8))
    return again


def test_nobody_gets_a_second_and_a_known_reading_of_one_case(twice):
    claim = read(twice, "putri", later(10))
    assert twice.claim(by="putri", now=later(11)) is None
    assert twice.get(1, by="putri").state is State.DALAM_VERIFIKASI
    assert read(twice, "rudi", later(12)).case.id == 1
    told(twice, claim, "putri", Command(Action.RELEASE), later(14))
    assert twice.claim(by="putri", now=later(60)) is None


def test_who_holds_two_readings_of_a_case_all_the_same_may_look_at_it(twice):
    read(twice, "putri", later(10))
    both = {"reader": "putri", "lease_token": token_digest("t"), "lease_until": later(15)}
    with Sessions(twice.engine, SETTINGS, b"").change(None, "a test", later(11)) as change:
        change.connection.execute(sa.update(reading).where(reading.c["at"].is_(None)).values(**both))
    assert twice.view(1, by="putri", now=later(12)).state is State.DALAM_VERIFIKASI
    assert twice.claim(by="putri", now=later(13)) is None


def test_a_known_case_that_is_given_back_goes_to_others_alone(known):
    for name in ("putri", "rudi"):
        known.set_user(User(name, Scope("3273"), frozenset({Role.PETUGAS})), by="kepala", now=later(8))
    told(known, read(known, "putri", later(9)), "putri", Command(Action.RELEASE), later(10))
    assert known.claim(by="putri", now=later(11)) is None
    told(known, read(known, "rudi", later(12)), "rudi", PROPOSAL, later(13))
    assert known.claim(by="putri", now=later(14)) is None
    told_of = [(one.reader, one.agrees) for one in known.readings(by="fitri") if one.purpose is Purpose.KNOWN]
    assert told_of == [("rudi", True)]
    assert known.verify().sound


def test_only_a_supervisor_chooses_known_cases_and_only_confirmed_ones(again):
    with pytest.raises(NotPermittedError):
        again.seed(1, by="ani", now=later(1))
    with pytest.raises(CaseConflictError):
        again.seed(1, by="fitri", now=later(1))


def test_choosing_a_known_case_again_does_nothing(known):
    head = known.head()
    known.seed(1, by="fitri", now=later(8))
    assert known.head() == head


def test_a_known_case_is_given_only_to_who_never_had_to_do_with_it(known):
    for name in ("ani", "budi", "citra", "dewi"):
        assert known.claim(by=name, now=later(8)) is None
    assert [one.reader for one in known.readings(by="fitri")] == ["citra"]


def test_a_known_case_goes_to_one_steward_after_the_other_and_stays_as_it_is(known):
    before = known.get(1, by="fitri")
    for minute, (name, command) in enumerate((("putri", PROPOSAL), ("rudi", SAYS_TWO)), start=10):
        known.set_user(User(name, Scope("3273"), frozenset({Role.PETUGAS})), by="kepala", now=later(9))
        told(known, read(known, name, later(minute)), name, command, later(minute))
        assert known.claim(by=name, now=later(minute + 1)) is None
    assert known.get(1, by="fitri") == before
    told_of = [(one.reader, one.agrees) for one in known.readings(by="fitri") if one.purpose is Purpose.KNOWN]
    assert told_of == [("putri", True), ("rudi", False)]


def test_a_steward_sees_their_own_readings_and_line_and_a_supervisor_those_of_the_region(called_different):
    told(called_different, read(called_different, "budi", later(2)), "budi", SAYS_TWO, later(3))
    assert [one.actor for one in called_different.agreement(by="budi")] == ["budi"]
    assert called_different.readings(by="ani") == ()
    lines = called_different.agreement(by="fitri")
    assert [(one.actor, one.decisions, one.second) for one in lines] == [("ani", 1, 1), ("budi", 0, 1)]
    assert lines[0].second_share is None
    assert called_different.agreement(by="fitri", since=NOON + timedelta(days=1)) == ()


def test_drift_is_told_of_ten_cases(again):
    cases = [make_case(f"rec-{n:02d}a", f"rec-{n:02d}b", probability=0.75) for n in range(10)]
    again.load("run2", [CASE, *cases], now=later(1))
    for number in range(2, 12):
        if number < 7:
            propose(again, number, "ani", at=later(number))
            answer(again, number, "budi", at=later(number))
        else:
            different(again, number, "ani", "namesakes", at=later(number))
    (line,) = again.agreement(by="ani")
    assert line.decisions == 10
    assert line.drift == pytest.approx(-0.25)
    assert line.drift_interval is not None


def test_drift_counts_the_pairs_that_were_put_forward_and_no_others(called_different):
    told(called_different, read(called_different, "budi", later(2)), "budi", SAYS_TWO, later(2))
    wider = make_case("rec-a", "rec-b", "rec-c", probability=0.75)
    called_different.load("run2", [wider], now=later(3))
    persons = (PersonOut(("rec-a", "rec-c")), PersonOut(("rec-b",)))
    propose(called_different, 2, "citra", at=later(4), persons=persons)
    with Sessions(called_different.engine, SETTINGS, b"").look("fitri", later(5)) as look:
        counted, judged = decisions_of(look, ["citra"], None)
    assert counted == {"citra": 1}
    assert judged == {"citra": [(0.5, 0.75)]}


def test_who_read_a_case_blind_never_answers_a_proposal_in_it(called_different):
    queue = called_different
    told(queue, read(queue, "budi", later(2)), "budi", PROPOSAL, later(3))
    assert queue.get(1, by="citra").state is State.DIKEMBALIKAN, "the two readers do not agree"
    propose(queue, 1, "ani", at=later(4))
    assert queue.claim(by="budi", examine=True, now=later(5)) is None
    with pytest.raises(NotPermittedError, match="read a case again"):
        queue.claim(by="budi", case=1, examine=True, now=later(5))
    assert answer(queue, 1, "citra", at=later(6)).to_state is State.DISETUJUI
