"""The weekly check of a model: what stands, what people said, the bars, and the report that names nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs import model_check
from linkage.checking.model_check import AT_LEAST, AT_MOST, check_bars, check_model, refuse_missed, write_check
from linkage.checking.model_report import report
from linkage.checking.said import said_since
from linkage.errors import ConfigurationError, GateFailedError, InputMissingError, UsageError
from linkage.nightly.project import load_project
from tests.oracles.queue_cases import different
from tests.publishing.published import Project
from tests.small_register import denpasar, semarang

NOW = datetime(2026, 6, 7, 21, 0, tzinfo=UTC)  # the eighth in Jakarta


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    return Project.begun(tmp_path / "one")


def checked(project: Project, bars=None):
    return check_model(load_project(project.nightly.file), check_bars(None) if bars is None else bars, now=NOW)


def test_right_after_the_full_run_nothing_has_moved(project):
    check = checked(project)
    assert (check.drift.growth, check.drift.values, check.drift.filled) == (0.0, 0.0, 0.0)
    assert check.then == check.now
    assert check.now.linked > 0
    assert (check.fixed_by, check.day) == (project.nightly.ledger.run_id, "2026-06-08")
    assert not [bar for bar in check.bars if bar.name in AT_MOST and not bar.passed]


def test_what_a_later_night_brought_is_drift_and_counts_in_the_claim(project):
    project.nightly.put("5171_full_20260602_2.csv", denpasar()[:-3])
    fixed_by = project.nightly.ledger.run_id
    assert project.nightly.run() is not None
    check = checked(project)
    assert check.fixed_by == fixed_by != check.run_id
    assert check.drift.records_now == check.drift.records_then - 3
    assert check.drift.values > 0.0
    assert check.now.written <= check.then.written


def test_what_people_said_is_held_against_what_the_model_put_forward(project):
    project.approve(project.case_of("DUPLICATE"))
    with project.queue() as queue:
        cases = tuple(queue.decided())
    long_ago = NOW - timedelta(days=900)
    said = said_since(cases, long_ago, 0.5)
    assert (said.cases, said.pairs, said.same, said.precision.value) == (1, 1, 1, 1.0)
    assert said.precision.low < 0.5
    assert 0.5 <= said.expected <= 1.0
    assert not said.enough
    assert said_since(cases, NOW + timedelta(days=900), 0.5).pairs == 0
    assert said_since(cases, long_ago, 1.1).pairs == 0


def test_a_case_that_people_call_two_persons_speaks_against_the_model(project):
    case = project.case_of("DUPLICATE")
    with project.queue() as queue:
        different(queue, case.id, "joko", "siblings", at=project.moment())
    said = said_now(project)
    assert (said.pairs, said.same, said.precision.value) == (1, 0, 0.0)


def test_a_missed_bar_is_told_with_the_report_written_and_what_was_not_measured_is_no_bar(project, tmp_path):
    check = checked(project, {"claimed_precision": 1.0, "decided_precision": 1.0, "growth": 0.0})
    assert [bar.name for bar in check.bars] == ["claimed_precision", "growth"]
    assert check.missed == ("claimed_precision",)
    folder = write_check(check, report(check), tmp_path / "out")
    assert folder == tmp_path / "out" / "model_checks" / "2026-06-08"
    with pytest.raises(GateFailedError, match="1 of 2 bars missed: claimed_precision"):
        refuse_missed(check, folder)
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert told["missed"] == ["claimed_precision"]
    assert "FAIL" in (folder / "report.txt").read_text(encoding="utf-8")


def test_the_report_names_no_resident(project):
    project.approve(project.case_of("DUPLICATE"))
    check = checked(project)
    text = (report(check) + check.as_json()).lower()
    values = {value.lower() for row in (*semarang(), *denpasar()) for value in row.values() if len(value) > 5}
    assert [value for value in values if value in text] == []


def test_only_of_few_decisions_it_is_said_that_no_bar_is_held(project):
    project.approve(project.case_of("DUPLICATE"))
    check = checked(project)
    assert "No bar is held against fewer than 30 cases" in report(check)
    assert "No bar" not in report(replace(check, said=replace(check.said, cases=30)))


def said_now(project: Project):
    with project.queue() as queue:
        return said_since(queue.decided(), NOW - timedelta(days=900), 0.5)


def test_bars_are_those_that_ship_or_those_of_a_file(tmp_path):
    assert set(check_bars(None)) == {*AT_LEAST, *AT_MOST}
    file = tmp_path / "bars.toml"
    file.write_text("[gate]\ngrowth = 0.1\n", encoding="utf-8")
    assert check_bars(file) == {"growth": 0.1}
    file.write_text("[gate]\nbest_f1 = 0.1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no figure is called best_f1"):
        check_bars(file)
    file.write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        check_bars(file)
    with pytest.raises(InputMissingError):
        check_bars(tmp_path / "none.toml")


def test_before_the_first_run_there_is_nothing_to_check(tmp_path, monkeypatch):
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    (tmp_path / "linkage.toml").write_text('[keys]\nenv = "LINKAGE_TEST_KEY"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="no full run yet"):
        check_model(load_project(tmp_path / "linkage.toml"), {}, now=NOW)


def test_the_job_prints_writes_and_ends_as_the_bars_say(project, capsys, tmp_path):
    file = tmp_path / "bars.toml"
    for bar, code in ((0, 0), (1, 79)):
        file.write_text(f"[gate]\nclaimed_precision = {bar}\n", encoding="utf-8")
        assert model_check.main(["--project", str(project.nightly.file), "--gate", str(file)]) == code
    told = capsys.readouterr()
    assert "Model check of" in told.out
    assert "bars missed: claimed_precision" in told.err
    assert model_check.main(["--project", str(tmp_path / "none.toml")]) == 66
