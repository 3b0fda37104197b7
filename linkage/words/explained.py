"""A pair explained: one set of numbers as data, as sentences, and as the steps of a waterfall."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from linkage.words.catalogue import LANGUAGES, Finding, joined, label, topic_label
from linkage.words.levels import Language

LITTLE: Final = 0.5
"""Bits. Less than this, and a group hardly counts."""

MUCH: Final = 1.0
"""Bits from which it wants a word that something alike speaks against a pair, or something unlike for it."""


@dataclass(frozen=True, slots=True)
class WeighedFeature:
    """A number of the pair and what it adds. ``value``: nan for missing; of a comparison the name of its level."""

    name: str
    value: float | str
    bits: float


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """What a clerk looks at together: a topic, its ``bits``, what was found, and the features that add up to it."""

    group: str
    bits: float
    findings: tuple[Finding, ...]
    features: tuple[WeighedFeature, ...]

    def label(self, language: Language) -> str:
        """Return what the group is called."""
        return topic_label(self.group, language)

    def sentence(self, language: Language) -> str:
        """Return what was found, and why it counts the other way round where it does; without a full stop."""
        if not self.findings:
            return f"{self.label(language)}: {label('cannot', language)}"
        said = joined(self.findings, language)
        leans = self.findings[0].leans
        if leans * self.bits > -MUCH:
            return said
        return f"{said}, {label('but_agree' if leans > 0 else 'but_differ', language)}"


@dataclass(frozen=True, slots=True)
class GuardSaid:
    """A suspicion about the pair's pattern. ``holds``: whether the probability leaves it standing."""

    guard: str
    holds: bool

    @property
    def finding(self) -> Finding:
        """What there is to say of it."""
        key = "suspicion.holds" if self.holds else "suspicion.answered"
        return Finding(key, {"pattern": Finding(f"pattern.{self.guard}")})


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a pair has its match weight.

    ``start`` (labels and bits; the prior), the bits of ``groups`` (largest first) and ``calibration`` add up to
    ``weight_log2`` = log2(p / (1 - p)), within 1e-9. ``model``: ``supervised`` or ``fellegi_sunter``. ``levels``: by
    comparison, parts too. ``missing``: what one record or both do not tell. ``family``: what the other members of both
    families say; None where the data have no families. ``rules``: that bring the pair together. Holds no value of a
    resident but the two record ids.
    """

    left_id: str
    right_id: str
    model: str
    weight_log2: float
    probability: float
    link_threshold: float
    start: tuple[tuple[str, float], ...]
    groups: tuple[EvidenceGroup, ...]
    calibration: float
    missing: tuple[Finding, ...]
    family: EvidenceGroup | None
    guards: tuple[GuardSaid, ...]
    rules: tuple[str, ...]
    levels: Mapping[str, str]

    def terms(self, language: Language) -> tuple[tuple[str, float], ...]:
        """Return the steps of a waterfall, label and bits, from the prior on: the weight is their sum."""
        steps = [(label(name, language), bits) for name, bits in self.start]
        steps += [(group.label(language), group.bits) for group in self.groups]
        if self.calibration:
            steps.append((label("calibration", language), self.calibration))
        return tuple(steps)

    def speaking(self) -> dict[str, tuple[EvidenceGroup, ...]]:
        """Return the groups that speak ``for`` one person, ``against``, and those that count ``little``."""
        little = [group for group in self.groups if abs(group.bits) < LITTLE]
        return {
            "for": tuple(group for group in self.groups if group.bits >= LITTLE),
            "against": tuple(group for group in self.groups if group.bits <= -LITTLE),
            "little": tuple(group for group in little if group.findings),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values: the same numbers and sentences, in both languages; null for a missing value."""
        return {
            "left_id": self.left_id,
            "right_id": self.right_id,
            "model": self.model,
            "match_weight_log2": self.weight_log2,
            "match_probability": self.probability,
            "link_threshold": self.link_threshold,
            "start": [{"name": name, "bits": bits, **_both(lambda at, name=name: label(name, at), "label")}
                      for name, bits in self.start],
            "groups": [_group_dict(group) for group in self.groups],
            "calibration": self.calibration,
            "missing": [_finding_dict(item) for item in self.missing],
            "family": None if self.family is None else _group_dict(self.family),
            "rules": list(self.rules),
            "guards": [{"guard": item.guard, "holds": item.holds, **_both(item.finding.say, "sentence")}
                       for item in self.guards],
            "levels": dict(self.levels),
        }  # fmt: skip


def _group_dict(group: EvidenceGroup) -> dict[str, Any]:
    return {
        "group": group.group,
        "bits": group.bits,
        **_both(group.label, "label"),
        **_both(group.sentence, "sentence"),
        "features": [
            {"name": item.name, "value": None if _is_nan(item.value) else item.value, "bits": item.bits}
            for item in group.features
        ],
    }


def _finding_dict(finding: Finding) -> dict[str, Any]:
    filled = {name: value for name, value in finding.filled.items() if not isinstance(value, Finding)}
    return {"says": finding.key, **filled, **_both(finding.say, "sentence")}


def _both(say: Any, name: str) -> dict[str, str]:
    return {f"{name}_{language}": say(language) for language in LANGUAGES}


def _is_nan(value: float | str) -> bool:
    return isinstance(value, float) and math.isnan(value)
