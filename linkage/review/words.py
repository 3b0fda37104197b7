"""The queue's words for people: every code with its sentence in Bahasa Indonesia and in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from linkage.words.levels import Language


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = resources.files("linkage.review").joinpath("data", "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(table: str, code: str, language: Language = "id") -> str:
    """Return the word for ``code`` in ``table`` (kinds, states, actions, standings, verdicts, reasons, labels).

    A code without a word is returned as it is: reasons such as ``name:similar`` explain themselves.
    """
    entry = _tables()[table].get(code)
    return entry[language] if entry is not None else code


def codes(table: str) -> frozenset[str]:
    """Return the codes ``table`` has words for."""
    return frozenset(_tables()[table])
