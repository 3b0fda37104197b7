"""Names of one shape are read once: HJ. SITI RAHMAH, S.PD and HJ. DEWI LESTARI, S.PD ask the same of the rules.

A shape is a name in which stand-ins take the place of the words that no rule looks at. The rules run on the shape, and
the words' own tokens go where its stand-ins came out. That is exact because of what the rules look at in a word:

- whether it stands in a list: all listed words stay as they are, and so does every piece of a title or degree, because
  N3 and N6 join pieces (:func:`_listed`);
- its length: N3 behind a comma, where a stand-in is as long as its word; the rules on initials and the article, which
  tell one and two letters from more, and such words stay;
- its J and its marks of the old spelling, for which there are stand-ins of their own;
- whether N11 to N13 change it: a compound's stand-in is one too, a word that becomes one other has that one's token;
- its characters: a stand-in is a word of letters as well.

No rule compares two words of a name. A word with anything else to it stays, and names with the article, with joined
words behind a comma, or of letters beyond A to Z have no shape. A stand-in is no word of any list or family.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.names.context import context_of_code
from linkage.standardise.names.degrees import degree_pieces
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.letter_runs import ODD, LetterRuns
from linkage.standardise.names.person_name import read_draft
from linkage.standardise.names.phonetic import OLD_SPELLING
from linkage.standardise.names.placeholders import is_spreadsheet_error
from linkage.standardise.names.rules import settled, words_anywhere, words_in_front
from linkage.standardise.names.shape_texts import (
    BARRED,
    COMPOUND,
    HEADS,
    LITERAL,
    NEUTRAL,
    OLD,
    PLACES,
    RESPELLED,
    SHORTEST_STAND_IN,
    STAND_IN_LENGTH,
    fill_shapes,
    joins_behind_comma,
    stand_in,
    write_shapes,
)
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.token_rows import take_rows
from linkage.standardise.names.tokens import is_old_marker, is_respellable
from linkage.standardise.names.vocabulary import vocabulary
from linkage.standardise.names.word_flags import Mask, WordFlags

_ORDER = re.compile(r"KE[IVX]{1,4}|X+")
_ARTICLE: Final = "AL"
_IN_EVERY_STAND_IN: Final = "QQ"
_PERHAPS_ODD: Final = f"^.{{0,{SHORTEST_STAND_IN - 1}}}$|^(?:{_ORDER.pattern})$|{_IN_EVERY_STAND_IN}|{OLD_SPELLING}|J"
"""Words that are short, an ordinal, a stand-in, or of a spelling that a rule looks at."""


@dataclass(frozen=True)
class ShapedNames:
    """Names (n,) that were read by their shapes: ``read`` bool (n,); the others have no tokens here.

    Name v has the tokens ``ids[offsets[v]:offsets[v + 1]]``, numbers that the caller gave to their texts.
    """

    read: Mask
    offsets: Int64
    ids: Int32


def read_shapes(
    runs: LetterRuns,
    rows: Int64,
    context: UInt8,
    words: WordFlags,
    families: NameFamilies | None,
    token: Callable[[str], int],
) -> ShapedNames:
    """Return the tokens of some names (n,) of a column, the rules run once for each shape and context.

    ``rows`` picks the names from ``runs``; ``context`` uint8 (n,) is what is known of their bearers. ``token`` gives
    the number of a token's text.
    """
    barred = (runs.marks[rows] & ODD).astype(np.bool_) | joins_behind_comma(runs.texts, runs.bounds, rows)
    sorts, stems, respelled = _sorts_of_words(runs, rows, words, families, token)
    shapes, bounds, taken_offsets, taken = write_shapes(
        runs.texts, runs.bounds, runs.offsets, runs.ids, rows, barred, sorts
    )
    texts = pa.LargeStringArray.from_buffers(len(rows), pa.py_buffer(bounds), pa.py_buffer(shapes)).dictionary_encode()
    both = texts.indices.to_numpy().astype(np.int64) << 8 | context
    distinct, shape_of = np.unique(both, return_inverse=True)
    listed = texts.dictionary.to_pylist()
    reader = _ShapeReader(families, token)
    found = [reader.pieces(listed[key >> 8], key & 255) for key in distinct.tolist()]
    offsets = np.zeros(len(found) + 1, np.int64)
    np.cumsum([0 if pieces is None else len(pieces) for pieces in found], out=offsets[1:])
    pieces = np.fromiter(chain.from_iterable(filter(None, found)), np.int64, int(offsets[-1]))
    read = np.array([pieces is not None for pieces in found], np.bool_)[shape_of]
    return ShapedNames(read, *fill_shapes(shape_of, offsets, pieces, taken_offsets, stems[taken], respelled[taken]))


class _ShapeReader:
    """Reads the text of a shape into pieces as :func:`.shape_texts.fill_shapes` takes them."""

    def __init__(self, families: NameFamilies | None, token: Callable[[str], int]) -> None:
        self._families = families
        self._token = token
        self._stand_ins: dict[str, int] = {}
        for place in range(len(PLACES)):
            for length in range(SHORTEST_STAND_IN, STAND_IN_LENGTH + 1):
                self._stand_ins[stand_in(NEUTRAL, place, length)] = -1 - 2 * place
            self._stand_ins[stand_in(OLD, place)] = -1 - 2 * place
            self._stand_ins[stand_in(RESPELLED, place)] = -1 - 2 * place
            self._stand_ins[stand_in(RESPELLED, place).replace("J", "Y")] = -2 - 2 * place

    def pieces(self, shape: str, context: int) -> list[int] | None:
        """Return the tokens of the shape and the places of words, None where the names must be read one by one."""
        if not shape or is_spreadsheet_error(shape):
            return None
        found = []
        for token in read_draft(shape, context_of_code(context, self._families)).tokens:
            piece = self._stand_ins.get(token)
            if piece is None:
                if _IN_EVERY_STAND_IN in token:
                    return None
                piece = self._token(token)
            found.append(piece)
        return found


def _sorts_of_words(
    runs: LetterRuns, rows: Int64, words: WordFlags, families: NameFamilies | None, token: Callable[[str], int]
) -> tuple[UInt8, Int32, Int32]:
    """Return the sort of each word (n_words,) of the rows, and the tokens that come out for its stand-in."""
    count = len(words.words)
    sorts = np.full(count, LITERAL, np.uint8)
    stems, respelled = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    if not _stand_ins_are_free(families):
        sorts[:] = BARRED
        return sorts, stems, respelled
    used = np.zeros(count, np.bool_)
    used[take_rows(runs.offsets, runs.ids, rows)[1]] = True
    plain = _plain_words(words)
    neutral = np.flatnonzero(used & plain)
    sorts[neutral], stems[neutral] = NEUTRAL, neutral
    places = np.flatnonzero(used & ~plain)
    for place, word in zip(places.tolist(), words.words.take(pa.array(places)).to_pylist(), strict=True):
        parts = words.settled.get(place, (word,))
        sort = _sort(word, parts, families)
        sorts[place] = sort
        if sort >= NEUTRAL:
            stems[place] = place if parts == (word,) else token(parts[-1])
        if sort == RESPELLED:
            respelled[place] = token(settled(word.replace("J", "Y"), families)[0])
    return sorts, stems, respelled


def _plain_words(words: WordFlags) -> Mask:
    """Return which words (n_words,) are neutral at first sight, as nearly all are: :func:`_sort` says so of each."""
    odd = pc.or_(pc.match_substring_regex(words.words, _PERHAPS_ODD), pc.is_in(words.words, value_set=_listed_texts()))
    plain = ~np.asarray(odd.to_numpy(zero_copy_only=False), np.bool_)
    plain[list(words.settled)] = False
    return plain


def _sort(word: str, parts: tuple[str, ...], families: NameFamilies | None) -> int:
    if word == _ARTICLE or _IN_EVERY_STAND_IN in word:
        return BARRED
    if _is_listed(word):
        return LITERAL
    if is_old_marker(word):
        return OLD if parts == (word,) else LITERAL
    if is_respellable(word):
        modern = word.replace("J", "Y")
        becomes = settled(modern, families)
        neutral = _is_neutral((modern, *becomes)) and settled(becomes[0], families) == becomes
        return RESPELLED if parts == (word,) and neutral else LITERAL
    if not _is_neutral(parts[-1:]) or settled(parts[-1], families) != parts[-1:]:
        return LITERAL
    if len(parts) == 1:
        return NEUTRAL
    return COMPOUND + HEADS.index(parts[0]) if len(parts) == 2 and parts[0] in HEADS else LITERAL


def _is_neutral(words: Iterable[str]) -> bool:
    return not any(_is_listed(word) or is_old_marker(word) or is_respellable(word) for word in words)


def _is_listed(word: str) -> bool:
    return len(word) < SHORTEST_STAND_IN or word in _listed() or _ORDER.fullmatch(word) is not None


@cache
def _listed_texts() -> pa.StringArray:
    return pa.array(sorted(_listed()), pa.string())


@cache
def _listed() -> frozenset[str]:
    """Return all words that a rule looks for, in the whole or as a piece."""
    words = vocabulary()
    fields = [getattr(words, name) for name in words.__dataclass_fields__]
    return frozenset().union(
        words_anywhere(),
        words_in_front(),
        degree_pieces(),
        name_tables().chinese_surnames,
        ("ANAK", "LELAKI", "LAKI", "PEREMPUAN", "KE", "NAN"),
        *(value.split() for value in words.missing_values),
        *(field for field in fields if isinstance(field, frozenset)),
        words.ordinals,
        *words.abbreviations.values(),
        *words.noble.values(),
        *(_pieces(word) for word in chain(words.any_title, *words.noble.values())),
    )


def _pieces(word: str) -> Iterable[str]:
    return (word[start:end] for start in range(len(word)) for end in range(start + 1, len(word) + 1))


def _stand_ins_are_free(families: NameFamilies | None) -> bool:
    """Return whether no list and no family, which a steward may add, holds a stand-in."""
    words = vocabulary()
    family = name_tables().family if families is None else families.with_shipped
    groups = (*words.abbreviations.values(), *words.noble.values())
    made = chain(family, family.values(), _listed(), *(longer.split() for group in groups for longer in group.values()))
    return not any(_IN_EVERY_STAND_IN in word for word in made)
