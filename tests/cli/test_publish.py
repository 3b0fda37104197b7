"""``linkage publish``, ``revert`` and ``reference``, as typed."""

from __future__ import annotations

import pytest

from linkage.cli import main
from linkage.cli.exit_codes import NOTHING_TO_DO
from tests.publishing.published import Project
from tests.small_register import CANARY_NAME, CANARY_NIK


@pytest.fixture(scope="session")
def begun(tmp_path_factory) -> Project:
    """Do not change it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
        return Project.begun(tmp_path_factory.mktemp("published") / "template")


@pytest.fixture
def project(begun, tmp_path, monkeypatch) -> Project:
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    return begun.copied(tmp_path / "project")


@pytest.fixture
def say(project, capsys):
    """Type a command and return (exit code, what it printed)."""

    def typed(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        code = main([*map(str, words), "--project", str(project.nightly.file)])
        told = capsys.readouterr()
        assert CANARY_NIK not in told.out + told.err
        return code, told.out + told.err

    return typed


def test_publishing_tells_what_it_did_and_the_second_time_that_there_is_nothing_new(say):
    code, told = say("publish", "--quiet")
    assert code == 0
    assert told.startswith("publication 1\n")
    assert "try next:" in told
    assert say("publish", "--quiet") == (0, "nothing new to publish\n")
    assert say("publish", "--quiet", "--skip-exit-code")[0] == NOTHING_TO_DO


def test_a_decision_is_published_looked_at_and_undone(project, say):
    say("publish", "--quiet")
    case = project.case_of("DUPLICATE")
    project.approve(case)
    assert "  decisions            1\n" in say("publish", "--quiet")[1]
    code, told = say("reference", "person", case.record_ids[1])
    assert (code, told.count("\n  record ")) == (0, 2)
    assert CANARY_NAME.split()[0] in told, "a name is shown, as the queue shows it"
    code, told = say("revert", case.id)
    assert (code, told.splitlines()[-1]) == (0, "nothing was changed; with --reason it is asked for")
    code, told = say("revert", case.id, "--reason", "keliru", "--as", "joko")
    assert (code, "another person approves" in told) == (0, True)
    assert len(say("reference", "log")[1].splitlines()) == 3


def test_a_table_is_written_as_of_a_publication(project, say, tmp_path):
    say("publish", "--quiet")
    code, told = say("reference", "export", "persons", "--as-of", "1", "--out", tmp_path / "persons.parquet")
    assert (code, told.split()[1:5]) == (0, ["rows", "of", "persons", "as"])
    assert say("reference", "export", "persons", "--as-of", "7", "--out", tmp_path / "no.parquet")[0] == 2


def test_a_stopped_publication_ends_with_a_code_of_its_own(project, say):
    text = project.nightly.file.read_text(encoding="utf-8")
    project.nightly.file.write_text(f"{text}\n[publish]\nlargest_person = 1\n", encoding="utf-8")
    project.approve(project.case_of("DUPLICATE"))
    code, told = say("publish", "--quiet")
    assert code == 79
    assert "CLUSTER_SIZE" in told
    assert "supervisor" in told


def test_before_the_first_publication_the_log_says_so(say):
    assert say("reference", "log") == (0, "nothing has been published yet\n")
