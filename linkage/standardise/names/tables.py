"""The tables behind the name rules: families, clans, soft tokens (the words around a name are in ``vocabulary``).

The content lives in ``data/names/``, so that a steward can extend it without reading code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any, Final

_FILES: Final = ("families", "words", "soft", "clans")


_NOT_CLANS: Final = ("also_given", "joined")


@dataclass(frozen=True)
class NameTables:
    """Read-only tables of upper-case A-Z tokens.

    ``family`` maps a variant to its canonical token; ``soft_after`` and ``soft_before`` map a token to the neighbours
    that make it soft. ``clan_pairs``: clans of two words (LUMBAN TORUAN).
    """

    family: Mapping[str, str]
    soft_leading: frozenset[str]
    soft_after: Mapping[str, frozenset[str]]
    soft_before: Mapping[str, frozenset[str]]
    soft_anywhere: frozenset[str]
    soft_title_from: frozenset[str]
    adult_titles: frozenset[str]
    sex_marks: frozenset[str]
    birth_order: Mapping[str, int]
    soft_male: frozenset[str]
    soft_female: frozenset[str]
    clan_particles: frozenset[str]
    name_markers: frozenset[str]
    clans: frozenset[str]
    clan_pairs: frozenset[tuple[str, str]]
    clan_pair_ends: frozenset[str]
    chinese_surnames: frozenset[str]
    not_markers: frozenset[str]
    keep_j: frozenset[str]


@cache
def name_tables() -> NameTables:
    """Return the tables that ship with the package, read at the first call."""
    return _build(read_name_files(_FILES))


def read_name_files(names: Iterable[str]) -> dict[str, Any]:
    """Return the top-level tables of files in ``data/names``, together."""
    folder = resources.files("linkage.standardise") / "data" / "names"
    data: dict[str, Any] = {}
    for name in names:
        data |= tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    return data


def _build(data: Mapping[str, Any]) -> NameTables:
    soft, clan = data["soft"], data["clan"]
    return NameTables(
        family={variant: name for name, variants in data["family"].items() for variant in variants},
        soft_leading=frozenset(soft["leading"]),
        soft_after={token: frozenset(before) for token, before in soft["after"].items()},
        soft_before={token: frozenset(after) for token, after in soft["before"].items()},
        soft_anywhere=frozenset(soft["anywhere"]["tokens"]),
        soft_title_from=frozenset(soft["anywhere"]["title_from"]),
        adult_titles=frozenset(soft["anywhere"]["adult_titles"]),
        sex_marks=frozenset(soft["sex"]["marks"]),
        birth_order={token: rank for rank, tokens in enumerate(soft["order"].values(), 1) for token in tokens},
        soft_male=frozenset(soft["sex"]["male"]),
        soft_female=frozenset(soft["sex"]["female"]),
        clan_particles=frozenset(soft["anywhere"]["clan_particles"]),
        name_markers=frozenset(soft["anywhere"]["name_markers"]),
        clans=frozenset(chain.from_iterable(tokens for key, tokens in clan.items() if key not in _NOT_CLANS)),
        clan_pairs=frozenset((first, second) for first, second in clan.get("joined", ())),
        clan_pair_ends=frozenset(second for _, second in clan.get("joined", ())),
        chinese_surnames=frozenset(data["chinese"]["surnames"]),
        not_markers=frozenset(data["old_spelling"]["not_markers"]),
        keep_j=frozenset(data["old_spelling"]["keep_j"]),
    )
