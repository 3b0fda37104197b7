"""Records that no blocking rule can pair: what their files fill, and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from linkage.blocking.index import RuleReport
from linkage.encode import EncodedRecords
from linkage.spec import LinkageSpec

_SHOWN: Final = 6
"""Of more columns that would help, the first are named."""


def keyless_warning(records: EncodedRecords, spec: LinkageSpec, reports: Sequence[RuleReport]) -> str:
    """Return a warning when no rule gives any record a key, so that nothing is compared; else an empty text.

    It names columns of the spec, never a value: those that hold anything, and those the rules lack. Of these only the
    fewest that one rule needs are told, in the order of the rules.
    """
    if records.n_records < 2 or any(report.records for report in reports):
        return ""
    filled = [name for name in spec.field_names if name in records.columns and (records.columns[name].codes >= 0).any()]
    said = f"no pair is compared, so none is proposed: with {_listed(filled)} alone no blocking rule has a key"
    lacking = [rule.read_fields - set(filled) for rule in spec.rules]
    fewest = min((len(fields) for fields in lacking if fields), default=0)
    helpful = dict.fromkeys(
        " with ".join(name for name in spec.field_names if name in fields)
        for fields in lacking
        if len(fields) == fewest
    )
    return f"{said}; what would help: {' or '.join(list(helpful)[:_SHOWN])}" if fewest else said


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "no filled column"
