"""Names of files as a report may show them: one line of UTF-8 that gives no orders to a terminal."""

from __future__ import annotations

import re
from typing import Final

_ODD: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, ends of lines, turns of the writing direction, and bytes that were no UTF-8."""


def has_odd_letters(name: str) -> bool:
    """Tell whether a name or path cannot be shown as it is."""
    return _ODD.search(name) is not None


def shown_file_name(name: str) -> str:
    """Return a name with the numbers of its odd letters in their place."""
    return _ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", name)
