"""What a backup says of itself. The manifest is written last: a folder without one is no backup."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from linkage.errors import InputMissingError, InvariantError
from linkage.review.audit import AuditHead
from linkage.run.manifest import MANIFEST_NAME
from linkage.run.outputs import write_text

BACKUP_VERSION: Final = 1
WORKSPACE: Final = "workspace"
PROJECT: Final = "project"
DATABASE: Final = "database"
"""The three folders of a backup."""
_DAMAGED: Final = "Take another backup"


@dataclass(frozen=True)
class Kept:
    """A file of a backup: SHA-256 of its bytes, and how many they are."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class DatabaseState:
    """What the kept database holds. ``kind``: sqlite or postgresql; ``schema``: version of the schema, "0005".

    ``tables``: rows by table. ``audit_seq``, ``audit_hash``: head of the audit chain. ``server``, ``client``: major
    versions of PostgreSQL and of the pg_dump that read it, 0 for SQLite.
    """

    kind: str
    schema: str
    tables: Mapping[str, int]
    audit_seq: int
    audit_hash: str
    server: int = 0
    client: int = 0

    @property
    def head(self) -> AuditHead:
        """The head of the audit chain."""
        return AuditHead(self.audit_seq, self.audit_hash)


@dataclass(frozen=True)
class BackupManifest:
    """A backup. ``made_at``: UTC, ISO 8601; ``program``: the version that made it; ``run_id``: of the last run.

    ``publication``: the last one, 0 for none. ``key``: by which the project's secret is known again; ``secret``:
    whether the secret itself is in the backup. ``project``: name below ``project/`` of the project file, the spec, the
    region codes and the model, by role. ``files``: by path below the backup.
    """

    made_at: str
    program: str
    run_id: str
    publication: int
    database: DatabaseState
    key: str
    secret: bool
    project: Mapping[str, str]
    files: Mapping[str, Kept]
    version: int = BACKUP_VERSION


def mark_of(secret: bytes) -> str:
    """Return by what a secret is known again, without telling it: 32 hex digits."""
    return hmac.new(secret, b"linkage backup", hashlib.sha256).hexdigest()[:32]


def write_backup_manifest(folder: Path, manifest: BackupManifest) -> None:
    """Write the manifest of a backup, with the SHA-256 of all it says."""
    told = asdict(manifest)
    write_text(folder / MANIFEST_NAME, json.dumps({**told, "sha256": _digest(told)}, indent=1, sort_keys=True) + "\n")


def read_backup_manifest(folder: Path) -> BackupManifest:
    """Return the manifest of a backup.

    Raises:
        InputMissingError: there is none. InvariantError: it is damaged, or of a newer version of the program.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise InputMissingError("no backup: it has no manifest", where=str(path), remedy="Name the folder of one")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        digest = told.pop("sha256")
        if digest != _digest(told):
            raise InvariantError("the manifest is not as it was written", where=str(path), remedy=_DAMAGED)
        if told["version"] != BACKUP_VERSION:
            raise InvariantError(
                f"backup version {told['version']} is not {BACKUP_VERSION}",
                where=str(path),
                remedy="Restore it with the version of the program that wrote it",
            )
        files = {name: Kept(**kept) for name, kept in told["files"].items()}
        return BackupManifest(**{**told, "files": files, "database": DatabaseState(**told["database"])})
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InvariantError("the manifest is damaged", where=str(path), remedy=_DAMAGED) from error


def _digest(told: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
