"""What reports count, in words and as numbers: the same for a regency, a province and the nation.

``data/definitions.toml`` is the one place that says it. Nothing here computes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from linkage.intake.quality import rule_catalogue
from linkage.nightly.returns import words_of
from linkage.review.backlog import AGE_DAYS
from linkage.review.words import word
from linkage.words.levels import Language

PERCENT: Final = "percent"
_CODED: Final = {"kinds": "kinds", "fields": "fields"}


@dataclass(frozen=True)
class Topic:
    """A section of a report. ``name``, ``short`` (for a tab) and ``says``: by language."""

    key: str
    name: Mapping[Language, str]
    short: Mapping[Language, str]
    says: Mapping[Language, str]


@dataclass(frozen=True)
class Indicator:
    """A measure, or with ``over`` a measure divided by another.

    ``unit``: key of a unit; ``percent``: 100 times the ratio. ``regions``: shown region by region too. ``name`` and
    ``means``: by language.
    """

    key: str
    topic: str
    unit: str
    measure: str
    over: str
    regions: bool
    name: Mapping[Language, str]
    means: Mapping[Language, str]


@dataclass(frozen=True)
class Breakdown:
    """Measures, a line each. A name that ends in ``*`` stands for all measures that begin so.

    ``over``: what shares are taken of. ``words``: the table that names the lines. ``chart``: drawn as bars too.
    ``largest_first``: in the order of the numbers, else of the definitions. ``absent_is_zero``: what was not counted
    did not occur, else it was not looked for.
    """

    key: str
    topic: str
    unit: str
    measures: tuple[str, ...]
    over: str
    words: str
    chart: bool
    largest_first: bool
    absent_is_zero: bool
    name: Mapping[Language, str]


@dataclass(frozen=True)
class Sum:
    """A measure that is the sum of others. ``rest``: what the parts leave over is one more part, which nobody shows.
    ``each``: every part makes a sum of its own, with its own rest. ``in_order``: where something is hidden, the part
    that stands first is hidden along, else the largest."""

    total: str
    parts: tuple[str, ...]
    rest: bool
    each: bool
    in_order: bool


@dataclass(frozen=True)
class Definitions:
    """All of it. ``plain``: measures that count neither people nor cases. ``follows``: hidden where another one is."""

    topics: tuple[Topic, ...]
    indicators: tuple[Indicator, ...]
    breakdowns: tuple[Breakdown, ...]
    sums: tuple[Sum, ...]
    plain: frozenset[str]
    follows: Mapping[str, str]


@cache
def definitions() -> Definitions:
    """Return the definitions, in the order in which they are shown."""
    data = _data()
    return Definitions(
        topics=tuple(
            Topic(key, _words(one), _words(one, "short_"), _words(one, "says_")) for key, one in data["topics"].items()
        ),
        indicators=tuple(_indicator(key, one) for key, one in data["indicator"].items()),
        breakdowns=tuple(_breakdown(key, one) for key, one in data["breakdown"].items()),
        sums=tuple(
            Sum(one["total"], tuple(one["parts"]), *(one.get(key, False) for key in ("rest", "each", "in_order")))
            for one in data["sums"]
        ),
        plain=frozenset(data["plain"]),
        follows=data["follows"],
    )


def named(patterns: Sequence[str], measures: Sequence[str]) -> tuple[str, ...]:
    """Return the measures there are of those a definition names, in its order, then theirs."""
    found: dict[str, None] = {}
    for pattern in patterns:
        begin = pattern.removesuffix("*")
        found |= dict.fromkeys(
            one for one in measures if one == pattern or (begin != pattern and one.startswith(begin))
        )
    return tuple(found)


def part_name(breakdown: Breakdown, measure: str, language: Language) -> str:
    """Return what a line of a breakdown is called."""
    code = measure.partition(".")[2]
    match breakdown.words:
        case "":
            return str(_data()["parts"][measure][language])
        case "usulan":
            return str(_data()["usulan"][code][language])
        case "ages":
            return _age_band(int(code), language)
        case "codes":
            rule = rule_catalogue().get(code)
            return f"{rule.wrong[language] if rule else words_of(code)['says'][language]} ({code})"
    return word(_CODED[breakdown.words], code, language)


def unit_name(unit: str, language: Language) -> str:
    """Return what a unit is called."""
    return str(_data()["units"][unit][language])


def usulan_statuses() -> tuple[str, ...]:
    """Return the states of a proposal, in the order in which they are shown."""
    return tuple(_data()["usulan"])


def said(key: str, language: Language, **filled: str | int) -> str:
    """Return a text of the frame around the figures."""
    return str(_frame()[key][language]).format_map(filled)


def _age_band(band: int, language: Language) -> str:
    if band == len(AGE_DAYS):
        return said("age_last", language, low=AGE_DAYS[-1])
    return said("age_band", language, low=AGE_DAYS[band - 1] if band else 0, high=AGE_DAYS[band] - 1)


def _indicator(key: str, data: Mapping[str, Any]) -> Indicator:
    return Indicator(
        key=key,
        topic=data["topic"],
        unit=data["unit"],
        measure=data.get("measure", key),
        over=data.get("over", ""),
        regions=data.get("regions", False),
        name=_words(data),
        means=_words(data, "means_"),
    )


def _breakdown(key: str, data: Mapping[str, Any]) -> Breakdown:
    return Breakdown(
        key=key,
        topic=data["topic"],
        unit=data["unit"],
        measures=tuple(data["measures"]),
        over=data.get("over", ""),
        words=data.get("words", ""),
        chart=data.get("chart", False),
        largest_first=data.get("largest_first", False),
        absent_is_zero=data.get("absent_is_zero", False),
        name=_words(data),
    )


def _words(data: Mapping[str, Any], begin: str = "") -> Mapping[Language, str]:
    return {"id": data[f"{begin}id"], "en": data[f"{begin}en"]}


@cache
def _data() -> Mapping[str, Any]:
    return _toml("definitions.toml")


@cache
def _frame() -> Mapping[str, Any]:
    return _toml("words.toml")


def _toml(name: str) -> Mapping[str, Any]:
    return tomllib.loads((resources.files("linkage.reports") / "data" / name).read_text(encoding="utf-8"))
