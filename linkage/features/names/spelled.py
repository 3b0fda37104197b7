"""The names of a column laid out for alignment: tokens, letters, sounds, and how rare each token is."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InvariantError
from linkage.similarity.packed import BLANK, Chars, pack_texts
from linkage.standardise.column import Int32, Int64, NameForms, UInt8
from linkage.standardise.names.traits import token_traits

Float64 = npt.NDArray[np.float64]

MOST_BITS: Final = 16.0
"""Rarer than one bearer in 65,536 is rare enough: a larger register holds rarer forms, and a model knows only its own.
"""


class SpelledNames(NamedTuple):
    """Name v has the tokens at the places ``offsets[v]`` to ``offsets[v + 1]`` of ``ids`` and ``soft``.

    The token at place p is spelled ``chars[bounds[p]:bounds[p + 1]]``; the letters of a name follow each other without
    blanks. ``key_offsets``, ``keys``: as in :class:`linkage.standardise.column.NameForms`. ``alone`` (n_tokens + 1,)
    counts up from 0: each token as a name of its own. ``token_bits`` (n_tokens,), ``value_bits`` (n_values,):
    :func:`rarity_bits`. ``odd`` uint8 (n_tokens,): runs of letters that hardly any known name has, 0 for a known name
    (:mod:`linkage.standardise.names.traits`), and for a token of no value in ``used``.
    """

    offsets: Int64
    ids: Int32
    soft: UInt8
    bounds: Int64
    chars: Chars
    key_offsets: Int64
    keys: Int32
    alone: Int64
    alone_ids: Int32
    token_bits: Float64
    value_bits: Float64
    odd: UInt8


def spell_names(
    names: NameForms, texts: pa.StringArray, token_counts: Int64, value_counts: Int64, n_bearers: int, used: Int32
) -> SpelledNames:
    """Return the names of a column laid out; ``texts`` (n_values,): the canonical names.

    ``used``: the values that will be aligned with another; the letters of their tokens are looked at.

    Raises:
        InvariantError: texts that are not the tokens of ``names``, joined by blanks.
    """
    packed = pack_texts(texts)
    chars = packed.chars[packed.chars != BLANK]
    lengths = pc.utf8_length(names.tokens).to_numpy(zero_copy_only=False).astype(np.int64)
    bounds = np.zeros(names.token_ids.size + 1, np.int64)
    np.cumsum(lengths[names.token_ids], out=bounds[1:])
    if bounds[-1] != chars.size or names.token_offsets.size != len(texts) + 1:
        raise InvariantError("the texts of a column of names are not its tokens")
    alone = np.arange(len(names.tokens) + 1, dtype=np.int64)
    return SpelledNames(
        offsets=names.token_offsets,
        ids=names.token_ids,
        soft=names.token_soft,
        bounds=bounds,
        chars=chars,
        key_offsets=names.key_offsets,
        keys=names.keys,
        alone=alone,
        alone_ids=alone[:-1].astype(np.int32),
        token_bits=rarity_bits(token_counts, n_bearers),
        value_bits=rarity_bits(value_counts, n_bearers),
        odd=_odd_tokens(names, used),
    )


def _odd_tokens(names: NameForms, used: Int32) -> UInt8:
    of_value = np.zeros(names.token_offsets.size - 1, np.bool_)
    of_value[used] = True
    wanted = np.zeros(len(names.tokens), np.bool_)
    wanted[names.token_ids[np.repeat(of_value, np.diff(names.token_offsets))]] = True
    odd = np.zeros(len(names.tokens), np.uint8)
    odd[wanted] = token_traits(names.tokens.filter(pa.array(wanted)).to_pylist()).odd
    return odd


def rarity_bits(counts: Int64, n_bearers: int) -> Float64:
    """Return the information of a form that so many of ``n_bearers`` records bear, in bits, 0 to :data:`MOST_BITS`.

    -log2 of its share, with one more bearer than were counted: nobody bears a form for certain never borne.
    """
    shares = (counts + 1.0) / (n_bearers + 2.0)
    bits: Float64 = np.clip(-np.log2(shares), 0.0, MOST_BITS)
    return bits
