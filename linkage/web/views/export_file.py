"""Cases as a file: a row for each record, values masked as on the page. Tables are made safe for spreadsheets; JSON
lines hold the values exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook

from linkage.review.cases import Case
from linkage.review.exports import ExportForm
from linkage.review.spreadsheets import csv_bytes, inert
from linkage.review.words import codes, word
from linkage.words.levels import Language

MEDIA: Final = {
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportForm.JSONL: "application/x-ndjson",
}

_HEAD: Final = ("case", "kind", "state", "office", "record_id", "region")
_MARK: Final = "exported"


@dataclass(frozen=True)
class Mark:
    """Who took the file out, and when: it stands in each row, for rows are copied from file to file."""

    user: str
    at: datetime

    @property
    def text(self) -> str:
        """What stands in the row."""
        return f"{self.user} {self.at:%Y-%m-%dT%H:%M:%SZ}"


def export_file(cases: Sequence[Case], form: ExportForm, mark: Mark, language: Language) -> bytes:
    """Return the content of a file. Columns of tables are named in ``language``, those of JSON lines by their codes."""
    if form is ExportForm.JSONL:
        lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in _rows(cases, mark)]
        return "".join(f"{line}\n" for line in lines).encode()
    rows = list(_rows(cases, mark))
    held = {name for row in rows for name in row}
    columns = [*_HEAD, *sorted(held - {*_HEAD, _MARK}), _MARK]
    table = [[_title(name, language) for name in columns]]
    table += [[inert(str(row.get(name, ""))) for name in columns] for row in rows]
    return csv_bytes(table) if form is ExportForm.CSV else _xlsx(table)


def _rows(cases: Sequence[Case], mark: Mark) -> Iterator[dict[str, str | int]]:
    for case in cases:
        for record in case.records:
            yield {
                "case": case.id,
                "kind": case.kind,
                "state": case.state.value,
                "office": case.office,
                "record_id": record.record_id,
                "region": record.region,
                **dict(record.values),
                _MARK: mark.text,
            }


def _title(name: str, language: Language) -> str:
    table = "fields" if name in codes("fields") else "labels"
    return word(table, {"region": "scope"}.get(name, name), language)


def _xlsx(table: Sequence[Sequence[str]]) -> bytes:
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for place, row in enumerate(table):
        for column, text in enumerate(row):
            sheet.write_string(place, column, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
