"""What offices answered, judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.publishing.answers import REASONS, judge, reason
from linkage.publishing.returned import Answer
from linkage.reference.usulan import Action, Note, Status, Usulan
from linkage.review.people import Scope
from tests.oracles.decided import nik

OFFICE = Scope("3273")


def usulan(name: str, *, region: str = "3273", action: Action = Action.PENONAKTIFAN) -> Usulan:
    """An usulan of Bandung."""
    return Usulan(name, 1, 1, region, action, "A", None, nik(2), nik(1), "", None, None, Status.DIUSULKAN)


ASKED = {
    "U1-1": usulan("U1-1"),
    "U1-2": usulan("U1-2", action=Action.NIK_BARU),
    "U1-3": usulan("U1-3", region="3374"),
    "U1-4": replace(usulan("U1-4"), status=Status.DIBATALKAN),
    "U1-5": replace(usulan("U1-5"), status=Status.DILAKSANAKAN),
    "U1-6": usulan("U1-6", region=""),
    "U1-7": replace(usulan("U1-7"), status=Status.GAGAL, note=Note.LAINNYA),
}


def answer(name: str, status: str = "DILAKSANAKAN", note: str = "", new_nik: str = "", *, line: int = 2) -> Answer:
    """A row of a sheet, which says of what was asked what the office received."""
    action = ASKED[name].action.value if name in ASKED else "PENONAKTIFAN"
    return Answer("sheet.csv", line, name, status, note, new_nik, action, "A", nik(2))


@pytest.mark.parametrize(
    ("given_", "status", "note"),
    [
        (answer("U1-1"), "DILAKSANAKAN", ""),
        (answer("U1-1", "dilaksanakan"), "DILAKSANAKAN", ""),
        (answer("U1-1", "GAGAL", "TIDAK_DITEMUKAN"), "GAGAL", "TIDAK_DITEMUKAN"),
        (answer("U1-1", "GAGAL", "lainnya"), "GAGAL", "LAINNYA"),
        (answer("U1-1", "DILAKSANAKAN", "selesai"), "DILAKSANAKAN", ""),
        (answer("U1-2", "DILAKSANAKAN", "", nik(77)), "DILAKSANAKAN", ""),
        (answer("U1-7"), "DILAKSANAKAN", ""),
    ],
)
def test_an_answer_changes_how_the_usulan_stands_and_nothing_else(given_: Answer, status: str, note: str) -> None:
    judged = judge([given_], ASKED, OFFICE)
    assert judged.taken == (replace(ASKED[given_.usulan_id], status=Status(status), note=note),)
    assert not judged.refused


@pytest.mark.parametrize(
    ("given_", "column", "code"),
    [
        (answer(""), "usulan", "USULAN_MISSING"),
        (answer("U9-9"), "usulan", "USULAN_UNKNOWN"),
        (answer("U1-3"), "usulan", "USULAN_FOREIGN"),
        (answer("U1-6"), "usulan", "USULAN_FOREIGN"),
        (answer("U1-4"), "usulan", "USULAN_CANCELLED"),
        (answer("U1-1", "SELESAI"), "status", "STATUS_UNKNOWN"),
        (answer("U1-1", "DIBATALKAN"), "status", "STATUS_UNKNOWN"),
        (answer("U1-5", "GAGAL", "LAINNYA"), "status", "STATUS_BACK"),
        (answer("U1-1", "GAGAL"), "catatan", "NOTE_NEEDED"),
        (answer("U1-1", "GAGAL", "RATNA TIDAK MAU"), "catatan", "NOTE_NEEDED"),
        (answer("U1-2", new_nik="123"), "nik_baru", "NIK_INVALID"),
        (answer("U1-2", new_nik=nik(2)), "nik_baru", "NIK_INVALID"),
        (answer("U1-1", new_nik=nik(77)), "nik_baru", "NIK_INVALID"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_a_code_and_its_line(given_: Answer, column: str, code: str) -> None:
    judged = judge([replace(given_, line=7)], ASKED, OFFICE)
    assert [(one.source, one.line, one.column, one.code) for one in judged.refused] == [("sheet.csv", 7, column, code)]
    assert not judged.taken


@pytest.mark.parametrize(
    ("otherwise", "column"),
    [
        ({"action": "PENUTUPAN_REKAMAN"}, "tindakan"),
        ({"action": ""}, "tindakan"),
        ({"record_id": "B"}, "id_rekaman"),
        ({"record_id": ""}, "id_rekaman"),
        ({"nik": nik(3)}, "nik"),
        ({"nik": "3.27301E+15"}, "nik"),
        ({"action": "NIK_BARU", "record_id": "B", "nik": nik(3)}, "tindakan"),
    ],
)
@pytest.mark.parametrize("status", ["DILAKSANAKAN", "DIUSULKAN"])
def test_a_row_whose_cells_were_shifted_answers_nothing(otherwise: dict[str, str], column: str, status: str) -> None:
    judged = judge([replace(answer("U1-1", status), **otherwise)], ASKED, OFFICE)
    assert [(one.column, one.code) for one in judged.refused] == [(column, "USULAN_MISMATCH")]
    assert (judged.taken, judged.unanswered) == ((), 0)


@pytest.mark.parametrize(
    ("asked", "told"),
    [(nik(2), ""), (nik(2), f"{nik(2)[:6]}.{nik(2)[6:]}"), ("12/34", "12-Mar"), (None, nik(2)), (None, "")],
)
def test_a_nik_that_the_sheet_leaves_out_or_that_cannot_be_one_or_was_erased_is_not_compared(
    asked: str | None, told: str
) -> None:
    erased = {"U1-1": replace(ASKED["U1-1"], nik=asked)}
    assert len(judge([replace(answer("U1-1"), nik=told)], erased, OFFICE).taken) == 1


def test_of_another_offices_usulan_nothing_is_compared() -> None:
    judged = judge([replace(answer("U1-3"), record_id="B")], ASKED, OFFICE)
    assert [one.code for one in judged.refused] == ["USULAN_FOREIGN"]


def test_what_was_not_answered_yet_is_no_answer() -> None:
    judged = judge([answer("U1-1", "DIUSULKAN"), answer("U1-1", ""), answer("U1-4", "DIUSULKAN")], ASKED, OFFICE)
    assert (judged.unanswered, judged.taken, judged.refused) == (3, (), ())


def test_of_two_answers_to_one_usulan_the_first_counts() -> None:
    judged = judge([answer("U1-1"), answer("U1-1", "GAGAL", "LAINNYA", line=3)], ASKED, OFFICE)
    assert [one.status for one in judged.taken] == [Status.DILAKSANAKAN]
    assert [(one.line, one.code) for one in judged.refused] == [(3, "USULAN_TWICE")]


def test_an_answer_that_was_given_before_is_known() -> None:
    judged = judge([answer("U1-5"), answer("U1-7", "GAGAL", "LAINNYA"), answer("U1-4", "DIBATALKAN")], ASKED, OFFICE)
    assert (judged.known, judged.taken, judged.refused) == (("U1-5", "U1-7", "U1-4"), (), ())


@pytest.mark.parametrize(("scope", "taken"), [("", 3), ("32", 1), ("33", 1), ("3374", 1), ("3204", 0)])
def test_a_steward_answers_for_their_own_region_and_what_lies_below(scope: str, taken: int) -> None:
    judged = judge([answer(name) for name in ("U1-1", "U1-3", "U1-6")], ASKED, Scope(scope))
    assert len(judged.taken) == taken


ANSWERS = st.builds(
    lambda told, record: replace(told, record_id=record),
    st.builds(
        answer,
        st.sampled_from([*ASKED, "U9-9", ""]),
        st.sampled_from(["", "DIUSULKAN", "DILAKSANAKAN", "GAGAL", "DIBATALKAN", "=1"]),
        st.sampled_from(["", "LAINNYA", "RATNA"]),
        st.sampled_from(["", nik(77), "x"]),
    ),
    st.sampled_from(["A", "A", "A", "B"]),
)


@given(st.lists(ANSWERS, max_size=12), st.sampled_from(["", "32", "3273"]))
def test_no_row_is_lost_and_the_same_again_is_no_news(given_: list[Answer], scope: str) -> None:
    first = judge(given_, ASKED, Scope(scope))
    assert len(given_) == len(first.taken) + len(first.known) + first.unanswered + len(first.refused)
    after = {**ASKED, **{one.usulan_id: one for one in first.taken}}
    assert not judge(given_, after, Scope(scope)).taken


def test_every_reason_is_said_in_both_languages_without_a_value() -> None:
    assert all(set(told) == {"id", "en"} for told in REASONS.values())
    assert reason("EMPTY_FILE", "id") != reason("EMPTY_FILE", "en")
