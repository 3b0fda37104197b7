"""The catalogue of words: which topic a feature speaks under, and the sentence of each finding in two languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

from linkage.words.levels import Language, level_word

LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found of a pair: the key of its sentence, as ``name.equal``, and what is filled in.

    ``filled``: counts; names of ``field``, ``level`` or comparison, which are translated; or another finding. Never a
    value of a resident.
    """

    key: str
    filled: Mapping[str, int | str | Finding] = field(default_factory=dict)

    @property
    def leans(self) -> int:
        """1 where it tells of something alike, -1 of something unlike, 0 of neither."""
        return int(_sentence(self.key)["leans"])

    def say(self, language: Language) -> str:
        """Return the sentence, without a full stop."""
        said = {name: _filled(name, value, language) for name, value in self.filled.items()}
        return str(_sentence(self.key)[language]).format_map(said)


@cache
def topics() -> Mapping[str, str]:
    """Return the topic of every feature of the catalogue."""
    return {name: topic for topic, entry in _words()["topic"].items() for name in entry.get("features", ())}


def topic_of(feature: str) -> str:
    """Return the topic a feature speaks under; one that the catalogue does not know is a topic of its own."""
    return topics().get(feature, feature)


def topic_of_comparison(comparison: str) -> str:
    """Return the topic that a comparison is weighed under where nothing but comparisons is weighed."""
    for topic, entry in _words()["topic"].items():
        if comparison in entry.get("comparisons", ()):
            return str(topic)
    return topic_of(f"level_{comparison}")


def is_said(key: str) -> bool:
    """Tell whether there is a sentence of this key."""
    topic, name = key.split(".")
    return name in _words()["sentence"].get(topic, {})


def topic_label(topic: str, language: Language) -> str:
    """Return what a topic is called; one that the catalogue does not know is called by its own name."""
    entry = _words()["topic"].get(topic)
    return str(entry[language]) if entry else _plain(topic.removeprefix("level_"))


def label(key: str, language: Language) -> str:
    """Return a word of the frame around the sentences."""
    return str(_words()["label"][key][language])


def level_label(level: str, language: Language) -> str:
    """Return the words for a level, also for one that a spec names itself; else its own name without underscores."""
    entry = _words()["level"].get(level)
    return str(entry[language]) if entry else level_word(level, language)


def joined(findings: tuple[Finding, ...], language: Language) -> str:
    """Return several findings as one sentence, without a full stop."""
    said = [item.say(language) for item in findings]
    return "; ".join([*said[:1], *(_continued(text) for text in said[1:])])


def number_text(value: int | float, language: Language, *, decimals: int = 0, sign: bool = False) -> str:
    """Return a number as the language writes it: 1.234,5 in Indonesian, 1,234.5 in English."""
    text = f"{value:{'+' if sign else ''},.{decimals}f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


@cache
def _words() -> Mapping[str, Any]:
    file = resources.files("linkage.words") / "data" / "words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _sentence(key: str) -> Mapping[str, Any]:
    topic, name = key.split(".")
    found: Mapping[str, Any] = _words()["sentence"][topic][name]
    return found


def _filled(name: str, value: int | str | Finding, language: Language) -> str:
    if isinstance(value, Finding):
        return value.say(language)
    if isinstance(value, int):
        return number_text(value, language)
    if name == "level":
        return level_label(value, language)
    entry = _words()["field"].get(value) if name == "field" else None
    return str(entry[language]) if entry else _plain(value)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _continued(text: str) -> str:
    # NIK, KK, RT stay as they are.
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
