"""Who sees a case, who decides it, who answers for a record and what of it they are shown; on every store (I10)."""

from datetime import timedelta

import pytest

from linkage.errors import LinkageError, NotPermittedError, UsageError
from linkage.review.cases import Action
from tests.oracles.queue_cases import NOON, answer, different, later, make_case, nik_digest, propose, step

USERS = {"3273": "ani", "3204": "gilang", "32": "hana", "3374": "oka", "": "joko"}


@pytest.mark.parametrize(
    ("scope", "sees", "decides"),
    [
        ("3273", {"3273", "32", ""}, {"3273", "32", ""}),
        ("32", {"3273", "3204", "32", ""}, {"32", ""}),
        ("", {"3273", "32", "3374", ""}, {""}),
    ],
)
def test_a_region_sees_what_holds_its_record_and_decides_what_lies_within_it(queue, scope, sees, decides):
    queue.load("run1", [make_case("a", "b", scope=scope)], now=NOON)
    for region, user in USERS.items():
        assert len(queue.list(by=user)) == (region in sees)
        assert len(queue.counts(by=user)) == (region in decides)
        opens = region in decides or "3273".startswith(region)
        assert len(queue.find(nik_digest("a"), by=user, now=later(1))) == opens
        for look in (
            lambda user=user: queue.get(1, by=user),
            lambda user=user: queue.view(1, by=user, now=later(1)),
        ):
            if region in sees:
                assert look().id == 1
            else:
                with pytest.raises(UsageError, match="no case of this number"):
                    look()
        head = queue.head()
        if region not in decides:
            with pytest.raises(NotPermittedError if region in sees else UsageError):
                queue.claim(by=user, case=1, now=later(1))
            assert queue.head() == head
            assert queue.claim(by=user, now=later(1)) is None
    for region in sorted(decides):
        step(queue, 1, USERS[region], Action.RELEASE, at=later(2), hold=True)


def test_an_unseen_case_is_refused_in_the_words_of_one_that_does_not_exist(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    said = []
    for number in (1, 2):
        with pytest.raises(UsageError) as caught:
            queue.get(number, by="oka")
        said.append(str(caught.value).replace(f"case {number}", "case"))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("user", "whole"), [("ani", {"a"}), ("gilang", {"b"}), ("hana", {"a", "b"}), ("joko", {"a", "b"})]
)
def test_the_other_regions_record_is_shown_in_brief_to_who_only_answers(queue, user, whole):
    queue.load("run1", [make_case("a", "b", scope="32")], now=NOON)
    case = queue.view(1, by=user, now=later(1))
    shown = {record.record_id: dict(record.values) for record in case.records}
    assert {record for record, values in shown.items() if "nik" in values} == whole
    for values in shown.values():
        assert values["nama"].startswith("RATNA")
        assert values["tanggal_lahir"] == "1980-**-**"
        assert "*" in values.get("nik", "*")
        assert "SARI" not in values.get("nama_ibu", "")
    assert {bool(told) for told in (case.agreements, case.marks, case.survivors)} == {len(whole) == 2}
    assert [record.values for record in queue.get(1, by=user).records] == [(), ()]


def test_every_look_is_noted_and_an_auditor_of_the_region_reads_the_list(queue):
    queue.load("run1", [make_case("a", "b", scope="32")], now=NOON)
    before = queue.head().seq
    queue.view(1, by="gilang", now=later(1))
    opened = queue.open_fields(1, "b", ["nik", "alamat"], "cocokkan KK", by="gilang", now=later(2))
    assert opened["alamat"] == "JALAN MELATI 0"
    assert len(opened["nik"]) == 16
    told = [(look.actor, look.at, look.what, look.reason) for look in queue.seen("b", by="nanda")]
    assert told == [("gilang", later(1), "seen", ""), ("gilang", later(2), "alamat,nik", "cocokkan KK")]
    assert queue.head().seq == before + 2
    for user in ("made", "ani", "joko"):
        with pytest.raises(NotPermittedError):
            queue.seen("b", by=user)
    assert [look.what for look in queue.seen("a", by="made")] == ["seen"]


@pytest.mark.parametrize(
    ("user", "record", "fields", "reason"),
    [
        ("gilang", "a", ["nik"], "perlu"),
        ("gilang", "b", ["nik"], " "),
        ("gilang", "b", [], "perlu"),
        ("gilang", "b", ["agama"], "perlu"),
        ("gilang", "z", ["nik"], "perlu"),
        ("oka", "b", ["nik"], "perlu"),
        ("nanda", "b", ["nik"], "perlu"),
    ],
)
def test_what_may_not_be_opened_stays_shut_and_leaves_no_note(queue, user, record, fields, reason):
    queue.load("run1", [make_case("a", "b", scope="32")], now=NOON)
    head = queue.head()
    with pytest.raises(LinkageError) as caught:
        queue.open_fields(1, record, fields, reason, by=user, now=later(1))
    assert "RATNA" not in str(caught.value)
    assert queue.head() == head


def test_values_of_withdrawn_cases_are_deleted_after_their_time_and_the_rest_is_kept(queue):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    queue.load("run2", [], now=later(2))
    assert queue.retain(now=NOON + timedelta(days=364)) == 0
    assert queue.retain(now=NOON + timedelta(days=366)) == 2
    assert queue.retain(now=NOON + timedelta(days=366)) == 0
    left = [bool(record.values) for number in (1, 2) for record in queue.view(number, by="ani", now=later(3)).records]
    assert left == [True, True, False, False]
    assert queue.verify().sound


def test_an_office_that_is_asked_sees_neither_evidence_nor_what_others_wrote_or_proposed(queue):
    named = make_case("a", "b", scope="32", reasons=["GANDA_ORANG", "nama_ibu:equal"])
    queue.load("run1", [named], now=NOON)
    propose(queue, 1, "indra", at=later(1), reason="KTP-el ditunjukkan")
    answer(queue, 1, "hana", at=later(2), action=Action.RETURN, reason="tanya dulu")
    step(queue, 1, "hana", Action.ASK, at=later(3), reason="apakah masih tinggal?", region="3204", hold=True)
    for case in (queue.get(1, by="gilang"), queue.view(1, by="gilang", now=later(4))):
        assert (case.pairs, case.settled, case.reasons) == ((), (), ("GANDA_ORANG",))
        assert [entry.reason for entry in case.history if entry.reason] == ["apakah masih tinggal?"]
        assert {(entry.verdict, entry.persons) for entry in case.history} == {(None, ())}
        assert Action.PROPOSE in {entry.action for entry in case.history}
    for lines in (queue.list(by="gilang"), queue.find(nik_digest("b"), by="gilang")):
        assert [line.reasons for line in lines] == [("GANDA_ORANG",)]
    whole = queue.get(1, by="hana")
    assert whole.pairs[0].evidence
    assert whole.reasons == named.reasons
    assert any(entry.persons for entry in whole.history)
