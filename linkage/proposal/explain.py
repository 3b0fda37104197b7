"""Why a proposed spec is as it is, in sentences for its comments; counts and column names, never a value."""

from __future__ import annotations

from collections.abc import Sequence

from linkage.proposal.blocking import ChosenRule
from linkage.proposal.draft import Draft
from linkage.proposal.reading import FileColumns
from linkage.proposal.spec_text import Comments


def explain(
    draft: Draft, rules: Sequence[ChosenRule], expected_recall: float, files: Sequence[FileColumns]
) -> Comments:
    """Return the comments of a proposal."""
    rows = sum(file.rows for file in files)
    head = [
        f"Proposed from {len(files)} file{'s' if len(files) > 1 else ''} of {rows:,} rows by 'linkage spec'.",
        "Everything here may be changed; docs/guide/spec.md says what each key means.",
        *(f"Not used: {name}: {reason}." for name, reason in draft.left_out.items()),
    ]
    told = {item.name: item for item in draft.attributes}
    fields, comparisons = {}, {}
    for evidence in draft.evidence:
        for field in evidence.fields[:1]:
            attribute = told.get(field.name)
            role = attribute.role.replace("_", " ") if attribute else evidence.role.replace("_", " ")
            fields[field.name] = [f"{role}: {'; '.join(evidence.because)}"] if evidence.because else [role]
    for evidence in draft.evidence:
        for comparison in evidence.compared[-1:]:
            if evidence.role == "family":
                comparisons[comparison.name] = list(evidence.because)
    blocking = [
        f"{sum(chosen.compared for chosen in rules):,} pairs in all. By the agreement rates assumed for such columns "
        f"these rules would find {expected_recall:.1%} of the matches; what they miss is never compared."
    ]
    by_rule = {
        chosen.rule.name: [f"{chosen.compared:,} pairs; adds {chosen.gain:.2%} of the expected matches"]
        for chosen in rules
    }
    return Comments(head=head, fields=fields, comparisons=comparisons, blocking=blocking, rules=by_rule)
