"""The quarantine: a refused file leaves the inbox, with its sidecar, once the run that refused it counts.

The ledger says what was refused; whatever of it still lies in the inbox is left to be moved. So a run that was killed
is finished by the next, and a file that somebody moves back unchanged goes into quarantine again. Nothing is
overwritten. Hold the lock of the workspace.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from linkage.intake.sources.sidecar import sidecar_of
from linkage.nightly.arrivals import Arrival, digest_of, stamp_of
from linkage.nightly.ledger import FileEntry

UNKNOWN: Final = "unknown"
"""The folder of files whose region could not be told."""

_MARK: Final = re.compile(r"(?P<name>.*?) (?P<digest>[0-9a-f]{64})(?: (?P<sidecar>[0-9a-f]{64}))?", re.DOTALL)
_LEAVING: Final = ".quarantined"
_COPYING: Final = ".copying"


def move_refused(
    inbox: Path, quarantine: Path, found: Sequence[Arrival], files: Mapping[str, FileEntry]
) -> tuple[str, ...]:
    """Move what the ledger calls refused to ``quarantine/<region or unknown>/<run id>/<name>``.

    A file that was changed since ``found`` was looked at stays. Returns what could not be moved, a sentence each.
    """
    problems = []
    for arrival in found:
        entry = files.get(arrival.mark)
        if entry is None or not entry.refused:
            continue
        try:
            _move(arrival, quarantine, entry)
        except OSError as error:
            problems.append(f"{arrival.name}: cannot be moved into quarantine ({error.strerror}); the next run tries")
    try:
        _finish(inbox, quarantine, files)
    except OSError as error:
        problems.append(f"the inbox cannot be tidied ({error.strerror}); the next run tries")
    return tuple(problems)


def count_quarantined(quarantine: Path, files: Mapping[str, FileEntry]) -> int:
    """Return how many refused files lie in quarantine."""
    return sum(
        any((folder / name).exists() for folder in _folders(quarantine, entry)) for name, _, entry in _refused(files)
    )


def _move(arrival: Arrival, quarantine: Path, entry: FileEntry) -> None:
    """Move a file or folder, and then its sidecar. One that has changed stays."""
    if arrival.has_changed():
        return
    quarantine.mkdir(parents=True, exist_ok=True, mode=0o700)
    targets = (folder / arrival.path.name for folder in _folders(quarantine, entry))
    target = next(path for path in targets if not os.path.lexists(path) or digest_of(path) == arrival.digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    begun = _begun(target)
    begun.touch()
    if os.path.lexists(target):
        _remove(arrival.path)
        moved = True
    else:
        _remove_tree(target.with_name(_COPYING))  # of a run that was killed
        moved = _move_to(arrival, target)
    if moved:
        _move_sidecar(sidecar_of(arrival.path), target.parent)
    begun.unlink()


def _move_to(arrival: Arrival, target: Path) -> bool:
    """Move to a free name; what was changed at the last moment goes back, and False is returned."""
    try:
        arrival.path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return _copy_to(arrival, target)
    try:
        same = stamp_of(target) == arrival.stamp
    except OSError:  # a link that counts from the inbox
        same = False
    if not same and not os.path.lexists(arrival.path):
        target.rename(arrival.path)
    return same


def _copy_to(arrival: Arrival, target: Path) -> bool:
    """Move to another file system: the original goes when the copy is whole and on the disk."""
    copy = target.with_name(_COPYING)
    if arrival.path.is_dir():
        shutil.copytree(arrival.path, copy)
    else:
        shutil.copy2(arrival.path, copy)
    for file in [copy] if copy.is_file() else [path for path in copy.rglob("*") if path.is_file()]:
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    if digest_of(copy) != arrival.digest or arrival.has_changed():
        _remove_tree(copy)
        return False
    copy.rename(target)
    _remove(arrival.path)
    return True


def _move_sidecar(sidecar: Path, folder: Path) -> None:
    target = folder / sidecar.name
    if not sidecar.is_file():
        return
    if os.path.lexists(target):
        if digest_of(target) == digest_of(sidecar):
            sidecar.unlink()
        return
    copy = target.with_name(_COPYING)
    _remove_tree(copy)
    try:
        sidecar.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copy2(sidecar, copy)
        copy.rename(target)
        sidecar.unlink()


def _finish(inbox: Path, quarantine: Path, files: Mapping[str, FileEntry]) -> None:
    """Finish what a killed run began: a sidecar follows its file, and an original whose copy is whole goes.

    A sidecar without a file may as well have come before it, so one follows only where a move was begun.
    """
    for path in inbox.glob(f".*{_LEAVING}"):
        _remove_tree(path)
    for name, digest, entry in _refused(files):
        for folder in _folders(quarantine, entry):
            begun = _begun(folder / name)
            if not os.path.lexists(begun):
                continue
            sidecar = sidecar_of(inbox / name)
            alone = os.path.lexists(folder / name) and not os.path.lexists(inbox / name)
            if alone and sidecar.is_file() and digest_of(sidecar) == digest:
                _move_sidecar(sidecar, folder)
            begun.unlink()


def _begun(target: Path) -> Path:
    """Return the hidden file that stands beside a file while it and its sidecar are moved."""
    return target.with_name(f".{_short(target.name)}.begun")


def _refused(files: Mapping[str, FileEntry]) -> Iterator[tuple[str, str, FileEntry]]:
    """Yield name, digest of the sidecar ("" for none) and entry of every refused file."""
    for mark, entry in files.items():
        if entry.refused and (match := _MARK.fullmatch(mark)):
            yield match["name"], match["sidecar"] or "", entry


def _folders(quarantine: Path, entry: FileEntry) -> Iterator[Path]:
    """Yield where a refused file may lie: the folder of its run, and more of them while names are taken."""
    region, number = quarantine / (entry.region or UNKNOWN), 1
    folder = region / entry.run
    yield folder
    while os.path.lexists(folder):
        number += 1
        folder = region / f"{entry.run}~{number}"
        yield folder


def _remove(path: Path) -> None:
    """Remove what lies in quarantine as well. A folder gets a hidden name first: half of one is never seen."""
    if not path.is_dir():
        path.unlink()
        return
    hidden = path.with_name(f".{_short(path.name)}{_LEAVING}")
    path.rename(hidden)
    _remove_tree(hidden)


def _remove_tree(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _short(name: str) -> str:
    """Return a name's digest, which is never too long for a name."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
