"""The words that the name rules look for: titles, degrees, marks, placeholders, abbreviations.

The content lives in ``data/names/`` (titles, words, abbreviations), so that a steward can extend it without reading
code. Which of them count for a bearer depends on religion, sex and culture, see :mod:`.context`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from linkage.standardise.names.tables import read_name_files

_FILES: Final = ("titles", "words", "abbreviations")


@dataclass(frozen=True)
class Vocabulary:
    """Read-only sets of upper-case A-Z words, full stops left out.

    ``titles``: in front of any name; ``muslim_titles``, ``catholic_titles``: where the religion allows;
    ``dotted_titles`` with a full stop only; ``ranks``, ``arms``: army and police; ``trailing_titles``: behind a name;
    ``any_title``: all these. ``degrees``: all; ``plain_degrees``: known without full stops; ``bare_degrees``: two
    letters that no name is written with. ``newborn_words``: how a placeholder may begin; ``newborn_alone``: without a
    parent's title behind. ``abbreviations``: group -> token -> expansion; ``noble``: initials of rank by group (any,
    man, woman).
    """

    titles: frozenset[str]
    muslim_titles: frozenset[str]
    catholic_titles: frozenset[str]
    dotted_titles: frozenset[str]
    ranks: frozenset[str]
    arms: frozenset[str]
    trailing_titles: frozenset[str]
    any_title: frozenset[str]
    degrees: frozenset[str]
    plain_degrees: frozenset[str]
    bare_degrees: frozenset[str]
    alias_words: frozenset[str]
    deceased_words: frozenset[str]
    son_words: frozenset[str]
    patronymic_words: frozenset[str]
    newborn_words: frozenset[str]
    newborn_alone: frozenset[str]
    mothers_titles: frozenset[str]
    fathers_titles: frozenset[str]
    of_newborn: frozenset[str]
    parent_of: frozenset[str]
    parent_of_plain: frozenset[str]
    notes: frozenset[str]
    ordinals: Mapping[str, int]
    missing_values: frozenset[str]
    abbreviations: Mapping[str, Mapping[str, str]]
    noble: Mapping[str, Mapping[str, str]]


@cache
def vocabulary() -> Vocabulary:
    """Return the words that ship with the package, read at the first call."""
    return _build(read_name_files(_FILES))


def _build(data: Mapping[str, Any]) -> Vocabulary:
    words: Mapping[str, frozenset[str]] = {name: frozenset(items) for name, items in data["words"].items()}
    titles: Mapping[str, frozenset[str]] = {name: frozenset(items) for name, items in data["titles"].items()}
    degrees: Mapping[str, frozenset[str]] = {name: frozenset(items) for name, items in data["degrees"].items()}
    return Vocabulary(
        titles=titles["leading"],
        muslim_titles=titles["muslim"],
        catholic_titles=titles["catholic"],
        dotted_titles=titles["dotted"],
        ranks=titles["rank"],
        arms=titles["arm"],
        trailing_titles=titles["trailing"],
        any_title=frozenset().union(*titles.values()),
        degrees=degrees["plain"] | degrees["dotted"] | degrees["bare"],
        plain_degrees=degrees["plain"],
        bare_degrees=degrees["bare"],
        alias_words=words["alias"],
        deceased_words=words["deceased"],
        son_words=words["son"],
        patronymic_words=words["son"] | words["daughter"],
        newborn_words=words["newborn"],
        newborn_alone=words["newborn_alone"],
        mothers_titles=words["mothers_title"],
        fathers_titles=words["fathers_title"],
        of_newborn=words["of_newborn"],
        parent_of=words["parent_of"],
        parent_of_plain=words["parent_of_plain"],
        notes=words["notes"],
        ordinals=data["ordinals"],
        missing_values=frozenset(data["missing"]["values"]),
        abbreviations=data["abbreviations"],
        noble={"any": data["noble"], "man": data["noble_man"], "woman": data["noble_woman"]},
    )
