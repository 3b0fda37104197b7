"""The words of column headers in many languages, and finding them in a header however it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from linkage.proposal.columns.words import header_words, unspaced

_LONGEST_PHRASE: Final = 5
_SHORTEST_PIECE: Final = 3
_LAST_PIECES: Final = frozenset({"id", "no", "nr", "dt", "nm", "cd", "yr", "ad"})
"""Short words that a glued header may end in (``patientid``)."""
_LONGEST_ENDING: Final = 5
_VOWELS: Final = str.maketrans("", "", "aeiou")


@dataclass(frozen=True)
class Reading:
    """What a header says: the concepts in it, and the words they were read from."""

    concepts: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Vocabulary:
    """Phrases, stems and consonants of words; each with the concepts it stands for."""

    phrases: dict[tuple[str, ...], frozenset[str]]
    glued: dict[str, frozenset[str]]
    stems: dict[str, frozenset[str]]
    skeletons: dict[str, frozenset[str]]


def read_words(words: Sequence[str]) -> Reading:
    """Return the concepts of a header's words: the longest phrases first, then glued, inflected and shortened words."""
    known = _vocabulary()
    glued = "".join(words)
    if len(words) > 1 and len(glued) > _SHORTEST_PIECE and glued in known.glued and _is_plain(words):
        return Reading(known.glued[glued], (" ".join(words),))
    concepts: set[str] = set()
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - place), 0, -1):
            phrase = tuple(words[place : place + length])
            meant = known.phrases.get(phrase) or (_one_word(phrase[0]) if length == 1 else None)
            if meant:
                concepts |= meant
                found.append(" ".join(phrase))
                place += length
                break
        else:
            place += 1
    return Reading(frozenset(concepts), tuple(found))


def _is_plain(words: Sequence[str]) -> bool:
    """Tell whether a header is one phrase cut in an odd way, as ``e_mail``: no word of it is known alone."""
    return not any((word,) in _vocabulary().phrases for word in words)


@cache
def _one_word(word: str) -> frozenset[str] | None:
    known = _vocabulary()
    if word.isdigit():
        return None
    if word in known.glued:
        return known.glued[word]
    if pieces := _pieces(word):
        return frozenset().union(*pieces)
    for length in range(len(word), 2, -1):
        if len(word) - length <= _LONGEST_ENDING and word[:length] in known.stems:
            return known.stems[word[:length]]
    if len(word) >= 3 and word.translate(_VOWELS) == word:
        return known.skeletons.get(word)
    return None


def _pieces(word: str) -> list[frozenset[str]]:
    """Return the concepts of the known words that a glued word is made of, none if something is left over.

    In scripts without blanks what is not known is passed over.
    """
    loose = unspaced(word)
    glued = _vocabulary().glued
    # best[i]: (letters not covered, pieces, concepts) of the first i letters; fewest left over, then fewest pieces.
    best: list[tuple[int, int, list[frozenset[str]]] | None] = [(0, 0, [])] + [None] * len(word)
    for end in range(1, len(word) + 1):
        options = []
        for begin in range(max(0, end - 24), end):
            before = best[begin]
            piece = word[begin:end]
            fits = len(piece) >= (1 if loose else _SHORTEST_PIECE) or (end == len(word) and piece in _LAST_PIECES)
            if before is not None and fits and piece in glued:
                options.append((before[0], before[1] + 1, [*before[2], glued[piece]]))
        before = best[end - 1]
        if loose and before is not None:
            options.append((before[0] + 1, before[1], before[2]))
        best[end] = min(options, key=lambda option: option[:2]) if options else None
    last = best[-1]
    return last[2] if last is not None else []


@cache
def _vocabulary() -> _Vocabulary:
    path = resources.files("linkage.proposal.columns") / "data" / "concepts.toml"
    phrases: dict[tuple[str, ...], frozenset[str]] = {}
    stems: dict[str, frozenset[str]] = {}
    for concept, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for entry in entries:
            phrase = header_words(entry.removesuffix("*"))
            phrases[phrase] = phrases.get(phrase, frozenset()) | {concept}
            if entry.endswith("*"):
                stem = "".join(phrase)
                stems[stem] = stems.get(stem, frozenset()) | {concept}
    glued: dict[str, frozenset[str]] = {}
    for phrase, meant in phrases.items():
        whole = "".join(phrase)
        glued[whole] = glued.get(whole, frozenset()) | meant
    skeletons: dict[str, frozenset[str]] = {}
    for whole, meant in glued.items():
        bare = whole[:1] + whole[1:].translate(_VOWELS)
        if whole.isascii() and len(whole) > 3 and len(bare) > 2:
            skeletons[bare] = skeletons[bare] & meant if bare in skeletons else meant
    return _Vocabulary(phrases, glued, stems, {bare: meant for bare, meant in skeletons.items() if meant})
