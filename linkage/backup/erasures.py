"""Erasures that a backup is older than: whoever was erased since is not brought back with it.

What an older backup holds of an erased resident can be erased once it is restored, not before: the work needs the
queue. So the tombstones come along as not done, and nothing is built on the workspace until they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from linkage.backup.files import reading_file
from linkage.errors import InvariantError
from linkage.nightly.erased_rows import TOMBSTONES_NAME, read_tombstones, write_tombstones
from linkage.reference.tombstones import Tombstone, overtaken, tombstones_of_text


def carry_erasures(staged: Path, stood: Iterable[Path], copy: Path | None) -> tuple[str, ...]:
    """Give a workspace that is about to be restored the tombstones written since, and return what is to be told of it.

    ``staged``: the workspace of the backup. ``stood``: workspaces that make way for it. ``copy``: tombstones kept
    elsewhere.

    Raises:
        InputMissingError, NotPermittedError, InvariantError: the copy cannot be read.
    """
    kept, warnings = read_tombstones(staged), []
    whole = overtaken(kept, () if copy is None else _read(copy))
    for workspace in stood:
        path = workspace / TOMBSTONES_NAME
        try:
            whole = overtaken(whole, _read(path) if path.is_file() else ())
        except InvariantError:
            warnings.append(f"{path} is damaged: give a copy of it with --tombstones, or name who was erased once more")
    if whole != kept:
        write_tombstones(staged, whole)
    if again := len(whole) - len(kept):
        warnings.append(f"{again} erasures are newer than the backup: do them on what was restored with linkage erase")
    return tuple(warnings)


def _read(path: Path) -> tuple[Tombstone, ...]:
    with reading_file(path):
        text = path.read_text(encoding="utf-8", errors="replace")
    return tombstones_of_text(text, where=str(path))
