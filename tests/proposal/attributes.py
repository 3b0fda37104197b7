"""Attributes and what was found of them in each file, put down by hand."""

from __future__ import annotations

from dataclasses import replace

from linkage.proposal.columns.attributes import Attribute, Recognised
from linkage.proposal.draft import Draft, draft_evidence
from linkage.spec import LinkageSpec, RuleSpec

PLAIN = {"filled": 1.0, "distinct": 500.0, "mean_length": 7.0, "most_common": 0.01, "in_files": 1.0}


def attribute(
    name: str, role: str = "", about: str = "", columns: tuple[str, ...] = (), **facts: float | str
) -> Attribute:
    """An attribute that tells much and is always filled, unless its facts say otherwise; its role is its name."""
    found = PLAIN | {"in_files": float(len(columns) or 1)} | facts
    return Attribute(name, role or name, about, 0.9, ("because",), found, columns or (name,))


def draft(*attributes: Attribute, files: int = 1) -> Draft:
    """The draft of attributes that every file has, or the first ones of ``columns``."""
    seen = [
        [
            Recognised(item.columns[place], item.role, item.about, 0.9, (), item.facts)
            for item in attributes
            if place < len(item.columns)
        ]
        for place in range(files)
    ]
    return draft_evidence(attributes, seen)


def facts_of(seen: Attribute, *by_file: dict[str, float | str]) -> tuple[tuple[Recognised, ...], ...]:
    """One attribute as each of several files shows it."""
    return tuple(
        (Recognised(column, seen.role, seen.about, 0.9, (), {**seen.facts, **facts}),)
        for column, facts in zip(seen.columns, by_file, strict=True)
    )


def spec_of(made: Draft) -> LinkageSpec:
    """Everything a draft holds as a valid spec."""
    fields = (*made.fields, *(field for item in made.evidence for field in item.fields))
    comparisons = tuple(comparison for item in made.evidence for comparison in item.compared)
    keys = [form.key for item in made.evidence for form in item.keys]
    rules = tuple(RuleSpec(key, (key,)) for key in keys[:60])
    return LinkageSpec("drafted", fields, comparisons, rules).validate()


def with_columns(item: Attribute, *columns: str) -> Attribute:
    """The attribute under these headers, one per file."""
    return replace(item, columns=columns, facts={**item.facts, "in_files": float(len(columns))})
