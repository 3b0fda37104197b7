"""An explanation on a terminal: the verdict, sentences with their bits, and a waterfall."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from linkage.words.catalogue import label, number_text
from linkage.words.explained import EvidenceGroup, Explained
from linkage.words.levels import Language

NARROWEST: Final = 60
WIDEST: Final = 100
_BITS_WIDTH: Final = 9
_DOUBT: Final = 0.05
"""Probabilities that far from 0 and 1 are not clear."""
_LEAST_PERCENT: Final = 0.0001


def render(explained: Explained, *, language: Language = "id", width: int = 80) -> str:
    """Return the explanation as lines of text of at most ``width`` characters, 60 to 100.

    The numbers shown have two decimals and add up exactly to the total shown, because each is the difference of two
    rounded running totals; a group has the same number beside its sentence and in the waterfall.
    """
    width = min(max(width, NARROWEST), WIDEST)
    terms = explained.terms(language)
    running = np.cumsum([bits for _, bits in terms])
    hundredths = np.diff([round(value * 100) for value in running.tolist()], prepend=0).tolist()
    groups = hundredths[len(explained.start) : len(explained.start) + len(explained.groups)]
    shown = {group.group: value for group, value in zip(explained.groups, groups, strict=True)}
    paragraphs = [
        [*textwrap.wrap(_verdict(explained, language), width)],
        *_evidence(explained, shown, language, width),
        _little(explained, language, width),
        _listed("missing", [item.say(language) for item in explained.missing], language, width),
        _listed("guards", [item.finding.say(language) for item in explained.guards], language, width),
        [label("waterfall", language), *_waterfall([name for name, _ in terms], hundredths, language, width)],
        textwrap.wrap(
            f"{label('rules', language)}: {', '.join(explained.rules) or label('no_rules', language)}", width
        ),
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def _verdict(explained: Explained, language: Language) -> str:
    p = explained.probability
    held = any(item.holds for item in explained.guards)
    key = "other" if p < _DOUBT or (held and p < explained.link_threshold) else "same" if p > 1.0 - _DOUBT else "doubt"
    return (
        f"{label(f'verdict_{key}', language)} - {label('probability', language)}: {percent(p, language)} "
        f"({label('threshold', language)} {percent(explained.link_threshold, language)})"
    )


def percent(p: float, language: Language) -> str:
    """Return a probability in per cent, with so many digits that it never reads as certain."""
    doubt = 100.0 * min(p, 1.0 - p)
    if doubt < _LEAST_PERCENT:
        sign, shown = ("<", _LEAST_PERCENT) if p < 0.5 else (">", 100.0 - _LEAST_PERCENT)
        return f"{sign} {number_text(shown, language, decimals=4)} %"
    decimals = next((digits for digits in (1, 2, 3) if doubt >= 10.0 ** (1 - digits)), 4)
    return f"{number_text(100.0 * p, language, decimals=decimals)} %"


def _evidence(explained: Explained, shown: dict[str, int], language: Language, width: int) -> Iterator[list[str]]:
    speaking = explained.speaking()
    for way in ("for", "against"):
        if speaking[way]:
            lines = [label(way, language)]
            for group in speaking[way]:
                lines += _sentence(group, shown[group.group], language, width)
            yield lines
    family = explained.family
    if family is not None and "family" not in shown:
        yield _listed("family", [f"{family.sentence(language)} ({label('not_weighed', language)})"], language, width)


def _sentence(group: EvidenceGroup, hundredths: int, language: Language, width: int) -> list[str]:
    bits = _bits(hundredths, language).rjust(_BITS_WIDTH)
    indent = " " * (_BITS_WIDTH + 2)
    return textwrap.wrap(f"{group.sentence(language)}.", width, initial_indent=f"{bits}  ", subsequent_indent=indent)


def _little(explained: Explained, language: Language, width: int) -> list[str]:
    return _listed("little", [group.sentence(language) for group in explained.speaking()["little"]], language, width)


def _listed(key: str, sentences: Sequence[str], language: Language, width: int) -> list[str]:
    if not sentences:
        return []
    said = "  ".join(f"{text}." for text in sentences)
    return [label(key, language), *textwrap.wrap(said, width, initial_indent="  ", subsequent_indent="  ")]


def _waterfall(labels: Sequence[str], hundredths: Sequence[int], language: Language, width: int) -> list[str]:
    """Return a line per step: label, bits, and a bar left (against) or right (for) of the middle; and the total."""
    total = label("total", language)
    label_width = min(max(len(total), *map(len, labels)), width - 32)
    half = (width - label_width - _BITS_WIDTH - 3) // 2
    longest = max(1, *(abs(value) for value in hundredths))
    lines = []
    for name, value in zip(labels, hundredths, strict=True):
        length = round(abs(value) / longest * half)
        left, right = ("░" * length if value < 0 else "").rjust(half), "█" * length if value > 0 else ""
        bits = _bits(value, language).rjust(_BITS_WIDTH)
        lines.append(f"{_fit(name, label_width)} {bits} {left}|{right}".rstrip())
    lines.append("-" * (label_width + 1 + _BITS_WIDTH))
    last = _bits(sum(hundredths), language).rjust(_BITS_WIDTH)
    return [*lines, f"{_fit(total, label_width)} {last} {label('unit', language)}"]


def _bits(hundredths: int, language: Language) -> str:
    return number_text(hundredths / 100, language, decimals=2, sign=True)


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else f"{text[: width - 1]}…"
