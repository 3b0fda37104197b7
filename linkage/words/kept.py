"""The evidence of a pair as it is kept: sentences by their keys and bits, without single features and levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from linkage.words.catalogue import Finding
from linkage.words.explained import EvidenceGroup, Explained, GuardSaid

_BESIDE = "family"


def without_details(explained: Explained) -> Explained:
    """Return what :func:`from_json` gives back: the same without features and levels."""
    family = explained.family
    return replace(
        explained,
        groups=tuple(replace(group, features=()) for group in explained.groups),
        family=None if family is None else replace(family, features=()),
        levels={},
    )


def to_json(explained: Explained) -> dict[str, Any]:
    """Return JSON values, short ones. The ids of the records are not among them: they stand with the pair.

    Family evidence that is one of the groups is told by the number of that group.
    """
    family = explained.family
    return {
        "model": explained.model,
        "weight": explained.weight_log2,
        "probability": explained.probability,
        "link_threshold": explained.link_threshold,
        "start": [list(term) for term in explained.start],
        "groups": [_group_json(group) for group in explained.groups],
        "calibration": explained.calibration,
        "missing": [_finding_json(finding) for finding in explained.missing],
        _BESIDE: explained.groups.index(family) if family in explained.groups else family and _group_json(family),
        "guards": [[said.guard, said.holds] for said in explained.guards],
        "rules": list(explained.rules),
    }


def from_json(kept: Mapping[str, Any], left_id: str, right_id: str) -> Explained:
    """Return the evidence of the pair of these two records, from what :func:`to_json` returned."""
    groups = tuple(_group_of(group) for group in kept["groups"])
    family = kept[_BESIDE]
    return Explained(
        left_id=left_id,
        right_id=right_id,
        model=kept["model"],
        weight_log2=kept["weight"],
        probability=kept["probability"],
        link_threshold=kept["link_threshold"],
        start=tuple((name, bits) for name, bits in kept["start"]),
        groups=groups,
        calibration=kept["calibration"],
        missing=tuple(_finding_of(finding) for finding in kept["missing"]),
        family=groups[family] if isinstance(family, int) else None if family is None else _group_of(family),
        guards=tuple(GuardSaid(guard, holds) for guard, holds in kept["guards"]),
        rules=tuple(kept["rules"]),
        levels={},
    )


def _group_json(group: EvidenceGroup) -> list[Any]:
    return [group.group, group.bits, [_finding_json(finding) for finding in group.findings]]


def _group_of(kept: Sequence[Any]) -> EvidenceGroup:
    group, bits, findings = kept
    return EvidenceGroup(group, bits, tuple(_finding_of(finding) for finding in findings), ())


def _finding_json(finding: Finding) -> list[Any]:
    if not finding.filled:
        return [finding.key]
    filled = finding.filled.items()
    return [
        finding.key,
        {name: _finding_json(value) if isinstance(value, Finding) else value for name, value in filled},
    ]


def _finding_of(kept: Sequence[Any]) -> Finding:
    key, *filled = kept
    if not filled:
        return Finding(key)
    return Finding(
        key,
        {name: _finding_of(value) if isinstance(value, list) else value for name, value in filled[0].items()},
    )
