"""A file of regency codes of former times, as a user may hand it in beside the spec."""

from __future__ import annotations

import csv
from typing import Final

from linkage.errors import SpecError
from linkage.spec import OlderRegion, OlderRegions
from linkage.standardise.regions.table import check_older_region

_COLUMNS: Final = ("code", "newest", "name")


def older_regions_from_csv(text: str, *, where: str = "region codes") -> OlderRegions:
    """Return the older codes in a CSV text, in its order, for ``older_regions`` of a spec.

    The first line names the columns: ``code`` (4 digits, a dot after the second is allowed), ``newest`` (the code in
    force that replaced it) and, if wanted, ``name`` (its name then), divided by commas or semicolons. Blank lines do
    not count. ``where`` names the file in errors.

    Raises:
        SpecError: a column is missing or unknown, a code has not four digits, is given twice, is in force today or
            lies in a province that never was, or its successor is not in force.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    head = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=";" if ";" in head else ",")
    columns = [cell.strip().lower() for cell in next(reader, [])]
    if len(set(columns)) < len(columns) or not {"code", "newest"} <= set(columns) <= set(_COLUMNS):
        raise SpecError(
            "the first line must name the columns", where=where, remedy="Columns: code, newest and, if wanted, name"
        )
    older: list[OlderRegion] = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            place = f"{where}, line {reader.line_num}"
            older.append(_older_region(columns, cells, place))
            if older[-1].code in {item.code for item in older[:-1]}:
                raise SpecError(f"{older[-1].code} is given twice", where=place)
            check_older_region(older[-1], place)
    return tuple(older)


def _older_region(columns: list[str], cells: list[str], where: str) -> OlderRegion:
    if len(cells) != len(columns):
        raise SpecError(f"{len(cells)} values, {len(columns)} columns", where=where)
    row = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    return OlderRegion(_code(row, "code", where), _code(row, "newest", where), row.get("name", ""))


def _code(row: dict[str, str], column: str, where: str) -> int:
    text = row[column]
    digits = text.replace(".", "", 1) if text[2:3] == "." else text
    if not (len(digits) == 4 and digits.isascii() and digits.isdecimal()):
        raise SpecError(f"{column} must be a regency code of four digits", where=where)
    return int(digits)
