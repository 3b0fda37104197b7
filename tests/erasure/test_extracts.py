"""Extracts go when their semester of the DKB is closed, unless the project keeps them."""

from __future__ import annotations

import pytest

from linkage.cli import main
from linkage.erasure.extracts import delete_extracts, extracts_of
from linkage.errors import UsageError
from tests.small_register import semarang


def closed(project, name: str) -> None:
    folder = project.home / "workspace" / "dkb"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.parquet").write_bytes(b"")


def left(project) -> list[str]:
    return sorted(path.name for path in (project.home / "inbox").iterdir())


def test_an_extract_stays_until_a_semester_that_holds_its_cut_off_is_closed(project):
    assert delete_extracts(project.loaded()) == ()
    closed(project, "2025-2")
    assert delete_extracts(project.loaded()) == ()
    closed(project, "2026-1")
    assert len(delete_extracts(project.loaded())) == 2
    assert left(project) == []
    assert delete_extracts(project.loaded()) == ()


def test_what_no_run_has_decided_upon_stays_with_its_sidecar(project):
    closed(project, "2026-1")
    project.nightly.put("3374_full_20260602_1.csv", semarang()[::-1])
    project.nightly.describe("3374_full_20260602_1.csv", "confirmed = true")
    project.nightly.describe("3374_full_20260601_1.csv", "confirmed = true")
    delete_extracts(project.loaded())
    kept = ["3374_full_20260602_1.csv", "3374_full_20260602_1.csv.meta.toml"]
    assert [name for name in left(project) if "20260602" in name] == kept


def test_a_project_may_keep_its_extracts(project):
    closed(project, "2026-1")
    text = project.nightly.file.read_text(encoding="utf-8")
    project.nightly.file.write_text(f'{text}\n[publish]\nkeep_extracts = "always"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="keeps its extracts"):
        delete_extracts(project.loaded())
    assert len(left(project)) == 2


def test_the_files_that_may_hold_a_resident_are_those_of_the_region_and_of_no_known_one(project):
    (project.home / "inbox" / "daftar.csv").write_text("NIK\n", encoding="utf-8")
    found = [path.name for path in extracts_of(project.loaded(), ["3374"])]
    assert found == ["3374_full_20260601_1.csv", "daftar.csv"]


def test_the_command_names_the_files_and_deletes_them_when_they_may_go(project, capsys):
    file = str(project.nightly.file)
    record, _ = project.alone()
    given = ["--as", "kepala", "--reason", "permintaan penduduk", "--project", file]
    assert main(["erase", record, *given]) == 2
    assert main(["erase", record, *given, "--approved-by", "wakil"]) == 0
    told = capsys.readouterr().out
    assert "3374_full_20260601_1.csv" in told
    assert "5171_full_20260601_1.csv" not in told
    closed(project, "2026-1")
    assert main(["erase", "--extracts", "--project", file]) == 0
    assert main(["erase", "--project", file]) == 0
    assert main(["erase", record, "--lift", *given, "--approved-by", "wakil"]) == 0
    told = capsys.readouterr().out
    assert "2 extracts deleted" in told
    assert "0 erasures were not finished" in told
    assert "1 tombstones lifted" in told
