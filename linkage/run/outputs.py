"""Writing a run's folder: into a hidden folder beside it first, so that a half-written run is never seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import OutputError
from linkage.run.manifest import MANIFEST_NAME, RunManifest, sha256_of
from linkage.side_by_side import side_by_side


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Yield :func:`prepare_folder` of ``folder``; whatever is still there at the end was not published and goes."""
    staging = prepare_folder(folder)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals into one clear error."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror or error}",
            where=str(folder),
            remedy="Check permissions and free space",
        ) from error


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter; one that is there already stays as it is.

    Raises:
        OutputError: it cannot be made.
    """
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def resume_folder(folder: Path) -> Path:
    """Return where a run into ``folder`` leaves what a second try need not compute again. A finished run removes it."""
    return folder.parent / f".{folder.name}.resume"


def prepare_folder(folder: Path) -> Path:
    """Return an empty staging folder beside ``folder``; refuse early when nothing can be written there.

    Raises:
        OutputError: the parent cannot be created or written, or ``folder`` is a file or holds something that is not a
            run.
    """
    if not folder.name:
        raise OutputError("results need a folder of their own", where=str(folder), remedy="Choose another --out")
    with writing(folder):
        is_file = folder.exists() and not folder.is_dir()
    if is_file:
        raise OutputError("there is a file of that name", where=str(folder), remedy="Choose another --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST_NAME).is_file():
        raise OutputError(
            "the folder is not empty and holds no earlier run", where=str(folder), remedy="Choose another --out"
        )
    staging = folder.with_name(f".{folder.name}.partial")
    with writing(folder):
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
    return staging


def write_tables(staging: Path, tables: Mapping[str, pa.Table], threads: int = 1) -> dict[str, str]:
    """Write each table as ``<name>.parquet``, so many at once, and return SHA-256 by file name."""

    def write(name: str) -> tuple[str, str]:
        path = staging / f"{name}.parquet"
        pq.write_table(tables[name], path, compression="zstd")
        return path.name, sha256_of(path)

    with writing(staging):
        return dict(side_by_side([partial(write, name) for name in tables], threads))


def publish_folder(staging: Path, folder: Path, manifest: RunManifest) -> None:
    """Write the manifest last and give the folder its name in one step; an earlier run there is replaced."""
    with writing(folder):
        write_text(staging / MANIFEST_NAME, manifest.to_json())
        old = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        staging.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        _sync(folder.parent)


def write_text(path: Path, text: str, *, mode: int | None = None) -> None:
    """Write a small file atomically: a reader sees the old or the new one, never half.

    ``mode``: who may read it, whatever the process's umask says; default: as that says.
    """
    temporary = path.with_name(f".{path.name}.partial")
    with temporary.open("w", encoding="utf-8") as stream:
        if mode is not None:
            os.fchmod(stream.fileno(), mode)
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
