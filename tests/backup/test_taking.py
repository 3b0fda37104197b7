"""A backup is whole, or it is none."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import timedelta

import pytest

from linkage.backup import taking
from linkage.backup.files import check_files, reading_file
from linkage.backup.manifest import BACKUP_VERSION, mark_of, read_backup_manifest
from linkage.backup.taking import take_backup
from linkage.cli import main
from linkage.errors import (
    InputMissingError,
    InvariantError,
    LockHeldError,
    NotPermittedError,
    OutputError,
    ServiceUnavailableError,
    UsageError,
)
from linkage.nightly.store import Store
from linkage.publishing.overview import look_over
from linkage.publishing.status import status_text
from linkage.version import VERSION


@pytest.fixture
def project(kept):
    """A project after a night."""
    made = kept()
    made.night(1)
    return made


def test_the_manifest_says_what_is_in_the_backup_and_how_far_the_project_had_come(project, tmp_path):
    done = project.backup(tmp_path / "backups")
    told = read_backup_manifest(done.folder)
    assert told == done.manifest
    found = {path.relative_to(done.folder).as_posix() for path in done.folder.rglob("*") if path.is_file()}
    assert found == {*told.files, "manifest.json"}
    assert {name.split("/")[1] for name in found if name.startswith("workspace/")} >= {
        "ledger.json", "store", "snapshots", "derived", "reference",
    }  # fmt: skip
    assert not {"workspace/lock", "workspace/queue.db"} & found
    queue = project.queue()
    assert (told.run_id, told.publication, told.program) == (project.ledger.run_id, 1, VERSION)
    queue.close()
    assert told.database.tables["review_case"] > 0
    assert told.key == mark_of(project.project.secret())
    assert done.folder.name == f"{project.moment():%Y%m%dT%H%M%SZ}-{told.run_id}"
    assert done.folder.stat().st_mode & 0o077 == 0, "residents' data are for its owner only"
    check_files(done.folder, told)


def test_the_secret_is_kept_for_its_owner_only(kept, tmp_path):
    project = kept()
    project.file.write_text('[intake]\nspec = "spec.toml"\n', encoding="utf-8")
    project.night(1)
    done = project.backup(tmp_path / "backups")
    assert (done.folder / "workspace" / "secret").stat().st_mode & 0o777 == 0o600
    assert done.manifest.secret


def test_what_is_as_in_the_backup_before_takes_no_room_unless_that_one_is_damaged(project, tmp_path):
    first = project.backup(tmp_path / "backups")
    project.night(2)
    second = project.backup(tmp_path / "backups")
    assert first.linked == 0
    same = [name for name, kept in second.manifest.files.items() if first.manifest.files.get(name) == kept]
    assert second.linked == len(same) - ("database/queue.db" in same) > 0
    data = next(name for name in same if name.endswith(".parquet"))
    assert (first.folder / data).samefile(second.folder / data)
    (second.folder / data).chmod(0o600)
    (second.folder / data).write_bytes(b"damaged")
    project.nights += 1
    third = project.backup(tmp_path / "backups")
    check_files(third.folder, third.manifest)
    with pytest.raises(InvariantError, match="not as it was written"):
        check_files(second.folder, second.manifest)


def test_the_newest_are_kept_and_those_of_another_project_are_left_alone(kept, project, tmp_path, monkeypatch):
    to = tmp_path / "backups"
    monkeypatch.setenv("LINKAGE_TEST_KEY", "another secret of thirty-two characters")
    other = kept("other")
    other.night(1)
    theirs = other.backup(to)
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    made = [take_backup(project.project, to, keep=2, now=project.moment() + timedelta(days=day)) for day in range(4)]
    assert sorted(path for path in to.iterdir() if path.is_dir()) == sorted(
        [theirs.folder, made[2].folder, made[3].folder]
    )
    assert made[3].removed == (made[1].folder,)
    check_files(made[3].folder, made[3].manifest)


def test_while_a_run_works_nothing_is_kept_and_while_a_backup_is_taken_no_run_begins(project, tmp_path, monkeypatch):
    with Store(project.home / "workspace").locked("linkage run"), pytest.raises(LockHeldError, match="linkage run"):
        project.backup(tmp_path / "backups")
    copied, asked = taking.keep_file, []

    def asking(*given):
        if not asked:
            with pytest.raises(LockHeldError, match="linkage backup"), Store(project.home / "workspace").locked():
                pass
            asked.append(1)
        return copied(*given)

    monkeypatch.setattr(taking, "keep_file", asking)
    project.backup(tmp_path / "backups")
    assert asked


def test_stewards_go_on_while_it_is_taken_and_the_backup_holds_one_instant(project, tmp_path, monkeypatch):
    copied, decided = taking.keep_file, []

    def deciding(*given):
        if not decided:
            project.decide()
            decided.append(1)
        return copied(*given)

    monkeypatch.setattr(taking, "keep_file", deciding)
    kept = project.backup(tmp_path / "backups").manifest.database
    queue = project.queue()
    assert queue.head().seq > kept.audit_seq
    queue.close()


CHILD = """
import os, signal, sys
from pathlib import Path
from linkage.backup import taking
from linkage.nightly.project import load_project

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(taking, sys.argv[3], die)
taking.take_backup(load_project(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", ["keep_file", "write_backup_manifest", "_settle"])
def test_one_that_was_killed_is_none_and_the_next_removes_it(project, tmp_path, step):
    to = tmp_path / "backups"
    killed = subprocess.run([sys.executable, "-c", CHILD, str(project.file), str(to), step], check=False)
    assert killed.returncode == -9
    assert [path.name[0] for path in to.iterdir() if path.is_dir()] == ["."]
    done = project.backup(to)
    assert [path for path in to.iterdir() if path.is_dir()] == [done.folder]


@pytest.mark.slow
def test_when_the_disk_is_full_nothing_half_written_stays(project, tmp_path):
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, resource.RLIM_INFINITY));"
        "from linkage.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    to = tmp_path / "backups"
    told = subprocess.run(
        [sys.executable, "-c", script, "backup",
         "--project", str(project.file), "--to", str(to)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, "cannot be written" in told.stderr) == (73, True), told.stderr
    assert [path.name for path in to.iterdir()] == ["lock"]


def test_a_place_that_cannot_be_written_or_lies_in_the_workspace_is_refused(project, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        project.backup(tmp_path / "file" / "backups")
    assert caught.value.exit_code == 73
    with pytest.raises(UsageError, match="elsewhere"):
        project.backup(project.home / "workspace" / "backups")


def test_a_file_that_may_not_be_read_is_named(tmp_path):
    with pytest.raises(NotPermittedError, match="may not read") as caught, reading_file(tmp_path / "secret"):
        raise PermissionError(13, "Permission denied")
    assert (caught.value.exit_code, caught.value.where) == (77, str(tmp_path / "secret"))


def test_a_project_that_never_ran_has_nothing_to_keep(kept, tmp_path):
    with pytest.raises(InputMissingError, match="nothing to keep yet"):
        kept().backup(tmp_path / "backups")


def test_a_database_that_is_none_is_not_kept(project, tmp_path):
    (project.home / "workspace" / "queue.db").write_bytes(b"no database at all, but a text of some length" * 99)
    with pytest.raises(ServiceUnavailableError, match="no database"):
        project.backup(tmp_path / "backups")
    (project.home / "workspace" / "queue.db").unlink()
    sqlite3.connect(project.home / "workspace" / "queue.db").execute("CREATE TABLE a (b)").connection.close()
    with pytest.raises(InvariantError, match="holds no review queue"):
        project.backup(tmp_path / "backups")


def test_a_manifest_of_a_newer_version_is_refused(project, tmp_path, monkeypatch):
    monkeypatch.setattr("linkage.backup.manifest.BACKUP_VERSION", BACKUP_VERSION)
    done = project.backup(tmp_path / "backups")
    monkeypatch.setattr("linkage.backup.manifest.BACKUP_VERSION", BACKUP_VERSION + 1)
    with pytest.raises(InvariantError, match=f"version {BACKUP_VERSION} is not {BACKUP_VERSION + 1}"):
        read_backup_manifest(done.folder)


def test_the_commands_keep_a_project_and_bring_it_back(project, tmp_path, capsys, monkeypatch):
    to = tmp_path / "backups"
    assert main(["backup", "--project", str(project.file), "--to", str(to), "--keep", "3"]) == 0
    (folder,) = (path for path in to.iterdir() if path.is_dir())
    assert not [name for name in read_backup_manifest(folder).files if "underway" in name]
    overview = look_over(project.project)
    assert (overview.last("backup").failed, overview.last("backup").figures["files"] > 10) == (False, True)
    assert "Last backup" in status_text(overview, "en")
    told = capsys.readouterr().out
    assert f"backup {folder}" in told
    assert project.ledger.run_id in told
    assert main(["restore", str(folder), "--project", str(project.file)]) == 73
    assert "--force" in capsys.readouterr().err
    assert main(["restore", str(folder), "--project", str(project.file), "--force"]) == 0
    assert "sound" in capsys.readouterr().out
    assert look_over(project.project).killed == ()
    assert main(["backup", "--project", str(project.file), "--to", "/proc/backups"]) == 73
    assert look_over(project.project).last("backup").failed
    monkeypatch.delenv("OWNER_URL", raising=False)
    assert main(["backup", "--project", str(project.file), "--to", str(to), "--url-env", "OWNER_URL"]) == 78
