"""Deciding: what two people, a verdict and its answer make of a case, on every store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linkage.errors import CaseConflictError, InvariantError, NotPermittedError, UsageError
from linkage.review.audit import AuditHead
from linkage.review.cases import Action, Count, State, Verdict
from linkage.review.resolution import PersonOut, one_person
from linkage.review.rules import Command
from tests.oracles.queue_cases import NOON, answer, approved, different, later, make_case, propose, split, step, undo


@pytest.fixture
def loaded(queue):
    """A queue with case 1 in Bandung."""
    queue.load("run1", [make_case("rec-a", "rec-b", scope="3273")], now=NOON)
    return queue


def test_a_duplicate_needs_two_people(loaded):
    """I9: a merge takes effect through two people in all."""
    propose(loaded, 1, "ani", at=later(1), persons=one_person(["rec-a", "rec-b"], "rec-a"), reason="KTP-el")
    with pytest.raises(NotPermittedError, match="case 1"):
        loaded.claim(by="ani", case=1, examine=True, now=later(2))
    answer(loaded, 1, "budi", at=later(3))
    case = loaded.get(1, by="ani")
    assert (case.state, case.closed_at, case.lease) == (State.DISETUJUI, later(3), None)
    approval = case.history[-1]
    assert (approval.proposer, approval.persons[0].keeps, approval.verdict) == ("ani", "rec-a", "duplicate")


@pytest.mark.parametrize("disguise", ["ANI", " ani ", "Ani"])
def test_one_person_in_another_spelling_is_still_one_person(loaded, disguise):
    """I9."""
    propose(loaded, 1, "ani", at=later(1))
    with pytest.raises(NotPermittedError):
        loaded.claim(by=disguise, case=1, examine=True, now=later(2))


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN, Action.REJECT])
def test_who_proposed_in_a_case_never_answers_a_later_proposal_in_it(loaded, action):
    """I9."""
    propose(loaded, 1, "ani", at=later(1))
    answer(loaded, 1, "budi", at=later(2), action=Action.RETURN, reason="minta akta")
    propose(loaded, 1, "citra", at=later(3))
    with pytest.raises(NotPermittedError):
        answer(loaded, 1, "ani", at=later(4), action=action, reason="x")
    assert answer(loaded, 1, "budi", at=later(5)).proposal_seq == 6


@pytest.mark.parametrize("work", [Action.NEED, Action.ASK, Action.RELEASE])
def test_who_worked_on_a_case_at_all_never_answers_in_it(queue, work):
    """I9: not the proposer alone."""
    queue.load("run1", [make_case("a", "b", scope="32")], now=NOON)
    given = {Action.NEED: {"due_at": later(5)}, Action.ASK: {"region": "3204", "due_at": later(5)}}.get(work, {})
    step(queue, 1, "hana", work, at=later(1), reason="akta", hold=True, **given)
    propose(queue, 1, "joko", at=later(10 + 8 * 24 * 60))
    assert queue.claim(by="hana", examine=True, now=later(20 + 8 * 24 * 60)) is None
    with pytest.raises(NotPermittedError, match="worked"):
        answer(queue, 1, "hana", at=later(20 + 8 * 24 * 60))
    answer(queue, 1, "indra", at=later(20 + 8 * 24 * 60))


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("twins", State.KEMBAR),
        ("siblings", State.BUKAN_GANDA),
        ("namesakes", State.BUKAN_GANDA),
        ("other", State.BUKAN_GANDA),
    ],
)
def test_not_the_same_person_needs_one_person_and_becomes_a_cannot_link(loaded, reason, state):
    different(loaded, 1, "ani", reason, at=later(1))
    case = loaded.get(1, by="ani")
    assert case.state is state
    assert loaded.cannot_links() == (("rec-a", "rec-b", case.pairs[0].fingerprint),)


def test_a_shared_nik_is_split_among_its_persons_and_neither_merged_nor_dismissed(queue):
    queue.load("run1", [make_case("a", "b", kind="SHARED_NIK")], now=NOON)
    with pytest.raises(NotPermittedError, match="SHARED_NIK"):
        propose(queue, 1, "ani", at=later(1))
    with pytest.raises(NotPermittedError, match="split"):
        different(queue, 1, "ani", "other", at=later(1))
    split(queue, 1, "ani", "a", "b", owner="b", at=later(1))
    answer(queue, 1, "budi", at=later(2))
    assert [person.keeps for person in queue.get(1, by="ani").history[-1].persons] == [None, "b"]
    assert len(queue.cannot_links()) == 1


@pytest.mark.parametrize(
    "persons",
    [
        (),
        (PersonOut(("a",)), PersonOut(("b",))),
        (PersonOut(("a",), "a"), PersonOut(("b",), "b")),
        (PersonOut(("a", "b"), "a"),),
        (PersonOut(("a",), "b"), PersonOut(("b",))),
    ],
)
def test_a_split_names_two_persons_or_more_and_exactly_one_owner(queue, persons):
    queue.load("run1", [make_case("a", "b", kind="SHARED_NIK")], now=NOON)
    with pytest.raises(UsageError):
        propose(queue, 1, "ani", at=later(1), verdict=Verdict.SPLIT, persons=persons)


def without_nik(case, record):
    """The case, with one record whose office knows no NIK of it."""
    told = tuple(
        replace(one, values=tuple(pair for pair in one.values if pair[0] != "nik")) if one.record_id == record else one
        for one in case.records
    )
    return replace(case, records=told)


def test_a_record_without_a_nik_does_not_stay_beside_one_that_has_one_whatever_the_reason(queue):
    queue.load("run1", [without_nik(make_case("a", "b"), "a")], now=NOON)
    claim = queue.claim(by="ani", now=later(1))
    before, head = queue.get(1, by="ani"), queue.head()
    chosen = Command(
        Action.PROPOSE, "KTP-el", Verdict.DUPLICATE, one_person(["a", "b"], "a"), token=claim.token, idem="key"
    )
    with pytest.raises(UsageError) as caught:
        queue.take(1, chosen, by="ani", now=later(2))
    assert caught.value.key == "survivorship.no_nik"
    assert (queue.get(1, by="ani"), queue.head()) == (before, head)
    taken = queue.take(1, replace(chosen, persons=one_person(["a", "b"], "b")), by="ani", now=later(3))
    assert taken.persons[0].keeps == "b"


def test_another_value_than_the_rules_needs_a_reason(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    persons = [PersonOut(("a", "b"), "a", (("nama", "b"),))]
    with pytest.raises(UsageError) as caught:
        propose(queue, 1, "ani", at=later(1), persons=persons)
    assert caught.value.key == "survivorship.reason"
    assert propose(queue, 1, "ani", at=later(2), persons=persons, reason="akta").reason == "akta"


def test_a_larger_case_is_parted_into_the_persons_there_are(queue):
    queue.load("run1", [make_case("a", "b", "c", "d")], now=NOON)
    persons = (PersonOut(("a", "c"), "c"), PersonOut(("b", "d"), "b"))
    propose(queue, 1, "ani", at=later(1), persons=persons)
    assert answer(queue, 1, "budi", at=later(2)).persons == persons
    assert {(left, right) for left, right, _ in queue.cannot_links()} == {
        ("a", "b"),
        ("a", "d"),
        ("b", "c"),
        ("c", "d"),
    }


@pytest.mark.parametrize(
    "persons",
    [
        (PersonOut(("a",)), PersonOut(("b",)), PersonOut(("c",))),
        (PersonOut(("a", "b")),),
        (PersonOut(("a", "b")), PersonOut(("b", "c"))),
        (PersonOut(("b", "c")), PersonOut(("a",))),
        (PersonOut(("b", "a")), PersonOut(("c",))),
        (PersonOut(("a", "b"), "c"), PersonOut(("c",))),
        (PersonOut(("a", "b"), "a", (("nama", "c"),)), PersonOut(("c",))),
        (PersonOut(("a", "b"), "a", (("nik", "a"), ("nama", "a"))), PersonOut(("c",))),
    ],
)
def test_a_partition_that_is_none_is_refused(queue, persons):
    queue.load("run1", [make_case("a", "b", "c")], now=NOON)
    with pytest.raises(UsageError):
        propose(queue, 1, "ani", at=later(1), persons=persons)


def test_a_contradiction_is_resolved_field_by_field(queue):
    queue.load("run1", [make_case("a", "b", kind="CONFLICT")], now=NOON)
    persons = (PersonOut(("a", "b"), "a", (("jenis_kelamin", "b"), ("tanggal_lahir", "a"))),)
    propose(queue, 1, "ani", at=later(1), verdict=Verdict.RESOLVE, persons=persons)
    answer(queue, 1, "budi", at=later(2))
    assert queue.pending()[0].persons == persons


def test_a_move_is_finished_where_the_named_record_lives(queue):
    queue.load("run1", [make_case("a", "b", kind="OPEN_MOVE", scope="32")], now=NOON)
    with pytest.raises(UsageError, match="residence"):
        propose(queue, 1, "hana", at=later(1), verdict=Verdict.FINISH_MOVE)
    propose(queue, 1, "hana", at=later(1), verdict=Verdict.FINISH_MOVE, persons=one_person(["a", "b"], "b"))
    answer(queue, 1, "indra", at=later(2))
    assert (queue.pending()[0].verdict, queue.pending()[0].persons[0].keeps) == (Verdict.FINISH_MOVE, "b")


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("DUPLICATE", {Verdict.DUPLICATE}),
        ("BOTH_ENROLLED", {Verdict.DUPLICATE}),
        ("CONFLICT", {Verdict.RESOLVE, Verdict.SPLIT}),
        ("OPEN_MOVE", {Verdict.FINISH_MOVE, Verdict.SPLIT}),
        ("SHARED_NIK", {Verdict.SPLIT}),
    ],
)
def test_each_kind_has_its_verdicts(queue, kind, allowed):
    queue.load("run1", [make_case("a", "b", kind=kind, scope="")], now=NOON)
    for verdict in Verdict:
        persons = one_person(["a", "b"], "a")
        if verdict is Verdict.SPLIT:
            persons = (PersonOut(("a",), "a"), PersonOut(("b",)))
        try:
            propose(queue, 1, "joko", at=later(1), verdict=verdict, persons=persons)
        except NotPermittedError:
            assert verdict not in allowed
        else:
            assert verdict in allowed
            step(queue, 1, "joko", Action.TAKE_BACK, at=later(1))


def test_records_called_different_before_cannot_be_proposed_as_one_person(queue):
    """I13: what is merged respects what was called different."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "twins", at=later(1))
    queue.load("run2", [make_case("a", "b", "c")], now=later(2))
    with pytest.raises(NotPermittedError, match="different"):
        propose(queue, 2, "ani", at=later(3))
    propose(queue, 2, "ani", at=later(3), persons=[PersonOut(("a", "c")), PersonOut(("b",))])


