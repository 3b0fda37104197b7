"""Consonants of the phonetic key; some spellings have two readings, each of which makes a variant."""

from __future__ import annotations

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.names.sounds.runs import (
    B,
    C,
    D,
    F,
    G,
    H,
    Int64,
    J,
    K,
    Letters,
    P,
    S,
    T,
    V,
    Y,
    Z,
    collapse,
    has,
    is_consonant,
    is_vowel,
    pair,
    single,
)


@kernel
def _branch(variants: Letters, lengths: Int64, count: int, first: int, second: int, one: int, two: int) -> int:
    """Read a pair of letters in two ways; each text with it becomes two, in the order of the texts."""
    branching = 0
    for variant in range(count):
        branching += has(variants[variant], lengths[variant], first, second)
    filled = count + branching
    for variant in range(count - 1, -1, -1):
        row, length = variants[variant], lengths[variant]
        if has(row, length, first, second):
            filled -= 2
            for reading in range(1, -1, -1):
                target = variants[filled + reading]
                if filled + reading != variant:
                    target[:length] = row[:length]
                    lengths[filled + reading] = length
            for reading in range(2):
                place = filled + reading
                lengths[place] = pair(variants[place], length, first, second, two if reading else one)
        else:
            filled -= 1
            if filled != variant:
                variants[filled, :length] = row[:length]
                lengths[filled] = length
    return count + branching


@kernel
def consonants(row: Letters, length: int, variants: Letters, lengths: Int64) -> int:
    """Put the readings of one token (at most 16) into the rows of ``variants`` and return their number."""
    variants[0, :length] = row[:length]
    lengths[0] = length
    count = _branch(variants, lengths, 1, C, H, H, C)
    count = _branch(variants, lengths, count, K, H, H, K)
    for variant in range(count):
        text, length = variants[variant], lengths[variant]
        for place in range(length):
            if text[place] == C:
                after = text[place + 1] if place + 1 < length else 0
                if after == 0 or (is_consonant(after) and after != H and after != Y):
                    text[place] = K
        for letter in (G, B, T, P):
            length = pair(text, length, letter, H, letter)
        single(text, length, F, P)
        single(text, length, V, P)
        lengths[variant] = length
    count = _branch(variants, lengths, count, D, Z, J, D)
    for variant in range(count):
        lengths[variant] = pair(variants[variant], lengths[variant], D, H, D)
    return _read_z(variants, lengths, count)


@borrowing
def _is_open_z(text: Letters, place: int, length: int) -> bool:
    """Return whether the letter is a Z at the start, at the end, or before a consonant."""
    if text[place] != Z:
        return False
    return place == 0 or place + 1 == length or not (is_vowel(text[place + 1]) or text[place + 1] == Y)


@kernel
def _read_z(variants: Letters, lengths: Int64, count: int) -> int:
    branching = 0
    for variant in range(count):
        branching += _any_open_z(variants[variant], lengths[variant])
    filled = count + branching
    for variant in range(count - 1, -1, -1):
        length = lengths[variant]
        readings = 2 if _any_open_z(variants[variant], length) else 1
        filled -= readings
        for reading in range(readings - 1, -1, -1):
            target, text = variants[filled + reading], variants[variant]
            if filled + reading != variant:
                target[:length] = text[:length]
        for reading in range(readings):
            text = variants[filled + reading]
            # From the left, so that the letter behind is still as it was.
            for place in range(length):
                if _is_open_z(text, place, length):
                    text[place] = S if reading else J
            single(text, length, Z, J)
            lengths[filled + reading] = collapse(text, length)
    return count + branching


@borrowing
def _any_open_z(text: Letters, length: int) -> bool:
    place = 0
    while place < length and not _is_open_z(text, place, length):
        place += 1
    return bool(place < length)
