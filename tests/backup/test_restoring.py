"""A project is brought back whole, or not at all."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest
import sqlalchemy as sa

from linkage.backup import restoring
from linkage.backup.manifest import read_backup_manifest
from linkage.backup.restoring import restore
from linkage.errors import ConfigurationError, InputMissingError, InvariantError, LockHeldError, OutputError
from linkage.nightly.store import Store


@pytest.mark.slow
@pytest.mark.parametrize("kind", [pytest.param("sqlite", marks=pytest.mark.soak), "postgresql"])
def test_a_night_after_a_restore_ends_as_if_nothing_had_happened(kept, tmp_path, kind):
    undisturbed, lost = kept("undisturbed", kind), kept("lost", kind)
    for project in (undisturbed, lost):
        project.night(1)
        project.decide()
        project.night(2)
    backup = lost.backup(tmp_path / "backups")
    for project in (undisturbed, lost):
        project.night(3)
    assert lost.all() == undisturbed.all()
    lost.lose()
    done = restore(backup.folder, lost.file)
    assert done.aside == ()
    assert [warning[:38] for warning in done.warnings] == ["publications went out up to 3, and the"]
    assert done.audit_rows == backup.manifest.database.audit_seq > 0
    assert lost.ledger.run_id == backup.manifest.run_id
    shutil.rmtree(lost.file.parent / "out" / "publications" / "000003")  # withdrawn, so that its number is free again
    lost.night(3)
    assert lost.all() == undisturbed.all()


@pytest.fixture
def backed(kept, tmp_path):
    """A project after a night, and its backup."""
    project = kept()
    project.night(1)
    return project, project.backup(tmp_path / "backups").folder


def test_a_flipped_byte_in_any_file_is_refused_by_name_and_nothing_is_touched(backed):
    project, backup = backed
    before = project.all()
    for name in [*read_backup_manifest(backup).files, "manifest.json"]:
        path = backup / name
        whole = path.read_bytes()
        if not whole:
            continue
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        with pytest.raises(InvariantError) as caught:
            restore(backup, project.file, force=True)
        assert caught.value.where == str(path)
        path.write_bytes(whole)
    assert project.all() == before
    restore(backup, project.file, force=True)


def test_a_file_that_is_gone_or_a_folder_without_a_manifest_is_refused(backed):
    project, backup = backed
    (backup / "workspace" / "ledger.json").unlink()
    with pytest.raises(InvariantError, match=r"ledger\.json: a file of the backup is gone"):
        restore(backup, project.file, force=True)
    (backup / "manifest.json").unlink()
    with pytest.raises(InputMissingError, match="no backup"):
        restore(backup, project.file, force=True)


def test_what_stands_there_is_moved_aside_and_only_when_told(backed):
    project, backup = backed
    project.night(2)
    before = project.all()
    with pytest.raises(OutputError, match=r"workspace is not empty.*--force") as caught:
        restore(backup, project.file)
    assert caught.value.exit_code == 73
    assert project.all() == before
    done = restore(backup, project.file, force=True)
    (aside,) = done.aside
    assert len(done.warnings) == 2, "the run and the publication that the backup does not know"
    shutil.rmtree(project.home / "workspace")
    shutil.move(aside, project.home / "workspace")
    assert project.all() == before


def test_a_database_outside_the_workspace_is_moved_aside_with_its_log(kept, tmp_path):
    project = kept()
    project.file.write_text(project.file.read_text() + '\n[database]\nurl = "sqlite:///data/queue.db"\n', "utf-8")
    project.url = f"sqlite:///{project.home}/data/queue.db"
    (project.home / "data").mkdir()
    project.night(1)
    backup = project.backup(tmp_path / "backups").folder
    before = project.all()
    shutil.rmtree(project.home / "workspace")
    with pytest.raises(OutputError, match="database is not empty"):
        restore(backup, project.file)
    done = restore(backup, project.file, force=True)
    assert [place.split("/")[-1].split(".before-")[0] for place in done.aside] == ["queue.db"]
    assert project.all() == before


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def test_a_restore_that_stopped_anywhere_is_worked_on_by_nobody_and_healed_by_a_second(
    kept, tmp_path, monkeypatch, kind
):
    project = kept("one", kind)
    project.night(1)
    before = project.all()
    backup = project.backup(tmp_path / "backups").folder

    class Stopped(Exception):
        pass

    def stop(*_, **__):
        raise Stopped

    for step in ("_stage", "_make_way", "_bring_database", "_bring_files"):
        for late in (False, True):
            done = getattr(restoring, step)

            def half(*given, done=done, late=late, **named):
                if late:
                    done(*given, **named)
                stop()

            with monkeypatch.context() as patch:
                patch.setattr(restoring, step, half)
                with pytest.raises(Stopped):
                    restore(backup, project.file, force=True)
            if step == "_bring_database" or (step, late) in (("_make_way", True), ("_bring_files", False)):
                with pytest.raises(InvariantError, match="not finished"):
                    Store(project.home / "workspace")
                restore(backup, project.file)
            else:
                restore(backup, project.file, force=True)
            assert project.all() == before, (step, late)


CHILD = """
import os, signal, sys
from pathlib import Path
from linkage.backup.restoring import restore

