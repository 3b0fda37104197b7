"""Phonetic codes of name tokens, and the key sets of names for blocking."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InvariantError
from linkage.similarity.jit import kernel
from linkage.similarity.packed import hash_texts, mix_key
from linkage.standardise.column import Int32, Int64, KeySets, NameForms, UInt64
from linkage.standardise.key_sets import KeyForms, qgram_keys
from linkage.standardise.names.phonetic import phonetic_keys

Mask = npt.NDArray[np.bool_]

MOST_COMBINATIONS: Final = 8
"""A name gives at most so many ``full`` keys: the first in the order of its sorted tokens and their sorted keys."""

LETTER_BITS: Final = 5
INITIAL_BIT: Final = 1 << LETTER_BITS
ENDING_SHIFT: Final = LETTER_BITS + 1
RANK_SHIFT: Final = ENDING_SHIFT + 2
ENDING_A: Final = 1
ENDING_I: Final = 2
ENDING_WAN: Final = 3
_QGRAM: Final = 3

Codes = tuple[Int64, Int32, pa.StringArray, Int64]


def phonetic_codes(tokens: pa.StringArray) -> Codes:
    """Return the KFI keys of distinct tokens as (key_offsets, key codes, key texts, text index of each key).

    Raises:
        InvariantError: more than eight million different keys in one column.
    """
    offsets, keys = phonetic_keys(tokens)
    codes, texts, index = _ranked(keys)
    return offsets, codes, texts, index


def key_codes(keys: pa.StringArray) -> Int32:
    """Return the code of each phonetic key (n_keys,), not distinct.

    A code holds, from its low bits: the first letter (1 to 26, 0 for another character), whether the key is one
    letter, the ending that tells a man's name from a woman's, and the rank of the key among all. Codes are thus equal
    exactly when the keys are, and sorted as the keys are.

    Raises:
        InvariantError: more than eight million different keys.
    """
    return _ranked(keys)[0]


def _ranked(keys: pa.StringArray) -> tuple[Int32, pa.StringArray, Int64]:
    encoded = keys.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(order.shape, np.int64)
    rank[order] = np.arange(order.shape[0])
    texts = encoded.dictionary.take(pa.array(order))
    index = rank[encoded.indices.to_numpy()]
    if len(texts) >= 1 << (31 - RANK_SHIFT):
        raise InvariantError("a column of names holds more than eight million different phonetic keys")
    return ((index << RANK_SHIFT) | _marks(texts)[index]).astype(np.int32), texts, index


def _marks(keys: pa.StringArray) -> Int64:
    """Return the low bits of the codes of keys: first letter, whether it is all, and the ending."""
    first = pc.utf8_slice_codeunits(keys, 0, 1)
    letters = pa.array([chr(code) for code in range(ord("A"), ord("Z") + 1)], pa.string())
    letter = pc.fill_null(pc.index_in(first, value_set=letters), -1).to_numpy().astype(np.int64) + 1
    single = pc.equal(pc.utf8_length(keys), 1).to_numpy(zero_copy_only=False)
    ending = np.zeros(len(keys), np.int64)
    for text, mark in (("A", ENDING_A), ("I", ENDING_I), ("WAN", ENDING_WAN)):
        ending[pc.ends_with(keys, text).to_numpy(zero_copy_only=False)] = mark
    return np.asarray((ending << ENDING_SHIFT) | np.where(single, INITIAL_BIT, 0) | letter, np.int64)


def name_key_forms(names: pa.StringArray, forms: NameForms, texts: pa.StringArray, index: Int64) -> KeyForms:
    """Return the key forms of names.

    ``value``: the sorted canonical tokens. ``full``: one key per combination of the hard tokens' KFI keys, in any
    order. ``first``, ``last``: the KFI keys of the first and last hard token. ``tokens``: those of every hard token.
    ``qgrams``: every run of three letters of the canonical name. ``names`` (n_values,) are the canonical names;
    ``texts`` and ``index`` as :func:`phonetic_codes` returns them.
    """
    made = {form: partial(maker, forms, texts, index) for form, maker in _FORMS.items()}
    return KeyForms(len(names), made, {"qgrams": lambda chosen: qgram_keys(names.take(pa.array(chosen)), _QGRAM)})


def _value_keys(forms: NameForms, texts: pa.StringArray, index: Int64) -> KeySets:
    everything = np.ones(forms.token_soft.shape, np.bool_)
    own = np.arange(len(forms.tokens) + 1, dtype=np.int64)
    spelled = hash_texts(forms.tokens)
    return KeySets(*_combination_keys(forms.token_offsets, forms.token_ids, everything, own, spelled))


def _full_keys(forms: NameForms, texts: pa.StringArray, index: Int64) -> KeySets:
    sounds = hash_texts(texts)[index]
    hard = forms.token_soft == 0
    return KeySets(*_combination_keys(forms.token_offsets, forms.token_ids, hard, forms.key_offsets, sounds))


def _first_keys(forms: NameForms, texts: pa.StringArray, index: Int64) -> KeySets:
    return _sounds(forms, texts, index, _outermost(forms)[0])


def _last_keys(forms: NameForms, texts: pa.StringArray, index: Int64) -> KeySets:
    return _sounds(forms, texts, index, _outermost(forms)[1])


def _token_keys(forms: NameForms, texts: pa.StringArray, index: Int64) -> KeySets:
    return _sounds(forms, texts, index, forms.token_soft == 0)


_FORMS: Final = {
    "value": _value_keys,
    "full": _full_keys,
    "first": _first_keys,
    "last": _last_keys,
    "tokens": _token_keys,
}


def _sounds(forms: NameForms, texts: pa.StringArray, index: Int64, chosen: Mask) -> KeySets:
    """Return the KFI keys of the chosen tokens of each name."""
    owners = _owners(forms)
    n_values = forms.token_offsets.shape[0] - 1
    return _keys_of(owners[chosen], forms.token_ids[chosen], forms.key_offsets, index, hash_texts(texts), n_values)


def _owners(forms: NameForms) -> Int64:
    counts = np.diff(forms.token_offsets)
    return np.repeat(np.arange(counts.size, dtype=np.int64), counts)


def _outermost(forms: NameForms) -> tuple[Mask, Mask]:
    """Return masks of the first and of the last hard token of each name."""
    first, last = np.zeros(forms.token_soft.shape, np.bool_), np.zeros(forms.token_soft.shape, np.bool_)
    places = np.flatnonzero(forms.token_soft == 0)
    starts = np.flatnonzero(np.diff(_owners(forms)[places], prepend=-1))
    first[places[starts]] = True
    last[places[np.append(starts[1:], places.size)[: starts.size] - 1]] = True
    return first, last


def _keys_of(owners: Int64, tokens: Int32, key_offsets: Int64, index: Int64, hashes: UInt64, n_values: int) -> KeySets:
    """Return the union of the keys of each value's tokens, given one row per (value, token)."""
    counts = (key_offsets[1:] - key_offsets[:-1])[tokens]
    starts = np.repeat(key_offsets[tokens] - (np.cumsum(counts) - counts), counts)
    positions = starts + np.arange(starts.shape[0])
    order = np.argsort(hashes)
    rank = np.empty(order.shape, np.int64)
    rank[order] = np.arange(order.shape[0])
    # Value and rank in one integer: one plain sort puts values in order and the keys of each.
    span = max(int(hashes.shape[0]), 1)
    packed = np.sort(np.repeat(owners, counts) * span + rank[index[positions]])
    packed = packed[np.diff(packed, prepend=-1) != 0]
    offsets = np.zeros(n_values + 1, np.int64)
    np.cumsum(np.bincount(packed // span, minlength=n_values), out=offsets[1:])
    return KeySets(offsets, hashes[order][packed % span])


@kernel
def _combination_keys(
    token_offsets: Int64, token_ids: Int32, chosen: Mask, option_offsets: Int64, options: UInt64
) -> tuple[Int64, UInt64]:
    """Fold one option per chosen token into a key, for the first eight combinations; the order of tokens is lost."""
    n_values = token_offsets.shape[0] - 1
    offsets = np.zeros(n_values + 1, np.int64)
    keys = np.empty(n_values * MOST_COMBINATIONS, np.uint64)
    widest = 1
    for value in range(n_values):
        widest = max(widest, token_offsets[value + 1] - token_offsets[value])
    ids = np.empty(widest, np.int64)
    digits = np.empty(widest, np.int64)
    parts = np.empty(widest, np.uint64)
    filled = 0
    for value in range(n_values):
        size = 0
        for position in range(token_offsets[value], token_offsets[value + 1]):
            if chosen[position]:
                place = size
                while place > 0 and ids[place - 1] > token_ids[position]:
                    ids[place] = ids[place - 1]
                    place -= 1
                ids[place] = token_ids[position]
                size += 1
        first = filled
        digits[:size] = 0
        for _ in range(MOST_COMBINATIONS if size else 0):
            for place in range(size):
                part = options[option_offsets[ids[place]] + digits[place]]
                slot = place
                while slot > 0 and parts[slot - 1] > part:
                    parts[slot] = parts[slot - 1]
                    slot -= 1
                parts[slot] = part
            key = np.uint64(size)
            for place in range(size):
                key = mix_key(key, parts[place])
            slot = filled
            while slot > first and keys[slot - 1] > key:
                slot -= 1
            if slot == first or keys[slot - 1] != key:
                for moved in range(filled, slot, -1):
                    keys[moved] = keys[moved - 1]
                keys[slot] = key
                filled += 1
            place = size - 1
            while place >= 0:
                digits[place] += 1
                if digits[place] < option_offsets[ids[place] + 1] - option_offsets[ids[place]]:
                    break
                digits[place] = 0
                place -= 1
            if place < 0:
                break
        offsets[value + 1] = filled
    return offsets, keys[:filled].copy()
