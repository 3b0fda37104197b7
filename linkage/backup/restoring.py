"""Bringing a project back from a backup.

Nothing is touched before every file of the backup has its digest, and nothing that stood there is deleted: it is moved
aside. While old makes way for new, a ledger stands in the workspace that no command takes for one; so a restore that
was killed cannot be worked on, and a second one finishes it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from linkage.backup.database import POSTGRESQL, SQLITE, check_counts, check_queue, kind_of, sqlite_file
from linkage.backup.erasures import carry_erasures
from linkage.backup.files import check_files, copy_file, reading_file
from linkage.backup.manifest import DATABASE, PROJECT, WORKSPACE, BackupManifest, mark_of, read_backup_manifest
from linkage.backup.postgresql import DUMP, check_server, is_empty, restore_postgresql
from linkage.backup.proof import check_reference, check_store
from linkage.backup.settings import restored_project, settings_that_differ
from linkage.backup.sqlite import BESIDE, FILE, held_by
from linkage.backup.taking import SECRET, database_files
from linkage.errors import ConfigurationError, InvariantError, OutputError
from linkage.nightly.ledger import LEDGER_NAME, read_ledger
from linkage.nightly.project import Project
from linkage.reference.folders import PUBLICATIONS, sent
from linkage.review.database import upgrade
from linkage.run.outputs import write_text, writing
from linkage.run.workspace_lock import LOCK_NAME, workspace_lock

UNFINISHED: Final = "of a restore that was not finished (run linkage restore again)"
"""What stands in place of the ledger's version meanwhile."""
_STAYS: Final = frozenset({LOCK_NAME, LEDGER_NAME})


@dataclass(frozen=True)
class Restored:
    """What a restore did. ``aside``: where what stood there before is now. ``records`` rows of the store's residents.

    ``audit_rows``: of the audit chain, all sound. ``warnings``: what the outside world may know that this does not.
    """

    manifest: BackupManifest
    project: Project
    aside: tuple[str, ...]
    tables: int
    audit_rows: int
    warnings: tuple[str, ...]


def restore(
    backup: Path,
    project_file: Path,
    *,
    force: bool = False,
    owner_url: str = "",
    tombstones: Path | None = None,
    now: datetime | None = None,
) -> Restored:
    """Bring a project's workspace and database back to what a backup holds; its settings only where there are none.

    Whom the backup still knows and who was erased since is to be erased again: their tombstones are taken from the
    workspace that makes way, and no run begins before ``linkage erase`` was called.

    ``force``: move what stands there aside. ``owner_url``: of a login that may make tables, for PostgreSQL; default:
    the project's. ``tombstones``: a copy of ``tombstones.json``, for when the workspace is lost.

    Raises:
        InvariantError: the backup, or what was restored, is not what was kept, or the tombstones are damaged; says
            which file. InputMissingError: no such tombstones. OutputError: there is something already, or it cannot be
            written. ConfigurationError: another kind of database, another secret, or a database that the backup does
            not fit. LockHeldError: a run works on the workspace.
    """
    # To the microsecond: what is moved aside gets a place of its own.
    moment = f"{now or datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    manifest = read_backup_manifest(backup)
    check_files(backup, manifest)
    project = restored_project(backup, manifest, project_file)
    _check_database(project, manifest, owner_url)
    secret = _secret(backup, manifest, project)
    workspace = project.workspace
    with workspace_lock(workspace, "linkage restore"):
        unfinished = _unfinished(workspace)
        if unfinished is None and not force:
            _refuse_full(project, manifest, owner_url)
        staging = workspace.with_name(f".{workspace.name}.restoring")
        try:
            _stage(backup, manifest, staging)
            tables = check_store(staging / WORKSPACE)
            check_reference(staging / WORKSPACE, secret, manifest.publication)
            rows = _check_staged_database(staging, manifest)
            aside = unfinished or workspace.with_name(f"{workspace.name}.before-{moment}")
            stood = _stood(unfinished or workspace, manifest)
            # Of a restore that was killed, the file may be still here or aside already.
            erased = carry_erasures(staging / WORKSPACE, [workspace, *([unfinished] if unfinished else [])], tombstones)
            moved = _make_way(project, manifest, aside)
            moved += _bring_database(project, manifest, staging, aside, owner_url, moment)
            if manifest.database.kind == POSTGRESQL:
                rows = check_queue(project.database_url, manifest.database)
            _bring_files(staging / WORKSPACE, workspace)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    warnings = (*stood, *erased, *_newer_outside(project, manifest), *settings_that_differ(backup, manifest, project))
    return Restored(manifest, project, tuple(moved), tables, rows, warnings)


def _check_database(project: Project, manifest: BackupManifest, owner_url: str) -> None:
    kind = kind_of(project.database_url)
    if kind != manifest.database.kind:
        raise ConfigurationError(
            f"the backup holds a {manifest.database.kind} database and the project names a {kind} one",
            where=str(project.file),
            remedy="Set [database] url to the same kind of database",
        )
    if kind == POSTGRESQL:
        check_server(owner_url or project.database_url, manifest.database)


def _secret(backup: Path, manifest: BackupManifest, project: Project) -> bytes:
    """Return the secret under which the project will work; refuse another than the one it worked under."""
    if project.key_variable:
        secret, where = project.secret(), project.key_variable
    else:
        path = backup / WORKSPACE / SECRET if manifest.secret else project.workspace / SECRET
        if not path.is_file():
            raise ConfigurationError(
                "the backup was taken without the secret", where=str(path), remedy="Put the secret there first"
            )
        with reading_file(path):
            secret, where = path.read_bytes(), str(path)
    if mark_of(secret) != manifest.key:
        raise ConfigurationError("this is not the secret the backup was taken under", where=where)
    return secret