left, rename = int(sys.argv[3]), Path.rename
def counted(self, target):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.rename = counted
restore(Path(sys.argv[1]), Path(sys.argv[2]), force=True)
"""


@pytest.mark.slow
@pytest.mark.soak
def test_killed_at_any_move_a_second_restore_heals_and_the_old_is_still_aside(backed):
    project, backup = backed
    before, whole = project.all(), False
    number = 0
    while not whole:
        number += 1
        killed = subprocess.run([sys.executable, "-c", CHILD, str(backup), str(project.file), str(number)], check=False)
        whole = killed.returncode == 0
        assert whole or killed.returncode == -signal.SIGKILL
        restore(backup, project.file, force=True)
        assert project.all() == before
    assert number > 8
    asides = list(project.home.glob("workspace.before-*"))
    assert asides
    assert all((aside / "queue.db").is_file() and (aside / "store").is_dir() for aside in asides)


def test_a_project_that_is_gone_altogether_comes_back_with_its_settings(backed, tmp_path):
    project, backup = backed
    before = project.ledger
    shutil.move(project.home, tmp_path / "gone")
    done = restore(backup, project.file)
    assert done.warnings == ()
    assert project.ledger == before
    assert (project.home / "spec.toml").read_bytes() == (tmp_path / "gone" / "spec.toml").read_bytes()


def test_settings_are_never_written_over_and_those_that_differ_are_named(backed):
    project, backup = backed
    text = f"# another\n{project.file.read_text(encoding='utf-8')}"
    project.file.write_text(text, encoding="utf-8")
    (warning,) = restore(backup, project.file, force=True).warnings
    assert warning.startswith(f"{project.file} differs from")
    assert project.file.read_text(encoding="utf-8") == text


def test_another_secret_is_refused(backed, monkeypatch):
    project, backup = backed
    monkeypatch.setenv("LINKAGE_TEST_KEY", "another secret of thirty-two characters")
    with pytest.raises(ConfigurationError, match="LINKAGE_TEST_KEY: this is not the secret"):
        restore(backup, project.file, force=True)


def test_a_secret_that_was_left_out_is_put_there_first(kept, tmp_path):
    project = kept()
    project.file.write_text('[intake]\nspec = "spec.toml"\n', encoding="utf-8")
    project.night(1)
    backup = project.backup(tmp_path / "backups", with_secret=False).folder
    assert not (backup / "workspace" / "secret").exists()
    secret = (project.home / "workspace" / "secret").read_bytes()
    project.lose()
    with pytest.raises(ConfigurationError, match="without the secret"):
        restore(backup, project.file)
    (project.home / "workspace").mkdir(exist_ok=True)
    (project.home / "workspace" / "secret").write_bytes(secret)
    restore(backup, project.file)
    assert (project.home / "workspace" / "secret").read_bytes() == secret


def test_another_kind_of_database_is_refused(backed):
    project, backup = backed
    text = project.file.read_text(encoding="utf-8")
    project.file.write_text(f'{text}\n[database]\nurl = "postgresql://nowhere/queue"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="holds a sqlite database and the project names a postgresql one"):
        restore(backup, project.file, force=True)


def test_while_somebody_works_on_the_workspace_nothing_is_restored(backed):
    project, backup = backed
    with Store(project.home / "workspace").locked("linkage run"), pytest.raises(LockHeldError, match="linkage run"):
        restore(backup, project.file, force=True)


def test_a_database_that_was_tampered_with_before_the_backup_is_found(backed, tmp_path):
    project, _ = backed
    project.decide()
    connection = sqlite3.connect(project.home / "workspace" / "queue.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE decision SET reason = 'another' WHERE seq = 1")
    connection.commit()
    connection.close()
    bad = project.backup(tmp_path / "bad").folder
    with pytest.raises(InvariantError, match="audit chain is not sound"):
        restore(bad, project.file, force=True)
    assert (project.home / "workspace" / "ledger.json").is_file()


@pytest.mark.slow
def test_a_restore_that_finds_no_room_says_so_and_leaves_what_was(backed, linkage_command):
    project, backup = backed
    before = project.all()
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY));"
        "from linkage.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, "restore", str(backup), "--project", str(project.file), "--force"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, "cannot be written" in told.stderr) == (73, True), told.stderr
    assert project.all() == before


@pytest.mark.slow
def test_a_dump_of_postgresql_needs_a_login_that_sees_all_rows_and_programs_new_enough(
    kept, server, tmp_path, monkeypatch
):
    project = kept("one", "postgresql")
    project.night(1)
    with server.admin.connect() as connection:
        connection.execute(sa.text("CREATE ROLE halaman_cadangan LOGIN PASSWORD 'x'"))
        connection.execute(sa.text("GRANT linkage_app TO halaman_cadangan"))
    address = sa.make_url(project.url).set(username="halaman_cadangan", password="x")
    with pytest.raises(ConfigurationError, match=r"does not see all rows.*--url-env"):
        project.backup(tmp_path / "backups", owner_url=address.render_as_string(hide_password=False))
    old = tmp_path / "old"
    old.mkdir()
    (old / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    (old / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(old))
    monkeypatch.setattr("linkage.backup.postgresql._INSTALLED", ())
    with pytest.raises(ConfigurationError, match=r"pg_dump 9 is older than PostgreSQL \d+.*postgresql-client-\d+"):
        project.backup(tmp_path / "backups")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["lock"], "nothing half-written stays"


@pytest.mark.slow
def test_what_stood_in_postgresql_is_kept_in_another_schema_which_no_backup_takes(kept, tmp_path):
    project = kept("one", "postgresql")
    project.night(1)
    before = project.all()
    backup = project.backup(tmp_path / "backups")
    project.night(2)
    done = restore(backup.folder, project.file, force=True)
    assert [place.startswith("schema before_restore_") for place in done.aside] == [False, True]
    assert project.all() == {**before, "publications": ["000001", "000002"]}
    again = project.backup(tmp_path / "again")
    assert again.manifest.database.tables == backup.manifest.database.tables
    restore(again.folder, project.file, force=True)
    assert project.all()["database"] == before["database"]


@pytest.mark.slow
def test_an_owner_who_is_no_administrator_restores_and_the_login_of_the_page_works_on(kept, server, tmp_path):
    project = kept("one", "postgresql")
    project.night(1)
    before = project.database()
    backup = project.backup(tmp_path / "backups")
    empty = sa.make_url(server.fresh("template1"))
    with server.admin.connect() as connection:
        connection.execute(sa.text("CREATE ROLE pemilik_pulih LOGIN PASSWORD 'p'"))
        connection.execute(sa.text("CREATE ROLE halaman_pulih LOGIN PASSWORD 'h' IN ROLE linkage_app"))
        connection.execute(sa.text(f"ALTER DATABASE {empty.database} OWNER TO pemilik_pulih"))
    owner = empty.set(username="pemilik_pulih", password="p").render_as_string(hide_password=False)
    page = empty.set(username="halaman_pulih", password="h").render_as_string(hide_password=False)
    text = project.file.read_text(encoding="utf-8").replace(project.url, page)
    project.file.write_text(text, encoding="utf-8")
    for _ in range(2):  # the second time something stands there
        done = restore(backup.folder, project.file, force=True, owner_url=owner)
        assert done.audit_rows == backup.manifest.database.audit_seq
    project.url = empty.render_as_string(hide_password=False)
    assert project.database() == before
    project.night(2)
