"""How a regency's office writes its extract: column names, marks between fields, dates, sex, letters, empties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from linkage.errors import UsageError
from linkage.synthetic.plan import RegisterPlan

DateStyle = Literal["yyyy-mm-dd", "dd-mm-yyyy", "dd/mm/yyyy", "dd-MON-yyyy", "dd-MON-yy"]
Letters = Literal["upper", "title", "lower"]
Extension = Literal["csv", "parquet", "xlsx"]


@dataclass(frozen=True)
class Dialect:
    """One way of writing an extract.

    Attributes:
        name: name under which a plan asks for it.
        extension: kind of file; the fields from ``delimiter`` to ``newline`` count for CSV only.
        siak: SIAK column names, no record id, region codes in four columns, ``0`` for a parent's NIK not known.
        date: how dates are written.
        sexes: how male and female are written.
        delimiter: the mark between fields.
        encoding: Python's name; ``utf-8-sig`` puts a byte order mark first, and what an encoding cannot hold becomes
            ``?``, as in a data base export.
        newline: the end of a line.
        lower_header: column names in lower case.
        padded: RT and RW in three digits.
        letters: case of names and addresses; ``lower`` is everything but ids.
        broken_lines: some addresses hold a line break.
        before_numbers: stands before each NIK and family card number: a blank as Oracle's TO_CHAR leaves it, or the
            apostrophe that makes a spreadsheet keep all digits.
        labels: religion, marital status and place in the family as words, spelt as offices do.
        empties: what stands for a missing value, one of these by chance; none: nothing at all.
        spreadsheet: CSV as saved from a spreadsheet that took the numbers for numbers.
        typed_cells: in XLSX, dates and codes are real dates and numbers. NIK and family card number never are.
    """

    name: str
    extension: Extension
    siak: bool
    date: DateStyle
    sexes: tuple[str, str]
    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    lower_header: bool = False
    padded: bool = True
    letters: Letters = "upper"
    broken_lines: bool = False
    before_numbers: str = ""
    labels: bool = False
    empties: tuple[str, ...] = ()
    spreadsheet: bool = False
    typed_cells: bool = False


DIALECTS: Final = (
    Dialect("siak_semicolon", "csv", True, "dd-mm-yyyy", ("1", "2"), ";", "cp1252", "\r\n"),
    Dialect(
        "siak_comma", "csv", True, "dd/mm/yyyy", ("L", "P"), ",", "utf-8-sig", broken_lines=True, before_numbers=" "
    ),
    Dialect("plain_comma", "csv", False, "yyyy-mm-dd", ("L", "P"), letters="title"),
    Dialect("siak_pipe", "csv", True, "dd-MON-yyyy", ("LAKI-LAKI", "PEREMPUAN"), "|", lower_header=True, padded=False),
    Dialect("plain_parquet", "parquet", False, "yyyy-mm-dd", ("Laki-laki", "Perempuan")),
)
"""The dialects in the order in which the regions of a register use them, again and again."""

_ON_REQUEST: Final = (
    Dialect("siak_xlsx", "xlsx", True, "dd-mm-yyyy", ("L", "P")),
    Dialect(
        "plain_xlsx",
        "xlsx",
        False,
        "yyyy-mm-dd",
        ("Laki-laki", "Perempuan"),
        padded=False,
        letters="title",
        typed_cells=True,
    ),
    Dialect("plain_lower", "csv", False, "dd-mm-yyyy", ("l", "p"), ";", letters="lower"),
    Dialect("siak_two_digit_year", "csv", True, "dd-MON-yy", ("LK", "PR"), ",", "cp1252", "\r\n"),
    Dialect(
        "plain_labels",
        "csv",
        False,
        "dd/mm/yyyy",
        ("Laki-laki", "Perempuan"),
        encoding="utf-8-sig",
        before_numbers="'",
        labels=True,
    ),
    Dialect(
        "siak_empties",
        "csv",
        True,
        "dd-mm-yyyy",
        ("1", "2"),
        "|",
        empties=("-", "0", "TIDAK ADA", "N/A"),
    ),
    Dialect(
        "excel_damaged",
        "csv",
        True,
        "dd/mm/yyyy",
        ("1", "2"),
        ";",
        "cp1252",
        "\r\n",
        padded=False,
        spreadsheet=True,
    ),
)

ALL_DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {dialect.name: dialect for dialect in (*DIALECTS, *_ON_REQUEST)}
)
"""Every dialect by name. Those beyond ``DIALECTS`` are written on request only: intake refuses some of them by design
(``excel_damaged``) and has no reader for others."""


def dialects_of(plan: RegisterPlan) -> tuple[Dialect, ...]:
    """Return the dialects that the regions of a plan use in turn: those it names, else ``DIALECTS``.

    Raises:
        UsageError: the plan names a dialect that is not in ``ALL_DIALECTS``.
    """
    if unknown := sorted(set(plan.dialects) - set(ALL_DIALECTS)):
        raise UsageError(f"unknown dialects: {', '.join(unknown)}", remedy=f"Known: {', '.join(ALL_DIALECTS)}")
    return tuple(ALL_DIALECTS[name] for name in plan.dialects) or DIALECTS
