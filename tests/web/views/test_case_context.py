"""Families, timelines, history: what stands around the comparison."""

from __future__ import annotations

import pytest

from linkage.review.cases import Action, Decision, Family, Judgement, Standing, State, Verdict
from linkage.review.resolution import PersonOut
from linkage.review.shown import Kin
from linkage.web.views.case_families import families
from linkage.web.views.case_history import entries, persons_said, proposal, questions, settled
from linkage.web.views.case_timeline import timelines
from tests.oracles.queue_cases import NOON, later
from tests.web.views.posed import posed


def _step(action: Action, seq: int = 1, state: State = State.DALAM_VERIFIKASI, **more: object) -> Decision:
    return Decision(7, seq, action, "ani", State.BARU, state, later(seq), **more)  # type: ignore[arg-type]


def test_who_stands_in_both_families_comes_first_and_is_marked() -> None:
    sari = Kin("k1", (("nama", "SARI WULAN"), ("jenis_kelamin", "P"), ("tanggal_lahir", "1955-**-**"), ("shdk", "3")))
    budi = Kin("k2", (("nama", "BUDI"),))
    one, two = families(posed(families=[(budi, Kin("k1", sari.values, also=("b",))), ()]), "id")
    first, second = one.members
    assert (first.name, first.sex, first.born, first.role, first.also) == (
        "SARI WULAN", "Perempuan", "1955", "Istri", (2,),
    )  # fmt: skip
    assert (second.name, second.also, two.members) == ("BUDI", (), ())


def test_a_member_who_is_another_record_of_the_case_is_told_first() -> None:
    own, _ = families(
        posed(families=[(Kin("k1", (("nama", "SARI"),)), Kin("b", (("nama", "RATNA"),), also=("b",))), ()]), "id"
    )
    assert [(member.name, member.itself) for member in own.members] == [("RATNA", 2), ("SARI", 0)]


def test_there_are_no_families_where_none_is_known() -> None:
    assert families(posed(), "id") == ()


@pytest.mark.parametrize(
    ("values", "region", "told"),
    [
        ({}, "3273", ["born", "issued", "entered", "enrolled", "changed", "now"]),
        ({"tgl_ubah": "2012-03-04"}, "3273", ["born", "issued", "entered", "enrolled", "now"]),
        ({}, "3204", ["born", "issued", "entered", "moved", "enrolled", "changed", "now"]),
        ({"status_ktpel": "BIO_CAPTURED", "nik": ""}, "3273", ["born", "entered", "enrolling", "changed", "now"]),
        ({"status_ktpel": "UNREGISTERED"}, "3273", ["born", "issued", "entered", "not_enrolled", "changed", "now"]),
        ({"tanggal_lahir": "", "tgl_entri": "kemarin"}, "3273", ["issued", "enrolled", "changed", "now"]),
    ],
)
def test_a_timeline_tells_what_the_record_says_in_the_order_of_a_life(
    values: dict[str, str], region: str, told: list[str]
) -> None:
    line, _ = timelines(posed(values, {}, regions=(region, "3273")), "id")
    assert [event.what for event in line.events] == told


def test_a_timeline_says_which_days_nobody_noted() -> None:
    line, other = timelines(posed({"tgl_entri": "", "tgl_ubah": "2020-02-30"}, {}), "id")
    assert (line.unknown, other.unknown) == (("entered", "changed"), ())


def test_steps_are_told_newest_first_with_reasons_in_words() -> None:
    history = (_step(Action.CLAIM), _step(Action.DIFFERENT, 2, State.KEMBAR, reason="twins"))
    newest, oldest = entries(posed(history=history), "id")
    assert (newest.action, newest.reason, newest.to_state, oldest.reason) == (
        Action.DIFFERENT, "Kembar.", State.KEMBAR, "",
    )  # fmt: skip


def test_a_proposal_is_told_by_the_numbers_of_its_records() -> None:
    persons = (PersonOut(("a", "b"), "b", (("nama", "a"),)), PersonOut(("c",)))
    taken = _step(Action.PROPOSE, state=State.DIUSULKAN, verdict=Verdict.DUPLICATE, persons=persons)
    case = posed({}, {}, {}, history=(taken,), state=State.DIUSULKAN)
    said = proposal(case, "id")
    assert said is not None
    first, second = said.persons
    assert (first.records, first.keeps, first.fields, second.records, second.new_nik) == (
        (1, 2), 2, (("nama", 1),), (3,), False,
    )  # fmt: skip


def test_in_a_split_who_keeps_nothing_gets_a_new_nik() -> None:
    taken = _step(Action.PROPOSE, verdict=Verdict.SPLIT, persons=(PersonOut(("a",), "a"), PersonOut(("b",))))
    assert [person.new_nik for person in persons_said(posed(), taken)] == [False, True]


def test_no_proposal_is_told_once_it_was_answered() -> None:
    taken = _step(Action.PROPOSE, verdict=Verdict.DUPLICATE)
    assert proposal(posed(history=(taken,), state=State.DISETUJUI), "id") is None


def test_a_question_is_told_with_its_answer_and_one_that_was_asked_again_without() -> None:
    history = (
        _step(Action.ASK, 1, region="3204", reason="Masih di sana?", due_at=NOON),
        _step(Action.ANSWER, 2, region="3204", reason="Sudah pindah."),
        _step(Action.ASK, 3, region="3204", reason="Kapan?"),
    )
    first, second = questions(posed(history=history))
    assert (first.text, first.answer, second.text, second.answer) == ("Masih di sana?", "Sudah pindah.", "Kapan?", None)


def test_what_another_case_settled_is_told_and_what_this_one_did_is_not() -> None:
    judged = [
        Judgement("a", "b", Family.PERSON, Standing.DIFFERENT, b"", 3),
        Judgement("a", "b", Family.PERSON, Standing.DIFFERENT, b"", 7),
    ]
    (one,) = settled(posed(settled=judged))
    assert (one.left, one.right, one.standing, one.case) == (1, 2, Standing.DIFFERENT, 3)


def test_an_answer_belongs_to_the_latest_question_when_an_earlier_one_was_never_answered() -> None:
    history = (
        _step(Action.ASK, 1, region="3204", reason="Masih di sana?"),
        _step(Action.ESCALATE, 2, State.BARU, reason="NO_ANSWER"),
        _step(Action.ASK, 3, region="3204", reason="Kapan pindah?"),
        _step(Action.ANSWER, 4, region="3204", reason="Tahun lalu"),
    )
    first, second = questions(posed(history=history))
    assert (first.answer, second.answer) == (None, "Tahun lalu")
