"""Cells of a worksheet and texts of the shared table, taken from the XML as it passes by.

A cell is kept as a text and a mark (column and kind); what the texts mean is found out for whole batches at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.limits import Limits
from linkage.intake.readers.base import Int64
from linkage.intake.readers.xlsx_package import DATE, Package, deeper

SHEET_ROWS: Final = 1_048_576
SHEET_COLUMNS: Final = 16_384
"""The size of a sheet, by the format."""

TEXT_CELL: Final = 0
SHARED_CELL: Final = 1
NUMBER_CELL: Final = 2
DATE_CELL: Final = 3
TIME_CELL: Final = 4
FLAG_CELL: Final = 5
MOMENT_CELL: Final = 6
ERROR_CELL: Final = 7
KINDS: Final = 8
"""Kinds of cell; a mark is ``slot * KINDS + kind``. MOMENT: a date written as ISO text."""

_TYPES: Final[Mapping[str, int]] = {
    "n": NUMBER_CELL,
    "s": SHARED_CELL,
    "str": TEXT_CELL,
    "inlineStr": TEXT_CELL,
    "b": FLAG_CELL,
    "d": MOMENT_CELL,
    "e": ERROR_CELL,
}
_OTHER: Final = 0
_CELL: Final = 1
_VALUE: Final = 2
_ROW: Final = 3
_FORMULA: Final = 4
_ASIDE: Final = 5
_ITEM: Final = 6
_ELEMENTS: Final[Mapping[str, int]] = {
    "c": _CELL,
    "v": _VALUE,
    "t": _VALUE,
    "row": _ROW,
    "f": _FORMULA,
    "rPh": _ASIDE,
    "si": _ITEM,
}
_DIGITS: Final = "0123456789"
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_STRINGS_AT_ONCE: Final = 1 << 16
_CHARACTERS_AT_ONCE: Final = 8 << 20


@dataclass(frozen=True, repr=False)
class Cells:
    """Cells of some rows: ``lines`` int64 (n_rows,) and ``ends`` int64 (n_rows,), the number of cells up to each row's
    end; ``marks`` int32 (n_cells,) and their ``texts``. ``too_long``: lines of rows over the limit."""

    lines: Int64
    ends: Int64
    marks: Int64
    texts: pa.StringArray
    too_long: Int64


class SheetWalk:
    """Handlers of a worksheet; satisfies :class:`linkage.intake.readers.xlsx_package.Handlers`.

    ``rows`` and ``size``: rows and characters that wait to be taken. ``unknown``: formulas of wanted cells that have no
    value, because the program that wrote them did not compute it.
    """

    def __init__(
        self, package: Package, limits: Limits, moments: Mapping[str, str], slots: Sequence[int], *, after: int = 0
    ) -> None:
        """``slots``: for each column of the sheet, from the first, its place among the wanted ones, or -1.

        Columns behind are passed over. A row without any value in the columns of ``slots`` is none, nor is a row up
        to ``after``.
        """
        self._after = after
        self._package = package
        self._limits = limits
        self._styles = {style: DATE_CELL if moment == DATE else TIME_CELL for style, moment in moments.items()}
        self._slots = list(slots)
        self._elements = dict(_ELEMENTS)
        self._columns: dict[str, int] = {}
        self._depth = 0
        self.rows = self.size = self.unknown = 0
        self._marks: list[int] = []
        self._texts: list[str] = []
        self._lines: list[int] = []
        self._ends: list[int] = []
        self._too_long: list[int] = []
        self._line = self._column = self._seen = 0
        self._slot = -1
        self._kind = TEXT_CELL
        self._value = ""
        self._in_row = self._in_cell = self._in_value = self._aside = False
        self._filled = self._formula = False
        self._row_end = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Open a row, a cell or a value."""
        element = self._elements.get(name)
        if element is None:
            element = self._elements[name] = _ELEMENTS.get(name.rpartition(":")[2], _OTHER)
        if element == _VALUE:
            self._in_value = self._in_cell and not self._aside
        elif element == _CELL:
            self._open_cell(attributes)
            return
        elif element == _ROW:
            self._open_row(attributes)
            return
        elif element == _FORMULA:
            self._formula = True
        elif element == _ASIDE:
            self._aside = True
        self._depth += 1
        if self._depth > 50:
            deeper(self._depth, self._package)

    def end(self, name: str) -> None:
        """Close a row, a cell or a value."""
        element = self._elements[name]
        if element == _CELL:
            self._close_cell()
            return
        if element == _ROW:
            self._close_row()
            return
        self._depth -= 1
        if element == _VALUE:
            self._in_value = False
        elif element == _ASIDE:
            self._aside = False

    def text(self, data: str) -> None:
        """Keep what belongs to a value, up to one character more than a cell may have."""
        if self._in_value and len(self._value) <= self._limits.cell_bytes:
            self._value += data[: self._limits.cell_bytes + 1]

    def take(self) -> Cells:
        """Return the rows that are complete, and forget them."""
        count = self._ends[-1] if self._ends else 0
        cells = Cells(
            np.array(self._lines, np.int64),
            np.array(self._ends, np.int64),
            np.array(self._marks[:count], np.int64),
            pa.array(self._texts[:count], pa.string()),
            np.array(self._too_long, np.int64),
        )
        del self._marks[:count], self._texts[:count]
        self._lines, self._ends, self._too_long = [], [], []
        self.rows = self.size = 0
        self._row_end = self._limits.record_bytes
        return cells

    def _open_row(self, attributes: Mapping[str, str]) -> None:
        line = int(attributes["r"]) if "r" in attributes else self._line + 1
        if self._in_row or line <= self._line or line > SHEET_ROWS:
            raise self._package.unreadable("the rows of a sheet are not in order")
        self._line = line
        self._in_row = True
        self._column = -1
        self._filled = False
        self._row_end = self.size + self._limits.record_bytes

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        column = self._column + 1
        if reference is not None:
            letters = reference.rstrip(_DIGITS)
            column = self._columns.get(letters, -1)
            if column < 0:
                column = self._columns[letters] = self._position(letters)
        if self._in_cell or not self._in_row or column <= self._column or column >= SHEET_COLUMNS:
            raise self._package.unreadable("the cells of a row are not in order")
        self._column = column
        self._in_cell = True
        self._value = ""
        self._formula = False
        kind = attributes.get("t")
        if kind is None or kind == "n":
            self._kind = self._styles.get(attributes.get("s", ""), NUMBER_CELL)
        else:
            self._kind = _TYPES.get(kind, TEXT_CELL)

    def _close_cell(self) -> None:
        self._in_cell = False
        column = self._column
        if column >= len(self._slots) or self._line <= self._after:
            return
        value = self._value
        slot = self._slots[column]
        if not value:
            self.unknown += self._formula and slot >= 0
        elif self._kind != ERROR_CELL:
            self._filled = True
            if slot >= 0 and self.size <= self._row_end:
                self._marks.append(slot * KINDS + self._kind)
                self._texts.append(value)
                self.size += len(value) + 1

    def _close_row(self) -> None:
        self._in_row = False
        if not self._filled:
            return
        self._seen += 1
        if self._seen > self._limits.rows:
            raise self._package.too_large(f"the sheet has more than {self._limits.rows} rows")
        if self.size > self._row_end:
            count = self._ends[-1] if self._ends else 0
            del self._marks[count:], self._texts[count:]
            self._too_long.append(self._line)
            return
        self._lines.append(self._line)
        self._ends.append(len(self._marks))
        self.rows += 1

    def _position(self, letters: str) -> int:
        column = 0
        for letter in letters[:4]:
            if not "A" <= letter <= "Z":
                break
            column = 26 * column + ord(letter) - 64
        else:
            if letters and len(letters) < 4:
                return column - 1
        raise self._package.unreadable("a cell has no place in the sheet")