def _refuse_full(project: Project, manifest: BackupManifest, owner_url: str) -> None:
    holds = sorted(path.name for path in project.workspace.iterdir() if path.name not in (LOCK_NAME, SECRET))
    if holds:
        raise OutputError("the workspace is not empty", where=str(project.workspace), remedy=_WITH_FORCE)
    if manifest.database.kind == SQLITE:
        full = sqlite_file(project.database_url).exists()
    else:
        full = not is_empty(owner_url or project.database_url)
    if full:
        raise OutputError("the database is not empty", where="[database] url", remedy=_WITH_FORCE)


_WITH_FORCE: Final = "Give --force to move what is there aside"


def _unfinished(workspace: Path) -> Path | None:
    """Return where a restore that was killed moved things to, None when there was none."""
    try:
        told: Any = json.loads((workspace / LEDGER_NAME).read_text(encoding="utf-8"))
        return Path(told["aside"]) if told["version"] == UNFINISHED else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _stage(backup: Path, manifest: BackupManifest, staging: Path) -> None:
    """Copy a backup beside the workspace; what is copied has its digest."""
    with writing(staging):
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700, parents=True)
    for name, kept in manifest.files.items():
        if name.startswith(f"{PROJECT}/"):
            continue
        target = staging / name
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        if copy_file(backup / name, target) != kept:
            raise InvariantError("a file of the backup changed while it was read", where=str(backup / name))


def _check_staged_database(staging: Path, manifest: BackupManifest) -> int:
    """Check a copied database before anything makes way for it, and return the rows of its audit chain."""
    if manifest.database.kind != SQLITE:
        return 0
    file = staging / DATABASE / FILE
    check_counts(manifest.database, held_by(file))
    return check_queue(f"sqlite:///{file}", manifest.database)


def _stood(workspace: Path, manifest: BackupManifest) -> tuple[str, ...]:
    """Return how far what is moved aside had come, if not just as far."""
    if not (workspace / LEDGER_NAME).is_file():
        return ()
    try:
        run_id = read_ledger(workspace / LEDGER_NAME).run_id
    except InvariantError:
        return ("how far the workspace that was moved aside had come cannot be read",)
    if run_id in ("", manifest.run_id):
        return ()
    return (f"the workspace that was moved aside stood at run {run_id}, the backup at {manifest.run_id}",)


def _make_way(project: Project, manifest: BackupManifest, aside: Path) -> list[str]:
    """Move what is in the workspace aside, behind a ledger that nobody takes for one."""
    workspace = project.workspace
    stays = {*_STAYS, *database_files(project)} | (set() if manifest.secret else {SECRET})
    with writing(workspace):
        old = [path for path in workspace.iterdir() if path.name not in stays]
        ledger = workspace / LEDGER_NAME
        if old or ledger.is_file():
            aside.mkdir(mode=0o700, exist_ok=_unfinished(workspace) is not None)
        if ledger.is_file() and _unfinished(workspace) is None:
            os.link(ledger, aside / LEDGER_NAME)
        write_text(ledger, json.dumps({"version": UNFINISHED, "aside": str(aside)}) + "\n")
        for path in old:
            # What an unfinished restore moved in already stands aside under its name; and it is in the backup.
            _move(path, aside / path.name)
        return [str(aside)] if aside.exists() else []


def _move(path: Path, target: Path) -> None:
    if not target.exists():
        path.rename(target)
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _bring_database(
    project: Project, manifest: BackupManifest, staging: Path, aside: Path, owner_url: str, moment: str
) -> list[str]:
    """Put the database in place, and return where another one went that stood there."""
    if manifest.database.kind == POSTGRESQL:
        url = owner_url or project.database_url
        schema = restore_postgresql(staging / DATABASE / DUMP, url, manifest.database, moment=moment)
        upgrade(url)
        return [f"schema {schema} of the database"] if schema else []
    file = sqlite_file(project.database_url)
    inside = bool(database_files(project))
    place = aside if inside else file.with_name(f"{file.name}{aside.name.removeprefix(project.workspace.name)}")
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        # The file itself last: as long as it is not aside, what is beside it belongs to it. A log never gets to
        # another file.
        old = [path for ending in reversed(BESIDE) if (path := file.with_name(f"{file.name}{ending}")).exists()]
        if old:
            place.mkdir(mode=0o700, exist_ok=True)
        replaced = (place / file.name).exists()
        for path in old:
            if replaced:
                path.unlink()
            else:
                path.rename(place / path.name)
        coming = file.with_name(f".{file.name}.restoring")
        shutil.move(staging / DATABASE / FILE, coming)
        coming.replace(file)
    return [] if inside or not place.exists() else [str(place)]


def _bring_files(staged: Path, workspace: Path) -> None:
    """Move the restored files in, the ledger last: it ends the restore."""
    with writing(workspace):
        for path in sorted(staged.iterdir()):
            if path.name != LEDGER_NAME:
                path.rename(workspace / path.name)
        (staged / LEDGER_NAME).replace(workspace / LEDGER_NAME)


def _newer_outside(project: Project, manifest: BackupManifest) -> list[str]:
    """Say which publications went out after the backup."""
    newest = max((number for number, _ in sent(project.out / PUBLICATIONS)), default=0)
    if newest <= manifest.publication:
        return []
    return [
        f"publications went out up to {newest}, and the restored reference ends at {manifest.publication}: "
        "see 'The world outside is newer' in docs/guide/backup.md before the next publication"
    ]
