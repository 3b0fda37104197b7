"""``linkage publish --confirmations``."""

from __future__ import annotations

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
    assert confirm(office, sheet, office.folder / "broken.csv", more=("--language", "en")) == 0
    out = capsys.readouterr().out
    assert "returned-3273.csv:2  NOTE_NEEDED (catatan): GAGAL needs a note: TIDAK_DITEMUKAN" in out
    assert "broken.csv  EMPTY_FILE: it cannot be read" in out
    assert "RATNA" not in out


def test_a_case_that_is_another_offices_to_move_on_is_told(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert confirm(office, office.fill("3374", DONE), by="oka", more=("--language", "en")) == 0
    assert "the office in charge must say so: 2" in capsys.readouterr().out


@pytest.mark.parametrize(("by", "code"), [("fitri", 77), ("ani", 66)])
def test_a_wrong_user_and_a_wrong_file_have_their_exit_codes(office: Office, by: str, code: int) -> None:
    file = office.fill("3273", DONE) if code == 77 else office.folder / "none.csv"
    assert confirm(office, file, by=by) == code
