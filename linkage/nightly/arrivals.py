"""What lies in the inbox of a nightly project, and which of it no committed run has decided upon."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from linkage.errors import InputMissingError
from linkage.intake.sources.file_names import shown_file_name
from linkage.intake.sources.folders import is_delta, is_left_out
from linkage.intake.sources.sidecar import sidecar_of
from linkage.nightly.ledger import UNTOLD, FileEntry
from linkage.run.manifest import sha256_of
from linkage.side_by_side import side_by_side

CHANGED: Final = "FILE_CHANGED"
UNREADABLE: Final = "UNREADABLE"
QUERY: Final = ".sql.toml"
"""Ends the name of a file that holds a query: its rows are not known before it is read."""


@dataclass(frozen=True)
class Arrival:
    """A file, or the folder of a Delta table, that lies in the inbox.

    ``mark``: name and SHA-256, and that of the sidecar where there is one; how the ledger knows it. ``digest``: SHA-256
    of the content, "" when it could not be read. ``bytes``: its size. ``stamp``: sizes and times when the digest was
    taken. ``unready``: why it must wait for the next run, CHANGED or UNREADABLE, or "".
    """

    path: Path
    mark: str = ""
    digest: str = ""
    bytes: int = 0
    stamp: tuple[tuple[int, int], ...] = ()
    unready: str = ""

    @property
    def name(self) -> str:
        """The file's name as it may be shown."""
        return shown_file_name(self.path.name)

    @property
    def is_query(self) -> bool:
        """Whether the file holds a query and not rows."""
        return self.path.name.lower().endswith(QUERY)

    def has_changed(self) -> bool:
        """Return whether the file is another one than that whose digest was taken, or gone."""
        try:
            return stamp_of(self.path) != self.stamp
        except OSError:
            return True


def files_in(inbox: Path, threads: int = 1) -> list[Arrival]:
    """Return what lies in the inbox, by name.

    A file that cannot be read, or that changes while its digest is taken, is returned as ``unready``. A folder counts
    when it is a Delta table; sidecars, hidden files and what is still being copied are passed over. ``threads``: how
    many files are read at once.

    Raises:
        InputMissingError: there is no such inbox.
    """
    if not inbox.is_dir():
        raise InputMissingError("no inbox folder", where=str(inbox), remedy="Set [intake] inbox in linkage.toml")
    found = sorted(path for path in inbox.iterdir() if not is_left_out(path.name) and _is_extract(path))
    return list(side_by_side([partial(_look, path) for path in found], threads))


def new_files(found: Sequence[Arrival], taken: Mapping[str, FileEntry]) -> list[Arrival]:
    """Return those of :func:`files_in` that no committed run has decided upon, in their order."""
    return [arrival for arrival in found if arrival.unready or not _is_known(arrival, taken)]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, or of a folder's files and their names."""
    return sha256_of(path) if path.is_file() else _digest_of_folder(path)


def stamp_of(path: Path) -> tuple[tuple[int, int], ...]:
    """Return sizes and times of a file, or of a folder's files, by which a change is seen."""
    return tuple((status.st_size, status.st_mtime_ns) for status in (file.stat() for file in _files(path)))


def _is_extract(path: Path) -> bool:
    return path.is_file() or is_delta(path)


def _look(path: Path) -> Arrival:
    try:
        stamp = stamp_of(path)
        digest = digest_of(path)
        sidecar = sidecar_of(path)
        beside = f" {sha256_of(sidecar)}" if sidecar.is_file() else ""
        arrival = Arrival(path, f"{path.name} {digest}{beside}", digest, sum(size for size, _ in stamp), stamp)
        return Arrival(path, unready=CHANGED) if arrival.has_changed() else arrival
    except FileNotFoundError:
        return Arrival(path, unready=CHANGED)
    except OSError:
        return Arrival(path, unready=UNREADABLE)


def _is_known(arrival: Arrival, taken: Mapping[str, FileEntry]) -> bool:
    if arrival.mark in taken:
        return True
    entry = taken.get(f"{arrival.path.name} {arrival.digest}")
    return entry is not None and entry.code == UNTOLD


def _digest_of_folder(path: Path) -> str:
    digest = hashlib.sha256()
    for file in _files(path):
        digest.update(f"{file.relative_to(path).as_posix()}\x1f{sha256_of(file)}\x1e".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from sorted(file for file in path.rglob("*") if file.is_file())
