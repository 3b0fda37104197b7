"""Sheets that came back from offices."""

from __future__ import annotations

from pathlib import Path

import pytest
from xlsxwriter import Workbook

from linkage.errors import InputMissingError
from linkage.intake.limits import Limits
from linkage.publishing.returned import Answer, Refused, read_sheets

HEAD = ["usulan", "tindakan", "nik", "id_rekaman", "status", "catatan", "nik_baru"]
ROW = ["U1-1", "NIK_BARU", "'3273010101800001", "R000000000007", "DILAKSANAKAN", "", "'3273010101800009"]
SAID = ("U1-1", "DILAKSANAKAN", "", "3273010101800009", "NIK_BARU", "R000000000007", "3273010101800001")


def said(answer: Answer) -> tuple[str, ...]:
    """What an office wrote, and of what."""
    told = (answer.usulan_id, answer.status, answer.note, answer.new_nik)
    return (*told, answer.action, answer.record_id, answer.nik)


def text(delimiter: str) -> str:
    """A sheet of one row."""
    return "".join(f"{delimiter.join(row)}\r\n" for row in (HEAD, ROW))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("comma.csv", b"\xef\xbb\xbf" + text(",").encode()),
        ("semicolon.csv", text(";").encode()),
        ("tabs.csv", text("\t").encode("utf-16")),
        ("english.csv", text(",").replace("catatan", "note").replace("usulan", "usulan_id").encode()),
        ("capitals.csv", text(",").replace("usulan", " USULAN ").replace("status", "Status").encode()),
    ],
)
def test_a_sheet_is_read_however_a_spreadsheet_saved_it(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    answers, refused = read_sheets([tmp_path / name], Limits())
    assert ([said(one) for one in answers], refused) == ([SAID], ())
    assert (answers[0].source, answers[0].line) == (name, 2)


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "sheet.xlsx")) as book:
        page = book.add_worksheet()
        for place, row in enumerate((HEAD, ROW)):
            page.write_row(place, 0, row)
    answers, refused = read_sheets([tmp_path / "sheet.xlsx"], Limits())
    assert ([said(one) for one in answers], refused) == ([SAID], ())


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "EMPTY_FILE"),
        ("other.csv", b"nama,nik\r\nA,B\r\n", "COLUMNS_MISSING"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(40), "UNREADABLE"),
        ("broken.csv.gz", b"\x1f\x8b" + bytes(20), "UNREADABLE"),
    ],
)
def test_a_damaged_file_is_refused_as_a_whole_and_the_others_are_read(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / "whole.csv").write_text(text(","))
    (tmp_path / name).write_bytes(content)
    answers, refused = read_sheets([tmp_path / name, tmp_path / "whole.csv"], Limits())
    assert [said(one) for one in answers] == [SAID]
    assert refused == (Refused(name, 0, "", code),)


def test_a_row_that_cannot_be_told_apart_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text(text(",") + "U1-2,x\r\n" + ",".join(["U1-3", *ROW[1:]]) + "\r\n")
    answers, refused = read_sheets([tmp_path / "sheet.csv"], Limits())
    assert [one.usulan_id for one in answers] == ["U1-1", "U1-3"]
    assert refused == (Refused("sheet.csv", 3, "", "FIELDS_TOO_FEW"),)


def test_the_same_file_under_two_names_is_read_once(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(text(","))
    answers, refused = read_sheets([tmp_path / "b.csv", tmp_path / "a.csv"], Limits())
    assert [one.source for one in answers] == ["a.csv"]
    assert refused == (Refused("b.csv", 0, "", "FILE_TWICE"),)


@pytest.mark.parametrize("column", ["usulan", "tindakan", "id_rekaman", "status"])
def test_a_sheet_that_lacks_what_tells_its_rows_apart_is_refused_as_a_whole(tmp_path: Path, column: str) -> None:
    (tmp_path / "sheet.csv").write_text(text(",").replace(column, "kolom", 1))
    assert read_sheets([tmp_path / "sheet.csv"], Limits()) == ((), (Refused("sheet.csv", 0, "", "COLUMNS_MISSING"),))


def test_a_sheet_may_come_without_its_niks(tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text(text(",").replace(",nik,", ",lain,", 1))
    answers, refused = read_sheets([tmp_path / "sheet.csv"], Limits())
    assert ([one.nik for one in answers], refused) == ([""], ())


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError):
        read_sheets([tmp_path / "none.csv"], Limits())


def test_an_answer_shows_no_nik() -> None:
    assert "3273" not in repr(Answer("a.csv", 2, *SAID))
