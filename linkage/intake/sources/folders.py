"""The files of a folder that are meant to be read."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

from linkage.errors import InputDataError, InputMissingError
from linkage.intake.limits import Limits
from linkage.intake.sources.source import readable

_LEFT_OUT: Final = re.compile(r"\..*|.*\.meta\.toml|.*\.(?:part|partial|tmp)|.*~", re.IGNORECASE | re.DOTALL)


def is_left_out(name: str) -> bool:
    """Tell whether a file is hidden, a sidecar, still being copied, or what macOS puts into archives."""
    path = PurePosixPath(name)
    return bool(_LEFT_OUT.fullmatch(path.name)) or "__MACOSX" in path.parts


def is_delta(path: Path) -> bool:
    """Tell whether a folder is a Delta Lake table."""
    return (path / "_delta_log").is_dir()


def files_of(folder: Path, limits: Limits) -> list[Path]:
    """Return the files and Delta tables right in a folder, by name; other folders in it are not entered.

    Raises:
        InputMissingError: it holds none. InputDataError: FILE_TOO_LARGE when there are too many.
    """
    found: list[Path] = []
    with readable(folder.name):
        for path in folder.iterdir():
            if not is_left_out(path.name) and (path.is_file() or is_delta(path)):
                found.append(path)
            if len(found) > limits.members:
                problem = f"the folder holds more than {limits.members} files"
                raise InputDataError("FILE_TOO_LARGE", problem, where=folder.name, remedy="Name fewer at a time")
    if not found:
        raise InputMissingError(
            "the folder holds no file to read", where=str(folder), remedy="Folders in it are not entered"
        )
    return sorted(found, key=lambda path: path.name)
