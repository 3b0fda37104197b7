"""Telling column names from values: the first line of a file without a header is a resident, never to be repeated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyarrow.compute as pc

from linkage.proposal.columns.attributes import ColumnSample
from linkage.proposal.columns.header import read_headers

_LONGEST: Final = 60
_MOST_DIGITS: Final = 4
_ODD: Final = re.compile(r".*[@].*|.*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")


def are_values(columns: Sequence[ColumnSample]) -> bool:
    """Tell whether the headers of a file are its first row: several look like values, or few are words of headers."""
    if not columns:
        return False
    like_values = sum(is_value(column) for column in columns)
    known = sum(bool(header.weights) for header in read_headers([column.name for column in columns]))
    return like_values >= 1 and known < max(2.0, 0.5 * len(columns)) and like_values >= 0.15 * len(columns)


def is_value(column: ColumnSample) -> bool:
    """Tell whether a header looks like a value: many digits, a date, an address of mail, or one of its own values."""
    name = column.name.strip()
    digits = sum(letter.isdigit() for letter in name)
    if digits > _MOST_DIGITS or len(name) > _LONGEST or _ODD.fullmatch(name):
        return True
    found = pc.index(column.values, name).as_py() if len(column.values) else -1
    return bool(found >= 0)
