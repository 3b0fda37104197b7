"""The scheduled reports are the command for all regions."""

import sys

import pytest

from jobs import reports


def test_the_job_is_the_command_for_all_regions(monkeypatch):
    called = []
    monkeypatch.setattr(reports, "linkage", lambda arguments: called.append(arguments) or 66)
    assert reports.main(["--project", "x.toml"]) == 66
    monkeypatch.setattr(sys, "argv", ["reports", "--semester", "2026-1"])
    assert reports.main() == 66
    assert called == [
        ["report", "--region", "semua", "--project", "x.toml"],
        ["report", "--region", "semua", "--semester", "2026-1"],
    ]


def test_a_project_that_is_not_there_is_told(capsys, tmp_path):
    assert reports.main(["--project", str(tmp_path / "none.toml")]) == 66
    assert "no project file" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--date", "30-06-2026"], ["--date", "2026-06-30", "--semester", "2026-1"]])
def test_what_cannot_be_meant_is_refused(option):
    with pytest.raises(SystemExit) as stopped:
        reports.main(option)
    assert stopped.value.code == 2
