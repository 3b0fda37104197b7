"""Is the first row of a table its header, a title above it, or a row already?

Said only when it is sure; else the first row is the header, as it is in nearly all files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from linkage.intake.columns.column_names import is_protected, plain_name
from linkage.schema import RESIDENT_COLUMNS

Row = Sequence[str]

_CLIP: Final = 64
_DATUM: Final = re.compile(
    r"'?(?P<number>\d{6,})|(?P<date>\d{1,4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,4}(?:[ T].*)?)|(?P<mail>[^@\s]+@[^@\s]+)"
)
_MOST: Final = 0.8
_ENOUGH_ROWS: Final = 20
_TITLE_ROWS: Final = 20


def is_known(name: str) -> bool:
    """Tell whether a resident's column is called so."""
    return bool(name.strip()) and (plain_name(name) in _known_names() or is_protected(name))


def is_a_row(first: Row, others: Sequence[Row]) -> bool:
    """Tell whether the first row is surely data: its cells look like those below, and none like a name above data."""
    if any(is_known(cell) for cell in first):
        return False
    others = [row for row in others if len(row) == len(first)]
    alike = repeated = 0
    for position, cell in enumerate(first):
        shape = _shape(cell)
        below = [row[position].strip() for row in others]
        filled = [value for value in below if value]
        shapes = [_shape(value) for value in filled]
        if shape:
            alike += shapes.count(shape) >= _MOST * len(filled) and (bool(filled) or not others)
        elif filled and any(letter.isalpha() for letter in cell) and sum(map(bool, shapes)) >= _MOST * len(filled):
            return False
        repeated += len(filled) >= _ENOUGH_ROWS and bool(cell.strip()) and cell.strip() in filled
    return alike > 0 or repeated > 1


def looks_like_title(first: Row, others: Sequence[Row]) -> bool:
    """Tell whether the first row is one lonely text above a table of three columns or more."""
    lonely = len(_filled(first)) == 1 and len(first) != 2 and not is_known(_filled(first)[0])
    wide = [row for row in others if len(_filled(row)) >= 3]
    return lonely and len(wide) >= 2 and len(wide) >= _MOST * (len(others) - _TITLE_ROWS)


def find_below_title(rows: Sequence[Row]) -> int:
    """Return the number of the row that is surely the header below a title, -1 when none is."""
    for number, row in enumerate(rows[1:_TITLE_ROWS], start=1):
        if len(_filled(row)) >= 2:
            return number if sum(is_known(cell) for cell in row) >= 2 else -1
    return -1


def _filled(row: Row) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _shape(cell: str) -> str:
    match = _DATUM.fullmatch(cell.strip()[:_CLIP])
    return str(match.lastgroup).replace("mark", "date") if match else ""


@cache
def _known_names() -> frozenset[str]:
    text = (resources.files("linkage.intake.columns") / "data" / "columns.toml").read_text(encoding="utf-8")
    return frozenset(plain_name(name) for name in [*RESIDENT_COLUMNS, *_texts(tomllib.loads(text))])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
