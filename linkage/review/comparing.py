"""What a case shows beside its records' values, found on the whole values for who decides in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from linkage.review.cases import Case
from linkage.review.differences import mark_differences
from linkage.review.masking import agreements
from linkage.review.survivorship import survivors
from linkage.spec import DEFAULT_SURVIVORSHIP, SurvivorshipRules


def with_comparison(
    case: Case, whole: Mapping[str, Mapping[str, str]], rules: SurvivorshipRules = DEFAULT_SURVIVORSHIP
) -> Case:
    """Return ``case`` with its agreements, marks and survivors.

    ``whole``: by record id, the whole values by plain column name; a record that is not in it has none. Not for an
    office that sees a record in brief: that values differ tells what they are. ``rules``: by which values would stay.
    """
    held = {record: whole.get(record, {}) for record in case.record_ids}
    return replace(
        case,
        agreements=agreements(list(held.values())),
        marks=mark_differences(held),
        survivors=survivors(held, case.kind, rules=rules),
    )
