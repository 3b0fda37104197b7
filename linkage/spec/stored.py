"""A spec as a manifest carries it, back to the spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linkage.errors import SpecError
from linkage.spec.comparisons import Alternatives, ComparisonSpec, LevelSpec
from linkage.spec.fields import FieldSpec
from linkage.spec.guard_weights import GuardWeight
from linkage.spec.linkage_spec import LinkageSpec
from linkage.spec.name_families import NameFamily
from linkage.spec.older_regions import OlderRegion
from linkage.spec.rules import RuleSpec
from linkage.spec.survivorship import stored_survivorship


def spec_from_dict(data: Mapping[str, Any]) -> LinkageSpec:
    """Return the spec that :meth:`LinkageSpec.to_dict` wrote, as a manifest carries it.

    Raises:
        SpecError: it is not such a dict.
    """

    def alternatives(value: Sequence[Any]) -> Alternatives:
        return tuple(tuple((part, tuple(names)) for part, names in states) for states in value)

    def level(item: Mapping[str, Any]) -> LevelSpec:
        return LevelSpec(**{**item, "relations": tuple(item["relations"]), "when": alternatives(item["when"])})

    def comparison(item: Mapping[str, Any]) -> ComparisonSpec:
        lists = {name: tuple(item[name]) for name in ("combine", "m", "u")}
        nested = {"levels": tuple(map(level, item["levels"])), "missing_when": alternatives(item["missing_when"])}
        return ComparisonSpec(**{**item, **lists, **nested})

    try:
        parts = {
            "fields": tuple(
                FieldSpec(**{**item, "columns": tuple(item["columns"]), "join": tuple(item["join"])})
                for item in data["fields"]
            ),
            "comparisons": tuple(map(comparison, data["comparisons"])),
            "rules": tuple(
                RuleSpec(**{**item, **{name: tuple(item.get(name, ())) for name in ("keys", "refine", "sort")}})
                for item in data["rules"]
            ),
            "guard_weights": tuple(GuardWeight(**item) for item in data["guard_weights"]),
            "older_regions": tuple(OlderRegion(**item) for item in data["older_regions"]),
            "name_families": tuple(
                NameFamily(item["name"], tuple(item["variants"])) for item in data.get("name_families", ())
            ),
            "survivorship": stored_survivorship(data.get("survivorship")),
        }
        return LinkageSpec(**{**data, **parts}).validate()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SpecError("the stored spec is incomplete or was written by another version") from error
