"""What is refused, said to the person it is refused to: what happened, whose case it is, what to do now."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from linkage.errors import CaseConflictError, LinkageError
from linkage.review.people import SYSTEM
from linkage.review.regions import office_name
from linkage.review.words import word
from linkage.words.levels import Language

_WORDS_OF: Final[Mapping[str, str]] = MappingProxyType(
    {"action": "steps", "kind": "kinds", "roles": "roles", "state": "states"}
)
"""What is filled in as words: by placeholder, the table they stand in."""

_CHOICES: Final[Mapping[str, str]] = MappingProxyType(
    {"reasons": "reasons", "states": "states", "verdicts": "verdicts"}
)
"""What there is to choose from: words, and beside them the codes that a terminal takes."""

_PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {"case": "case", "field": "field", "region": "scope", "user": "user"}
)
"""What an error is about: by its word in ``where``, the label for it."""

_OR: Final[Mapping[Language, str]] = MappingProxyType({"id": " atau ", "en": " or "})


@dataclass(frozen=True)
class Refusal:
    """What a person is told: sentences, or, of an error that has none of its own, its English text.

    ``where``: the case or user it is about. ``holder`` and ``until`` (UTC): whose the case is until then; the sentence
    names the holder, and leaves the time to whoever shows it.
    """

    problem: str
    remedy: str
    where: str = ""
    holder: str | None = None
    until: datetime | None = None


def refusal(error: LinkageError, language: Language = "id") -> Refusal:
    """Return how an error is told in a language."""
    holder, until = (error.holder, error.until) if isinstance(error, CaseConflictError) else (None, None)
    where = _where(error.where, language)
    entry = sentences().get(error.key)
    if entry is None:
        return Refusal(error.problem, error.remedy, where, holder, until)
    filled = {name: _filled(name, value, language) for name, value in error.filled.items()}
    if holder is not None:
        filled["holder"] = holder
    problem, remedy = (entry[part][language].format_map(filled) for part in ("problem", "remedy"))
    return Refusal(problem, remedy, where, holder, until)


@cache
def sentences() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return the sentences of every key: ``problem`` and ``remedy``, each by language."""
    text = resources.files("linkage.review").joinpath("data", "refusals.toml").read_text(encoding="utf-8")
    topics: dict[str, dict[str, Any]] = tomllib.loads(text)
    return {f"{topic}.{name}": entry for topic, entries in topics.items() for name, entry in entries.items()}


def _filled(name: str, value: str | int, language: Language) -> str:
    text = str(value)
    if name == "office":
        return office_name(text, language)
    if name == "person":
        return word("roles", "sistem", language) if text == SYSTEM else text
    if name in _CHOICES:
        return ", ".join(f"{_plain(_CHOICES[name], code, language)} ({code})" for code in text.split(","))
    if name in _WORDS_OF:
        return _OR[language].join(_plain(_WORDS_OF[name], code, language) for code in text.split(","))
    return text


def _plain(table: str, code: str, language: Language) -> str:
    """Return the word for a code within a sentence; those for reasons are sentences themselves."""
    said = word(table, code, language)
    return said[:1].lower() + said[1:].removesuffix(".") if table == "reasons" else said


def _where(where: str, language: Language) -> str:
    noun, _, rest = where.partition(" ")
    return f"{word('labels', _PLACES[noun], language)} {rest}".rstrip() if noun in _PLACES else where