def test_a_dismissal_is_about_the_pairs_put_forward_and_not_about_what_was_approved_before(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    approved(queue, 1, at=later(1))
    queue.load("run2", [make_case("a", "b", "c")], now=later(3))
    different(queue, 2, "ani", "namesakes", at=later(4))
    assert [(left, right) for left, right, _ in queue.cannot_links()] == [("a", "c"), ("b", "c")]


def test_a_proposal_is_taken_back_by_who_made_it_while_nobody_examines_it(loaded):
    propose(loaded, 1, "ani", at=later(1))
    with pytest.raises(NotPermittedError, match="who proposed"):
        step(loaded, 1, "dewi", Action.TAKE_BACK, at=later(2))
    examined = loaded.claim(by="budi", examine=True, now=later(2))
    with pytest.raises(CaseConflictError, match="budi"):
        step(loaded, 1, "ani", Action.TAKE_BACK, at=later(3))
    loaded.take(1, Command(Action.RELEASE, token=examined.token), by="budi", now=later(4))
    step(loaded, 1, "ani", Action.TAKE_BACK, at=later(5))
    case = loaded.get(1, by="ani")
    assert (case.state, case.assignee) == (State.DALAM_VERIFIKASI, "ani")


@pytest.mark.parametrize("why", ["WAFAT", "PINDAH_BELUM_TUNTAS", "ANOMALI"])
def test_what_is_no_question_of_persons_is_set_aside(loaded, why):
    step(loaded, 1, "ani", Action.SET_ASIDE, at=later(1), reason=why)
    assert loaded.get(1, by="ani").state is State(why)
    assert loaded.pending() == ()


def test_a_case_that_changed_since_it_was_shown_is_not_decided(loaded):
    """I6: a version that is no longer the present one."""
    claim = loaded.claim(by="ani", now=later(1))
    loaded.load("run2", [make_case("rec-a", "rec-b", revisions={"rec-a": 1})], now=later(1))
    anew = loaded.claim(by="ani", now=later(1))
    head = loaded.head()
    seen = Command(Action.DIFFERENT, "other", token=anew.token, version=claim.case.version)
    with pytest.raises(CaseConflictError, match="changed since"):
        loaded.take(1, seen, by="ani", now=later(2))
    assert loaded.head() == head
    fresh = Command(Action.DIFFERENT, "other", token=anew.token, version=loaded.get(1, by="ani").version)
    assert loaded.take(1, fresh, by="ani", now=later(3)).to_state is State.BUKAN_GANDA


REFUSED = [
    (1, Command(Action.APPROVE), CaseConflictError),
    (1, Command(Action.RETURN, "x"), CaseConflictError),
    (1, Command(Action.PROPOSE, verdict=Verdict.DUPLICATE, persons=one_person(["rec-a", "rec-z"])), UsageError),
    (1, Command(Action.PROPOSE, verdict=Verdict.DUPLICATE, reason="a\x1b[2J"), UsageError),
    (1, Command(Action.PROPOSE, verdict=Verdict.DUPLICATE, reason="x" * 2001), UsageError),
    (1, Command(Action.PROPOSE), NotPermittedError),
    (1, Command(Action.DIFFERENT, "because"), UsageError),
    (1, Command(Action.SET_ASIDE, "because"), UsageError),
    (1, Command(Action.NEED, "akta"), UsageError),
    (1, Command(Action.NEED, "akta", due_at=NOON), UsageError),
    (1, Command(Action.NEED, due_at=later(99)), UsageError),
    (1, Command(Action.ASK, "akta", region="3204"), UsageError),
    (1, Command(Action.ASK, "akta", region="3273"), UsageError),
    (1, Command(Action.CLAIM), UsageError),
    (1, Command(Action.EXAMINE), UsageError),
    (1, Command(Action.REFRESH), NotPermittedError),
    (1, Command(Action.WITHDRAW), NotPermittedError),
    (1, Command(Action.REVERT), NotPermittedError),
    (2, Command(Action.DIFFERENT, "other"), UsageError),
]


@pytest.mark.parametrize(("number", "command", "error"), REFUSED)
def test_a_step_that_makes_no_sense_is_refused_and_changes_nothing(loaded, number, command, error):
    """I4: what is refused leaves no trace; and a refusal names no record."""
    claim = loaded.claim(by="ani", now=later(1))
    before, head = loaded.get(1, by="ani"), loaded.head()
    with pytest.raises(error) as caught:
        loaded.take(number, replace(command, token=claim.token), by="ani", now=later(2))
    assert "rec-" not in str(caught.value)
    assert loaded.get(1, by="ani") == before
    assert loaded.head() == head


@pytest.mark.parametrize("action", [Action.RETURN, Action.REJECT])
def test_an_answer_that_is_not_yes_gives_a_reason(loaded, action):
    propose(loaded, 1, "ani", at=later(1))
    with pytest.raises(UsageError, match="reason"):
        answer(loaded, 1, "budi", at=later(2), action=action, reason="  ")


# --- waiting for papers and for other offices


def test_what_is_needed_has_an_owner_and_a_day_and_comes_back_by_itself(loaded):
    step(loaded, 1, "ani", Action.NEED, at=later(1), reason="akta lahir", due_at=later(60))
    case = loaded.get(1, by="ani")
    assert (case.state, case.assignee, case.due_at) == (State.MENUNGGU_DOKUMEN, "ani", later(60))
    assert loaded.claim(by="ani", now=later(59)) is None
    with pytest.raises(CaseConflictError, match="assigned"):
        loaded.claim(by="budi", case=1, now=later(59))
    assert loaded.claim(by="budi", now=later(61)) is None, "it is ani's first"
    assert loaded.claim(by="ani", now=later(61)).case.state is State.DALAM_VERIFIKASI


def test_what_is_needed_comes_to_others_when_its_owner_stays_away(loaded):
    step(loaded, 1, "ani", Action.NEED, at=later(1), reason="akta lahir", due_at=later(60), assignee="budi")
    assert loaded.claim(by="citra", now=later(60) + timedelta(days=6)) is None
    assert loaded.claim(by="citra", now=later(60) + timedelta(days=7)).case.id == 1


@pytest.fixture
def asked(queue):
    """A queue whose case 1 holds records of Bandung (3273) and of the regency beside it (3204); hana asked both."""
    queue.load("run1", [make_case("a", "b", scope="32")], now=NOON)
    step(queue, 1, "hana", Action.ASK, at=later(1), reason="tinggal di mana", region="3273", hold=True)
    step(queue, 1, "hana", Action.ASK, at=later(2), reason="tinggal di mana", region="3204")
    return queue


def test_both_offices_answer_and_the_last_answer_brings_the_case_back(asked):
    assert asked.get(1, by="hana").asked() == {"3273", "3204"}
    step(asked, 1, "ani", Action.ANSWER, at=later(3), reason="masih di sini", region="3273")
    assert asked.get(1, by="hana").state is State.MENUNGGU_DOKUMEN
    step(asked, 1, "gilang", Action.ANSWER, at=later(4), reason="sudah pindah", region="3204")
    case = asked.get(1, by="hana")
    assert (case.state, case.assignee, case.asked()) == (State.DITUGASKAN, "hana", frozenset())
    assert asked.claim(by="hana", now=later(5)).case.id == 1


@pytest.mark.parametrize(
    ("user", "region", "error"),
    [
        ("ani", "3204", NotPermittedError),
        ("oka", "3374", UsageError),
        ("oka", "3273", UsageError),
        ("joko", "3273", NotPermittedError),
        ("indra", "3273", NotPermittedError),
    ],
)
def test_only_the_office_that_was_asked_answers(asked, user, region, error):
    head = asked.head()
    with pytest.raises(error):
        step(asked, 1, user, Action.ANSWER, at=later(3), reason="x", region=region)
    assert asked.head() == head


def test_an_office_answers_once_and_is_asked_once(asked):
    with pytest.raises(CaseConflictError, match="asked already"):
        step(asked, 1, "hana", Action.ASK, at=later(3), reason="x", region="3204")
    step(asked, 1, "ani", Action.ANSWER, at=later(3), reason="x", region="3273")
    with pytest.raises(CaseConflictError, match="answered"):
        step(asked, 1, "budi", Action.ANSWER, at=later(4), reason="x", region="3273")


def test_an_office_that_does_not_answer_in_time_loses_the_case_to_the_next_tier_up_to_the_nation(asked):
    days = timedelta(days=15)
    assert asked.sweep(now=later(3)) == (0, 0)
    assert asked.sweep(now=NOON + days) == (1, 0)
    assert asked.sweep(now=NOON + days) == (0, 0)
    case = asked.get(1, by="joko")
    assert (case.office, case.scope, case.state, case.asked()) == ("", "32", State.BARU, frozenset())
    assert case.history[-1].actor == "sistem"
    assert asked.claim(by="hana", now=NOON + days) is None
    assert asked.claim(by="joko", now=NOON + days).case.id == 1
    step(asked, 1, "joko", Action.ASK, at=NOON + days, reason="x", region="3273", hold=True)
    assert asked.sweep(now=NOON + 2 * days) == (1, 0)
    assert (asked.get(1, by="joko").state, asked.get(1, by="joko").office) == (State.BARU, "")


def test_a_case_is_escalated_to_the_province_and_to_the_nation_and_no_further(loaded):
    for user, office in [("ani", "32"), ("hana", "")]:
        step(loaded, 1, user, Action.ESCALATE, at=later(1), reason="ragu", hold=True)
        case = loaded.get(1, by="joko")
        assert (case.state, case.office, case.scope, case.lease) == (State.BARU, office, "3273", None)
    with pytest.raises(UsageError, match="above"):
        step(loaded, 1, "joko", Action.ESCALATE, at=later(1), reason="ragu", hold=True)
    with pytest.raises(NotPermittedError):
        loaded.claim(by="ani", case=1, now=later(20))


# --- afterwards


@pytest.mark.parametrize(("user", "allowed"), [("ani", True), ("budi", False), ("fitri", True), ("indra", True)])
def test_who_decided_or_a_supervisor_puts_the_question_again(loaded, user, allowed):
    different(loaded, 1, "ani", "other", at=later(1))
    if not allowed:
        with pytest.raises(NotPermittedError, match="who decided"):
            step(loaded, 1, user, Action.REOPEN, at=later(2), reason="salah")
        return
    step(loaded, 1, user, Action.REOPEN, at=later(2), reason="salah")
    case = loaded.get(1, by="ani")
    assert (case.state, case.closed_at) == (State.DIKEMBALIKAN, None)
    assert loaded.claim(by="dewi", now=later(3)).case.id == 1


def test_an_approval_that_is_reopened_in_time_is_never_published(loaded):
    """I7."""
    approved(loaded, 1, at=later(1))
    effect = loaded.pending()[0].id
    step(loaded, 1, "budi", Action.REOPEN, at=later(2), reason="salah")
    assert loaded.pending() == ()
    assert loaded.cannot_links() == ()
    propose(loaded, 1, "citra", at=later(3))
    answer(loaded, 1, "budi", at=later(4))
    assert [sent.id > effect for sent in loaded.pending()] == [True]


def test_once_another_case_took_its_place_a_case_is_not_reopened(loaded):
    different(loaded, 1, "ani", "other", at=later(1))
    loaded.load("run2", [make_case("rec-a", "rec-b", revisions={"rec-a": 1})], now=later(2))
    with pytest.raises(CaseConflictError, match="took its place"):
        step(loaded, 1, "ani", Action.REOPEN, at=later(3), reason="salah")


def test_the_office_carries_out_and_the_centre_alone_confirms(loaded):
    approved(loaded, 1, at=later(1))
    step(loaded, 1, "dewi", Action.CARRY_OUT, at=later(2))
    with pytest.raises(NotPermittedError, match="centre"):
        step(loaded, 1, "hana", Action.CONFIRM, at=later(3))
    step(loaded, 1, "kirana", Action.CONFIRM, at=later(4))
    case = loaded.get(1, by="ani")
    assert (case.state, case.closed_at) == (State.TERKONFIRMASI, later(1))
    told = [(sent.confirmed, sent.approver, sent.proposer) for sent in loaded.pending()]
    assert told == [(False, "budi", "ani"), (True, "budi", "ani")]


def test_the_records_of_open_cases_are_those_that_nobody_has_decided_about(loaded):
    before = loaded.open_records()
    assert list(before) == sorted(set(before))
    decided = set(loaded.get(1, by="ani").record_ids)
    assert decided <= set(before)
    approved(loaded, 1, at=later(1))
    elsewhere = {record for line in loaded.list(by="kirana") for record in loaded.get(line.id, by="kirana").record_ids}
    assert set(loaded.open_records()) == (set(before) - decided) | (decided & elsewhere)


def test_a_decision_is_published_once_however_often_it_is_asked(loaded):
    """I7."""
    approved(loaded, 1, at=later(1))
    effects = [sent.id for sent in loaded.pending()]
    assert loaded.pending() == loaded.pending()
    assert loaded.mark_published(effects, 7, now=later(2)) == 1
    head = loaded.head()
    assert loaded.mark_published(effects * 2, 7, now=later(3)) == 0
    assert loaded.pending() == ()
    assert loaded.head() == head
    for wrong in ((effects, 8), ([10**6], 7)):
        with pytest.raises(InvariantError, match="publication"):
            loaded.mark_published(*wrong, now=later(4))
    assert loaded.get(1, by="ani").published
    with pytest.raises(CaseConflictError, match="published"):
        step(loaded, 1, "fitri", Action.REOPEN, at=later(5), reason="salah")


def test_what_was_marked_and_not_finished_is_told_under_its_number(loaded):
    assert loaded.begun(0) is None
    approved(loaded, 1, at=later(1))
    effects = loaded.pending()
    loaded.mark_published([sent.id for sent in effects], 7, now=later(2))
    assert loaded.begun(6) == (7, effects)
    assert loaded.begun(7) is None


def test_a_decision_that_was_reopened_meanwhile_is_not_published(loaded):
    approved(loaded, 1, at=later(1))
    effects = [sent.id for sent in loaded.pending()]
    step(loaded, 1, "fitri", Action.REOPEN, at=later(2), reason="salah")
    with pytest.raises(CaseConflictError, match="reopened"):
        loaded.mark_published(effects, 7, now=later(3))
    assert loaded.begun(0) is None


@pytest.fixture
def published(loaded):
    """A queue whose case 1 was approved by ani and budi, and published."""
    approved(loaded, 1, at=later(1))
    loaded.mark_published([sent.id for sent in loaded.pending()], 1, now=later(2))
    return loaded


@pytest.mark.parametrize("says", ["undone", "different"])
def test_a_published_decision_is_undone_by_a_case_of_its_own_with_four_eyes(published, says):
    """I11, as far as it is the queue's; I9 for undoing."""
    claim = published.open_revert(1, by="citra", now=later(3))
    assert (claim.case.kind, claim.case.reverts, claim.case.office) == ("REVERT", 1, "3273")
    persons = (PersonOut(("rec-a",)), PersonOut(("rec-b",))) if says == "different" else ()
    command = Command(Action.PROPOSE, "salah gabung", Verdict.REVERT, persons, token=claim.token)
    published.take(2, command, by="citra", now=later(4))
    with pytest.raises(NotPermittedError):
        answer(published, 2, "citra", at=later(5))
    assert published.get(1, by="ani").state is State.DISETUJUI
    answer(published, 2, "budi", at=later(5))
    original = published.get(1, by="ani")
    assert (original.state, original.history[-1].successor) == (State.DIBATALKAN, 2)
    effect = published.pending()[0]
    assert (effect.kind, effect.verdict, effect.reverts) == ("REVERT", Verdict.REVERT, 1)
    again = published.load("run2", [make_case("rec-a", "rec-b")], now=later(6))
    assert (again.added, again.suppressed) == ((1, 0) if says == "undone" else (0, 1))
    assert len(published.cannot_links()) == (says == "different")
    assert published.verify().sound


def test_a_revert_is_asked_once_only_for_what_is_published_and_not_for_a_revert(published):
    published.load("run2", [make_case("c", "d")], complete=False, now=later(3))
    approved(published, 2, at=later(3))
    with pytest.raises(CaseConflictError, match="published"):
        published.open_revert(2, by="ani", now=later(4))
    claim = published.open_revert(1, by="ani", now=later(4))
    with pytest.raises(CaseConflictError, match="already"):
        published.open_revert(1, by="budi", now=later(5))
    command = Command(Action.PROPOSE, verdict=Verdict.REVERT, token=claim.token)
    published.take(claim.case.id, command, by="ani", now=later(5))
    answer(published, claim.case.id, "budi", at=later(6))
    published.mark_published([sent.id for sent in published.pending()], 2, now=later(7))
    with pytest.raises(NotPermittedError):
        published.open_revert(claim.case.id, by="ani", now=later(8))
    with pytest.raises(CaseConflictError, match="nothing to undo"):
        published.open_revert(1, by="ani", now=later(8))


def test_a_run_neither_withdraws_nor_takes_over_a_request_to_undo(published):
    published.open_revert(1, by="ani", now=later(3))
    assert published.load("run2", [], now=later(4)).withdrawn == 0
    assert published.load("run3", [make_case("rec-a", "rec-b", "rec-c")], now=later(5)).added == 1
    assert published.get(2, by="ani").kind == "REVERT"


# --- once, and not twice


def test_the_same_key_with_the_same_command_is_the_same_decision_and_another_command_is_refused(loaded):
    """I5."""
    claim = loaded.claim(by="ani", now=later(1))
    command = Command(Action.DIFFERENT, "other", token=claim.token, idem="k1")
    first = loaded.take(1, command, by="ani", now=later(2))
    head = loaded.head()
    assert loaded.take(1, command, by="ani", now=later(3)) == first
    for other in (
        Command(Action.DIFFERENT, "twins", token=claim.token, idem="k1"),
        Command(Action.REOPEN, "other", idem="k1"),
    ):
        with pytest.raises(UsageError, match="another command"):
            loaded.take(1, other, by="ani", now=later(4))
    with pytest.raises(CaseConflictError):
        loaded.take(1, command, by="budi", now=later(4))
    assert loaded.head() == head, "another person's key is another key"


def test_a_key_of_a_command_that_was_refused_is_still_fresh(loaded):
    """I5."""
    with pytest.raises(CaseConflictError):
        loaded.take(1, Command(Action.DIFFERENT, "other", idem="k1"), by="ani", now=later(1))
    assert step(loaded, 1, "ani", Action.DIFFERENT, at=later(2), reason="other", idem="k1").idem == "k1"


def test_the_audit_chain_grows_by_one_row_for_each_change_and_is_sound(loaded):
    """I14."""
    before = loaded.head().seq
    propose(loaded, 1, "ani", at=later(1))
    anchor = loaded.head()
    loaded.view(1, by="budi", now=later(2))
    answer(loaded, 1, "budi", at=later(2))
    report = loaded.verify(anchors=[anchor])
    assert (report.rows, report.head, report.sound) == (before + 5, loaded.head(), True)
    assert loaded.verify(anchors=[AuditHead(2, "f" * 64)]).first_bad == 2
    assert loaded.verify(anchors=[AuditHead(9999, "f" * 64)]).first_bad == before + 6


def test_the_list_runs_by_turn_then_number_and_takes_filters(queue):
    cases = [
        make_case("a", "b", priority=0.2, scope="3273"),
        make_case("c", "d", priority=0.9, scope="32", kind="CONFLICT"),
        make_case("e", "f", priority=0.9, scope="3374"),
        make_case("g", "h", priority=0.9, scope="", regions={"h": "3374"}),
    ]
    queue.load("run1", cases, now=NOON)
    everything = queue.list(by="joko")
    assert [(case.turn_at, case.id) for case in everything] == sorted((c.turn_at, c.id) for c in everything)
    assert [case.priority for case in everything] == [0.9, 0.9, 0.9, 0.2]
    assert queue.list(by="joko", limit=2) == everything[:2]
    last = everything[1]
    assert queue.list(by="joko", after=(last.turn_at, last.id)) == everything[2:]
    assert [case.kind for case in queue.list(by="joko", kind="CONFLICT")] == ["CONFLICT"]
    assert {case.office for case in queue.list(by="joko", within="32")} == {"32", "3273"}
    assert queue.list(by="hana", within="33") == ()
    assert queue.list(by="joko", waiting=True) == ()
    different(queue, everything[0].id, "joko", "other", at=later(1))
    assert [case.id for case in queue.list(by="joko")] == [case.id for case in everything[1:]]
    assert [case.id for case in queue.list(by="joko", state=State.BUKAN_GANDA)] == [everything[0].id]


def test_counts_tell_kind_state_and_office_of_the_own_region_and_below(queue):
    cases = [make_case("a", "b"), make_case("c", "d"), make_case("e", "f", kind="OPEN_MOVE", scope="")]
    queue.load("run1", cases, now=NOON)
    bandung = Count("DUPLICATE", State.BARU, "3273", False, 2)
    assert queue.counts(by="joko") == (bandung, Count("OPEN_MOVE", State.BARU, "", False, 1))
    assert queue.counts(by="hana") == queue.counts(by="ani") == (bandung,)
    assert queue.counts(by="oka") == ()


# --- what was settled elsewhere


def test_records_called_different_are_not_joined_by_a_case_that_does_not_put_their_pair_forward(queue):
    """I13: the engine leaves a pair that a steward called different out of what it finds."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "siblings", at=later(1))
    queue.load("run2", [make_case("a", "b", "c", pairs=[("a", "c"), ("b", "c")])], now=later(2))
    with pytest.raises(NotPermittedError, match="different"):
        propose(queue, 2, "ani", at=later(3))
    propose(queue, 2, "citra", at=later(20), persons=[PersonOut(("a", "c"), "a"), PersonOut(("b",))])
    assert answer(queue, 2, "budi", at=later(21)).to_state is State.DISETUJUI


def test_an_approved_pair_is_parted_by_its_own_reverting_and_by_no_other_case(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    approved(queue, 1, at=later(1))
    queue.load("run2", [make_case("a", "b", "c")], now=later(2))
    with pytest.raises(NotPermittedError, match="approved as one person"):
        propose(queue, 2, "ani", at=later(3), persons=[PersonOut(("a", "c"), "a"), PersonOut(("b",))])
    propose(queue, 2, "citra", at=later(20))
    assert answer(queue, 2, "budi", at=later(21)).to_state is State.DISETUJUI


def test_a_refused_wish_to_undo_leaves_what_was_decided(queue):
    queue.load("run1", [make_case("a", "b", "c")], now=NOON)
    propose(queue, 1, "ani", at=later(1), persons=[PersonOut(("a", "b"), "a"), PersonOut(("c",))])
    answer(queue, 1, "budi", at=later(2))
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(3))
    called = queue.cannot_links()
    assert len(called) == 2
    undo(queue, 1, at=later(4), action=Action.REJECT)
    assert queue.cannot_links() == called
    assert queue.load("run2", [make_case("a", "b", "c", revisions={"a": 1})], now=later(7)).added == 1


def test_undoing_a_decision_leaves_what_another_case_decided_about_the_same_records(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "twins", at=later(1))
    queue.load("run2", [make_case("a", "b", "c")], now=later(2))
    propose(queue, 2, "ani", at=later(3), persons=[PersonOut(("a", "c"), "a"), PersonOut(("b",))])
    answer(queue, 2, "budi", at=later(4))
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(5))
    undo(queue, 2, at=later(6))
    assert [(left, right) for left, right, _ in queue.cannot_links()] == [("a", "b")]


@pytest.fixture
def undone(queue):
    """Two records called different persons in case 1, then parted from one NIK in case 2, which is undone again."""
    queue.load("run1", [make_case("a", "b", kind="OPEN_MOVE")], now=NOON)
    different(queue, 1, "ani", "siblings", at=later(1))
    queue.load("run2", [make_case("a", "b", kind="SHARED_NIK")], now=later(2))
    split(queue, 2, "ani", "a", "b", owner="a", at=later(3))
    answer(queue, 2, "budi", at=later(4))
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(5))
    undo(queue, 2, at=later(6))
    return queue


def test_undoing_a_split_asks_about_the_nik_again_and_not_whether_they_are_one_person(undone):
    assert [(left, right) for left, right, _ in undone.cannot_links()] == [("a", "b")]
    found = [make_case("a", "b", kind=kind) for kind in ("OPEN_MOVE", "SHARED_NIK")]
    loaded = undone.load("run3", found, now=later(9))
    assert (loaded.added, loaded.suppressed) == (1, 1)
    assert undone.get(4, by="ani").kind == "SHARED_NIK"


def test_what_an_undone_split_says_no_longer_leaves_what_was_said_of_the_persons(undone):
    undone.load("run3", [make_case("a", "b", "c", pairs=[("a", "c")])], now=later(9))
    with pytest.raises(NotPermittedError, match="called different before"):
        propose(undone, 4, "citra", at=later(10))
    assert [(one.case, one.standing) for one in undone.get(4, by="ani").words] == [(1, "different")]


def test_an_answer_that_is_reopened_while_a_split_stands_does_not_come_back_with_its_undoing(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "siblings", at=later(1))
    queue.load("run2", [make_case("a", "b", kind="SHARED_NIK")], now=later(2))
    split(queue, 2, "ani", "a", "b", owner="a", at=later(3))
    answer(queue, 2, "budi", at=later(4))
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(5))
    step(queue, 1, "ani", Action.REOPEN, at=later(6), reason="salah pilih")
    assert len(queue.cannot_links()) == 1, "the split still says that they are two"
    undo(queue, 2, at=later(7))
    assert queue.cannot_links() == ()


def test_a_case_is_not_reopened_while_another_asks_about_its_records(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    queue.load("run2", [make_case("a", "b", "c")], now=later(2))
    with pytest.raises(CaseConflictError, match="case 2 took its place"):
        step(queue, 1, "ani", Action.REOPEN, at=later(3), reason="salah lihat")


@pytest.mark.parametrize("name", ["nobody", "gilang", "eko"])
def test_a_case_is_given_only_to_a_steward_of_its_office(loaded, name):
    with pytest.raises(UsageError, match="no steward"):
        step(loaded, 1, "fitri", Action.ASSIGN, at=later(1), assignee=name)


@pytest.mark.parametrize("days", [181, 3_000_000])
def test_nothing_waits_longer_than_the_least_urgent_case(loaded, days):
    until = NOON.replace(year=9999) if days > 10_000 else NOON + timedelta(days=days)
    with pytest.raises(UsageError, match="next 180 days"):
        step(loaded, 1, "ani", Action.NEED, at=later(1), reason="akta", due_at=until)


@pytest.mark.parametrize("key", ["", "x" * 101, "3174031207870004", "a\nb"])
def test_a_key_is_short_and_plain_and_no_number_of_a_resident(loaded, key):
    with pytest.raises(UsageError, match="a key is"):
        step(loaded, 1, "ani", Action.DIFFERENT, at=later(1), reason="other", idem=key)