class _Strings:
    """Handlers of the table of shared texts: runs of rich text are joined, readings beside a text left out."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._most = limits.cell_bytes
        self._depth = 0
        self._elements = dict(_ELEMENTS)
        self._text = ""
        self._in_text = self._aside = False
        self._texts: list[str] = []
        self._size = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth = deeper(self._depth, self._package)
        element = self._elements.get(name)
        if element is None:
            element = self._elements[name] = _ELEMENTS.get(name.rpartition(":")[2], _OTHER)
        if element == _ITEM:
            self._text = ""
        elif element == _VALUE:
            self._in_text = not self._aside
        elif element == _ASIDE:
            self._aside = True

    def end(self, name: str) -> None:
        self._depth -= 1
        element = self._elements[name]
        if element == _ITEM:
            self._texts.append(self._text)
            self._size += len(self._text)
        elif element == _VALUE:
            self._in_text = False
        elif element == _ASIDE:
            self._aside = False

    def text(self, data: str) -> None:
        if self._in_text and len(self._text) <= self._most:
            self._text += data[: self._most + 1]

    def full(self) -> bool:
        return len(self._texts) > _STRINGS_AT_ONCE or self._size > _CHARACTERS_AT_ONCE

    def take(self) -> pa.LargeStringArray:
        texts, self._texts, self._size = self._texts, [], 0
        return unescaped(pa.array(texts, pa.large_string()))


def shared_strings(package: Package, limits: Limits) -> pa.ChunkedArray:
    """Return the shared texts of a workbook (large_string); one over the cell limit is cut behind it."""
    chunks: list[pa.Array] = []
    if part := package.shared_strings():
        strings = _Strings(package, limits)
        for _ in package.walk(part, strings):
            if strings.full():
                chunks.append(strings.take())
        chunks.append(strings.take())
    return pa.chunked_array(chunks, pa.large_string())


def unescaped(texts: pa.Array) -> pa.Array:
    """Return texts with characters in place of their numbers: ``_x000D_`` is a carriage return (ECMA-376 22.4.2.4)."""
    odd = pc.indices_nonzero(pc.match_substring_regex(texts, "_x[0-9A-Fa-f]{4}_"))
    if not len(odd):
        return texts
    plain = [_ESCAPED.sub(_character, text) for text in texts.take(odd).to_pylist()]
    mask = np.zeros(len(texts), np.bool_)
    mask[odd.to_numpy()] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(plain, texts.type))


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    # Half of a pair of surrogates is no character.
    return match[0] if 0xD800 <= number < 0xE000 else chr(number)


def sheet_cells(package: Package, part: str, walk: SheetWalk, limits: Limits) -> Iterator[Cells]:
    """Yield the rows of a sheet, some at a time: up to about ``batch_rows``, or as many as fill ``chunk_bytes``."""
    for _ in package.walk(part, walk):
        if walk.rows >= limits.batch_rows or walk.size >= limits.chunk_bytes:
            yield walk.take()
    yield walk.take()
