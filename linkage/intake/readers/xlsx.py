"""Workbooks: one sheet of an XLSX file, streamed row by row, each cell with the type it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from linkage.errors import InputDataError
from linkage.intake.columns.typed_text import as_text
from linkage.intake.limits import Limits
from linkage.intake.readers.base import DATE_SYSTEM, SHEETS_NOT_READ, RawBatch, RowRejects
from linkage.intake.readers.xlsx_cells import CellTypes, mixed, too_long
from linkage.intake.readers.xlsx_header import Header, Row, find_header, is_name
from linkage.intake.readers.xlsx_package import Package, Sheet
from linkage.intake.readers.xlsx_sheet import (
    KINDS,
    SHARED_CELL,
    SHEET_COLUMNS,
    TEXT_CELL,
    Cells,
    SheetWalk,
    shared_strings,
    sheet_cells,
)
from linkage.intake.sources.source import Source

_LOOKED_AT: Final = 20
_SHEETS_NAMED: Final = 20


class XlsxReader:
    """Reads a sheet of a workbook; satisfies :class:`linkage.intake.readers.base.Reader`.

    The sheet is the one the options name, else the first that is not hidden and has a header with rows below it. Lines
    are the sheet's own row numbers. A row without a value under the header is none.

    Numbers stay numbers, numbers shown as dates are dates, errors and formulas without a stored value are missing.
    Where a column holds texts and numbers, both stand in one union array.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        """Choose the sheet and read its header.

        Raises:
            InputDataError: UNREADABLE, FILE_TOO_LARGE, SHEET_MISSING, EMPTY_FILE.
        """
        self._source = source
        self._limits = limits
        self._package = Package(source.spool or source.path, limits, where=source.name)
        sheets, since_1904 = self._package.sheets()
        if stated := source.options.date_system:
            since_1904 = stated == "1904"
        self._types = CellTypes(self._package, shared_strings(self._package, limits), since_1904)
        self._moments = self._package.moments()
        self._sheet, self._head = self._choose(sheets)
        self._others = 0 if source.options.sheet else self._count_others(sheets)
        self._number = sheets.index(self._sheet) + 1
        self._unknown = 0

    @property
    def header(self) -> tuple[str, ...]:
        """Column names, outer blanks removed; empty where a cell of the header is."""
        return self._head.names

    @property
    def form(self) -> Mapping[str, str]:
        """The format, the sheet, the line of the header or ``none``; where days count from 1904, ``date_system``; if
        any, how many other sheets have rows, and how many formulas had no value.
        """
        line = f"line {self._head.line}" if self._head.line else "none"
        form = {"format": "xlsx", "sheet": _shown(self._sheet, self._number), "header": line}
        if self._types.since_1904:
            form[DATE_SYSTEM] = "1904"
        if self._others:
            form[SHEETS_NOT_READ] = str(self._others)
        if self._unknown:
            form["formulas_without_value"] = str(self._unknown)
        return form

    def batches(self, columns: Sequence[int]) -> Iterator[RawBatch]:
        """Yield the rows below the header."""
        slots = [-1] * len(self._head.names)
        for slot, column in enumerate(dict.fromkeys(columns)):
            slots[column] = slot
        walk = SheetWalk(self._package, self._limits, self._moments, slots, after=self._head.line)
        for cells in sheet_cells(self._package, self._sheet.part, walk, self._limits):
            self._unknown = walk.unknown
            yield self._batch(cells, columns, slots)

    def _batch(self, cells: Cells, columns: Sequence[int], slots: Sequence[int]) -> RawBatch:
        found = self._types.columns(cells)
        rejects = [RowRejects(cells.too_long, "", "ROW_TOO_LONG")] if len(cells.too_long) else []
        stay = np.ones(len(cells.lines), np.bool_)
        for column in dict.fromkeys(columns):
            long = too_long(found.get(slots[column], []), len(stay), self._limits.cell_bytes)
            if long.any():
                rejects.append(RowRejects(cells.lines[long], self._head.names[column], "CELL_TOO_LONG"))
                stay &= ~long
        arrays = {slot: mixed(parts, stay) for slot, parts in found.items()}
        empty = pa.nulls(int(stay.sum()), pa.string())
        walked = self._package.walked
        done = self._source.bytes * walked // max(1, walked, self._package.size)
        return RawBatch(
            cells.lines[stay], tuple(arrays.get(slots[column], empty) for column in columns), tuple(rejects), done
        )

    def _choose(self, sheets: Sequence[Sheet]) -> tuple[Sheet, Header]:
        where, wanted = self._source.name, self._source.options.sheet
        chosen = [sheet for sheet in sheets if (sheet.name == wanted if wanted else not sheet.hidden)]
        if wanted and not chosen:
            names = ", ".join(_shown(sheet, number) for number, sheet in enumerate(sheets[:_SHEETS_NAMED], 1))
            problem = f"no sheet has the name that was asked for; there are {len(sheets)}: {names}"
            raise InputDataError("SHEET_MISSING", problem, where=where, remedy="Name one of them")
        filled: list[tuple[Sheet, Header]] = []
        for sheet in chosen:
            head = self._look(sheet)
            if head.rows:
                return sheet, head
            if head.names:
                filled.append((sheet, head))
        if filled:
            return filled[0]
        raise InputDataError("EMPTY_FILE", "no sheet holds anything", where=where, remedy="Export it again")

    def _count_others(self, sheets: Sequence[Sheet]) -> int:
        """Return how many of the next visible sheets have rows too, or something that cannot be read."""
        visible = [sheet for sheet in sheets if not sheet.hidden]
        count = 0
        for sheet in visible[visible.index(self._sheet) + 1 :][:_SHEETS_NAMED]:
            try:
                count += self._look(sheet).rows
            except InputDataError:
                count += 1
        return count

    def _look(self, sheet: Sheet) -> Header:
        """Find the header among the first rows of a sheet."""
        most = min(self._limits.columns + 1, SHEET_COLUMNS)
        walk = SheetWalk(self._package, self._limits, self._moments, range(most))
        for _ in self._package.walk(sheet.part, walk):
            if walk.rows > _LOOKED_AT or walk.size >= self._limits.chunk_bytes:
                break
        cells = walk.take()
        if len(cells.too_long) and not (len(cells.lines) and cells.lines[0] < cells.too_long[0]):
            raise self._package.too_large("the first row is longer than the limit")
        head = find_header(self._first_rows(cells), self._source.options.header)
        if len(head.names) > self._limits.columns:
            raise self._package.too_large(f"the sheet has more than {self._limits.columns} columns")
        return head

    def _first_rows(self, cells: Cells) -> list[tuple[int, Row]]:
        everything = np.ones(len(cells.lines), np.bool_)
        rows: list[Row] = [{} for _ in cells.lines]
        at = np.repeat(np.arange(len(cells.lines)), np.diff(cells.ends, prepend=0))
        text = np.isin(cells.marks % KINDS, (TEXT_CELL, SHARED_CELL))
        plain = set(zip(at[text].tolist(), (cells.marks[text] // KINDS).tolist(), strict=True))
        for column, parts in sorted(self._types.columns(cells).items()):
            array = mixed(parts, everything)
            texts = as_text(array, kind="text", column=f"column {column + 1}", where=self._source.name)
            for row, text in enumerate(texts.to_pylist()):
                if text and text.strip():
                    rows[row][column] = (text.strip(), (row, column) in plain)
        return [(line, row) for line, row in zip(cells.lines.tolist(), rows, strict=True) if row]


def _shown(sheet: Sheet, number: int) -> str:
    """Return a sheet's name if it can be no one's number or date, else its place."""
    return sheet.name if is_name(sheet.name) and sheet.name.isprintable() else f"sheet {number}"
