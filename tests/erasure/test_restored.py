"""Whoever was erased is erased again when a backup from before is restored."""

from __future__ import annotations

import shutil

import pytest

from linkage.backup.restoring import restore
from linkage.backup.taking import take_backup
from linkage.erasure.erase import finish_erasures, lift
from linkage.errors import InputMissingError, InvariantError, LockHeldError
from linkage.nightly.erased_rows import ERASED_BY, TOMBSTONES_NAME, read_tombstones
from linkage.publishing.overview import look_over
from linkage.publishing.verifying import verify_publication
from tests.small_register import semarang


@pytest.fixture
def backed(project, tmp_path):
    """The project, and a backup of it from before anybody was erased."""
    return project, take_backup(project.loaded(), tmp_path / "backups").folder


def newcomer(project) -> str:
    """The record of a resident who came after the backup."""
    project.nightly.put("3374_full_20260602_1.csv", [*semarang(), semarang()[5] | {"NIK": "", "NAMA_LGKP": "WIDURI"}])
    assert project.nightly.run() is not None
    return project.record("WIDURI")


@pytest.mark.parametrize("lost", [False, True])
def test_an_older_backup_is_worked_on_only_when_who_was_erased_since_is_erased_again(backed, tmp_path, lost):
    project, backup = backed
    record, nik = project.alone()
    other = newcomer(project)
    project.erase(record)
    project.erase(other)
    workspace, copy = project.home / "workspace", tmp_path / TOMBSTONES_NAME
    stones = read_tombstones(workspace)
    shutil.copy(workspace / TOMBSTONES_NAME, copy)
    if lost:
        shutil.rmtree(workspace)
    shutil.rmtree(project.home / "out" / "publications" / "000003", ignore_errors=True)
    done = restore(backup, project.nightly.file, force=True, tombstones=copy if lost else None)
    assert "2 erasures are newer than the backup" in " ".join(done.warnings)
    assert project.nightly.residents()[record]["nik"] == nik
    with pytest.raises(LockHeldError, match="an erasure is not finished"):
        project.nightly.run()
    assert look_over(project.loaded()).erasing == 2
    assert finish_erasures(project.loaded()) == 2
    assert look_over(project.loaded()).erasing == 0
    assert read_tombstones(workspace) == stones
    for aside in project.home.glob("workspace.before-*"):
        shutil.rmtree(aside)
    assert project.holding(nik) == []
    rejects = project.nightly.written(project.nightly.run(), "rejects")
    assert rejects["code"].to_pylist() == ["RECORD_ERASED"] * 2
    residents = project.nightly.residents()
    assert residents[record]["closed_by"] == ERASED_BY
    assert not any(row["nama"] == "WIDURI" for row in residents.values())


def test_an_erasure_after_an_older_backup_takes_a_new_number_and_leaves_what_had_gone_out(backed):
    project, backup = backed
    project.erase(project.alone()[0])
    sent = project.home / "out" / "publications" / "000003"
    files = {path: path.read_bytes() for path in sent.rglob("*") if path.is_file()}
    assert files
    restore(backup, project.nightly.file, force=True)
    assert finish_erasures(project.loaded()) == 1
    assert [row.publication for row in project.reference.rows()] == [1, 2, 4]
    assert {path: path.read_bytes() for path in sent.rglob("*") if path.is_file()} == files
    for number in (1, 2, 4):
        folder = sent.with_name(f"{number:06d}")
        assert verify_publication(folder, reference=project.reference, rerun=True)


def test_what_was_lifted_since_stays_lifted_and_what_the_backup_knows_is_not_done_twice(project, tmp_path):
    record, _ = project.alone()
    project.erase(record)
    backup = take_backup(project.loaded(), tmp_path / "backups").folder
    lift(project.loaded(), record, by="wakil", approved_by="kepala")
    stones = read_tombstones(project.home / "workspace")
    done = restore(backup, project.nightly.file, force=True)
    assert not any("erasures" in warning for warning in done.warnings)
    assert read_tombstones(project.home / "workspace") == stones
    assert finish_erasures(project.loaded()) == 0


def test_tombstones_that_cannot_be_read_are_told_of_and_a_copy_must_be_whole(backed, tmp_path):
    project, backup = backed
    project.erase(project.alone()[0])
    standing = project.home / "workspace" / TOMBSTONES_NAME
    standing.write_text("{", encoding="utf-8")
    with pytest.raises(InvariantError, match="damaged"):
        restore(backup, project.nightly.file, force=True, tombstones=standing)
    with pytest.raises(InputMissingError, match="gone"):
        restore(backup, project.nightly.file, force=True, tombstones=tmp_path / "nothing.json")
    assert "tombstones.json is damaged" in " ".join(restore(backup, project.nightly.file, force=True).warnings)
