"""A semester is closed step by step; the first step that fails ends the job, and the next start goes on from there."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from jobs import semester
from linkage.reports.figures import Figures
from linkage.reports.semesters import Semester, Stand, freeze
from tests.jobs.conftest import arrived

WHOLE = [
    "run",
    "run --full",
    "publish",
    "report --close-semester 2026-1 --anyway",
    "report --region semua --semester 2026-1",
    "backup --to kept",
    "erase --extracts",
]


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A project whose regions sent extracts of 1 June, four weeks before the cut-off."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    return arrived(tmp_path / "one").file


@pytest.fixture
def steps(monkeypatch):
    """The steps that were begun and not done; the one that is put into ``failing`` ends with 79."""

    class Steps(list):
        failing = ""

        def begin(self, arguments: list[str]) -> int:
            self.append(" ".join(arguments[: arguments.index("--project")]))
            return 79 if self[-1] == self.failing else 0

    begun = Steps()
    monkeypatch.setattr(semester, "linkage", begun.begin)
    return begun


def close(file, *options: str) -> int:
    return semester.main(["--project", str(file), "--semester", "2026-1", *options])


def closed(file) -> None:
    day = datetime(2026, 7, 1, tzinfo=UTC)
    stand = Stand(day.date(), day, day, "", 0, {}, {})
    freeze(file.parent / "workspace", Semester(2026, 1), stand, Figures.of({}))


@pytest.mark.slow
def test_regions_that_owe_something_are_named_and_the_semester_closes_without_them_only_when_told(
    file, capsys, tmp_path
):
    home = file.parent
    assert close(file) == 66
    said = capsys.readouterr().err
    assert "semester 2026-1: 2 regions have not sent all of it: 3374 (late; newest 2026-06-01), 5171 (late" in said
    assert not (home / "out" / "publications").exists(), "who is missing is told before anything is published"
    full = tmp_path / "full"
    full.write_bytes(b"")
    assert close(file, "--anyway", "--to", str(full / "backup")) == 73
    assert (home / "workspace" / "dkb" / "2026-1.json").is_file()
    assert len(list((home / "out" / "reports" / "2026-1").glob("*.pdf"))) == 5
    assert len(list((home / "inbox").iterdir())) == 2, "no backup, so nothing is deleted"
    assert close(file, "--to", str(tmp_path / "backup")) == 0
    assert len(list((tmp_path / "backup").glob("*/manifest.json"))) == 1
    assert list((home / "inbox").iterdir()) == []


@pytest.mark.parametrize("failing", range(len(WHOLE)))
def test_the_first_step_that_fails_ends_the_job_with_its_code(file, steps, failing):
    steps.failing = WHOLE[failing]
    assert close(file, "--anyway", "--to", "kept") == 79
    assert steps == WHOLE[: failing + 1]


def test_extracts_are_deleted_after_a_backup_and_never_without_one(file, steps):
    assert close(file, "--anyway", "--to", "kept") == 0
    assert steps == WHOLE
    steps.clear()
    assert close(file, "--anyway") == 0
    assert steps == WHOLE[:5]


def test_a_project_that_keeps_its_extracts_closes_its_semesters_too(file, steps):
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}\n[publish]\nkeep_extracts = "always"\n', encoding="utf-8")
    assert close(file, "--anyway", "--to", "kept") == 0
    assert steps == WHOLE[:6]


def test_a_closed_semester_is_reported_and_kept_and_not_linked_again(file, steps):
    closed(file)
    assert close(file, "--to", "kept") == 0
    assert steps == WHOLE[4:]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("june", "no semester"),
        ("2999-1", "semester 2999-1 is not over. Close it after 2999-06-30"),
        ("2025-2", "semester 2026-1 is closed, so 2025-2 before it cannot be closed any more"),
    ],
)
@pytest.mark.parametrize("anyway", [[], ["--anyway"]])
def test_what_cannot_be_closed_is_refused_before_anything_is_run(file, steps, capsys, name, says, anyway):
    closed(file)
    assert semester.main(["--project", str(file), "--semester", name, *anyway]) == 2
    assert says in capsys.readouterr().err
    assert steps == []


def test_a_night_whose_folder_is_gone_is_missed_before_anything_is_run(before_and_after, tmp_path, steps, capsys):
    home = shutil.copytree(before_and_after["publish"], tmp_path / "project")
    (night,) = (path.parent for path in (home / "out").glob("*/quality.parquet"))
    shutil.rmtree(night)
    assert close(home / "linkage.toml") == 66
    assert night.name in capsys.readouterr().err
    assert steps == []
    assert close(home / "linkage.toml", "--anyway") == 0
    assert steps == WHOLE[:5]
