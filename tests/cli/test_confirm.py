"""``linkage publish --confirmations``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkage.cli import main
from tests.oracles.lineage_events import events_of
from tests.oracles.metrics_text import parse
from tests.oracles.published_office import Office, published_office

DONE = "DILAKSANAKAN"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with published_office(tmp_path) as made:
        yield made


def confirm(office: Office, *files: Path, by: str = "ani", more: tuple[str, ...] = ()) -> int:
    """Type the command."""
    named = [str(file) for file in files]
    return main(["publish", "--project", str(office.project.file), "--as", by, *more, "--confirmations", *named])


def test_it_tells_what_was_taken_and_which_cases_moved_on(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert confirm(office, office.fill("3273", DONE)) == 0
    out = capsys.readouterr().out.splitlines()
    assert out == [
        "2 jawaban dicatat",
        "  sudah tercatat 0, belum dijawab 0, tidak diterima 0",
        "  1 kasus yang semua usulannya selesai: 1",
    ]


def test_it_is_watched_as_a_publication_is(office: Office) -> None:
    assert confirm(office, office.fill("3273", DONE)) == 0
    assert confirm(office, office.folder / "none.csv") == 66
    workspace = office.project.workspace
    told = [event for event in events_of(workspace / "lineage.ndjson") if event["job"]["name"] == "confirmations"]
    assert [event["eventType"] for event in told] == ["START", "COMPLETE", "START", "FAIL"]
    assert [Path(item["name"]).name for item in told[1]["inputs"]] == ["returned-3273.csv"]
    assert [Path(item["name"]).name for item in told[1]["outputs"]] == ["residents", "reference"]
    found = parse((workspace / "metrics.prom").read_text(encoding="utf-8"))
    assert found["tunggal_confirmations_last_taken"]["samples"] == {(): 2}
    assert found["tunggal_confirmations_last_exit_code"]["samples"] == {(): 66}


def test_the_same_again_is_nothing_new(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = office.fill("3273", DONE)
    confirm(office, sheet)
    capsys.readouterr()
    assert confirm(office, sheet, more=("--language", "en")) == 0
    assert capsys.readouterr().out.splitlines() == [
        "nothing new",
        "  known before 2, not answered yet 0, refused 0",
    ]
    assert confirm(office, sheet, more=("--skip-exit-code",)) == 99


def test_what_is_refused_is_told_by_file_line_and_code_and_never_with_a_value(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    (office.folder / "broken.csv").write_bytes(b"")
    sheet = office.fill("3273", "GAGAL", note="RATNA PINDAH")
    assert confirm(office, sheet, office.folder / "broken.csv", more=("--language", "en")) == 65
    told = capsys.readouterr()
    out = told.out
    assert "returned-3273.csv:2  NOTE_NEEDED (catatan): GAGAL needs a note: TIDAK_DITEMUKAN" in out
    assert "broken.csv  EMPTY_FILE: it cannot be read" in out
    assert "cannot be read as a whole: 1; what the others say was taken" in told.err
    assert "[EMPTY_FILE]" in told.err
    assert "RATNA" not in out + told.err


def test_a_sheet_that_cannot_be_read_does_not_keep_the_others_back(office: Office) -> None:
    (office.folder / "broken.csv").write_bytes(b"")
    sheet = office.fill("3273", DONE)
    assert confirm(office, office.folder / "broken.csv", sheet) == 65
    assert sorted(office.stand().values()) == ["DILAKSANAKAN", "DILAKSANAKAN", "DIUSULKAN"]
    assert confirm(office, sheet) == 0


def test_the_same_sheet_under_two_names_was_read_and_is_no_failure(office: Office) -> None:
    again = office.folder / "again.csv"
    again.write_bytes(office.fill("3273", DONE).read_bytes())
    assert confirm(office, again, office.folder / "returned-3273.csv") == 0


def test_what_is_refused_is_written_for_the_office_with_what_to_do_and_the_same_again_is_the_same_file(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    (office.folder / "broken.csv").write_bytes(b"")
    sheet = office.fill("3273", "GAGAL", note="RATNA PINDAH")
    for _ in range(2):
        confirm(office, sheet, office.folder / "broken.csv")
    (reply,) = (office.project.out / "confirmations").iterdir()
    assert reply.name.startswith("3273-")
    assert str(reply) in capsys.readouterr().out
    with reply.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["file"], row["line"], row["column"], row["code"]) for row in rows] == [
        ("broken.csv", "0", "", "EMPTY_FILE"),
        ("returned-3273.csv", "2", "catatan", "NOTE_NEEDED"),
        ("returned-3273.csv", "3", "catatan", "NOTE_NEEDED"),
    ]
    assert rows[1]["tindakan"].startswith("GAGAL memerlukan catatan")
    assert rows[1]["action"].startswith("GAGAL needs a note")
    assert "RATNA" not in reply.read_text()


def test_where_all_is_taken_nothing_is_written_for_the_office(office: Office) -> None:
    confirm(office, office.fill("3273", DONE))
    assert not (office.project.out / "confirmations").exists()


def test_a_sheet_whose_numbers_slipped_a_row_confirms_nothing(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = office.fill("3273", DONE)
    with sheet.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    numbers = [row["usulan"] for row in rows]
    for row, number in zip(rows, [*numbers[1:], numbers[0]], strict=True):
        row["usulan"] = number
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert confirm(office, sheet) == 0
    assert capsys.readouterr().out.count("USULAN_MISMATCH (tindakan)") == 2
    assert set(office.stand().values()) == {"DIUSULKAN"}


def test_a_case_that_is_another_offices_to_move_on_is_told(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert confirm(office, office.fill("3374", DONE), by="oka", more=("--language", "en")) == 0
    assert "the office in charge must say so: 2" in capsys.readouterr().out


@pytest.mark.parametrize(("by", "code"), [("fitri", 77), ("ani", 66)])
def test_a_wrong_user_and_a_wrong_file_have_their_exit_codes(office: Office, by: str, code: int) -> None:
    file = office.fill("3273", DONE) if code == 77 else office.folder / "none.csv"
    assert confirm(office, file, by=by) == code
