"""How one file is to be read, stated beside it: table ``[reading]`` of ``<file>.meta.toml``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from linkage.errors import InputDataError, UsageError
from linkage.intake.options import ReadOptions, read_options
from linkage.intake.sources.settings_text import SETTINGS_BYTES, parse_settings


def sidecar_of(path: Path) -> Path:
    """Return where the sidecar of a file or folder would lie."""
    return path.with_name(f"{path.name}.meta.toml")


def sidecar_tables(path: Path) -> dict[str, Any] | None:
    """Return what the sidecar of a file or folder says, None without one.

    Raises:
        ValueError: it is too long, or no TOML in UTF-8; the message may quote it. OSError: it cannot be read.
    """
    sidecar = sidecar_of(path)
    try:
        there = sidecar.is_file()
    except OSError:
        # No file can have so long a name.
        there = False
    if not there:
        return None
    with sidecar.open("rb") as stream:
        return parse_settings(stream.read(SETTINGS_BYTES + 1))


def with_sidecar(path: Path, options: ReadOptions) -> ReadOptions:
    """Return the options, with those that the file's sidecar states in their place.

    Raises:
        InputDataError: SIDECAR when it cannot be read, is no TOML, or ``[reading]`` states what no file can have.
    """
    sidecar = sidecar_of(path)
    try:
        tables = sidecar_tables(path)
        reading = {} if tables is None else tables.get("reading", {})
        if not isinstance(reading, dict):
            raise UsageError("reading must be a table")
        stated = read_options(reading, where="[reading]")
        return replace(options, **{name: getattr(stated, name) for name in reading})
    except UsageError as error:
        problem, remedy = f"[reading]: {error.problem}", error.remedy
    except OSError as error:
        problem, remedy = f"the sidecar cannot be read ({error.strerror})", "Check its rights"
    except ValueError:
        problem, remedy = f"the sidecar is no TOML in UTF-8 of at most {SETTINGS_BYTES} bytes", ""
    raise InputDataError("SIDECAR", problem, where=sidecar.name, remedy=remedy or "See the guide on inputs")
