"""One table of a TOML spec to the part of the spec it writes; a :class:`SpecError` says which table is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linkage.errors import SpecError
from linkage.spec.comparisons import Alternatives, ComparisonSpec, LevelSpec
from linkage.spec.fields import FieldSpec
from linkage.spec.older_regions import OlderRegion
from linkage.spec.rules import RuleSpec
from linkage.spec.toml_values import only_keys, read_flag, read_list, read_number, read_text, read_texts


def build_field(item: Mapping[str, Any]) -> FieldSpec:
    """Return the field of a ``[[field]]`` table; its own name is its column unless it lists others."""
    where = f"field {item.get('name', '?')}"
    only_keys(item, {"name", "kind", "columns", "required", "join", "date_order"}, where=where)
    name = read_text(item, "name", where)
    return FieldSpec(
        name=name,
        kind=read_text(item, "kind", where),
        columns=read_texts(item, "columns", where) or (name,),
        required=read_flag(item, "required", where),
        join=read_texts(item, "join", where),
        date_order=read_text(item, "date_order", where) if "date_order" in item else "",
    )


def build_comparison(item: Mapping[str, Any]) -> ComparisonSpec:
    """Return the comparison of a ``[[comparison]]`` table."""
    where = f"comparison {item.get('name', '?')}"
    known = {"name", "field", "kernel", "combine", "levels", "term_frequency", "keep", "part", "m", "u"}
    known |= {"missing_when", "default_dates"}
    only_keys(item, known, where=where)
    return ComparisonSpec(
        name=read_text(item, "name", where),
        field=read_text(item, "field", where) if "field" in item else "",
        kernel=read_text(item, "kernel", where) if "kernel" in item else "",
        combine=read_texts(item, "combine", where),
        levels=tuple(_level(level, where) for level in read_list(item, "levels", where)),
        term_frequency=read_flag(item, "term_frequency", where),
        keep=read_flag(item, "keep", where),
        part=read_flag(item, "part", where),
        m=tuple(read_number(value, "m", where) for value in read_list(item, "m", where)),
        u=tuple(read_number(value, "u", where) for value in read_list(item, "u", where)),
        missing_when=_alternatives(item, "missing_when", where),
        default_dates=read_flag(item, "default_dates", where),
    )


def _level(item: Any, where: str) -> LevelSpec:
    if isinstance(item, str):
        return LevelSpec(name=item)
    if not isinstance(item, Mapping):
        raise SpecError("a level is a name or a table", where=where)
    only_keys(item, {"name", "at_least", "at_most", "relations", "when"}, where=where)
    return LevelSpec(
        name=read_text(item, "name", where),
        at_least=None if "at_least" not in item else read_number(item["at_least"], "at_least", where),
        at_most=None if "at_most" not in item else read_number(item["at_most"], "at_most", where),
        relations=read_texts(item, "relations", where),
        when=_alternatives(item, "when", where),
    )


def _alternatives(item: Mapping[str, Any], key: str, where: str) -> Alternatives:
    alternatives = read_list(item, key, where)
    if not all(isinstance(alternative, Mapping) and alternative for alternative in alternatives):
        raise SpecError(f"{key} lists tables of part = level, none of them empty", where=where)
    return tuple(
        tuple(
            (part, (names,) if isinstance(names, str) else read_texts(alternative, part, where))
            for part, names in alternative.items()
        )
        for alternative in alternatives
    )


def build_rule(item: Mapping[str, Any]) -> RuleSpec:
    """Return the rule of a ``[[rule]]`` table."""
    where = f"rule {item.get('name', '?')}"
    if "sort" in item:
        only_keys(item, {"name", "sort", "window"}, where=where)
        name, sort = read_text(item, "name", where), read_texts(item, "sort", where)
        return RuleSpec(name=name, keys=(), sort=sort, window=_count(item, "window", 5, where))
    only_keys(item, {"name", "keys", "cap", "refine"}, where=where)
    if "keys" not in item:
        raise SpecError("a rule needs keys", where=where, remedy="An empty list compares every record with every other")
    return RuleSpec(
        name=read_text(item, "name", where),
        keys=read_texts(item, "keys", where),
        cap=_count(item, "cap", 500, where),
        refine=read_texts(item, "refine", where),
    )


def _count(item: Mapping[str, Any], key: str, default: int, where: str) -> int:
    count = item.get(key, default)
    if not isinstance(count, int) or isinstance(count, bool) or count < 2:
        raise SpecError(f"{key} must be a whole number of at least 2", where=where)
    return count


def build_older_region(item: Mapping[str, Any]) -> OlderRegion:
    """Return the code of an ``[[older_regions]]`` table, whose codes may be numbers or texts."""
    where = f"older_regions {item.get('code', '?')}"
    only_keys(item, {"code", "newest", "name"}, where=where)
    return OlderRegion(
        code=_region_code(item, "code", where),
        newest=_region_code(item, "newest", where),
        name=read_text(item, "name", where) if "name" in item else "",
    )


def _region_code(item: Mapping[str, Any], key: str, where: str) -> int:
    value = item.get(key)
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (len(text) == 4 and text.isascii() and text.isdecimal()):
        raise SpecError(f"{key} must be a regency code of four digits", where=where)
    return int(text)
