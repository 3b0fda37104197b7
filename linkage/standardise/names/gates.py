"""Two words for each name that tell most names of a block apart, before their tokens and letters are read."""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.errors import InvariantError
from linkage.similarity.gates import LETTERS, count_bits, most_jaro_winkler, text_gates
from linkage.similarity.jit import borrowing, kernel
from linkage.similarity.packed import PackedTexts, Words
from linkage.standardise.column import Int32, Int64, NameForms
from linkage.standardise.names.keys import INITIAL_BIT
from linkage.standardise.names.letters import SIMILAR_FROM, at_width

_KEY_BITS: Final = 58
_KEYS: Final = (1 << _KEY_BITS) - 1
_NEEDED_SHIFT: Final = 58
_COUNT_SHIFT: Final = 61
_MOST_TOKENS: Final = 6


def name_gates(forms: NameForms, packed: PackedTexts) -> Words:
    """Return uint64 (n_values, 2), the gate of each name for :func:`names_apart`, from its tokens and its text.

    The first word is :func:`linkage.similarity.gates.text_gates`. The second has a bit, of 58, for each phonetic key;
    above them the number of tokens, and how many of them share no bit: a name that has a counterpart for each has so
    many bits in common with this one. All bits are set where an initial, a token without a key, a name as wide as a
    column, or very many tokens need a closer look.

    Raises:
        InvariantError: forms and texts of different columns.
    """
    if forms.token_offsets.shape != packed.offsets.shape:
        raise InvariantError("names and their texts differ in number")
    sounds = _sounds(forms.token_offsets, forms.token_ids, forms.key_offsets, forms.keys, packed.offsets)
    return np.column_stack((text_gates(packed), sounds))


@kernel
def _sounds(token_offsets: Int64, token_ids: Int32, key_offsets: Int64, keys: Int32, char_offsets: Int64) -> Words:
    words = np.empty(token_offsets.shape[0] - 1, np.uint64)
    for name in range(words.shape[0]):
        begin, end = token_offsets[name], token_offsets[name + 1]
        closer = begin == end or end - begin > _MOST_TOKENS
        closer = closer or at_width(char_offsets[name + 1] - char_offsets[name])
        every, apart, needed = np.uint64(0), np.uint64(0), 0
        for place in range(begin, end):
            token = token_ids[place]
            closer = closer or key_offsets[token] == key_offsets[token + 1]
            bits = np.uint64(0)
            for at in range(key_offsets[token], key_offsets[token + 1]):
                closer = closer or keys[at] & INITIAL_BIT != 0
                # The upper bits of a product spread keys that differ in their lowest ones alone (Fibonacci hashing).
                spread = (np.uint64(keys[at]) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)
                bits |= np.uint64(1) << (spread * np.uint64(_KEY_BITS) >> np.uint64(32))
            every |= bits
            if bits & apart == np.uint64(0):
                apart |= bits
                needed += 1
        above = np.uint64(needed) << np.uint64(_NEEDED_SHIFT) | np.uint64(end - begin) << np.uint64(_COUNT_SHIFT)
        words[name] = ~np.uint64(0) if closer else every | above
    return words


@borrowing
def names_apart(left: int, right: int, gates: Words) -> bool:
    """Return whether the gates of two values alone show that their names are ``DIFFERENT``. Symmetric.

    True only where :func:`linkage.standardise.names.level.name_relation` says so: a token of the name with fewer sounds
    like none of the other, the letters are not the same, and Jaro-Winkler cannot reach 0.92. False says nothing.
    """
    sounds, others = gates[left, 1], gates[right, 1]
    if sounds == ~np.uint64(0) or others == ~np.uint64(0):
        return False
    count, counted = sounds >> np.uint64(_COUNT_SHIFT), others >> np.uint64(_COUNT_SHIFT)
    # Of two with as many tokens, the one that needs more bits in common: it has the higher word.
    fewer = sounds if count < counted or (count == counted and sounds >= others) else others
    if count_bits(sounds & others & np.uint64(_KEYS)) >= (fewer >> np.uint64(_NEEDED_SHIFT)) & np.uint64(7):
        return False
    one, other = gates[left, 0], gates[right, 0]
    # Without the blank's bit: names that differ in their blanks alone are equal.
    if (one ^ other) & np.uint64(LETTERS - 1) == np.uint64(0):
        return False
    return bool(most_jaro_winkler(one, other) < SIMILAR_FROM)
