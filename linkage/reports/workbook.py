"""A report as a workbook: a sheet per section, numbers as numbers, texts never computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from linkage.intake.quality import rule_catalogue, severity_of
from linkage.nightly.returns import words_of
from linkage.reports.definitions import said
from linkage.reports.document import Bars, Document, Section, Table
from linkage.reports.quality import ToMend
from linkage.reports.shown import Cell, worded
from linkage.words.levels import Language

_EPOCH: Final = datetime(1980, 1, 1)
"""Of all members of the archive: the same figures make the same bytes."""

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FIRST: Final = 52
_OTHER: Final = 18
_WORDS: Final = 60
_UNIT: Final = 2
"""The column of units, after the value."""


def workbook(document: Document) -> bytes:
    """Return the report as XLSX."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": f"{document.title}: {document.name}, {document.edition}", "created": _EPOCH})
    forms = _forms(book)
    front = book.add_worksheet(said("report", document.language))
    front.set_column(0, 0, 34)
    front.set_column(1, 1, 80)
    front.write_string(0, 0, document.title, forms["title"])
    front.write_string(1, 0, f"{document.name}, {document.edition}", forms["bold"])
    for place, (what, which) in enumerate(document.facts, start=3):
        front.write_string(place, 0, what, forms["bold"])
        front.write_string(place, 1, which)
    below = [*((warning, forms["bold"]) for warning in document.warnings), *((note, None) for note in document.notes)]
    for place, (note, form) in enumerate(below, start=4 + len(document.facts)):
        front.write_string(place, 0, note, form)
    for section in document.sections:
        _section(book.add_worksheet(section.short), section, forms, document.language)
    book.close()
    return out.getvalue()


def mending_list(rows: Sequence[ToMend], name: str, language: Language) -> bytes:
    """Return the rows that an office is to mend as XLSX, the heading frozen and each column with a filter."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": f"{said('mend', language)}: {name}", "created": _EPOCH})
    forms = _forms(book)
    sheet = book.add_worksheet(said("mend", language))
    sheet.write_string(0, 0, f"{said('mend', language)}: {name}", forms["title"])
    sheet.write_string(1, 0, said("mend_says", language))
    heads = [said(key, language) for key in ("file", "line", "column", "code", "severity", "wrong", "remedy")]
    for column, (title, width) in enumerate(zip(heads, (34, 9, 20, 26, 12, _WORDS, _WORDS), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, title, forms["head"])
    for place, row in enumerate(rows, start=4):
        wrong, remedy = _words_of(row.code, language)
        sheet.write_string(place, 0, row.source)
        if row.line:
            sheet.write_number(place, 1, row.line)
        sheet.write_string(place, 2, row.column)
        sheet.write_string(place, 3, row.code)
        sheet.write_string(place, 4, said(severity_of(row.code), language))
        sheet.write_string(place, 5, wrong, forms["wrap"])
        sheet.write_string(place, 6, remedy, forms["wrap"])
    sheet.freeze_panes(4, 0)
    sheet.autofilter(3, 0, max(3, 3 + len(rows)), len(heads) - 1)
    book.close()
    return out.getvalue()


def _words_of(code: str, language: Language) -> tuple[str, str]:
    """Return what is wrong and what to do about it; of a code that is no rule of a row, in the words of a return."""
    rule = rule_catalogue().get(code)
    if rule is not None:
        return rule.wrong[language], rule.remedy[language]
    words = words_of(code)
    return words["says"][language], words["do"][language]


def _section(sheet: Any, section: Section, forms: dict[str, Any], language: Language) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, _FIRST)
    sheet.set_column(1, 8, _WORDS if section.key == "definitions" else _OTHER)
    sheet.write_string(0, 0, section.title, forms["title"])
    sheet.write_string(1, 0, section.says)
    sheet.freeze_panes(2, 1)
    row = 3
    for part in section.parts:
        if isinstance(part, Bars):
            continue
        row = _table(sheet, part, row, forms, language)


def _table(sheet: Any, table: Table, row: int, forms: dict[str, Any], language: Language) -> int:
    """Write a table from a row on, and return the row where the next may begin. A unit stands beside its value."""
    if table.title:
        sheet.write_string(row, 0, table.title, forms["bold"])
        row += 1
    head, lines = list(table.head), [list(line) for line in table.rows]
    if table.units:
        head.insert(_UNIT, said("unit", language))
        for line, unit in zip(lines, table.units, strict=True):
            line.insert(_UNIT, worded(unit))
    for column, title in enumerate(head):
        sheet.write_string(row, column, title, forms["head"])
    for line in lines:
        row += 1
        for column, cell in enumerate(line):
            _cell(sheet, row, column, cell, forms)
    if table.note:
        row += 1
        sheet.write_string(row, 0, table.note)
    return row + 2


def _cell(sheet: Any, row: int, column: int, cell: Cell, forms: dict[str, Any]) -> None:
    if cell.number is None:
        sheet.write_string(row, column, cell.shown, forms["wrap" if cell.is_text else "right"])
    else:
        form = "whole" if isinstance(cell.number, int) else "tenth"
        sheet.write_number(row, column, cell.number, forms[form])


def _forms(book: Any) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "bold": book.add_format({"bold": True}),
        "head": book.add_format({"bold": True, "bottom": 2, "bg_color": "#F3F5F7", "text_wrap": True, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "right": book.add_format({"align": "right", "valign": "top"}),
        "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "tenth": book.add_format({"num_format": "#,##0.0", "valign": "top"}),
    }
