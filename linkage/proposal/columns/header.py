"""What the header of a column says: weights of the roles it may have, and whose it is."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from linkage.proposal.columns.concepts import read_words
from linkage.proposal.columns.roles import PARENTS
from linkage.proposal.columns.words import header_words

_COMMON_SHARE: Final = 0.7
_FEWEST_COLUMNS: Final = 4
_PLACES: Final = ("place", "region", "country", "postcode", "address")
_PARTS: Final = {"given_name": "given", "surname": "surname", "middle_name": "middle", "other_name": "maiden"}
_BARE_PAPERS: Final = frozenset({"passport", "national", "licence", "document"})


@dataclass(frozen=True)
class HeaderEvidence:
    """What one header says.

    ``weights``: role -> weight, in units of log odds; empty when no word is known. ``concepts``: what
    its words mean. ``words``: the words it rests on.
    ``part``: of a parent's name. ``bare_name``: it says "name" and no more. ``truth``: it names the answer.
    """

    weights: Mapping[str, float]
    about: str = ""
    concepts: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    part: str = ""
    bare_name: bool = False
    truth: bool = False


@dataclass(frozen=True)
class _Rule:
    wanted: frozenset[str]
    unwanted: frozenset[str]
    weights: Mapping[str, float]


def read_headers(headers: Sequence[str]) -> tuple[HeaderEvidence, ...]:
    """Return the evidence of every header of a file. What nearly all begin or end with is passed over."""
    words = _without_common([header_words(header) for header in headers])
    return tuple(_evidence(one) for one in words)


def _without_common(headers: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    bare = list(headers)
    for edge in (0, -1):
        longer = [words for words in bare if len(words) > 1]
        if len(longer) < max(_FEWEST_COLUMNS, _COMMON_SHARE * len(bare)):
            continue
        word, times = Counter(words[edge] for words in longer).most_common(1)[0]
        if times >= max(_FEWEST_COLUMNS, _COMMON_SHARE * len(bare)):
            bare = [
                (words[1:] if edge == 0 else words[:-1]) if len(words) > 1 and words[edge] == word else words
                for words in bare
            ]
    return bare


def _evidence(words: tuple[str, ...]) -> HeaderEvidence:
    reading = read_words(words)
    concepts = reading.concepts
    if not concepts:
        return HeaderEvidence({})
    weights: Mapping[str, float] = {}
    for rule in _rules():
        if rule.wanted <= concepts and not rule.unwanted & concepts:
            weights = rule.weights
            break
    if not weights:
        return HeaderEvidence({})
    about = next((about for concept, about in _abouts().items() if concept in concepts), "")
    leading = max(weights, key=lambda role: weights[role])
    part = ""
    if about in PARENTS and leading in (*_PARTS, "full_name"):
        part = _PARTS.get(leading, "full")
        weights = {"parent_name": max(weights.values()) + 1.0}
    elif about in PARENTS and leading == "birth_date":
        weights = {"event_date": 6.0}
    if not about and "birth" in concepts and leading in _PLACES:
        about = "birth"
    if not about and leading in ("country", "region", "place") and concepts & _BARE_PAPERS:
        about = "document"
    if "household" in concepts and "label" in concepts:
        about = ""
    bare = concepts <= {"name", "given", "person"} and "name" in concepts
    return HeaderEvidence(weights, about, concepts, reading.words, part, bare, "truth" in concepts)


@cache
def _data() -> Mapping[str, object]:
    path = resources.files("linkage.proposal.columns") / "data" / "header_rules.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _abouts() -> Mapping[str, str]:
    table = _data()["about"]
    return {str(key): str(value) for key, value in table.items()} if isinstance(table, dict) else {}


@cache
def _rules() -> tuple[_Rule, ...]:
    lines = _data()["rules"]
    return tuple(_rule(str(line)) for line in lines) if isinstance(lines, list) else ()


def _rule(line: str) -> _Rule:
    conditions, _, roles = line.partition("->")
    terms = conditions.split()
    weights = {role: float(weight) for role, weight in (part.split() for part in roles.split(","))}
    wanted = frozenset(term for term in terms if not term.startswith("-"))
    return _Rule(wanted, frozenset(term[1:] for term in terms if term.startswith("-")), weights)
