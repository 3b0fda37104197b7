"""One open XLSX extract."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from linkage.errors import OutputError, UsageError
from linkage.synthetic.files.dialect_columns import cell_columns
from linkage.synthetic.files.dialects import Dialect
from linkage.synthetic.streams import Int64

SHEET_ROWS: Final = 1_048_576
"""Rows of a sheet, at most, the header among them (the limit of the format)."""

# A clock in the file would make every file different.
_CREATED: Final = dt.datetime(2000, 1, 1)
_DAY_ZERO: Final = 25_569  # 1970-01-01 as a spreadsheet counts
_FIRST_DAY: Final = 61  # 1900-03-01: before it, spreadsheets disagree by a day


class XlsxFile:
    """A workbook of one sheet in the making; only one row of it is in memory, the others in a folder beside it.

    Args:
        path: the file; it is made anew when closed.
        names: its columns.
        dialect: says whether dates and codes are texts or real dates and numbers.
    """

    def __init__(self, path: Path, names: list[str], dialect: Dialect) -> None:
        self._path = path
        self._rows = 1
        self._dates, self._numbers = cell_columns(names, dialect)
        # Not the system's folder for such things, which may be small; an earlier, killed command may have left it.
        self._scratch = path.with_name(f"{path.name}.rows")
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        self._book: Any = Workbook(str(path), {"constant_memory": True, "tmpdir": str(self._scratch)})
        self._book.use_zip64()
        self._book.set_properties({"created": _CREATED})
        self._date_format = self._book.add_format({"num_format": "dd/mm/yyyy"})
        self._sheet = self._book.add_worksheet("DATA")
        for place, name in enumerate(names):
            self._sheet.write_string(0, place, name)

    def write(self, table: pa.Table) -> Int64:
        """Write rows of an all-text table; return int64 (n_rows,): the sheet's row of each, header 1.

        Raises:
            UsageError: the sheet has no room for them.
        """
        first = self._rows + 1
        if self._rows + table.num_rows > SHEET_ROWS:
            raise UsageError(
                f"a spreadsheet holds at most {SHEET_ROWS - 1:,} records, and an extract would have more",
                remedy="Ask for more regions, or for another dialect than the XLSX ones",
            )
        columns = [self._cells(name, table.column(name).combine_chunks()) for name in table.schema.names]
        formats = [self._date_format if name in self._dates else None for name in table.schema.names]
        text, number = self._sheet.write_string, self._sheet.write_number
        for row, values in enumerate(zip(*columns, strict=True), self._rows):
            for place, value in enumerate(values):
                if isinstance(value, str):
                    text(row, place, value)
                elif value is not None:
                    number(row, place, value, formats[place])
        self._rows += table.num_rows
        return np.arange(first, self._rows + 1)

    def close(self) -> None:
        """Write the workbook.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            self._book.close()
        except FileCreateError as error:
            # The workbook closes the file of its rows only when all went well.
            self._sheet._opt_close()
            raise OutputError("a workbook cannot be written", where=str(self._path.parent)) from error
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _cells(self, name: str, values: pa.StringArray) -> list[str | int | None]:
        """Return what goes into the cells: numbers for real dates and codes where they can be read, else texts."""
        texts: list[str | int | None] = values.to_pylist()
        if name in self._dates:
            moments = pc.strptime(values, "%Y-%m-%d", "s", error_is_null=True)
            days = pc.add(pc.cast(pc.cast(moments, pa.date32()), pa.int32()), _DAY_ZERO)
            readable = pc.if_else(pc.greater_equal(days, _FIRST_DAY), days, None)
        elif name in self._numbers:
            short = pc.match_substring_regex(values, "^[0-9]{1,9}$")
            readable = pc.cast(pc.if_else(short, values, None), pa.int32())
        else:
            return texts
        return [text if read is None else read for text, read in zip(texts, readable.to_pylist(), strict=True)]
