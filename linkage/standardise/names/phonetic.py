"""KFI, the Indonesian phonetic key (*Kunci Fonetik Indonesia*).

A token has a set of one to four keys, and two tokens sound alike when their sets meet. Unlike Soundex the
key keeps vowels: SUPARNO (a man) and SUPARNI (a woman) differ in nothing else, while Javanese final O and A
(SUPARNO, SUPARNA) are one sound. Spellings before the reforms of 1947 (oe to u) and 1972 (tj to c, dj to j,
j to y, nj to ny, sj to sy, ch to kh), which people keep in their names, get the key of the modern ones.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int64
from linkage.standardise.names.sounds.key_letters import key_letters
from linkage.standardise.names.tables import name_tables

OLD_SPELLING: Final = "OE|TJ|DJ|SJ|^NJ"
"""The digraphs that show the spelling before 1972."""

_PLAIN: Final = "^[A-Z]{2,}$"
_OLD = re.compile(OLD_SPELLING)


def in_old_spelling(token: str) -> bool:
    """Return whether this A-Z token holds a digraph of the old spelling (OE, TJ, DJ, SJ, initial NJ)."""
    return _OLD.search(token) is not None


@cache
def _families() -> tuple[pa.StringArray, pa.StringArray]:
    """Return the words that another name of their family stands for, and those names."""
    family = name_tables().family
    return pa.array(family.keys(), pa.string()), pa.array(family.values(), pa.string())


def kfi(token: str, *, old: bool = False) -> tuple[str, ...]:
    """Return the sorted phonetic keys (one to four) of an upper-case token; :func:`phonetic_keys` of one."""
    return tuple(phonetic_keys(pa.array([token], pa.string()), old=old)[1].to_pylist())


def phonetic_keys(tokens: pa.StringArray, *, old: bool = False) -> tuple[Int64, pa.StringArray]:
    """Return offsets int64 (n_tokens + 1,) and the keys: each token's are sorted, distinct, one to four.

    A token is first replaced by the name of its family. One with a digraph of the spelling before 1972 is read in that
    spelling, with ``old`` every one. A token of one letter, or with anything but A to Z, is its own key.
    """
    variants, families = _families()
    words = pc.coalesce(families.take(pc.index_in(tokens, value_set=variants)), tokens)
    plain = pc.match_substring_regex(words, _PLAIN).to_numpy(zero_copy_only=False)
    spoken = words.filter(pa.array(plain))
    in_old = pc.match_substring_regex(spoken, OLD_SPELLING).to_numpy(zero_copy_only=False) | old
    _, ends, data = spoken.buffers()
    bounds = np.zeros(len(spoken) + 1, np.int64)
    if len(spoken):
        bounds[:] = np.frombuffer(ends, np.int32)[spoken.offset : spoken.offset + len(bounds)]
    letters = np.frombuffer(data if data is not None else b"", np.uint8)
    own_offsets, key_bounds, key_bytes = key_letters(letters, bounds, in_old)
    keys = pa.LargeStringArray.from_buffers(len(key_bounds) - 1, pa.py_buffer(key_bounds), pa.py_buffer(key_bytes))
    counts = np.ones(len(words), np.int64)
    counts[plain] = np.diff(own_offsets)
    offsets = np.zeros(len(words) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    place = np.empty(int(offsets[-1]), np.int64)
    spoken_keys = np.repeat(plain, counts)
    place[spoken_keys] = np.arange(len(keys))
    place[~spoken_keys] = len(keys) + np.arange(int((~spoken_keys).sum()))
    every = pa.concat_arrays([keys.cast(pa.string()), words.filter(pa.array(~plain))])
    return offsets, every.take(pa.array(place))
