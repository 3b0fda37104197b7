"""A semester is closed step by step; the first step that fails ends the job, and the next start goes on from there."""

from __future__ import annotations

import pytest

from jobs import semester
from tests.jobs.conftest import arrived


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A project whose regions sent extracts of 1 June, four weeks before the cut-off."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    return arrived(tmp_path / "one").file


def close(file, *options: str) -> int:
    return semester.main(["--project", str(file), "--semester", "2026-1", *options])


@pytest.mark.slow
def test_regions_that_owe_something_are_named_and_the_semester_closes_without_them_only_when_told(
    file, capsys, tmp_path
):
    assert close(file) == 66
    said = capsys.readouterr().err
    assert "semester 2026-1: 2 regions have not sent all of it: 3374 (late; newest 2026-06-01), 5171 (late" in said
    assert close(file, "--anyway", "--to", str(tmp_path / "backup")) == 0
    home = file.parent
    assert (home / "workspace" / "dkb" / "2026-1.json").is_file()
    assert len(list((home / "out" / "reports" / "2026-1").glob("*.pdf"))) == 5
    assert len(list((tmp_path / "backup").glob("*/manifest.json"))) == 1
    assert list((home / "inbox").iterdir()) == []


@pytest.mark.parametrize("failing", ["run", "publish"])
def test_the_first_step_that_fails_ends_the_job_with_its_code(file, monkeypatch, failing):
    steps = []

    def step(arguments: list[str]) -> int:
        steps.append(arguments[0])
        return 79 if arguments[0] == failing else 0

    monkeypatch.setattr(semester, "linkage", step)
    assert close(file) == 79
    assert steps == ["run", "publish"][: steps.index(failing) + 1]


def test_what_is_no_semester_is_refused(file):
    assert semester.main(["--project", str(file), "--semester", "june"]) == 2
