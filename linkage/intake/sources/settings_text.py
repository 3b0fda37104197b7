"""TOML that comes with a file from outside: parsed within bounds of size, depth and time."""

from __future__ import annotations

import tomllib
from typing import Any, Final

SETTINGS_BYTES: Final = 1 << 16
_DOTS: Final = 1000


def parse_settings(data: bytes) -> dict[str, Any]:
    """Return the tables of a TOML text in UTF-8.

    Raises:
        ValueError: it is none, or longer than SETTINGS_BYTES, or names and lists in it are nested too deeply. The
            message may quote the text.
    """
    if len(data) > SETTINGS_BYTES:
        raise ValueError(f"more than {SETTINGS_BYTES} bytes")
    text = data.decode()
    # The time to parse a dotted name grows with the square of its parts; a name has no line end.
    if any(line.count(".") > _DOTS for line in text.split("\n")):
        raise ValueError("a name of too many parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
