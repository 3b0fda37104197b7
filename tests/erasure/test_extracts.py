"""Extracts go when their semester of the DKB is closed, unless the project keeps them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linkage.cli import main
from linkage.erasure.extracts import delete_extracts, extracts_of
from linkage.errors import InvariantError, UsageError
from linkage.reports.figures import Figures
from linkage.reports.semesters import Semester, Stand, freeze
from tests.small_register import semarang


def closed(project, name: str) -> None:
    semester, instant = Semester.named(name), datetime(2026, 7, 1, tzinfo=UTC)
    stand = Stand(semester.cut_off, instant, instant, "", 0, {}, {})
    freeze(project.home / "workspace", semester, stand, Figures.of({}))


def left(project) -> list[str]:
    return sorted(path.name for path in (project.home / "inbox").iterdir())


def test_an_extract_stays_until_the_semester_that_its_cut_off_is_in_is_closed(project):
    assert delete_extracts(project.loaded()) == ()
    for other in ("2025-2", "2026-2"):
        closed(project, other)
        assert delete_extracts(project.loaded()) == ()
    closed(project, "2026-1")
    assert len(delete_extracts(project.loaded())) == 2
    assert left(project) == []
    assert delete_extracts(project.loaded()) == ()


@pytest.mark.parametrize("name", ["2026-1.parquet", ".2026-1.json.partial"])
def test_a_semester_whose_freezing_was_cut_off_frees_no_extract(project, name):
    closed(project, "2025-2")
    (project.home / "workspace" / "dkb" / name).write_bytes(b"")
    assert delete_extracts(project.loaded()) == ()
    assert len(left(project)) == 2


def test_figures_that_are_not_what_was_frozen_free_no_extract(project):
    closed(project, "2026-1")
    (project.home / "workspace" / "dkb" / "2026-1.parquet").write_bytes(b"")
    with pytest.raises(InvariantError, match="not what was frozen"):
        delete_extracts(project.loaded())
    assert len(left(project)) == 2


def test_extracts_of_a_semester_that_was_passed_over_stay_and_are_named(project, capsys):
    closed(project, "2026-2")
    assert main(["erase", "--extracts", "--project", str(project.nightly.file)]) == 0
    told = capsys.readouterr().out
    assert "0 extracts deleted" in told
    assert "deleted by nobody but you" in told
    assert all(name in told for name in left(project))
    closed(project, "2026-1")
    project.nightly.put("3374_full_20260602_1.csv", semarang()[::-1])
    assert main(["erase", "--extracts", "--project", str(project.nightly.file)]) == 0
    assert "nobody but you" not in capsys.readouterr().out, "what waits for a run is not passed over"


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
