"""Where a project's reference lies in its workspace, and its publications in its output folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

REFERENCE_FOLDER: Final = "reference"
PUBLICATIONS: Final = "publications"


def sent(publications: Path) -> Iterator[tuple[int, Path]]:
    """Yield number and folder of each publication that went out, in no certain order; nothing without the folder.

    A backup that was restored knows nothing of what went out after it was taken; these folders do.
    """
    for folder in publications.glob("[0-9]*") if publications.is_dir() else ():
        if folder.name.isascii() and folder.name.isdecimal():
            yield int(folder.name), folder
