"""Is a header good enough, and if not, what was understood of it and what was perhaps meant?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import jellyfish

from linkage.errors import InputDataError
from linkage.intake.columns.column_names import is_protected, name_forms, plain_name, shown_name
from linkage.intake.columns.mapping import ColumnMap, known_names
from linkage.spec import LinkageSpec

_DATUM_DIGITS: Final = 6
"""A cell with so many digits is a number or a date, and the line perhaps no header."""
_SHOWN: Final = 40
_ALIKE_LENGTH: Final = 5
_TWO_SLIPS_LENGTH: Final = 9
_LONGEST: Final = 40
_MOST_COMPARED: Final = 200


def check_header(header: Sequence[str], columns: ColumnMap, spec: LinkageSpec, *, where: str) -> None:
    """Refuse a header that lacks a required field or names a column twice that is read.

    Raises:
        InputDataError: NO_NAME_COLUMN, DUPLICATE_HEADER. Names from the file are quoted only when the line is surely a
            header: in a file without one, the first line is a resident.
    """
    missing = [field.name for field in spec.fields if field.required and not columns.has(field.name)]
    sources = columns.sources()
    if not sources or missing:
        raise InputDataError(
            "NO_NAME_COLUMN",
            f"no column for {', '.join(missing) or 'any field of the spec'}; {_understood(header, columns, spec)}",
            where=where,
            remedy="Rename a column, or name it in the spec's list of columns",
        )
    names = list(header)
    for position in columns.used():
        if names.count(names[position]) > 1:
            problem = f"two columns are called {shown_name(names[position], header)}"
            raise InputDataError("DUPLICATE_HEADER", problem, where=where, remedy="Give every column its own name")


def near_misses(header: Sequence[str], columns: ColumnMap, spec: LinkageSpec) -> list[str]:
    """Return a sentence for every unread column whose name is a slip away from one of a field that has no column.

    A slip is a letter left out, put in, replaced or exchanged with its neighbour; names of nine letters may have two.
    Nothing is said of a line that may be no header.
    """
    if not _surely_header(header, columns):
        return []
    wanted = [
        (plain_name(name), name, field)
        for field, names in known_names(spec).items()
        if not columns.has(field)
        for name in names
    ]
    sentences = []
    for position in _unread(header, columns)[:_MOST_COMPARED]:
        meant = [alike for form in name_forms(header[position]) if (alike := _nearest(form, wanted))]
        if meant:
            _, name, field = min(meant)
            sentences.append(f"{shown_name(header[position], header)} looks like {name} ({field})")
    return sentences


def _nearest(form: str, wanted: Sequence[tuple[str, str, str]]) -> tuple[int, str, str] | None:
    """Return the slips, name and field of the nearest wanted name."""
    if not _ALIKE_LENGTH <= len(form) <= _LONGEST:
        return None
    digits = [letter for letter in form if letter.isdigit()]
    best: tuple[int, str, str] | None = None
    for plain, name, field in wanted:
        most = 2 if min(len(form), len(plain)) >= _TWO_SLIPS_LENGTH else 1
        if len(plain) < _ALIKE_LENGTH or abs(len(form) - len(plain)) > most:
            continue
        # Names that are numbered differ on purpose.
        if digits != [letter for letter in plain if letter.isdigit()]:
            continue
        slips = jellyfish.damerau_levenshtein_distance(form, plain)
        if slips <= most and (best is None or (slips, name, field) < best):
            best = (slips, name, field)
    return best


def _understood(header: Sequence[str], columns: ColumnMap, spec: LinkageSpec) -> str:
    sources = columns.sources()
    if not sources:
        return f"none of its {len(header)} column names is known; its first line may be a row instead of a header"
    found = ", ".join(
        f"{'+'.join(shown_name(header[position], header) for position in positions)} as {field}"
        for field, positions in sources.items()
    )
    others = _unread(header, columns)
    if _surely_header(header, columns):
        shown = [shown_name(header[position], header) for position in others[:_SHOWN]]
    else:
        shown = [f"column {position + 1}" for position in others[:_SHOWN]]
    if len(others) > _SHOWN:
        shown.append(f"and {len(others) - _SHOWN} more")
    hints = "; ".join(["", *near_misses(header, columns, spec)])
    return f"understood: {found}; not understood: {', '.join(shown) or 'none'}{hints}"


def _unread(header: Sequence[str], columns: ColumnMap) -> list[int]:
    used = set(columns.used())
    return [p for p, name in enumerate(header) if name and p not in used and not is_protected(name)]


def _surely_header(header: Sequence[str], columns: ColumnMap) -> bool:
    """Tell whether a name is known and no other cell is a number or a date.

    Such a cell stands in a row, or behind a header whose line end is lost.
    """
    others = (header[position] for position in _unread(header, columns))
    return bool(columns.sources()) and not any(sum(map(str.isdigit, name)) >= _DATUM_DIGITS for name in others)
