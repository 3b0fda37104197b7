"""The catalogue of rules: code, severity, and what to say about it in Indonesian and English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

SEVERITIES: Final = ("reject", "error", "warning", "info")
"""``reject``: the row is not accepted. ``error``: accepted, the value is treated as missing. ``warning``: accepted, the
value stands. ``info``: no mistake by itself. From the gravest."""


@dataclass(frozen=True)
class Rule:
    """A rule. ``wrong`` and ``remedy``: sentences by language (``id``, ``en``), without a value of any row."""

    code: str
    severity: str
    wrong: Mapping[str, str]
    remedy: Mapping[str, str]
    source: str


@cache
def rule_catalogue() -> Mapping[str, Rule]:
    """Return every rule by its code, in the order of the catalogue."""
    path = resources.files("linkage.intake.quality") / "data" / "rules.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType({code: Rule(code, **content) for code, content in data.items()})


def severity_of(code: str) -> str:
    """Return the severity of a code; a code the catalogue lacks is that of a refused row or file."""
    rule = rule_catalogue().get(code)
    return rule.severity if rule else "reject"
