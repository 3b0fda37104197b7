"""What will happen, shown before it is sent."""

from __future__ import annotations

import pytest

from linkage.review.cases import Action, Case, Decision, Family, Judgement, Standing, State, Verdict
from linkage.review.resolution import PersonOut
from linkage.web.views.case_fields import rows
from linkage.web.views.case_history import Entry, entry_of
from linkage.web.views.case_outcome import WHOLE_ADDRESS, Outcome, outcome, taken_by_rule
from tests.oracles.queue_cases import NOON
from tests.web.views.posed import ANI, posed


def _outcome(case: Case, verdict: Verdict = Verdict.DUPLICATE) -> Outcome:
    return outcome(case, verdict, rows(case, ANI, {}, "id"))


def test_the_nik_of_the_enrolled_record_stays_by_the_rule_that_says_so() -> None:
    keeps = _outcome(posed({"nik": "3273014101800008", "status_ktpel": "UNREGISTERED"}, {})).keeps
    assert keeps is not None
    assert [option.record for option in keeps.options if option.chosen] == [2]
    assert keeps.rule == "enrolled"
    assert [option.text for option in keeps.options] == ["327301******0008", "327301******0007"]


def test_values_that_differ_are_chosen_and_told_with_their_source_and_day() -> None:
    (choice,) = _outcome(posed({}, {"nama": "R DEWI", "tgl_ubah": "2021-01-02"})).choices
    assert (choice.field, choice.rule) == ("nama", "fuller")
    assert [(one.record, one.region, str(one.at), one.text, one.chosen) for one in choice.options] == [
        (1, "3273", "2019-08-02", "RATNA DEWI", True),
        (2, "3273", "2021-01-02", "R DEWI", False),
    ]


def test_an_address_is_chosen_as_a_whole() -> None:
    told = _outcome(posed({}, {"alamat": "JALAN MAWAR 1", "kelurahan": "CIPEDES", "tgl_ubah": "2021-01-02"}))
    (choice,) = told.choices
    assert choice.field == WHOLE_ADDRESS
    assert [option.record for option in choice.options if option.chosen] == [2]


def test_what_only_one_record_says_is_no_choice() -> None:
    told = _outcome(posed({}, {"nama_ibu": ""}))
    assert told.choices == ()
    assert told.single == (("nama_ibu", 1),)


def test_what_agrees_is_no_choice_either() -> None:
    assert _outcome(posed()).agreed[:2] == ("nik", "nama")


def test_where_all_that_tell_it_agree_there_is_nothing_to_choose() -> None:
    told = _outcome(posed({"tempat_lahir": "BANDUNG"}, {}, {"tempat_lahir": "BANDUNG"}))
    assert "tempat_lahir" in told.agreed
    assert told.choices == ()


def test_what_a_conflict_asks_is_left_to_the_steward_and_the_rule_only_advises() -> None:
    case = posed({}, {"tanggal_lahir": "1981-01-01", "nama_ibu": "", "kelurahan": "CIPEDES"}, kind="CONFLICT")
    choices = {choice.field: choice for choice in _outcome(case, Verdict.RESOLVE).choices}
    assert {field: choice.asked for field, choice in choices.items()} == {"tanggal_lahir": True, WHOLE_ADDRESS: False}
    assert choices["tanggal_lahir"].by_rule == 1


def test_where_nothing_tells_the_records_apart_nothing_is_chosen() -> None:
    same_day = {"tgl_entri": "", "tgl_ubah": "", "status_ktpel": "UNREGISTERED"}
    case = posed(same_day, {**same_day, "nik": "3273014101800008"})
    keeps = _outcome(case).keeps
    assert keeps is not None
    assert (keeps.rule, keeps.asked, keeps.free) == ("no_evidence", True, True)


def test_of_a_shared_nik_each_record_is_a_person_and_the_owner_is_named_by_name() -> None:
    case = posed({}, {"nama": "TONO", "status_ktpel": "UNREGISTERED"}, kind="SHARED_NIK")
    told = _outcome(case, Verdict.SPLIT)
    assert told.parts == (1, 2)
    assert told.choices == ()
    assert told.keeps is not None
    assert [(one.text, one.chosen) for one in told.keeps.options] == [("RATNA DEWI", True), ("TONO", False)]


def test_of_a_move_the_residence_is_the_question_and_the_address_no_second_one() -> None:
    case = posed({}, {"kelurahan": "SOREANG", "tgl_entri": "2022-06-01"}, kind="OPEN_MOVE")
    told = _outcome(case, Verdict.FINISH_MOVE)
    assert told.choices == ()
    assert told.keeps is not None
    assert [(one.text, one.chosen) for one in told.keeps.options] == [("SUKAJADI", False), ("SOREANG", True)]


@pytest.mark.parametrize(("standing", "parts"), [(Standing.DIFFERENT, (1, 1, 2)), (Standing.SAME, (1, 1, 1))])
def test_persons_are_parted_as_earlier_decisions_allow(standing: Standing, parts: tuple[int, ...]) -> None:
    judged = [Judgement("a", "c", Family.PERSON, standing, b"", 3)]
    case = posed({}, {}, {}, settled=judged)
    told = _outcome(Case(**{**vars(case), "pairs": case.pairs[:1]}))
    assert told.parts == parts
    assert told.several


def test_undoing_a_decision_asks_for_no_choice() -> None:
    told = _outcome(posed(kind="REVERT", reverts=3), Verdict.REVERT)
    assert (told.keeps, told.choices, told.parts) == (None, (), ())


def _entry(case: Case, person: PersonOut) -> Entry:
    step = Decision(
        7, 1, Action.PROPOSE, "ani", State.DALAM_VERIFIKASI, State.DIUSULKAN, NOON,
        verdict=Verdict.DUPLICATE, persons=(person,),
    )  # fmt: skip
    return entry_of(case, step, "id")


def test_an_approver_sees_what_was_chosen_and_what_the_rules_say_of_the_rest() -> None:
    case = posed({}, {"nik": "3273014101800008", "nama": "R DEWI", "status_ktpel": "UNREGISTERED"})
    told = taken_by_rule(case, rows(case, ANI, {}, "id"), _entry(case, PersonOut(("a", "b"), None, (("nama", "b"),))))
    assert [(one.field, one.record, one.rule) for one in told] == [("nik", 1, "enrolled"), ("nama", 2, "")]


def test_an_approver_reads_of_an_address_once() -> None:
    case = posed({}, {"alamat": "JALAN MAWAR 1", "kelurahan": "CIPEDES", "tgl_ubah": "2021-01-02"})
    told = taken_by_rule(case, rows(case, ANI, {}, "id"), _entry(case, PersonOut(("a", "b"), "a", ())))
    assert [(one.field, one.record) for one in told] == [(WHOLE_ADDRESS, 2)]


def test_an_approver_is_told_when_no_rule_tells_where_somebody_lives() -> None:
    case = posed({}, {"kelurahan": "SOREANG"}, kind="OPEN_MOVE")
    told = taken_by_rule(case, rows(case, ANI, {}, "id"), _entry(case, PersonOut(("a", "b"), "a", ())))
    assert [(one.field, one.rule) for one in told] == [(WHOLE_ADDRESS, "no_evidence")]
