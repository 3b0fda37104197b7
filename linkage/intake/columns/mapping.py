"""Which column of a file is which field, which are protected, and which nobody asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final

from linkage.intake.columns.column_names import is_protected, name_forms, plain_name, shown_name
from linkage.schema import RESIDENT_COLUMNS
from linkage.spec import FieldSpec, LinkageSpec

RECORD_ID: Final = "record_id"
SOURCE: Final = "source"
REGION_CODE: Final = "kode_wilayah"


@dataclass(frozen=True)
class Compound:
    """A column in which several fields stand together, and the RE2 pattern whose groups are these fields."""

    position: int
    fields: tuple[str, ...]
    pattern: str


@dataclass(frozen=True)
class ColumnMap:
    """Positions in a file's header.

    ``fields``: field -> column. ``joins``: field -> the columns it is put together from. ``compounds``: columns taken
    apart, each with the fields that no other column gives. ``region_parts``: (column, width) of the numbers that make
    the region code, province first; empty when the file has the code itself. ``keep``: column asked for by --keep ->
    column. ``ignored`` and ``protected``: names of the columns that are not read. ``warnings``: what was doubtful.
    """

    fields: Mapping[str, int]
    joins: Mapping[str, tuple[int, ...]]
    compounds: tuple[Compound, ...]
    region_parts: tuple[tuple[int, int], ...]
    keep: Mapping[str, int]
    ignored: tuple[str, ...]
    protected: tuple[str, ...]
    warnings: tuple[str, ...]

    def used(self) -> tuple[int, ...]:
        """Return the positions that must be read, ascending."""
        joined = (position for parts in self.joins.values() for position in parts)
        regions = (position for position, _ in self.region_parts)
        apart = (compound.position for compound in self.compounds)
        return tuple(sorted({*self.fields.values(), *self.keep.values(), *joined, *apart, *regions}))

    def has(self, field: str) -> bool:
        """Tell whether the file has a column, or parts, for a field."""
        return field in self.sources()

    def sources(self) -> dict[str, tuple[int, ...]]:
        """Return, for every field the file has, the columns it comes from."""
        apart = {field: (compound.position,) for compound in self.compounds for field in compound.fields}
        single = {field: (position,) for field, position in self.fields.items()}
        found = {**single, **self.joins, **apart}
        if self.region_parts:
            found[REGION_CODE] = tuple(position for position, _ in self.region_parts)
        return found


def map_columns(header: Sequence[str], spec: LinkageSpec, keep: Sequence[str] = ()) -> ColumnMap:
    """Match a header with the fields of a spec.

    Names match without regard to case, blanks and punctuation; the exact name goes before the similar one, and that
    before one with a note or a number beside it. Of two columns for one field the one whose name stands first in the
    field's list is taken, of two that are called alike the left one. Fields that are columns of a resident record also
    answer to their SIAK names, except with a column that the spec names for another field. ``record_id`` and ``source``
    are recognised in any spec.
    """
    columns = _Columns(header)
    joins = _joins(spec, columns)
    single = _Fields([field for field in spec.fields if field.name not in joins], columns, header)
    fields = single.found
    compounds = _compounds(spec, {*fields, *joins}, columns)
    parts: tuple[tuple[int, int], ...] = ()
    if REGION_CODE in spec.field_names and REGION_CODE not in fields:
        parts = _region_parts(columns)
        # A code of village or regency without the province beside it can only be the whole code.
        if not parts and (whole := columns.find(_region_names())) is not None:
            fields[REGION_CODE] = whole
    kept = {name: position for name in keep if (position := columns.find([name])) is not None}
    shielded = tuple(shown_name(name, header) for name in header if is_protected(name))
    found = ColumnMap(fields, joins, compounds, parts, kept, (), shielded, tuple(single.warnings))
    used = set(found.used())
    ignored = tuple(shown_name(name, header) for position, name in columns.names.items() if position not in used)
    return replace(found, ignored=ignored)


def known_names(spec: LinkageSpec) -> dict[str, tuple[str, ...]]:
    """Return, for every field of a spec that may come from a column, the names it answers to."""
    return {field.name: (*_own(field), *_aliases(field.name)) for field in spec.fields}


class _Columns:
    """The columns that may be read, by name; a name leads to the columns that fit it, from the left."""

    def __init__(self, header: Sequence[str]) -> None:
        self.names = {position: name for position, name in enumerate(header) if name and not is_protected(name)}
        self._exact: dict[str, list[int]] = {}
        self._plain: dict[str, list[int]] = {}
        self._noted: dict[str, list[int]] = {}
        for position, name in self.names.items():
            first, *others = name_forms(name)
            self._exact.setdefault(name, []).append(position)
            self._plain.setdefault(first, []).append(position)
            for form in others:
                self._noted.setdefault(form, []).append(position)

    def exact(self, name: str) -> list[int]:
        return self._exact.get(name, [])

    def plain(self, name: str) -> list[int]:
        return [*self.exact(name), *self._plain.get(plain_name(name), [])]

    def noted(self, name: str) -> list[int]:
        return self._noted.get(plain_name(name), [])

    def find(self, names: Sequence[str]) -> int | None:
        found = [*_all(self.plain, names), *_all(self.noted, names)]
        return found[0] if found else None


def _all(look: Callable[[str], list[int]], names: Sequence[str]) -> list[int]:
    return list(dict.fromkeys(position for name in names for position in look(name)))


def _own(field: FieldSpec) -> tuple[str, ...]:
    """Return the names that the spec gives to a field; none when it leaves a resident's field to the house."""
    left = field.columns == (field.name,) and field.name in RESIDENT_COLUMNS
    return () if left else field.columns


