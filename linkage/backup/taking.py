"""Taking a backup: under the lock of the workspace, so that its files and its database fit together.

Stewards may go on working: the database is copied as it stood at one instant.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from linkage.backup.database import POSTGRESQL, kind_of, sqlite_file
from linkage.backup.files import Before, files_below, keep_file
from linkage.backup.manifest import (
    DATABASE,
    PROJECT,
    WORKSPACE,
    BackupManifest,
    DatabaseState,
    Kept,
    mark_of,
    read_backup_manifest,
    write_backup_manifest,
)
from linkage.backup.postgresql import DUMP, keep_postgresql
from linkage.backup.sqlite import BESIDE, FILE, keep_sqlite
from linkage.errors import InputMissingError, InvariantError, UsageError
from linkage.nightly.ledger import LEDGER_NAME
from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.reference.folders import REFERENCE_FOLDER
from linkage.reference.store import Reference
from linkage.run.manifest import MANIFEST_NAME, sha256_of
from linkage.run.outputs import writing
from linkage.run.workspace_lock import LOCK_NAME, workspace_lock
from linkage.telemetry.underway import FOLDER as UNDERWAY
from linkage.version import VERSION

SECRET: Final = "secret"
LEFT_OUT: Final = frozenset({LOCK_NAME, "run"})
"""What a workspace holds that is of no use elsewhere; and what begins with a dot."""
_NAMES: Final = MappingProxyType({"file": "linkage"})


@dataclass(frozen=True)
class Backup:
    """A backup that was taken. ``linked``: files that are those of the backup before; ``removed``: older backups."""

    folder: Path
    manifest: BackupManifest
    linked: int
    removed: tuple[Path, ...]


def take_backup(
    project: Project,
    to: Path,
    *,
    keep: int | None = None,
    with_secret: bool = True,
    owner_url: str = "",
    now: datetime | None = None,
) -> Backup:
    """Keep a project's workspace, settings and database in a new folder below ``to``.

    The folder has its name when all is in it. ``keep``: so many backups of this project stay there, the newest.
    ``owner_url``: of a login that sees all rows, for PostgreSQL; default: the project's.

    Raises:
        LockHeldError: a run works on the workspace, or another backup into ``to``. InputMissingError: there was no run
            yet. OutputError: it cannot be written. NotPermittedError: a file cannot be read. ConfigurationError,
            ServiceUnavailableError: the database cannot be copied. UsageError: ``to`` lies in the workspace.
    """
    if to.resolve().is_relative_to(project.workspace.resolve()):
        raise UsageError("a backup belongs elsewhere, not into the workspace", where="--to")
    if not (project.workspace / LEDGER_NAME).is_file():
        raise InputMissingError(
            "there is nothing to keep yet", where=str(project.workspace), remedy="Run 'linkage run' first"
        )
    store = Store(project.workspace)
    with store.locked("linkage backup"), workspace_lock(to, "linkage backup"):
        moment = now or datetime.now(UTC)
        _sweep(to)
        before = _newest(to, mark_of(project.secret()))
        name = _name(moment, store.ledger.run_id)
        while (to / name).exists():  # another one of this second
            moment += timedelta(seconds=1)
            name = _name(moment, store.ledger.run_id)
        staging = to / f".{name}.partial"
        with writing(staging):
            staging.mkdir(mode=0o700)
        try:
            manifest = _fill(staging, project, store, before, with_secret, owner_url, moment)
            write_backup_manifest(staging, manifest)
            with writing(staging):
                _settle(staging)
                staging.rename(to / name)
                _sync(to)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        linked = sum(1 for file in manifest.files if (to / name / file).stat().st_nlink > 1)
        removed = _remove_old(to, manifest.key, keep) if keep else ()
    return Backup(to / name, manifest, linked, removed)


def _name(moment: datetime, run_id: str) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{run_id}"


def _fill(
    staging: Path,
    project: Project,
    store: Store,
    before: Before | None,
    with_secret: bool,
    owner_url: str,
    moment: datetime,
) -> BackupManifest:
    database, file = _keep_database(project, staging / DATABASE, owner_url)
    files = {f"{DATABASE}/{file.name}": Kept(sha256_of(file), file.stat().st_size)}
    without = LEFT_OUT | database_files(project) | (set() if with_secret else {SECRET})
    for name in files_below(project.workspace, without=without):
        if (project.workspace / name).parent == project.telemetry.folder / UNDERWAY:
            continue  # of a restored workspace nobody is at work, this backup neither
        kept = f"{WORKSPACE}/{name}"
        files[kept] = keep_file(project.workspace / name, staging, kept, before)
    roles = _settings(project)
    for name, source in roles.values():
        files[f"{PROJECT}/{name}"] = keep_file(source, staging, f"{PROJECT}/{name}", before)
    secret = project.secret()
    return BackupManifest(
        made_at=moment.astimezone(UTC).isoformat(timespec="seconds"),
        program=VERSION,
        run_id=store.ledger.run_id,
        publication=Reference(project.workspace / REFERENCE_FOLDER, secret).number,
        database=database,
        key=mark_of(secret),
        secret=f"{WORKSPACE}/{SECRET}" in files,
        project={role: name for role, (name, _) in roles.items()},
        files=files,
    )


def _keep_database(project: Project, folder: Path, owner_url: str) -> tuple[DatabaseState, Path]:
    with writing(folder):
        folder.mkdir(mode=0o700)
    if kind_of(project.database_url) == POSTGRESQL:
        return keep_postgresql(owner_url or project.database_url, folder / DUMP), folder / DUMP
    return keep_sqlite(sqlite_file(project.database_url), folder / FILE), folder / FILE


def database_files(project: Project) -> frozenset[str]:
    """Return the names in the workspace that are its SQLite database, which is copied in its own way."""
    if kind_of(project.database_url) == POSTGRESQL:
        return frozenset()
    file = sqlite_file(project.database_url)
    inside = file.parent.resolve() == project.workspace.resolve()
    return frozenset(f"{file.name}{ending}" for ending in BESIDE) if inside else frozenset()


def _settings(project: Project) -> Mapping[str, tuple[str, Path]]:
    """Return the project file and the files it points to, by role, each with its name in the backup."""
    model = Path(project.model) if project.model.endswith(".json") else None
    found = {"file": project.file, "spec": project.spec, "region_codes": project.region_codes, "model": model}
    return {role: (f"{_NAMES.get(role, role)}{path.suffix}", path) for role, path in found.items() if path is not None}


def _complete(to: Path) -> list[Path]:
    """Return the backups below a folder, oldest first."""
    return sorted(path.parent for path in to.glob(f"*/{MANIFEST_NAME}") if not path.parent.name.startswith("."))


def _of_project(to: Path, key: str) -> list[Before]:
    """Return those of one project, oldest first; a damaged one is nobody's."""
    found = []
    for folder in _complete(to):
        try:
            manifest = read_backup_manifest(folder)
        except (InvariantError, InputMissingError):
            continue
        if manifest.key == key:
            found.append(Before(folder, manifest))
    return found


def _newest(to: Path, key: str) -> Before | None:
    return next(reversed(_of_project(to, key)), None)


def _remove_old(to: Path, key: str, keep: int) -> tuple[Path, ...]:
    old = [backup.folder for backup in _of_project(to, key)[:-keep]]
    for folder in old:
        with writing(folder):
            # Hidden first: one that is half removed is no backup.
            hidden = folder.rename(folder.with_name(f".{folder.name}.partial"))
            shutil.rmtree(hidden)
    return tuple(old)


def _sweep(to: Path) -> None:
    """Remove what killed backups left."""
    for folder in to.glob(".*.partial"):
        with writing(folder):
            shutil.rmtree(folder)


def _settle(folder: Path) -> None:
    """Bring the names in a folder onto the disk."""
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        _sync(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
