"""The tables behind the name rules: families, titles, degrees, abbreviations, soft tokens.

The content lives in ``data/names/``, so that a steward can extend it without reading code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final


_FILES: Final = ("families", "titles", "words", "abbreviations", "soft", "clans")


@dataclass(frozen=True)
class NameTables:
    """Read-only tables of upper-case A-Z tokens.

    ``family`` maps a variant to its canonical token; ``abbreviations`` maps a group (any, islam, hindu,
    christian) to token -> expansion; ``noble`` maps initials of rank to their expansion; ``soft_after`` and
    ``soft_before`` map a token to the neighbours that make it soft.
    """

    family: Mapping[str, str]
    titles: frozenset[str]
    plain_degrees: frozenset[str]
    degrees: frozenset[str]
    alias_words: frozenset[str]
    deceased_words: frozenset[str]
    son_words: frozenset[str]
    patronymic_words: frozenset[str]
    newborn_words: frozenset[str]
    mothers_titles: frozenset[str]
    abbreviations: Mapping[str, Mapping[str, str]]
    noble: Mapping[str, str]
    soft_leading: frozenset[str]
    soft_after: Mapping[str, frozenset[str]]
    soft_before: Mapping[str, frozenset[str]]
    soft_anywhere: frozenset[str]
    soft_title_from: frozenset[str]
    adult_titles: frozenset[str]
    clans: frozenset[str]
    chinese_surnames: frozenset[str]
    missing_values: frozenset[str]
    not_markers: frozenset[str]
    keep_j: frozenset[str]


@cache
def name_tables() -> NameTables:
    """Return the tables that ship with the package, read at the first call."""
    folder = resources.files("linkage.standardise") / "data" / "names"
    data: dict[str, Any] = {}
    for name in _FILES:
        data |= tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    return _build(data)


def _build(data: Mapping[str, Any]) -> NameTables:
    words, soft = data["words"], data["soft"]
    plain = frozenset(data["degrees"]["plain"])
    sons = frozenset(words["son"])
    return NameTables(
        family={variant: name for name, variants in data["family"].items() for variant in variants},
        titles=frozenset(data["titles"]["leading"]),
        plain_degrees=plain,
        degrees=plain | frozenset(data["degrees"]["dotted"]),
        alias_words=frozenset(words["alias"]),
        deceased_words=frozenset(words["deceased"]),
        son_words=sons,
        patronymic_words=sons | frozenset(words["daughter"]),
        newborn_words=frozenset(words["newborn"]),
        mothers_titles=frozenset(words["mothers_title"]),
        abbreviations=data["abbreviations"],
        noble=data["noble"],
        soft_leading=frozenset(soft["leading"]),
        soft_after={token: frozenset(before) for token, before in soft["after"].items()},
        soft_before={token: frozenset(after) for token, after in soft["before"].items()},
        soft_anywhere=frozenset(soft["anywhere"]["tokens"]),
        soft_title_from=frozenset(soft["anywhere"]["title_from"]),
        adult_titles=frozenset(soft["anywhere"]["adult_titles"]),
        clans=frozenset(data["clan"]["tokens"]),
        chinese_surnames=frozenset(data["chinese"]["surnames"]),
        missing_values=frozenset(data["missing"]["values"]),
        not_markers=frozenset(data["old_spelling"]["not_markers"]),
        keep_j=frozenset(data["old_spelling"]["keep_j"]),
    )
