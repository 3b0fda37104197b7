"""What the rules say of each distinct word of a column, and which names a rule has to look at.

Most names are plain words that need no look at their neighbours: they are the settled tokens of their words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.names.arguments import ISLAM
from linkage.standardise.names.degrees import degree_endings, degree_pieces
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.phonetic import OLD_SPELLING
from linkage.standardise.names.placeholders import is_spreadsheet_error
from linkage.standardise.names.rules import settled, titles_alone, words_anywhere, words_in_front
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.tokens import is_old_marker, is_respellable
from linkage.standardise.names.vocabulary import vocabulary

Mask = npt.NDArray[np.bool_]
UInt16 = npt.NDArray[np.uint16]

ANYWHERE: Final = 1
FRONT: Final = 2
TITLE: Final = 4
MUSLIM_TITLE: Final = 8
SINGLE: Final = 16
DEGREE: Final = 32
ENDING: Final = 64
PIECE: Final = 128
MARKER: Final = 256
RESPELLABLE: Final = 512
ALONE: Final = 1024

_MOST_TITLES: Final = 4
_RELIGION: Final = 7
_OLD: Final = 1 << 5


@dataclass(frozen=True)
class WordFlags:
    """Of the distinct words (n_words,) of a column: ``flags`` uint16, the bits of this module.

    A bit says that a rule looks at a name with the word: anywhere, in front, at its end, or as its only one; see
    :func:`linkage.standardise.names.rules.concerned`. ``settled``: the canonical tokens of the words that have other
    ones than themselves, by their places, in order.
    """

    words: pa.StringArray
    flags: UInt16
    settled: dict[int, tuple[str, ...]]


def word_flags(words: pa.StringArray, families: NameFamilies | None) -> WordFlags:
    """Return what the rules say of distinct words of A to Z (n_words,)."""
    listed, bits = _listed_words()
    place = pc.fill_null(pc.index_in(words, value_set=listed), len(listed)).to_numpy()
    flags = bits[place]
    flags[_matching(words, "^X+$")] |= FRONT
    changed = {}
    for word, text in _some(words, _may_change(words, families)):
        parts = settled(text, families)
        if parts != (text,):
            changed[word] = parts
            flags[word] |= _of_parts(parts)
    for word, text in _some(words, _matching(words, OLD_SPELLING)):
        flags[word] |= is_old_marker(text) * MARKER
    for word, text in _some(words, _matching(words, "J")):
        flags[word] |= is_respellable(text) * RESPELLABLE
    return WordFlags(words, flags, changed)


def _of_parts(parts: Iterable[str]) -> int:
    """Return the flags that a word has for what it becomes: a name of its parts is looked at, wherever they stand."""
    watched = words_anywhere() | words_in_front() | vocabulary().degrees | vocabulary().trailing_titles
    found = 0
    for part in parts:
        found |= (len(part) == 1 or part in watched) * ANYWHERE
        found |= is_old_marker(part) * MARKER | is_respellable(part) * RESPELLABLE
    return found


def _may_change(words: pa.StringArray, families: NameFamilies | None) -> Mask:
    """Return which words :func:`.tokens.canonical_tokens` may change: true more often than needed, never less."""
    family = name_tables().family if families is None else families.with_shipped
    variant = pc.is_in(words, value_set=pa.array(sorted(family), pa.string()))
    return np.array(variant.to_numpy(zero_copy_only=False), np.bool_) | _matching(words, "^(ABD|N)")


@cache
def _listed_words() -> tuple[pa.StringArray, UInt16]:
    """Return all words that have a flag of their own, and their flags; a last one, 0, is that of all others."""
    words = vocabulary()
    flags: dict[str, int] = {}
    for flag, listed in (
        (ANYWHERE, words_anywhere()),
        (FRONT, words_in_front()),
        (TITLE, titles_alone()),
        (MUSLIM_TITLE, words.muslim_titles),
        (SINGLE, map(chr, range(ord("A"), ord("Z") + 1))),
        (DEGREE, words.degrees | words.trailing_titles),
        (ENDING, degree_endings()),
        (PIECE, degree_pieces()),
        (ALONE, filter(is_spreadsheet_error, ("NAN",))),
    ):
        for word in listed:
            flags[word] = flags.get(word, 0) | flag
    return pa.array(flags.keys(), pa.string()), np.array([*flags.values(), 0], np.uint16)


def _matching(words: pa.StringArray, pattern: str) -> Mask:
    return np.array(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), np.bool_)


def _some(words: pa.StringArray, chosen: Mask) -> Iterable[tuple[int, str]]:
    places = np.flatnonzero(chosen)
    return zip(places.tolist(), words.take(pa.array(places)).to_pylist(), strict=True)


@kernel
def looked_at(offsets: Int64, ids: Int32, marks: UInt8, stop: int, context: UInt8, flags: UInt16) -> tuple[Int64, Mask]:
    """Return where each name (n_raw,) starts behind the titles that need no look, and whether a rule must look at it.

    Words as in :class:`.letter_runs.LetterRuns`. A name with a mark of ``stop`` is always looked at. ``context`` as
    :func:`.context.context_codes` gives it.
    """
    starts = offsets[:-1].copy()
    looked = np.ones(starts.shape[0], np.bool_)
    for name in range(starts.shape[0]):
        if marks[name] & stop:
            continue
        start, end = offsets[name], offsets[name + 1]
        titles = TITLE
        if (context[name] & _RELIGION) <= ISLAM:
            titles |= MUSLIM_TITLE
        while start - offsets[name] < _MOST_TITLES and start + 1 < end and flags[ids[start]] & titles:
            start += 1
        starts[name] = start
        any_word = np.uint16(0)
        for place in range(start, end):
            any_word |= flags[ids[place]]
        first, last = flags[ids[start]], flags[ids[end - 1]]
        found = (any_word & ANYWHERE) | (first & FRONT) | (last & DEGREE)
        if end - start > 1:
            found |= first & flags[ids[start + 1]] & SINGLE
            if last & ENDING:
                found |= flags[ids[end - 2]] & PIECE
        else:
            found |= first & ALONE
        if any_word & MARKER or context[name] & _OLD:
            found |= any_word & RESPELLABLE
        looked[name] = found != 0
    return starts, looked
