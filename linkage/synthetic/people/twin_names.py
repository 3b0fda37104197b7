"""How twins are called: close to each other, but never alike."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.synthetic.errors.slips import change_vowel
from linkage.synthetic.names.vocabulary import Vocabulary, load_vocabulary
from linkage.synthetic.people.residents import People
from linkage.synthetic.streams import Int64, pick

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]

_VOWELS = "AEIOU"


def name_twins(
    people: People, tokens: Int32, given: Int8, vocabulary: Vocabulary, rng: np.random.Generator
) -> pa.StringArray:
    """Give younger twins a name close to the elder's: one vowel apart, or with the same first name.

    Both bear names that exist (RINA, RINI): where no vowel makes another name of the vocabulary, the younger keeps the
    one it was given. No twin is called just as the other. ``tokens`` (n, SLOTS) is changed in place; ``given`` (n,) is
    the slot of the last given name. Returns texts of new tokens, which count on from the vocabulary's.
    """
    rows = np.arange(people.twin.size)
    younger = np.flatnonzero((people.twin >= 0) & (people.twin != rows))
    elder = people.twin[younger].astype(np.int64)
    manner = pick(rng, [0.45, 0.35, 0.2], younger.size)
    manner[people.sex[younger] != people.sex[elder]] = 2
    near, far = younger[manner == 0], elder[manner == 0]
    slot = _given_slot(tokens[far], given[far])
    known = _another_name(tokens[far, slot], vocabulary, rng)
    near, far, slot, known = near[known >= 0], far[known >= 0], slot[known >= 0], known[known >= 0]
    tokens[near] = tokens[far]
    tokens[near, slot] = known
    shared = (manner == 1) & ((tokens[elder] >= 0).sum(axis=1) > 1) & ((tokens[younger] >= 0).sum(axis=1) > 1)
    tokens[younger[shared], 0] = tokens[elder[shared], 0]
    repeated = tokens[younger, 1] == tokens[younger, 0]
    tokens[younger[repeated], 1] = -1
    same = younger[(tokens[younger] == tokens[elder]).all(axis=1)]
    slot = _given_slot(tokens[same], given[same])
    added = change_vowel(vocabulary.texts.take(pa.array(tokens[same, slot])), rng)
    tokens[same, slot] = 2 * vocabulary.size + np.arange(same.size)
    return added


def _given_slot(tokens: Int32, given: Int8) -> Int64:
    """Return the slot of each person's given name, the first slot in use where it is not known."""
    slot = np.maximum(given, 0).astype(np.int64)
    return np.where(tokens[np.arange(slot.size), slot] >= 0, slot, (tokens >= 0).argmax(axis=1))


def _another_name(tokens: Int32, vocabulary: Vocabulary, rng: np.random.Generator) -> Int32:
    """Return for each token another of the vocabulary that is one vowel apart, -1 where there is none."""
    starts, others = _one_vowel_apart(vocabulary.part)
    token = tokens % vocabulary.size
    number = np.diff(starts)[token]
    place = starts[token] + (rng.random(token.size) * number).astype(np.int64)
    known = np.r_[others, np.int32(-1)]
    return np.where(number > 0, known[np.minimum(place, others.size)], -1).astype(np.int32)


@lru_cache(maxsize=3)
def _one_vowel_apart(part: str) -> tuple[Int64, Int32]:
    """Return for each token of the vocabulary those of a part that differ from it in one vowel: starts (n + 1,) and
    tokens."""
    vocabulary = load_vocabulary(part)
    texts = vocabulary.texts.slice(0, vocabulary.size).to_pylist()
    in_use = np.zeros(len(texts), np.bool_)
    for table in vocabulary.tables:
        in_use[table.ids] = True
    known = {text: number for number, text in enumerate(texts) if in_use[number]}
    others: list[int] = []
    starts = np.zeros(len(texts) + 1, np.int64)
    for number, text in enumerate(texts):
        for place in (place for place, letter in enumerate(text) if letter in _VOWELS):
            variants = (f"{text[:place]}{vowel}{text[place + 1 :]}" for vowel in _VOWELS if vowel != text[place])
            others += [known[variant] for variant in variants if variant in known]
        starts[number + 1] = len(others)
    return starts, np.array(others, np.int32)
