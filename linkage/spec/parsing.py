"""The TOML text of a spec to the spec."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from linkage.errors import SpecError
from linkage.spec.guard_weights import build_guard_weights
from linkage.spec.linkage_spec import LinkageSpec
from linkage.spec.name_families import build_name_families
from linkage.spec.survivorship import build_survivorship
from linkage.spec.toml_tables import build_comparison, build_field, build_older_region, build_rule
from linkage.spec.toml_values import only_keys, read_tables

_PLAIN_KEYS: Final[Mapping[str, tuple[type, ...]]] = {
    "name": (str,),
    "link_threshold": (float, int),
    "review_threshold": (float, int),
    "case_threshold": (float, int),
    "survive_probability": (float, int),
    "shared_nik_weight": (float, int),
    "guard_answered_at": (float, int),
    "prior": (float, int),
    "model": (str,),
}
_TABLES: Final = ("field", "comparison", "rule", "guard_weights", "older_regions", "name_families", "survivorship")


def parse_spec(text: str, *, where: str = "spec") -> LinkageSpec:
    """Return the spec written in this TOML text.

    Raises:
        SpecError: the text is no TOML, or names an unknown key, kind, kernel, field, level or form.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of a number of thousands of digits, and of endless nesting
        raise SpecError(f"not valid TOML: {error}", where=where) from error
    try:
        return build_spec(data).validate()
    except OverflowError:
        raise SpecError("a number is too large", where=where) from None
    except SpecError as error:
        raise SpecError(
            error.problem, where=f"{where}, {error.where}" if error.where else where, remedy=error.remedy
        ) from None


def build_spec(data: Mapping[str, Any]) -> LinkageSpec:
    """Return the spec of parsed TOML, not yet validated.

    Raises:
        SpecError: a key is unknown, or a value has the wrong type.
        OverflowError: a whole number is beyond the range of float.
    """
    only_keys(data, {*_PLAIN_KEYS, *_TABLES}, where="top level")
    plain: dict[str, Any] = {}
    for key, kinds in _PLAIN_KEYS.items():
        if key in data:
            value = data[key]
            if not isinstance(value, kinds) or isinstance(value, bool):
                raise SpecError(f"{key} must be a {kinds[0].__name__}, not {type(value).__name__}")
            plain[key] = float(value) if isinstance(value, int | float) else value
    plain.setdefault("name", "unnamed")
    plain["guard_weights"] = build_guard_weights(data.get("guard_weights", {}))
    return LinkageSpec(
        fields=tuple(build_field(item) for item in read_tables(data, "field")),
        comparisons=tuple(build_comparison(item) for item in read_tables(data, "comparison")),
        rules=tuple(build_rule(item) for item in read_tables(data, "rule")),
        older_regions=tuple(build_older_region(item) for item in read_tables(data, "older_regions")),
        name_families=build_name_families(data.get("name_families", {})),
        survivorship=build_survivorship(data.get("survivorship", {})),
        **plain,
    )
