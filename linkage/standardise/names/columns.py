"""Person names of a whole column: distinct raw values in, canonical names with their keys out.

Most names are plain words that need no look at their neighbours, so the rules run once per distinct *token* and
the names are put together again as arrays. Only names with a title, an abbreviation, a comma or the like go
through the rules one by one. Both ways give the same, which the tests check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int32, Int64, NameForms, StandardValues, UInt8
from linkage.standardise.distinct import distinct_values
from linkage.standardise.names.arguments import ISLAM
from linkage.standardise.names.context import context_codes, context_of_code
from linkage.standardise.names.degrees import degree_endings, degree_pieces
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.keys import name_key_sets, phonetic_codes
from linkage.standardise.names.person_name import (
    StandardName,
    canonical_text,
    read_name,
    read_newborn,
    religion_code,
    standardise_name,
)
from linkage.standardise.names.rules import settled, titles_alone, words_anywhere, words_in_front
from linkage.standardise.names.tokens import (
    canonical_tokens,
    is_old_marker,
    is_respellable,
    may_be_soft,
    soft_flags,
)
from linkage.standardise.names.vocabulary import vocabulary

__all__ = [
    "StandardName",
    "canonical_names",
    "read_name",
    "read_newborn",
    "religion_code",
    "standardise_name",
    "standardise_names",
]

Mask = npt.NDArray[np.bool_]

_WORDS = r"^[A-Z][A-Z .-]*$"
_SIGNS = r"[.-]"
_MOST_TITLES = 4


def standardise_names(
    values: pa.StringArray,
    religion: UInt8 | None = None,
    *,
    sex: UInt8 | None = None,
    old: Mask | None = None,
    culture: UInt8 | None = None,
    families: NameFamilies | None = None,
) -> StandardValues:
    """Return the standard form of raw names (n_raw,), which may repeat where the bearers differ.

    What is known of the bearers, each (n_raw,) with 0 for unknown: ``religion`` uint8 SIAK codes, ``sex`` uint8 1 man
    and 2 woman, ``old`` bool born until 1972, ``culture`` uint8 1 Bali and 2 Minangkabau; they settle abbreviations as
    in :func:`linkage.standardise.names.person_name.standardise_name`. ``families``: those a steward added.

    ``values`` of the result are canonical names, their tokens joined by one blank; ``names`` holds the tokens.
    Everything in the result depends on the canonical name alone, so a name has the same keys and levels in every run.
    Key forms as in :func:`linkage.standardise.names.keys.name_key_sets`.

    Raises:
        InvariantError: arrays of another length, or codes out of range.
    """
    codes = context_codes(len(values), religion=religion, sex=sex, old=old, culture=culture)
    texts, mapping = distinct_values(read_column(values, codes, families).canonical)
    return canonical_names(texts, mapping)


def canonical_names(texts: pa.StringArray, mapping: Int32 | None = None) -> StandardValues:
    """Return the forms and key sets of distinct canonical names (n_values,), sorted by UTF-8 bytes.

    For names that were standardised before: reading them again without what was known of their bearers could change
    them. ``mapping`` is handed on, by default each value's own place.
    """
    split = pc.ascii_split_whitespace(texts)
    offsets = split.offsets.to_numpy().astype(np.int64)
    tokens, token_ids = distinct_values(split.flatten())
    key_offsets, keys, key_texts, key_index = phonetic_codes(tokens)
    soft = _soft(texts, tokens, offsets, token_ids)
    forms = NameForms(offsets, token_ids, soft, tokens, key_offsets, keys)
    places = np.arange(len(texts), dtype=np.int32) if mapping is None else mapping
    return StandardValues(places, texts, names=forms, key_sets=name_key_sets(forms, key_texts, key_index))


@dataclass(frozen=True)
class ReadColumn:
    """``canonical`` (n_raw,): the canonical names, null for none. ``touched`` bool (n_raw,): a rule concerned the name.

    All else can hold nothing beside the name.
    """

    canonical: pa.StringArray
    touched: Mask


def read_column(values: pa.StringArray, codes: UInt8, families: NameFamilies | None = None) -> ReadColumn:
    """Return the canonical name of each raw value (n_raw,); ``codes`` as :func:`context_codes` gives them."""
    folded = pc.ascii_trim_whitespace(pc.ascii_upper(values))
    plain = pc.fill_null(pc.match_substring_regex(folded, _WORDS), False)
    apart = pc.fill_null(pc.match_substring_regex(folded, _SIGNS), False)
    signed = pc.and_(plain, apart)
    blank = pc.ascii_trim_whitespace(pc.replace_substring_regex(folded.filter(signed), f"{_SIGNS}+", " "))
    folded = pc.replace_with_mask(folded, signed, blank)
    is_plain = plain.to_numpy(zero_copy_only=False)
    split = pc.ascii_split_whitespace(folded.filter(plain))
    offsets = split.offsets.to_numpy().astype(np.int64)
    encoded = split.flatten().dictionary_encode()
    words = _Words.read(encoded.dictionary.to_pylist(), families)
    ids = encoded.indices.to_numpy()
    starts = words.without_titles(ids, offsets, codes[is_plain])
    slow = words.concerned(ids, starts, offsets[1:], (codes >> 5 & 1)[is_plain].astype(np.bool_))
    joined = _join(words.texts, ids, starts, offsets)
    simple = is_plain.copy()
    simple[is_plain] = ~slow
    rest = ~simple & values.is_valid().to_numpy(zero_copy_only=False)
    others = _one_by_one(values.filter(pa.array(rest)).to_pylist(), codes[rest].tolist(), families)
    result = pc.replace_with_mask(pa.nulls(len(values), pa.string()), pa.array(simple), joined.filter(pa.array(~slow)))
    touched = rest.copy()
    touched[is_plain] |= starts > offsets[:-1]
    return ReadColumn(pc.replace_with_mask(result, pa.array(rest), pa.array(others, pa.string())), touched)


def _join(texts: pa.StringArray, ids: Int32, starts: Int64, offsets: Int64) -> pa.StringArray:
    """Return the names put together from the texts of their tokens, each from its start to the next offset."""
    kept = np.ones(ids.shape, np.bool_)
    left_out = np.flatnonzero(starts > offsets[:-1])
    for name in left_out.tolist():
        kept[offsets[name] : starts[name]] = False
    total = np.zeros(offsets.shape, np.int64)
    np.cumsum(np.diff(offsets) - (starts - offsets[:-1]), out=total[1:])
    return pc.binary_join(
        pa.ListArray.from_arrays(pa.array(total.astype(np.int32)), texts.take(pa.array(ids[kept]))), " "
    )


def _one_by_one(raw: Iterable[str], codes: Iterable[int], families: NameFamilies | None) -> list[str | None]:
    return [canonical_text(text, context_of_code(code, families)) for text, code in zip(raw, codes, strict=True)]


@dataclass(frozen=True)
class _Words:
    """What the rules say of each distinct raw token (n_words,): its canonical text, and where it makes a rule look.

    The masks are those of :func:`linkage.standardise.names.rules.concerned`.
    """

    texts: pa.StringArray
    anywhere: Mask
    front: Mask
    title: Mask
    muslim_title: Mask
    single: Mask
    degree: Mask
    ending: Mask
    piece: Mask
    marker: Mask
    respellable: Mask

    @classmethod
    def read(cls, words: list[str], families: NameFamilies | None) -> _Words:
        anywhere, front, degrees = words_anywhere(), words_in_front(), vocabulary().degrees
        family = None if families is None else families.with_shipped
        changed = [place for place, word in enumerate(words) if canonical_tokens(word, family) != (word,)]
        rewritten = {place: settled(words[place], families) for place in changed}
        # What a token becomes may concern a rule in its turn; then its name is looked at, wherever the token stands.
        watched = anywhere | front | degrees | vocabulary().trailing_titles
        again = [
            place for place, parts in rewritten.items() if any(len(part) == 1 or part in watched for part in parts)
        ]
        spelled = [(word, *rewritten.get(place, ())) for place, word in enumerate(words)]
        texts = words.copy()
        for place, parts in rewritten.items():
            texts[place] = " ".join(parts)
        listed = pa.array(words, pa.string())
        found = cls(
            texts=pa.array(texts, pa.string()),
            anywhere=_listed(listed, anywhere),
            front=_listed(listed, front) | _matching(listed, "^X+$"),
            title=_listed(listed, titles_alone()),
            muslim_title=_listed(listed, vocabulary().muslim_titles),
            single=_matching(listed, "^.$"),
            degree=_listed(listed, degrees | vocabulary().trailing_titles),
            ending=_listed(listed, degree_endings()),
            piece=_listed(listed, degree_pieces()),
            marker=_mask(any(map(is_old_marker, forms)) for forms in spelled),
            respellable=_mask(any(map(is_respellable, forms)) for forms in spelled),
        )
        found.anywhere[again] = True
        return found

    def without_titles(self, codes: Int32, offsets: Int64, context: UInt8) -> Int64:
        """Return where each name (``codes`` of all tokens) starts behind the titles that need no look at the rest."""
        starts = offsets[:-1].copy()
        muslim = (context & 7) <= ISLAM
        for _ in range(_MOST_TITLES):
            first = codes[starts]
            titled = (self.title[first] | (muslim & self.muslim_title[first])) & (starts + 1 < offsets[1:])
            if not titled.any():
                break
            starts += titled
        return starts

    def concerned(self, codes: Int32, starts: Int64, ends: Int64, old: Mask) -> Mask:
        """Return for each name (at least one token; ``codes`` of all tokens) whether a rule must look at it."""
        first, last = codes[starts], codes[ends - 1]
        several = ends - starts > 1
        second = codes[np.minimum(starts + 1, ends - 1)]
        before_last = codes[np.maximum(ends - 2, starts)]
        found = _any_token(self.anywhere[codes], starts, ends) | self.front[first] | self.degree[last]
        found |= several & self.single[first] & self.single[second]
        found |= several & self.ending[last] & self.piece[before_last]
        marked = _any_token(self.marker[codes], starts, ends) | old
        return found | (marked & _any_token(self.respellable[codes], starts, ends))


def _listed(words: pa.StringArray, listed: frozenset[str]) -> Mask:
    found = pc.is_in(words, value_set=pa.array(sorted(listed), pa.string()))
    return np.array(found.to_numpy(zero_copy_only=False), np.bool_)


def _matching(words: pa.StringArray, pattern: str) -> Mask:
    return np.array(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), np.bool_)


def _mask(answers: Iterable[bool]) -> Mask:
    return np.fromiter(answers, np.bool_)


def _any_token(marked: Mask, starts: Int64, ends: Int64) -> Mask:
    """Return for each name whether any of its tokens (from its start to before its end) is marked."""
    total = np.zeros(marked.shape[0] + 1, np.int64)
    np.cumsum(marked, out=total[1:])
    return total[ends] > total[starts]


def _soft(texts: pa.StringArray, tokens: pa.StringArray, offsets: Int64, token_ids: Int32) -> UInt8:
    """Return the soft flags (n_tokens_of_all_names,); only names with a token that can be soft are looked at."""
    soft = np.zeros(token_ids.shape, np.uint8)
    possible = _mask(map(may_be_soft, tokens.to_pylist()))
    names = np.flatnonzero(_any_token(possible[token_ids], offsets[:-1], offsets[1:]))
    flags = [flag for text in texts.take(pa.array(names)).to_pylist() for flag in soft_flags(text.split(" "))]
    counts = np.diff(offsets)[names]
    starts = np.repeat(offsets[:-1][names] - (np.cumsum(counts) - counts), counts)
    soft[starts + np.arange(starts.shape[0])] = flags
    return soft
