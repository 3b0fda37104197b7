"""Files and folders with residents' data: for the user they belong to, and for no other user of the machine."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def open_to_all(path: Path) -> bool:
    """Return whether every user of this machine may read, change or enter a file or folder that is there."""
    return bool(path.stat().st_mode & stat.S_IRWXO)


def close_to_others(path: Path) -> None:
    """Take a file or folder of this user's own from group and others if it is open to all.

    One that is shared with a group alone is so on purpose, and stays. One that is not there, or may not be looked at,
    is left.
    """
    with suppress(OSError):
        found = path.stat()
        if found.st_mode & stat.S_IRWXO and found.st_uid == os.geteuid():
            path.chmod(found.st_mode & stat.S_IRWXU)
