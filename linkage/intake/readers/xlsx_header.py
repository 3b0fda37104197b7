"""Where the header of a sheet is: the first row, or the first row of a table below titles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linkage.intake.readers.header_row import is_a_row

_LOOKED_AT: Final = 20
_NAME_LENGTH: Final = 60
_NAME_DIGITS: Final = 4
_TABLE_WIDTH: Final = 3

Row = dict[int, tuple[str, bool]]
"""Column -> the cell's text without outer blanks, never empty, and whether it was a text already."""


@dataclass(frozen=True)
class Header:
    """``line`` of the header's row, 0 when there is none; ``names``; ``rows``: some follow."""

    line: int
    names: tuple[str, ...]
    rows: bool


def find_header(rows: list[tuple[int, Row]], stated: bool | None) -> Header:
    """Return the header among the first rows (line and cells) that are not blank.

    ``stated`` is what the user says: with True the first row is the header, with False there is none and the columns
    are called ``column_1`` and so on. With None rows may be passed over as titles, if three things hold for the first
    of the widest of the first 20 rows: it has three or more different texts and nothing else, each short and with at
    most four digits; no gap is between them; and every row above it has at most half as many cells. A row of a
    resident has digits, so it is never taken for a header in place of the first row. There is no header when the first
    row is surely one of data (:func:`linkage.intake.readers.header_row.is_a_row`).
    """
    if not rows:
        return Header(0, (), False)
    first = 0 if stated else _after_titles([row for _, row in rows[:_LOOKED_AT]])
    width = 1 + max(max(row) for _, row in rows)
    if stated is False or (stated is None and not first and _begins_with_a_row(rows, width)):
        return Header(0, tuple(f"column_{number}" for number in range(1, width + 1)), True)
    line, row = rows[first]
    names = tuple(row[column][0] if column in row else "" for column in range(max(row) + 1))
    return Header(line, names, first + 1 < len(rows))


def _begins_with_a_row(rows: list[tuple[int, Row]], width: int) -> bool:
    texts = [[row[column][0] if column in row else "" for column in range(width)] for _, row in rows]
    return is_a_row(texts[0], texts[1:])


def _after_titles(rows: list[Row]) -> int:
    widest = max(len(row) for row in rows)
    first = next(number for number, row in enumerate(rows) if len(row) == widest)
    row = rows[first]
    names = [text for text, _ in row.values()]
    certain = (
        widest >= _TABLE_WIDTH
        and len(set(names)) == widest == max(row) - min(row) + 1
        and all(is_text and is_name(text) for text, is_text in row.values())
        and all(2 * len(above) <= widest for above in rows[:first])
    )
    return first if certain else 0


def is_name(text: str) -> bool:
    """Tell whether a text can be a name of a column or a sheet, and no one's number, date or address."""
    return len(text) <= _NAME_LENGTH and sum(letter.isdigit() for letter in text) <= _NAME_DIGITS
