"""Person names of a whole column: distinct raw values in, canonical names with their keys out.

Most names are plain words that need no look at their neighbours, so the rules run once per distinct *token* and
the names are put together again as arrays. Only names with a title, an abbreviation, punctuation or the like go
through :func:`standardise_name` one by one. Both ways give the same, which the tests check.
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
from linkage.standardise.names.keys import name_key_sets, phonetic_codes
from linkage.standardise.names.person_name import (
    StandardName,
    read_newborn,
    religion_code,
    standardise_coded,
    standardise_name,
)
from linkage.standardise.names.rules import words_of_rules
from linkage.standardise.names.tokens import (
    canonical_tokens,
    is_old_marker,
    is_respellable,
    may_be_soft,
    soft_flags,
)

__all__ = ["StandardName", "read_newborn", "religion_code", "standardise_name", "standardise_names"]

Mask = npt.NDArray[np.bool_]

_PLAIN = r"^[A-Z]+( +[A-Z]+)*$"


def standardise_names(values: pa.StringArray, religion: UInt8 | None = None) -> StandardValues:
    """Return the standard form of raw names (n_raw,), which may repeat where the religion differs.

    ``religion`` uint8 (n_raw,): SIAK code of each, 0 unknown. ``values`` of the result are canonical names, their
    tokens joined by one blank; ``names`` holds the tokens. Everything in the result depends on the canonical name
    alone, so a name has the same keys and levels in every run. Key forms as in
    :func:`linkage.standardise.names.keys.name_key_sets`.
    """
    texts, mapping = distinct_values(_canonical_texts(values, religion))
    split = pc.ascii_split_whitespace(texts)
    offsets = split.offsets.to_numpy().astype(np.int64)
    tokens, token_ids = distinct_values(split.flatten())
    key_offsets, keys, key_texts, key_index = phonetic_codes(tokens)
    soft = _soft(texts, tokens, offsets, token_ids)
    forms = NameForms(offsets, token_ids, soft, tokens, key_offsets, keys)
    return StandardValues(mapping, texts, names=forms, key_sets=name_key_sets(forms, key_texts, key_index))


def _canonical_texts(values: pa.StringArray, religion: UInt8 | None) -> pa.StringArray:
    """Return the canonical name of each raw value, null where there is none."""
    folded = pc.ascii_trim_whitespace(pc.ascii_upper(values))
    plain = pc.fill_null(pc.match_substring_regex(folded, _PLAIN), False).to_numpy(zero_copy_only=False)
    split = pc.ascii_split_whitespace(folded.filter(pa.array(plain)))
    offsets = split.offsets.to_numpy().astype(np.int64)
    encoded = split.flatten().dictionary_encode()
    codes = encoded.indices.to_numpy()
    words = _Words.read(encoded.dictionary.to_pylist())
    slow = _any_token(words.contextual[codes], offsets)
    slow |= _any_token(words.marker[codes], offsets) & _any_token(words.respellable[codes], offsets)
    rewritten = words.texts.take(encoded.indices)
    joined = pc.binary_join(pa.ListArray.from_arrays(split.offsets, rewritten), " ")
    simple = plain.copy()
    simple[plain] = ~slow
    rest = ~simple & values.is_valid().to_numpy(zero_copy_only=False)
    codes_of_religion = np.zeros(len(values), np.uint8) if religion is None else religion
    others = _one_by_one(values.filter(pa.array(rest)).to_pylist(), codes_of_religion[rest].tolist())
    result = pc.replace_with_mask(pa.nulls(len(values), pa.string()), pa.array(simple), joined.filter(pa.array(~slow)))
    return pc.replace_with_mask(result, pa.array(rest), pa.array(others, pa.string()))


def _one_by_one(raw: Iterable[str], religion: Iterable[int]) -> list[str | None]:
    names = (standardise_coded(text, code) for text, code in zip(raw, religion, strict=True))
    return [None if name is None else name.text for name in names]


@dataclass(frozen=True)
class _Words:
    """What the rules say of each distinct raw token (n_words,): its canonical text, and whether neighbours matter."""

    texts: pa.StringArray
    contextual: Mask
    marker: Mask
    respellable: Mask

    @classmethod
    def read(cls, words: list[str]) -> _Words:
        known = words_of_rules()
        return cls(
            texts=pa.array([" ".join(canonical_tokens(word)) for word in words], pa.string()),
            contextual=_mask(len(word) == 1 or word in known or not word.strip("X") for word in words),
            marker=_mask(map(is_old_marker, words)),
            respellable=_mask(map(is_respellable, words)),
        )


def _mask(answers: Iterable[bool]) -> Mask:
    return np.fromiter(answers, np.bool_)


def _any_token(marked: Mask, offsets: Int64) -> Mask:
    """Return for each name (at least one token) whether any of its tokens is marked."""
    total = np.zeros(marked.shape[0] + 1, np.int64)
    np.cumsum(marked, out=total[1:])
    return total[offsets[1:]] > total[offsets[:-1]]


def _soft(texts: pa.StringArray, tokens: pa.StringArray, offsets: Int64, token_ids: Int32) -> UInt8:
    """Return the soft flags (n_tokens_of_all_names,); only names with a token that can be soft are looked at."""
    soft = np.zeros(token_ids.shape, np.uint8)
    possible = _mask(map(may_be_soft, tokens.to_pylist()))
    names = np.flatnonzero(_any_token(possible[token_ids], offsets))
    flags = [flag for text in texts.take(pa.array(names)).to_pylist() for flag in soft_flags(text.split(" "))]
    counts = np.diff(offsets)[names]
    starts = np.repeat(offsets[:-1][names] - (np.cumsum(counts) - counts), counts)
    soft[starts + np.arange(starts.shape[0])] = flags
    return soft
