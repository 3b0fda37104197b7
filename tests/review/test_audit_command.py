"""``linkage audit`` on a terminal."""

import argparse
import json

import pytest
import sqlalchemy as sa

from linkage.cli.audit import add_audit
from linkage.errors import InputMissingError, NotPermittedError
from linkage.nightly.steward import open_project_queue
from tests.oracles.queue_cases import NOON, later, make_case, staff


@pytest.fixture
def project(tmp_path):
    """The file of a project whose queue holds a case that was seen and opened."""
    file = tmp_path / "linkage.toml"
    file.write_text('[project]\nworkspace = "work"\n')
    with open_project_queue(file, create=True) as queue:
        staff(queue)
        queue.load("run1", [make_case("a", "b")], now=NOON)
        queue.view(1, by="budi", now=later(1))
        queue.open_fields(1, "a", ["nik", "nama"], "cocokkan KK", by="ani", now=later(2))
    return file


def run(project, *arguments):
    parser = argparse.ArgumentParser()
    add_audit(parser.add_subparsers())
    parsed = parser.parse_args(["audit", *arguments, "--project", str(project)])
    return parsed.command(parsed)


def test_a_sound_chain_ends_with_0_and_says_against_what_it_was_checked(project, tmp_path, capsys):
    anchors = tmp_path / "anchors.jsonl"
    assert run(project, "anchor", "--out", str(anchors)) == 0
    assert run(project, "anchor", "--out", str(anchors)) == 0
    capsys.readouterr()
    assert run(project, "verify") == 0
    assert "sound: 19 rows, checked against no anchor" in capsys.readouterr().out
    assert run(project, "verify", "--anchor", str(anchors)) == 0
    head = json.loads(anchors.read_text().splitlines()[0])
    said = capsys.readouterr().out
    assert "checked against 2 anchors (2 given)" in said
    assert f"last row that holds: {head['seq']} {head['hash']}" in said


def test_an_older_queue_put_in_place_is_found_by_the_anchors_of_the_projects_own_runs(project, tmp_path, capsys):
    older = (tmp_path / "work" / "queue.db").read_bytes()
    with open_project_queue(project) as queue:
        queue.load("run2", [make_case("c", "d")], now=later(3))
    for run_id in ("run1", "run2", ".run3.partial"):
        (tmp_path / "out" / run_id).mkdir(parents=True)
    assert run(project, "anchor", "--out", str(tmp_path / "out" / "run2" / "audit_anchor.jsonl")) == 0
    (tmp_path / "out" / ".run3.partial" / "audit_anchor.jsonl").write_text("cut")
    given = tmp_path / "anchors.jsonl"
    assert run(project, "anchor", "--out", str(given)) == 0
    assert run(project, "verify", "--anchor", str(given)) == 0
    assert "checked against 2 anchors (1 given, 1 of the project's own runs)" in capsys.readouterr().out
    for beside in ("queue.db-wal", "queue.db-shm"):
        (tmp_path / "work" / beside).unlink(missing_ok=True)
    (tmp_path / "work" / "queue.db").write_bytes(older)
    assert run(project, "verify") == 70
    assert "NOT sound, checked against 1 anchors (1 of the project's own runs)" in capsys.readouterr().out
    assert run(project, "verify", "--without-own-anchors") == 0
    assert "sound: 19 rows, checked against no anchor" in capsys.readouterr().out


def test_an_anchor_without_a_file_is_one_line_on_standard_output(project, capsys):
    assert run(project, "anchor") == 0
    assert json.loads(capsys.readouterr().out)["seq"] == 19


def test_a_bad_row_is_named_and_ends_with_70(project, capsys):
    with open_project_queue(project) as queue, queue.engine.begin() as connection:
        connection.execute(sa.DDL("DROP TRIGGER audit_no_update"))
        connection.execute(sa.text("UPDATE audit SET body = '{' WHERE seq = 18"))
    assert run(project, "verify") == 70
    said = capsys.readouterr().out
    assert "NOT sound" in said
    assert "first bad row: 18: the row was altered" in said
    assert "rows that hold before it: 17" in said


def test_anchors_that_are_not_there_are_an_error_and_no_silence(project, tmp_path):
    with pytest.raises(InputMissingError):
        run(project, "verify", "--anchor", str(tmp_path / "none"))


def test_an_auditor_is_told_who_saw_a_record(project, capsys):
    assert run(project, "seen", "a", "--as", "made") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "2026-11-21 12:01:00 UTC  budi  case 1  seen",
        "2026-11-21 12:02:00 UTC  ani  case 1  nama,nik  cocokkan KK",
    ]
    assert run(project, "seen", "z", "--as", "nanda") == 0
    assert "nobody" in capsys.readouterr().out
    with pytest.raises(NotPermittedError):
        run(project, "seen", "a", "--as", "ani")
