"""Files of a backup: copied with their digests, linked to the backup before where they are the same, and checked."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from linkage.backup.manifest import BackupManifest, Kept
from linkage.errors import InputMissingError, InvariantError, NotPermittedError
from linkage.run.manifest import sha256_of
from linkage.run.outputs import writing

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Before:
    """The backup before this one."""

    folder: Path
    manifest: BackupManifest


@contextmanager
def reading_file(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals to read into clear errors."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputMissingError("the file is gone", where=str(path)) from error
    except PermissionError as error:
        raise NotPermittedError(
            "this user may not read the file", where=str(path), remedy="Run it as who owns the workspace"
        ) from error
    except OSError as error:
        raise InvariantError(f"the file cannot be read: {error.strerror or error}", where=str(path)) from error


def files_below(folder: Path, *, without: frozenset[str] = frozenset()) -> list[str]:
    """Return the files below a folder as sorted relative paths, but for what is hidden at its top and what is named."""
    with reading_file(folder):
        tops = sorted(path for path in folder.iterdir() if path.name not in without and not path.name.startswith("."))
        found = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*")) if path.is_file()]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def keep_file(source: Path, folder: Path, name: str, before: Before | None) -> Kept:
    """Bring a file into a backup under a name: linked to the backup before if it is the same there, else copied."""
    target = folder / name
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    standing = before.manifest.files.get(name) if before else None
    if before and standing and _same(source, before.folder / name, standing):
        with writing(target):
            os.link(before.folder / name, target)
        return standing
    return copy_file(source, target)


def copy_file(source: Path, target: Path) -> Kept:
    """Copy a file with its times and rights, onto the disk, and return the digest of what was copied.

    Raises:
        InputMissingError, NotPermittedError, InvariantError: it cannot be read. OutputError: it cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    with reading_file(source):
        stream = source.open("rb")
    with stream:
        with writing(target):
            written = target.open("wb")
        with written:
            while chunk := _chunk(stream, source):
                digest.update(chunk)
                size += len(chunk)
                with writing(target):
                    written.write(chunk)
            with writing(target):
                written.flush()
                os.fsync(written.fileno())
    with writing(target):
        shutil.copystat(source, target)
    return Kept(digest.hexdigest(), size)


def check_files(folder: Path, manifest: BackupManifest) -> None:
    """Check that every file of a backup is as it was written.

    Raises:
        InvariantError: one is gone, or differs; says which.
    """
    for name, kept in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise InvariantError("a file of the backup is gone", where=str(path), remedy="Take another backup")
        with reading_file(path):
            same = path.stat().st_size == kept.bytes and sha256_of(path) == kept.sha256
        if not same:
            raise InvariantError(
                "a file of the backup is not as it was written", where=str(path), remedy="Take another backup"
            )


def _same(source: Path, earlier: Path, kept: Kept) -> bool:
    """Whether a file is still as the backup before kept it, and that one is whole: both are read, none is trusted."""
    with reading_file(source):
        if source.stat().st_size != kept.bytes or sha256_of(source) != kept.sha256:
            return False
    try:
        return sha256_of(earlier) == kept.sha256
    except OSError:
        return False


def _chunk(stream: BinaryIO, source: Path) -> bytes:
    with reading_file(source):
        return stream.read(_CHUNK)