def _aliases(field: str) -> tuple[str, ...]:
    return (*_columns_data()["fields"][field], field) if field in RESIDENT_COLUMNS else ()


class _Fields:
    """The column of every field, found in three passes, each over all fields: named, known, noted."""

    def __init__(self, fields: Sequence[FieldSpec], columns: _Columns, header: Sequence[str]) -> None:
        self._columns = columns
        self._header = header
        self._own = {field.name: _own(field) for field in fields}
        self._aliases = {field.name: _aliases(field.name) for field in fields}
        for name in (RECORD_ID, SOURCE):
            if name not in self._own:
                self._own[name] = ()
                self._aliases[name] = _aliases(name) if "nama" in self._own else (name,)
        self.found: dict[str, int] = {}
        self.warnings: list[str] = []
        self._find_named()
        self._find_known()
        self._find_noted()
        self._tell_others()

    def _find_named(self) -> None:
        for field, own in self._own.items():
            if positions := _all(self._columns.plain, own):
                self.found[field] = positions[0]

    def _find_known(self) -> None:
        named: dict[int, list[str]] = {}
        for field, position in self.found.items():
            named.setdefault(position, []).append(field)
        for field, aliases in self._aliases.items():
            if field in self.found or not aliases:
                continue
            fit = list(dict.fromkeys([*self._columns.exact(field), *_all(self._columns.plain, aliases)]))
            if field not in (RECORD_ID, SOURCE):
                for position in (position for position in fit if position in named):
                    others = " and ".join(named[position])
                    self.warnings.append(
                        f"{self._shown(position)} fits {field} too, but the spec names it for {others}"
                    )
                fit = [position for position in fit if position not in named]
            if fit:
                self.found[field] = fit[0]

    def _find_noted(self) -> None:
        taken = set(self.found.values())
        for field, own in self._own.items():
            free = [p for p in _all(self._columns.noted, (*own, *self._aliases[field])) if p not in taken]
            if field not in self.found and free:
                self.found[field] = free[0]
                taken.add(free[0])

    def _tell_others(self) -> None:
        taken = set(self.found.values())
        for field, position in self.found.items():
            names = (*self._own[field], *self._aliases[field])
            fit = {*_all(self._columns.plain, names), *_all(self._columns.noted, names)} - taken
            if fit:
                *some, last = map(self._shown, sorted({position, *fit}))
                self.warnings.append(f"{', '.join(some)} and {last} fit {field}; {self._shown(position)} was taken")

    def _shown(self, position: int) -> str:
        return shown_name(self._header[position], self._header)


def _joins(spec: LinkageSpec, columns: _Columns) -> dict[str, tuple[int, ...]]:
    """Return the columns of every joined field that the file has some of."""
    joins = {}
    for field in spec.fields:
        parts = (columns.find([name]) for name in field.join)
        if positions := tuple(position for position in parts if position is not None):
            joins[field.name] = positions
    return joins


def _compounds(spec: LinkageSpec, found: set[str], columns: _Columns) -> tuple[Compound, ...]:
    compounds = []
    for data in _columns_data()["compound"]:
        fields = tuple(field for field in data["fields"] if field in spec.field_names and field not in found)
        position = columns.find(data["columns"])
        if fields and position is not None:
            compounds.append(Compound(position, fields, data["pattern"]))
    return tuple(compounds)


def _region_parts(columns: _Columns) -> tuple[tuple[int, int], ...]:
    parts: list[tuple[int, int]] = []
    for part in _columns_data()["region_parts"]:
        position = columns.find(part["columns"])
        if position is None:
            break
        parts.append((position, int(part["width"])))
    return tuple(parts)


def _region_names() -> list[str]:
    """Return the names of parts that hold a whole region code when they stand alone, the finest first."""
    parts = _columns_data()["region_parts"][:0:-1]
    return [name for part in parts for name in part["columns"] if name.startswith(("KODE_", "KD_"))]


@cache
def _columns_data() -> dict[str, Any]:
    path = resources.files("linkage.intake.columns") / "data" / "columns.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
