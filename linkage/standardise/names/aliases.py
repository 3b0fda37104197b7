"""N4 and N5: marks of the deceased, second names, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from linkage.standardise.generic_text import fold_words
from linkage.standardise.names.arguments import ISLAM
from linkage.standardise.names.draft import Draft
from linkage.standardise.names.vocabulary import vocabulary

_BRACKET = re.compile(r"(?P<glued>(?<=[A-Z.])(?=\())?[(\[{<]([^()\[\]{}<>]*)(?:[)\]}>]|$)")
_ARTICLE_ALIAS = re.compile(r"(?<=\S)\s+AL\.\s+(?=\S)")
_BARE_ALIAS = re.compile(r"(?<=\S)\s+AL\s+(?=\S)")
_SON = re.compile(r"(?<=\S)\s+(?:S\s?/\s?O|A\s?/\s?L)\.?\s+(?=\S)")
_DAUGHTER = re.compile(r"(?<=\S)\s+(?:D\s?/\s?O|A\s?/\s?P)\.?\s+(?=\S)")
_FORMERLY = re.compile(r"(?<![A-Z])D\s?/\s?H(?![A-Z])\.?")
_SIGN = re.compile(r"[()\[\]{}<>@/]")
_WORD = re.compile(r"[A-Z]+")
_LETTERS = re.compile(r"[^\W\d_]")


@cache
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)\.?")


@cache
def _deceased() -> re.Pattern[str]:
    """Match a mark of the deceased with the brackets around it."""
    listed = "|".join(sorted(vocabulary().deceased_words, key=len, reverse=True))
    return re.compile(rf"[(\[]\s*(?:{listed})\s*\.?\s*[)\]]|(?<!\w)(?:{listed})(?!\w)\.?")


@cache
def _separator() -> re.Pattern[str]:
    """Match an alias word with a name on each side; ALIAS BIN X is a man called Alias."""
    words = vocabulary()
    listed = "|".join(sorted(words.alias_words, key=len, reverse=True))
    fathers = "|".join(sorted(words.patronymic_words))
    return re.compile(rf"(?<=[\w).])(?<!@)[\s.]+(?:{listed})(?!\w)[.:]?\s*(?=\w)(?!(?:{fathers})(?!\w))")


@cache
def _open_end() -> re.Pattern[str]:
    """Match an alias word behind which stands a dash or an open bracket and no name."""
    listed = "|".join(sorted(vocabulary().alias_words, key=len, reverse=True))
    return re.compile(rf"(?<=\S)\s+(?:{listed})[\s.:]*[-=(@/?]+\s*$")


def note_deceased(draft: Draft) -> None:
    """N4: (ALM), ALM., ALMH become a flag. Behind BIN or BINTI they say it of the father and are only removed."""
    words = vocabulary()
    if words.deceased_words.isdisjoint(_WORD.findall(draft.text)):
        return
    marks = _deceased()
    found = marks.search(draft.text)
    if found is None:
        return
    father = _any_of(words.patronymic_words).search(draft.text)
    if father is None or found.start() < father.start():
        draft.deceased = True
    draft.text = marks.sub(" ", draft.text)


def split_alias(draft: Draft) -> None:
    """N5: ALIAS, ALS, ATAU, D/H, @, a slash or brackets begin a second name; so does AL. with its full stop.

    All of them are kept, in their order. A note between brackets (SUAMI, PURN) is none, and P. X or PAK X there names
    the bearer after a child.
    """
    words = _WORD.findall(draft.text)
    if "AL" not in words and vocabulary().alias_words.isdisjoint(words) and _SIGN.search(draft.text) is None:
        return
    text = _DAUGHTER.sub(" BINTI ", _SON.sub(" BIN ", draft.text))
    second: list[str] = []
    while bracket := _BRACKET.search(text):
        inside = _words_inside(bracket[2], draft, glued=bracket["glued"] is not None)
        text = f"{text[: bracket.start()]} {inside} {text[bracket.end() :]}"
        if not inside:
            second.append(bracket[2])
    text = _open_end().sub("", text)
    text = _separator().sub("@", _FORMERLY.sub("@", text).replace("/", "@"))
    text = _ARTICLE_ALIAS.sub("@", text)
    if draft.context.religion not in (0, ISLAM):
        text = _BARE_ALIAS.sub("@", text)
    if "@" in text:
        first, *others = [piece for piece in text.split("@") if _LETTERS.search(piece)] or [""]
        text = first
        second = [*others, *second]
    names = [name for name in map(_name_alone, second) if name]
    if not _LETTERS.search(text) and names:
        text = names.pop(0)
    draft.text = text
    draft.aliases.extend(_without_parents(names, draft))


def _words_inside(content: str, draft: Draft, *, glued: bool) -> str:
    """Return what belongs to the name of the words between brackets; notes and titles go to their fields."""
    words = fold_words(content).split()
    known = vocabulary()
    if not words:
        return " "
    if words[0] in known.patronymic_words and len(words) > 1:
        return " ".join(words)
    if set(words) <= draft.context.titles:
        draft.titles.extend(words)
        return " "
    if glued and len(words) == 1 and len(words[0]) == 1 and words[0].isalpha():
        return " "  # SP.OG(K): a consultant, part of the degree
    if all(word in known.notes or len(word) == 1 or word.isdigit() for word in words):
        draft.notes.append(" ".join(words))
        return " "
    return ""


def _name_alone(content: str) -> str:
    """Return the words of a second name without an alias word in front."""
    words = fold_words(content).split()
    while words and words[0] in vocabulary().alias_words:
        del words[0]
    return " ".join(words)


def _without_parents(names: Iterable[str], draft: Draft) -> list[str]:
    known = vocabulary()
    kept = []
    for name in names:
        title, _, child = name.partition(" ")
        if child and title in known.parent_of:
            draft.parent_hint = draft.parent_hint or child
        else:
            kept.append(name)
    return kept
