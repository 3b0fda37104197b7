"""Person names of a whole column: distinct raw values in, canonical names with their keys out.

Most names are plain words that need no look at their neighbours, so the rules run once per distinct *word* and the
names are put together again as rows of token numbers. Names with a title, an abbreviation, a comma or the like are read
once per *shape* (:mod:`.shapes`), and only the few of which neither is exact go through the rules one by one. All three
give the same, which the tests check.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int32, Int64, NameForms, StandardValues, UInt8
from linkage.standardise.distinct import distinct_values
from linkage.standardise.names.context import context_codes, context_of_code
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.keys import name_key_forms, phonetic_codes
from linkage.standardise.names.letter_runs import ODD, SIGNS, LetterRuns, letter_runs
from linkage.standardise.names.person_name import (
    StandardName,
    canonical_text,
    read_name,
    read_newborn,
    religion_code,
    standardise_name,
)
from linkage.standardise.names.shapes import read_shapes
from linkage.standardise.names.soft_rows import soft_rows
from linkage.standardise.names.token_pool import TokenPool, put_together
from linkage.standardise.names.token_rows import distinct_rows, joined_texts, take_rows
from linkage.standardise.names.word_flags import Mask, WordFlags, looked_at, word_flags

__all__ = [
    "Mask",
    "StandardName",
    "canonical_names",
    "read_name",
    "read_newborn",
    "religion_code",
    "standardise_name",
    "standardise_names",
]


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
    Key forms as in :func:`linkage.standardise.names.keys.name_key_forms`.

    Raises:
        InvariantError: arrays of another length, or codes out of range.
    """
    codes = context_codes(len(values), religion=religion, sex=sex, old=old, culture=culture)
    column = read_column(values, codes, families)
    mapping, rows = distinct_rows(column.offsets, column.ids, len(column.tokens))
    offsets, ids = take_rows(column.offsets, column.ids, rows)
    return _standard(joined_texts(offsets, ids, column.tokens), mapping, offsets, ids, column.tokens)


def canonical_names(texts: pa.StringArray, mapping: Int32 | None = None) -> StandardValues:
    """Return the forms and key sets of distinct canonical names (n_values,), sorted by UTF-8 bytes.

    For names that were standardised before: reading them again without what was known of their bearers could change
    them. ``mapping`` is handed on, by default each value's own place.
    """
    split = pc.ascii_split_whitespace(texts)
    tokens, ids = distinct_values(split.flatten())
    places = np.arange(len(texts), dtype=np.int32) if mapping is None else mapping
    return _standard(texts, places, split.offsets.to_numpy().astype(np.int64), ids, tokens)


def _standard(
    texts: pa.StringArray, mapping: Int32, offsets: Int64, ids: Int32, tokens: pa.StringArray
) -> StandardValues:
    key_offsets, keys, key_texts, key_index = phonetic_codes(tokens)
    forms = NameForms(offsets, ids, soft_rows(offsets, ids, tokens), tokens, key_offsets, keys)
    return StandardValues(mapping, texts, names=forms, key_sets=name_key_forms(texts, forms, key_texts, key_index))


@dataclass(frozen=True)
class ReadColumn:
    """The tokens of raw names (n_raw,): those of name v are ``ids[offsets[v]:offsets[v + 1]]``, none for no name.

    ``tokens`` (n_tokens,): the distinct ones, sorted by UTF-8 bytes. ``touched`` bool (n_raw,): a rule concerned the
    name. All else can hold nothing beside the name.
    """

    offsets: Int64
    ids: Int32
    tokens: pa.StringArray
    touched: Mask

    @cached_property
    def canonical(self) -> pa.StringArray:
        """The canonical names (n_raw,), null for none."""
        texts = joined_texts(self.offsets, self.ids, self.tokens)
        return pc.if_else(pa.array(np.diff(self.offsets) > 0), texts, pa.scalar(None, pa.string()))


def read_column(values: pa.StringArray, codes: UInt8, families: NameFamilies | None = None) -> ReadColumn:
    """Return the tokens of each raw value (n_raw,); ``codes`` as :func:`context_codes` gives them."""
    runs = letter_runs(values)
    words = word_flags(runs.words, families)
    starts, looked = looked_at(runs.offsets, runs.ids, runs.marks, SIGNS | ODD, codes, words.flags)
    touched = looked | (runs.marks != 0) | (starts > runs.offsets[:-1])
    if values.null_count:
        present = values.is_valid().to_numpy(zero_copy_only=False)
        looked &= present
        touched &= present
    rows = np.flatnonzero(looked)
    pool = TokenPool(words)
    rule_offsets, rule_ids = _read_by_rules(values, runs, rows, codes, words, families, pool)
    place = np.full(len(values), -1, np.int64)
    place[rows] = np.arange(rows.size)
    part_offsets, parts = pool.parts
    offsets, ids = put_together(runs.offsets, starts, runs.ids, part_offsets, parts, place, rule_offsets, rule_ids)
    tokens, ids = pool.sorted_tokens(ids)
    return ReadColumn(offsets, ids, tokens, touched)


def _read_by_rules(
    values: pa.StringArray,
    runs: LetterRuns,
    rows: Int64,
    codes: UInt8,
    words: WordFlags,
    families: NameFamilies | None,
    pool: TokenPool,
) -> tuple[Int64, Int32]:
    """Return the tokens of the names (n_rows,) that a rule must look at, as offsets and numbers of the pool."""
    shaped = read_shapes(runs, rows, codes[rows], words, families, pool.number)
    left = np.flatnonzero(~shaped.read)
    raw = values.take(pa.array(rows[left])).to_pylist()
    texts = [
        canonical_text(text, context_of_code(code, families)) or ""
        for text, code in zip(raw, codes[rows[left]].tolist(), strict=True)
    ]
    numbers = [[pool.number(token) for token in text.split()] for text in texts]
    ids = np.array([number for name in numbers for number in name], np.int32)
    offsets = np.zeros(rows.size + 1, np.int64)
    counts = np.diff(shaped.offsets)
    counts[left] = [len(name) for name in numbers]
    np.cumsum(counts, out=offsets[1:])
    every = np.empty(int(offsets[-1]), np.int32)
    alone = np.repeat(~shaped.read, counts)
    every[alone], every[~alone] = ids, shaped.ids
    return offsets, every
