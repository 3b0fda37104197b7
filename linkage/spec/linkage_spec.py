"""The linkage spec: fields, comparisons, blocking rules and thresholds as one frozen value with a digest."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

from linkage.errors import SpecError
from linkage.spec.comparison_checks import check_comparison
from linkage.spec.comparisons import ComparisonSpec
from linkage.spec.fields import FieldSpec, check_field
from linkage.spec.guard_weights import GuardWeight, check_guard_weights
from linkage.spec.name_families import AddedFamilies, check_name_families
from linkage.spec.names import check_unique
from linkage.spec.older_regions import OlderRegions, check_older_regions
from linkage.spec.rules import RuleSpec, check_order_of_rules, check_rule
from linkage.spec.survivorship import DEFAULT_SURVIVORSHIP, SurvivorshipRules, check_survivorship

MOST_WEIGHTED: Final = 16
"""Comparisons that may carry a weight: an agreement pattern has 64 bits, four for each."""


@dataclass(frozen=True)
class LinkageSpec:
    """The whole spec.

    Build it with :func:`linkage.spec.parse_spec`, :func:`linkage.spec.load_builtin_spec` or by hand, then ``validate``.
    ``guard_weights``: what it says, in bits and never for a match, that a guard holds.
    ``older_regions``: regency codes of former times that the package's own table lacks. ``name_families``: spellings of
    names beyond the package's own table. ``survivorship``: which value stays; linking reads nothing of it.
    """

    name: str
    fields: tuple[FieldSpec, ...]
    comparisons: tuple[ComparisonSpec, ...]
    rules: tuple[RuleSpec, ...]
    link_threshold: float = 0.5
    review_threshold: float = 0.01
    case_threshold: float | None = None
    survive_probability: float = 0.001
    shared_nik_weight: float = 0.0
    guard_answered_at: float | None = None
    prior: float | None = None
    model: str = ""
    guard_weights: tuple[GuardWeight, ...] = ()
    older_regions: OlderRegions = ()
    name_families: AddedFamilies = ()
    survivorship: SurvivorshipRules = DEFAULT_SURVIVORSHIP

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def weighted(self) -> tuple[ComparisonSpec, ...]:
        """The comparisons that carry a weight (those that are not parts)."""
        return tuple(comparison for comparison in self.comparisons if not comparison.part)

    @property
    def effective_case_threshold(self) -> float:
        """Probability from which a pair makes a case; the link threshold unless set."""
        return self.link_threshold if self.case_threshold is None else self.case_threshold

    def field(self, name: str) -> FieldSpec:
        """Return a field by name."""
        return next(field for field in self.fields if field.name == name)

    def comparison(self, name: str) -> ComparisonSpec:
        """Return a comparison by name."""
        return next(comparison for comparison in self.comparisons if comparison.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as plain JSON values, for the manifest."""
        return asdict(self)

    def digest(self) -> str:
        """Return the SHA-256 hex digest of the canonical JSON form of all that linking reads; it stamps every output.

        ``survivorship`` is not among it and has a digest of its own: to change it links nothing anew.
        """
        linking = {key: value for key, value in self.to_dict().items() if key != "survivorship"}
        text = json.dumps(linking, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def validate(self) -> LinkageSpec:
        """Return self, or raise :class:`SpecError` naming what is unknown or contradictory."""
        _check_parts(self)
        _check_numbers(self)
        check_guard_weights(self.guard_weights)
        check_older_regions(self.older_regions)
        check_name_families(self.name_families)
        check_survivorship(self.survivorship, self.field_names)
        return self


def _check_parts(spec: LinkageSpec) -> None:
    for label, items in (("field", spec.fields), ("comparison", spec.comparisons), ("rule", spec.rules)):
        if not items:
            raise SpecError(f"the spec has no {label}")
        check_unique(label, [item.name for item in items])
    kinds = {field.name: field.kind for field in spec.fields}
    for field in spec.fields:
        check_field(field)
    for position, comparison in enumerate(spec.comparisons):
        check_comparison(comparison, spec.comparisons[:position], kinds)
    if not spec.weighted:
        raise SpecError("every comparison is a part; at least one must carry a weight")
    if len(spec.weighted) > MOST_WEIGHTED:
        raise SpecError(
            f"{len(spec.weighted)} comparisons carry a weight; at most {MOST_WEIGHTED} fit an agreement pattern",
            remedy="Combine those that say much the same, or leave the weakest out",
        )
    if len(spec.rules) > 64:
        raise SpecError(f"{len(spec.rules)} rules; at most 64 fit the bit mask of a pair")
    for rule in spec.rules:
        check_rule(rule, kinds)
    check_order_of_rules(spec.rules)


def _check_numbers(spec: LinkageSpec) -> None:
    for name in ("link_threshold", "review_threshold", "effective_case_threshold", "survive_probability"):
        if not 0.0 < getattr(spec, name) < 1.0:
            raise SpecError(f"{name.removeprefix('effective_')} must lie between 0 and 1")
    if spec.prior is not None and not 0.0 < spec.prior < 1.0:
        raise SpecError("prior must lie between 0 and 1")
    if not math.isfinite(spec.shared_nik_weight):
        raise SpecError("shared_nik_weight must be a number")
    if spec.guard_answered_at is not None and not 0.5 <= spec.guard_answered_at <= 1.0:
        raise SpecError("guard_answered_at must lie between 0.5 and 1")
    if spec.review_threshold > spec.link_threshold:
        raise SpecError("review_threshold must not exceed link_threshold")
