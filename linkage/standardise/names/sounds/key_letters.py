"""The phonetic key KFI as a kernel over the letters of many tokens."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel
from linkage.standardise.names.sounds.consonants import consonants
from linkage.standardise.names.sounds.runs import Int64, Letters, compare
from linkage.standardise.names.sounds.spelling import modern, simplify
from linkage.standardise.names.sounds.vowels import vowels

MOST_KEYS: Final = 4

_VARIANTS = 16
"""Two readings each of CH, KH, DZ and an open Z."""


@kernel
def key_letters(letters: Letters, bounds: Int64, old: npt.NDArray[np.bool_]) -> tuple[Int64, Int64, Letters]:
    """Return the keys of tokens of A to Z, two letters or more.

    ``bounds`` int64 (n_tokens + 1,): token t is ``letters[bounds[t]:bounds[t + 1]]``; ``old`` bool (n_tokens,): written
    before the reform of 1972. Of the result ``offsets`` int64 (n_tokens + 1,) gives each token's keys, ``key_bounds``
    int64 (n_keys + 1,) each key's bytes in the third array. The keys of a token are sorted and distinct, one to four.
    """
    count = bounds.shape[0] - 1
    longest = 0
    for token in range(count):
        longest = max(longest, bounds[token + 1] - bounds[token])
    width = 2 * longest + 2
    work = np.empty((2, width), np.uint8)
    variants = np.empty((_VARIANTS, width), np.uint8)
    lengths = np.empty(_VARIANTS, np.int64)
    found = np.empty((2 * _VARIANTS, width), np.uint8)
    found_lengths = np.empty(2 * _VARIANTS, np.int64)
    offsets = np.zeros(count + 1, np.int64)
    key_bounds = np.zeros(MOST_KEYS * count + 1, np.int64)
    out = np.empty(MOST_KEYS * 2 * letters.shape[0] + MOST_KEYS, np.uint8)
    n_keys = 0
    for token in range(count):
        length = bounds[token + 1] - bounds[token]
        work[0, :length] = letters[bounds[token] : bounds[token + 1]]
        length = modern(work, length, old[token])
        length = simplify(work, length)
        n_variants = consonants(work[0], length, variants, lengths)
        n_found = 0
        for variant in range(n_variants):
            n_found = vowels(variants[variant], lengths[variant], work, found, found_lengths, n_found)
        n_found = _sorted_first(found, found_lengths, n_found)
        for key in range(n_found):
            begin = key_bounds[n_keys]
            size = found_lengths[key]
            out[begin : begin + size] = found[key, :size]
            n_keys += 1
            key_bounds[n_keys] = begin + size
        offsets[token + 1] = n_keys
    return offsets, key_bounds[: n_keys + 1].copy(), out[: key_bounds[n_keys]].copy()


@kernel
def _sorted_first(found: Letters, lengths: Int64, count: int) -> int:
    """Keep the first four distinct keys and sort them; return how many there are."""
    kept = 0
    for key in range(count):
        known = False
        for other in range(kept):
            known = known or compare(found[key], lengths[key], found[other], lengths[other]) == 0
        if known or kept == MOST_KEYS:
            continue
        length = lengths[key]
        found[kept, :length] = found[key, :length]
        lengths[kept] = length
        kept += 1
    for key in range(1, kept):
        place = key
        while place and compare(found[place], lengths[place], found[place - 1], lengths[place - 1]) < 0:
            for letter in range(max(lengths[place], lengths[place - 1])):
                found[place, letter], found[place - 1, letter] = found[place - 1, letter], found[place, letter]
            lengths[place], lengths[place - 1] = lengths[place - 1], lengths[place]
            place -= 1
    return kept
