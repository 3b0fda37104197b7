"""Reject codes of rows, each with what to do about it. Codes of whole files are in the errors that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HINTS: Final[Mapping[str, str]] = {
    "FIELDS_TOO_MANY": "the row has more fields than the header; quote cells that contain the delimiter",
    "FIELDS_TOO_FEW": "the row has fewer fields than the header; quote cells that contain a line end",
    "ROW_TOO_LONG": "the row is longer than the limit; look for a missing line end",
    "CELL_TOO_LONG": "the cell is longer than the limit; look for a missing delimiter or quotation mark",
    "QUOTE_OPEN": "a quotation mark is opened and not closed; close it, or write it twice inside a quoted cell",
    "NAME_MISSING": "a required value is empty; fill it in at the source",
    "NIK_DAMAGED": "a spreadsheet turned the NIK into a number; export the column as text",
    "ID_DUPLICATE": "another record has this id; the first stays; ids must be unique",
}
"""Row codes and their hints, which never hold a value of the row."""
