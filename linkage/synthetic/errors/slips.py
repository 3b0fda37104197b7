"""One slip of the hand, or of a reading machine, in each text."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from string import ascii_uppercase
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.errors.rewriting import Rule, Rules, compile_rules, rewrite
from linkage.synthetic.errors.text_columns import scatter
from linkage.synthetic.package_data import read_data
from linkage.synthetic.streams import by_group

_VOWELS: Final = "AEIOU"
_AT_THE_START: Final = 0.4
"""The first letter of a word goes wrong less often than the others (Pollock and Zamora 1984)."""

_LEAST_LETTERS: Final = r"[A-Z].*[A-Z].*[A-Z]"
_KINDS: Final = (0.3, 0.2, 0.3, 0.2)


def substitute(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace one letter of each text by a neighbour on the keyboard; texts without a letter stay."""
    return rewrite(texts, _substitutions(), rng)


def insert(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Double one letter, or strike a neighbour of it along, before or after."""
    return rewrite(texts, _insertions(), rng)


def delete(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Leave out one letter, of a doubled one the likeliest; texts of fewer than three letters stay."""
    return pc.if_else(pc.match_substring_regex(texts, _LEAST_LETTERS), rewrite(texts, _deletions(), rng), texts)


def transpose(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Exchange two neighbouring letters that differ."""
    return rewrite(texts, _transpositions(), rng)


def slip(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Do one of the four above to each text."""
    chance = np.searchsorted(np.cumsum(_KINDS)[:-1], rng.random(len(texts)))
    rows, parts = [], []
    for number, group in by_group(chance):
        rows.append(group)
        parts.append((substitute, insert, delete, transpose)[number](texts.take(pa.array(group)), rng))
    return scatter(texts, rows, parts)


def look_alike(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace one sign, or two, by what a reading machine takes them for (O by 0, RN by M, ..)."""
    return rewrite(texts, _look_alikes(), rng)


def change_vowel(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace one vowel by another; the way parents name twins (RINA, RINI)."""
    return rewrite(texts, _vowels(), rng)


@lru_cache(maxsize=1)
def _substitutions() -> Rules:
    return compile_rules(
        (f"{edge}{letter}", other, weight / len(others))
        for letter, others in read_data("errors_typing.toml")["neighbours"].items()
        for other in others
        for edge, weight in (("l", 1.0), ("_", _AT_THE_START))
    )


@lru_cache(maxsize=1)
def _insertions() -> Rules:
    rules: list[Rule] = [(letter, letter * 2, 1.0) for letter in ascii_uppercase]
    for letter, others in read_data("errors_typing.toml")["neighbours"].items():
        rules += [(letter, letter + other, 0.6 / len(others)) for other in others]
        rules += [(f"l{letter}", other + letter, 0.4 / len(others)) for other in others]
    return compile_rules(rules)


@lru_cache(maxsize=1)
def _deletions() -> Rules:
    rules: list[Rule] = [(f"l{letter}", "", 1.0) for letter in ascii_uppercase]
    rules += [(f"_{letter}", "", _AT_THE_START) for letter in ascii_uppercase]
    # What is heard least is lost first: an H behind a consonant, one of two equal letters, a vowel beside another.
    rules += [("cH", "", 1.0), *((letter * 2, letter, 2.0) for letter in ascii_uppercase)]
    return compile_rules([*rules, *((f"v{vowel}", "", 0.5) for vowel in _VOWELS)])


@lru_cache(maxsize=1)
def _transpositions() -> Rules:
    pairs = ["".join(pair) for pair in permutations(ascii_uppercase, 2)]
    inside: list[Rule] = [(f"l{pair}", pair[::-1], 1.0) for pair in pairs]
    return compile_rules([*inside, *((f"_{pair}", pair[::-1], _AT_THE_START) for pair in pairs)])


@lru_cache(maxsize=1)
def _look_alikes() -> Rules:
    return compile_rules(
        (found, read, float(weight)) for found, read, weight in read_data("errors_typing.toml")["look_alikes"]["rules"]
    )


@lru_cache(maxsize=1)
def _vowels() -> Rules:
    return compile_rules((one, other, 1.0) for one, other in permutations(_VOWELS, 2))
