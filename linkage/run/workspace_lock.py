"""One writer at a time: the lock of a workspace, which all commands share that change what is in it.

The lock is the operating system's (``flock``) and ends with its process, however that ends. What stands in the file is
only for people: who holds it, since when, for what. A file that was left behind says nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Final

from linkage.errors import LockHeldError
from linkage.run.outputs import writing

LOCK_NAME: Final = "lock"
_TRIES: Final = 5
_PAUSE_S: Final = 0.02
"""Whoever asks who holds a lock holds it for an instant; that must not turn a run away."""


@dataclass(frozen=True)
class Holder:
    """Who works on a workspace: ``process`` on ``host``, ``since`` (UTC, ISO 8601), ``doing`` which command."""

    process: int
    host: str
    since: str
    doing: str

    def __str__(self) -> str:
        return f"process {self.process} on {self.host} since {self.since}: {self.doing}"


@contextmanager
def workspace_lock(workspace: Path, doing: str) -> Iterator[None]:
    """Keep others off a workspace, which is made if need be. ``doing``: the command, for who comes meanwhile.

    Raises:
        LockHeldError: another process holds it; says which, since when and what for. OutputError: it cannot be written.
    """
    with writing(workspace):
        # It will hold residents' data; one that is there already keeps its mode here.
        workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Unbuffered: what a full disk refuses is said where it is written, and not once more when it is closed.
        stream = (workspace / LOCK_NAME).open("ab+", buffering=0)
    with stream:
        if not _taken(stream, workspace):
            stream.seek(0)
            holder = _read(stream.read().decode(errors="replace")) or "another process"
            raise LockHeldError(f"held by {holder}", where=str(workspace), remedy="Try again when it is done")
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder = Holder(os.getpid(), os.uname().nodename, since, doing)
        with writing(workspace):
            stream.truncate(0)
            stream.write(json.dumps(asdict(holder)).encode())
        yield
        stream.truncate(0)


def lock_holder(workspace: Path) -> Holder | None:
    """Return who holds the lock of a workspace now, None for nobody."""
    try:
        with (workspace / LOCK_NAME).open(encoding="utf-8") as stream:
            holder = _read(stream.read())
            if holder is None:
                return None
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return holder
    except OSError:
        return None
    return None


def _taken(stream: FileIO, workspace: Path) -> bool:
    for left in reversed(range(_TRIES)):
        with writing(workspace), suppress(BlockingIOError):
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if left:
            time.sleep(_PAUSE_S)
    return False


def _read(text: str) -> Holder | None:
    """Return who a lock's file names; None for a file of another form, or of more than a plain line."""
    try:
        holder = Holder(**json.loads(text))
    except (ValueError, TypeError):
        return None
    return holder if str(holder).isprintable() else None
