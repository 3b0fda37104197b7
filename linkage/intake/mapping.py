"""Which column of a file is which field, which are protected, and which nobody asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from linkage.errors import InputDataError
from linkage.schema import RESIDENT_COLUMNS
from linkage.spec import LinkageSpec

RECORD_ID: Final = "record_id"
SOURCE: Final = "source"
REGION_CODE: Final = "kode_wilayah"


@dataclass(frozen=True)
class ColumnMap:
    """Positions in a file's header.

    ``fields``: field -> column. ``region_parts``: (column, width) of the numbers that make the region code, province
    first; empty when the file has the code itself. ``keep``: column asked for by --keep -> column. ``ignored`` and
    ``protected``: names of the columns that are not read.
    """

    fields: Mapping[str, int]
    region_parts: tuple[tuple[int, int], ...]
    keep: Mapping[str, int]
    ignored: tuple[str, ...]
    protected: tuple[str, ...]

    def used(self) -> tuple[int, ...]:
        """Return the positions that must be read, ascending."""
        return tuple(sorted({*self.fields.values(), *self.keep.values(), *(part for part, _ in self.region_parts)}))


def map_columns(header: Sequence[str], spec: LinkageSpec, keep: Sequence[str] = ()) -> ColumnMap:
    """Match a header with the fields of a spec.

    Names match without regard to case, blanks and punctuation; the exact name goes before the similar one. Of two
    columns for one field the one whose name stands first in the field's list is taken. Fields that are columns of a
    resident record also answer to their SIAK names. ``record_id`` and ``source`` are recognised in any spec.
    """
    shielded = {position for position, name in enumerate(header) if is_protected(name)}
    free = {position: name for position, name in enumerate(header) if name and position not in shielded}
    fields: dict[str, int] = {}
    for field, names in _wanted(spec).items():
        if (position := _find(names, free)) is not None:
            fields[field] = position
    joined = REGION_CODE in spec.field_names and REGION_CODE not in fields
    parts = _region_parts(free) if joined else ()
    kept = {name: position for name in keep if (position := _find([name], free)) is not None}
    used = {*fields.values(), *kept.values(), *(position for position, _ in parts)}
    return ColumnMap(
        fields,
        parts,
        kept,
        ignored=tuple(name for position, name in free.items() if position not in used),
        protected=tuple(header[position] for position in sorted(shielded)),
    )


def is_protected(name: str) -> bool:
    """Tell whether a column of this name is never loaded."""
    names, prefixes = _protected()
    plain = plain_name(name)
    return plain in names or plain.startswith(prefixes)


def check_header(header: Sequence[str], columns: ColumnMap, spec: LinkageSpec, *, where: str) -> None:
    """Refuse a header that lacks a required field or names a column twice.

    Raises:
        InputDataError: NO_NAME_COLUMN, DUPLICATE_HEADER. A name from the file is quoted only when the line is surely a
            header: in a file without one, the first line is a resident.
    """
    missing = [field.name for field in spec.fields if field.required and field.name not in columns.fields]
    if not columns.fields or missing:
        raise InputDataError(
            "NO_NAME_COLUMN",
            f"no column for {', '.join(missing) or 'any field of the spec'}; {_understood(header, columns)}",
            where=where,
            remedy="Rename a column, or name it in the spec's list of columns",
        )
    seen: set[str] = set()
    for name in header:
        if name in seen:
            problem = f"two columns are called {shown_name(name, header)}"
            raise InputDataError("DUPLICATE_HEADER", problem, where=where, remedy="Give every column its own name")
        if name:
            seen.add(name)


def shown_name(name: str, header: Sequence[str]) -> str:
    """Return a column's name if it can be no one's number or date, else its position."""
    digits = sum(letter.isdigit() for letter in name)
    return name if digits <= 4 and len(name) <= 60 else f"column {list(header).index(name) + 1}"


def plain_name(name: str) -> str:
    """Return a column name without case, blanks and punctuation (unless there is nothing else)."""
    folded = name.strip().strip("\ufeff").casefold()
    return "".join(letter for letter in folded if letter.isalnum()) or folded


def _understood(header: Sequence[str], columns: ColumnMap) -> str:
    if not columns.fields:
        return f"none of its {len(header)} column names is known; its first line may be a row instead of a header"
    found = ", ".join(f"{header[position]} as {field}" for field, position in columns.fields.items())
    others = ", ".join(shown_name(name, header) for name in columns.ignored)
    return f"understood: {found}; not understood: {others or 'none'}"


def _wanted(spec: LinkageSpec) -> dict[str, list[str]]:
    """Return, for every field and for record_id and source, the names it answers to, first choice first."""
    aliases = _columns_data()["fields"]
    wanted: dict[str, list[str]] = {}
    for field in spec.fields:
        wanted[field.name] = list(field.columns)
        if field.name in RESIDENT_COLUMNS:
            wanted[field.name] += [field.name, *aliases[field.name]]
    for name in (RECORD_ID, SOURCE):
        wanted.setdefault(name, [name, *aliases[name]] if "nama" in wanted else [name])
    return wanted


def _find(names: Sequence[str], free: Mapping[int, str]) -> int | None:
    for name in names:
        exact = [position for position, column in free.items() if column == name]
        plain = plain_name(name)
        similar = exact or [position for position, column in free.items() if plain_name(column) == plain]
        if similar:
            return similar[0]
    return None


def _region_parts(free: Mapping[int, str]) -> tuple[tuple[int, int], ...]:
    parts: list[tuple[int, int]] = []
    for part in _columns_data()["region_parts"]:
        position = _find(part["columns"], free)
        if position is None:
            break
        parts.append((position, int(part["width"])))
    return tuple(parts)


@cache
def _columns_data() -> dict[str, Any]:
    return tomllib.loads(_data("columns.toml"))


@cache
def _protected() -> tuple[frozenset[str], tuple[str, ...]]:
    data = tomllib.loads(_data("protected.toml"))
    names = frozenset(plain_name(name) for name in data["names"])
    return names, tuple(plain_name(name) for name in data["prefixes"])


def _data(name: str) -> str:
    return (resources.files("linkage.intake") / "data" / name).read_text(encoding="utf-8")
