"""Which runs are under way: a file each, locked for as long as its process lives.

A file that nobody locks is of a run that was killed: it ended without a word.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from linkage.run.outputs import writing

FOLDER: Final = "underway"


@dataclass(frozen=True)
class Underway:
    """A run that began at an instant (ISO 8601 in UTC) and has not ended."""

    command: str
    run_id: str
    started: str


@contextmanager
def under_way(folder: Path, run: Underway) -> Iterator[None]:
    """Say that a run is under way, for as long as the block runs.

    Raises:
        OutputError: the file cannot be written.
    """
    path = folder / FOLDER / f"{run.run_id}.json"
    hidden = path.with_name(f".{path.name}")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = hidden.open("w", encoding="utf-8")
    with stream:
        with writing(path):
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stream.write(json.dumps(asdict(run)))
            stream.flush()
            hidden.rename(path)  # locked before anybody can take it for one that was left
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def cut_off(folder: Path) -> tuple[Underway, ...]:
    """Return the runs that were killed and of which nobody has been told (:func:`told`), oldest first."""
    found = (_left(path) for path in sorted((folder / FOLDER).glob("*.json")))
    return tuple(sorted((run for run in found if run is not None), key=lambda run: run.started))


def told(folder: Path, run: Underway) -> None:
    """Forget a run that was killed."""
    with writing(folder):
        (folder / FOLDER / f"{run.run_id}.json").unlink(missing_ok=True)


def _left(path: Path) -> Underway | None:
    try:
        with path.open(encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            run = Underway(**json.loads(stream.read()))
            return run if run.run_id == path.stem else None
    except (OSError, ValueError, TypeError):
        return None
