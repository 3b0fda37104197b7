"""Two slow readings of CSV, to check the splitter of :mod:`linkage.intake.readers.csv_split` against."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Row:
    """A record: its first physical line, its cells, and what is wrong with it (empty: nothing)."""

    line: int
    cells: tuple[str, ...]
    wrong: str = ""


def csv_module_rows(text: str, delimiter: str) -> list[Row] | None:
    """Return the rows as the csv module reads them strictly, None where it finds fault."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            if cells:
                rows.append(Row(line, tuple(cells)))
            line = reader.line_num + 1
    except csv.Error:
        return None
    return rows


def slow_rows(text: str, delimiter: str, *, record_limit: int = 1 << 20, cell_limit: int = 1 << 16) -> list[Row]:
    """Return the rows by the grammar stated in ``csv_split``, one whole text, one character (of one byte) at a time."""
    rows: list[Row] = []
    at, line = 0, 1
    while at < len(text):
        row, at, line = _one_row(text, at, line, delimiter, record_limit, cell_limit)
        if row is not None:
            rows.append(row)
    return rows


def _one_row(
    text: str, start: int, line: int, delimiter: str, record_limit: int, cell_limit: int
) -> tuple[Row | None, int, int]:
    cells: list[str] = []
    cell, cell_at = "", start
    overlong = False
    at, now = start, line
    while True:
        ends = at == len(text) or text[at] in "\r\n"
        if (ends or text[at] == delimiter) and at - start <= record_limit and (ends or at - start < record_limit):
            cells.append(cell)
            overlong |= at - cell_at > cell_limit
            if ends:
                if at == start:
                    return None, *_next_line(text, at, now)
                return Row(line, tuple(cells), "CELL_TOO_LONG" if overlong else ""), *_next_line(text, at, now)
            at += 1
            cell, cell_at = "", at
            continue
        if at - start >= record_limit:
            overlong |= at - cell_at > cell_limit
            return Row(line, (), "CELL_TOO_LONG" if overlong else "ROW_TOO_LONG"), *_next_line(text, at, now)
        if text[at] != '"' or at != cell_at:
            cell += text[at]
            at += 1
            continue
        quote_at, quote_line = at, now
        at += 1
        while True:
            crossed = now > quote_line
            if at == len(text) and at - start <= record_limit:
                return Row(line, (), "QUOTE_OPEN"), *_next_line(text, quote_at, quote_line)
            if at - start >= record_limit:
                if crossed:
                    return Row(line, (), "QUOTE_OPEN"), *_next_line(text, quote_at, quote_line)
                overlong |= at - cell_at > cell_limit
                return Row(line, (), "CELL_TOO_LONG" if overlong else "ROW_TOO_LONG"), *_next_line(text, at, now)
            if text.startswith('""', at):
                cell += '"'
                at += 2
            elif text[at] == '"':
                if crossed and text[at + 1 : at + 2] not in ("", delimiter, "\r", "\n"):
                    return Row(line, (), "QUOTE_OPEN"), *_next_line(text, quote_at, quote_line)
                at += 1
                break
            elif end := _LINE_END.match(text, at):
                cell += end.group()
                at, now = end.end(), now + 1
                if at - 1 - quote_at > cell_limit:
                    return Row(line, (), "QUOTE_OPEN"), *_next_line(text, quote_at, quote_line)
            else:
                cell += text[at]
                at += 1


def _next_line(text: str, at: int, line: int) -> tuple[int, int]:
    end = _LINE_END.search(text, at)
    return (end.end(), line + 1) if end else (len(text), line)
