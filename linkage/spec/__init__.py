"""What to link and how: the linkage spec, a frozen value read from TOML.

A spec names the *fields* of a record, the *comparisons* of two records, the blocking *rules* that
choose which pairs are compared, and the thresholds. Nothing else in the package takes a dict of
settings: ``parse_spec`` is the only door, and it refuses what it does not know.
"""

from linkage.spec.builtin import load_builtin_spec
from linkage.spec.comparisons import DIFFERENT, DISTANCES, KERNELS, Alternatives, ComparisonSpec, LevelSpec
from linkage.spec.fields import FIELD_KINDS, FieldSpec
from linkage.spec.guard_weights import GUARDS, GuardWeight, guard_weight, guard_weight_lines
from linkage.spec.linkage_spec import LinkageSpec
from linkage.spec.name_families import AddedFamilies, NameFamily, build_name_families, check_name_families
from linkage.spec.older_regions import OlderRegion, OlderRegions
from linkage.spec.parsing import parse_spec
from linkage.spec.rules import RuleSpec
from linkage.spec.stored import spec_from_dict
from linkage.spec.survivorship import DEFAULT_SURVIVORSHIP, SurvivorshipRules

__all__ = [
    "AddedFamilies",
    "NameFamily",
    "build_name_families",
    "check_name_families",
    "DEFAULT_SURVIVORSHIP",
    "DIFFERENT",
    "DISTANCES",
    "FIELD_KINDS",
    "GUARDS",
    "KERNELS",
    "Alternatives",
    "ComparisonSpec",
    "FieldSpec",
    "GuardWeight",
    "LevelSpec",
    "LinkageSpec",
    "OlderRegion",
    "OlderRegions",
    "RuleSpec",
    "SurvivorshipRules",
    "guard_weight",
    "guard_weight_lines",
    "load_builtin_spec",
    "parse_spec",
    "spec_from_dict",
]
