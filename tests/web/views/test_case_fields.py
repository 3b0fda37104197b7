"""Records side by side."""

from __future__ import annotations

import pytest

from linkage.web.views.case_fields import EVIDENCE, heads, ordered, rows
from tests.web.views.posed import ANI, GILANG, posed


def test_fields_stand_in_the_order_of_evidence_and_unknown_ones_last() -> None:
    assert ordered(["hobi", "tgl_ubah", "nama", "alamat", "nik", "nama"]) == [
        "nik",
        "nama",
        "alamat",
        "tgl_ubah",
        "hobi",
    ]
    assert len(set(EVIDENCE)) == len(EVIDENCE)


@pytest.mark.parametrize(
    ("field", "other", "agreement", "first", "second"),
    [
        ("nama", "RATNA DEWI", "same", (("RATNA DEWI", "same"),), (("RATNA DEWI", "same"),)),
        ("nama", "", "unknown", (("RATNA DEWI", "same"),), ()),
        (
            "nama", "RATNADEWI", "differs",
            (("RATNA", "same"), (" ", "space"), ("DEWI", "same")), (("RATNADEWI", "same"),),
        ),
        (
            "nik", "3273014101800008", "differs",
            (("327301******000", "same"), ("7", "changed")), (("327301******000", "same"), ("8", "changed")),
        ),
        ("status_ktpel", "UNREGISTERED", "differs", (("Kartu diterbitkan", "changed"),), (("Belum rekam", "changed"),)),
        ("alamat", "JALAN MAWAR 1", "differs", (("***", "changed"),), (("***", "changed"),)),
    ],
)  # fmt: skip
def test_a_field_says_whether_it_agrees_and_where_it_differs(
    field: str, other: str, agreement: str, first: object, second: object
) -> None:
    (row,) = (row for row in rows(posed({}, {field: other}), ANI, {}, "id") if row.field == field)
    assert (row.agreement, row.cells[0].parts, row.cells[1].parts) == (agreement, first, second)


def test_what_a_person_keeps_for_life_is_told_apart_from_the_rest() -> None:
    telling = {row.field for row in rows(posed(), ANI, {}, "id") if row.telling}
    assert telling == {"nik", "nama", "tanggal_lahir", "nama_ibu"}


def test_a_value_that_was_opened_is_whole_and_others_stay_masked() -> None:
    shown = {row.field: row for row in rows(posed(), ANI, {"a": {"nik": "3273014101800007"}}, "id")}
    opened, other = shown["nik"].cells
    assert opened.parts == (("3273014101800007", "same"),)
    assert (opened.opened, other.opened, other.masked) == (True, False, True)


@pytest.mark.parametrize(
    ("field", "left", "right", "parts"),
    [
        ("nik", "3273014101800007", "3273014101800008", (("327301410180000", "same"), ("8", "changed"))),
        ("tanggal_lahir", "1980-01-01", "1980-02-01", (("1980-", "same"), ("02", "changed"), ("-01", "same"))),
        ("alamat", "JALAN MELATI 4", "JALAN MAWAR 1", (("JALAN MAWAR 1", "same"),)),
        ("nama_ibu", "SARI", "SARI", (("SARI", "same"),)),
    ],
)
def test_a_value_that_was_opened_is_marked_where_its_masked_form_was(
    field: str, left: str, right: str, parts: object
) -> None:
    case = posed({field: left}, {field: right})
    (row,) = (row for row in rows(case, ANI, {"b": {field: right}}, "id") if row.field == field)
    assert row.cells[1].parts == parts


def test_a_sign_that_turns_the_reading_direction_is_shown_as_a_question_mark() -> None:
    (row,) = (row for row in rows(posed({"nama": "RATNA\u202eDEWI"}), ANI, {}, "id") if row.field == "nama")
    assert "".join(text for text, _ in row.cells[0].parts) == "RATNA?DEWI"


def test_of_a_value_longer_than_any_name_so_much_is_shown_as_fits_and_how_much_is_left_out() -> None:
    case = posed({"nama": "RATNA " * 100}, {"nama": "RATNA " * 90})
    (row,) = (row for row in rows(case, ANI, {}, "id") if row.field == "nama")
    shown = ["".join(text for text, _ in cell.parts) for cell in row.cells]
    assert shown == [("RATNA " * 50) + "… (+300)", ("RATNA " * 50) + "… (+240)"]


def test_another_offices_record_is_in_brief_and_nothing_of_it_can_be_opened() -> None:
    case = posed({}, {}, by=GILANG, office="32", regions=("3273", "3204"))
    other, own = heads(case, GILANG)
    assert (other.brief, other.openable, own.brief) == (True, (), False)
    assert own.openable == ("nik", "tanggal_lahir", "nama_ibu", "alamat")
