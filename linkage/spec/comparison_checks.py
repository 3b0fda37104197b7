"""Whether a comparison can mean something: its kernel fits its field, and a pair can reach each of its levels."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from linkage.errors import SpecError
from linkage.spec.comparisons import DIFFERENT, DISTANCES, KERNELS, MISSING, ComparisonSpec
from linkage.spec.fields import FIELD_KINDS
from linkage.spec.names import check_known, check_unique

_WORDS: Final = ("person_name", "text", "category", "place", "address")
KINDS_OF_KERNELS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("person_name",),
    "phonetic": ("person_name",),
    "initials": ("person_name", "text"),
    "token_sort": _WORDS,
    "token_set": _WORDS,
    "token_overlap": tuple(kind for kind, forms in FIELD_KINDS.items() if "tokens" in forms),
    "date": ("date",),
    "date_gap": ("date",),
    "nik": ("nik",),
    "nik_likeness": ("nik",),
    "number_distance": ("number",),
    "place": ("place",),
    "address": ("address",),
    "enrolment": ("card_status",),
    "region": ("category", "identifier", "text"),
}
"""The kinds of field a kernel compares; kernels that do not stand here compare the values of any field."""

NEVER_KEPT: Final = frozenset({"address", "region", "date_gap", "enrolment"})
"""Kernels under which two equal values need not agree best: streets without a house, provinces, half dates, cards."""


def check_comparison(item: ComparisonSpec, earlier: Sequence[ComparisonSpec], kinds: Mapping[str, str]) -> None:
    """Refuse a comparison that contradicts itself, its field or the parts it combines.

    ``earlier``: the comparisons before it, of which only parts can be combined. ``kinds``: kind by field name.
    Raises :class:`SpecError`.
    """
    where = f"comparison {item.name}"
    if not item.levels:
        raise SpecError("a comparison needs at least one level", where=where)
    if len(item.levels) > 13:
        raise SpecError("at most 13 levels fit the packed agreement pattern", where=where)
    check_unique("level", [MISSING, DIFFERENT, *(level.name for level in item.levels)], where=where)
    if bool(item.combine) == bool(item.field):
        raise SpecError("name either a field (with a kernel) or the parts to combine", where=where)
    for vector in ("m", "u"):
        values = getattr(item, vector)
        if values and (len(values) != len(item.levels) + 1 or min(values) <= 0 or abs(sum(values) - 1) > 1e-6):
            raise SpecError(
                f"{vector} needs {len(item.levels) + 1} positive numbers that sum to 1 (levels, then different)",
                where=where,
            )
    if item.combine:
        _check_combination(item, earlier, where)
    else:
        _check_kernel(item, kinds, where)
        _check_kernel_levels(item, where)


def _check_kernel(item: ComparisonSpec, kinds: Mapping[str, str], where: str) -> None:
    if item.missing_when:
        raise SpecError("'missing_when' belongs to combined comparisons", where=where)
    check_known(item.field, kinds, "field", where=where)
    check_known(item.kernel, KERNELS, "kernel", where=where)
    fitting = KINDS_OF_KERNELS.get(item.kernel, ())
    if fitting and kinds[item.field] not in fitting:
        raise SpecError(
            f"kernel {item.kernel} does not fit a field of kind {kinds[item.field]}",
            where=where,
            remedy=f"It compares fields of kind {' or '.join(fitting)}",
        )
    if item.keep and item.kernel in NEVER_KEPT:
        raise SpecError(
            f"keep does not go with the kernel {item.kernel}: equal values are not always at its best level",
            where=where,
            remedy="Keep a comparison of the same field under the kernel 'equal', as a part of a combination",
        )
    if item.kernel == "custom" and item.part:
        raise SpecError("a custom comparison cannot be a part: its level is known only after the others", where=where)
    if item.default_dates and item.kernel != "date":
        raise SpecError("default_dates belongs to the kernel 'date'", where=where)


def _check_kernel_levels(item: ComparisonSpec, where: str) -> None:
    offered = KERNELS[item.kernel]
    if offered is None:
        _check_bounds(item, where)
    for level in item.levels:
        if level.when:
            raise SpecError("'when' belongs to combined comparisons", where=where)
        if offered is None:
            if level.relations:
                raise SpecError(f"kernel {item.kernel} takes thresholds, not relations", where=where)
            continue
        if item.kernel == "name" and level is item.levels[-1] and level.at_least is not None and not level.relations:
            continue  # the lowest level of names may be a similarity
        if level.at_least is not None or level.at_most is not None:
            raise SpecError(f"kernel {item.kernel} takes relations, not thresholds", where=where)
        for relation in level.relations or (level.name,):
            check_known(relation, offered, "relation", where=f"{where}, level {level.name}")


def _check_bounds(item: ComparisonSpec, where: str) -> None:
    """Refuse a bound of the wrong sort, out of range, or after a looser one: no pair could ever reach that level."""
    distance = item.kernel in DISTANCES
    right, wrong = ("at_most", "at_least") if distance else ("at_least", "at_most")
    loosest = -math.inf
    for level in item.levels:
        place = f"{where}, level {level.name}"
        bound: float | None = getattr(level, right)
        if getattr(level, wrong) is not None:
            raise SpecError(f"kernel {item.kernel} takes {right}, not {wrong}", where=place)
        if bound is not None:
            _check_range(item.kernel, right, bound, place)
        # Equality is the strictest: no bound is above it.
        equal = 0.0 if distance else -sys.float_info.max
        looseness = equal if bound is None else (bound if distance else -bound)
        if looseness <= loosest:
            raise SpecError("levels stand best first; this one can never be reached", where=place)
        loosest = looseness


def _check_range(kernel: str, name: str, bound: float, where: str) -> None:
    if kernel == "custom":
        fits, range_in_words = math.isfinite(bound), "a number"
    elif name == "at_least":
        fits, range_in_words = 0.0 < bound <= 1.0, "above 0 and at most 1"
    else:
        fits, range_in_words = 0.0 <= bound < math.inf, "at least 0"
    if not fits:
        raise SpecError(f"{name} must be {range_in_words}", where=where)


def _check_combination(item: ComparisonSpec, earlier: Sequence[ComparisonSpec], where: str) -> None:
    parts = {comparison.name: comparison for comparison in earlier if comparison.part}
    if len(item.combine) > 5:
        raise SpecError(f"{len(item.combine)} parts; at most 5 can be combined", where=where)
    for part in item.combine:
        check_known(part, parts, "part (an earlier comparison with part = true)", where=where)
    if item.term_frequency:
        raise SpecError("term_frequency needs a comparison of one field", where=where)
    for level in item.levels:
        if not level.when:
            raise SpecError(f"level {level.name} needs 'when'", where=where)
        if level.relations or level.at_least is not None or level.at_most is not None:
            raise SpecError(f"level {level.name} of a combination takes 'when' alone", where=where)
    for label, alternatives in (*((level.name, level.when) for level in item.levels), (MISSING, item.missing_when)):
        for part, names in (state for alternative in alternatives for state in alternative):
            check_known(part, item.combine, "part", where=f"{where}, level {label}")
            for name in names:
                check_known(name, parts[part].level_names, "level", where=f"{where}, level {label}, part {part}")
