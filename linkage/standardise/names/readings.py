"""Other readings of a token's spelling than the one the phonetic key takes, for the judgement of names alone.

A clerk may have read a J as Y without any sign of the old spelling, a C as K or S in a name from the Latin or the
Dutch, a Z as S. Two tokens that agree in such a reading are one name only where nothing speaks against it, so these
keys serve neither the name levels nor blocking.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from linkage.standardise.column import Int64
from linkage.standardise.names.phonetic import phonetic_keys

_SOFT_C = re.compile(r"SC(?=[EIY])|C(?=[EIY])")
_HARD_C = re.compile(r"CC?(?=[AOULR])")
_FOREIGN_Z = re.compile(r"ZH?")
_SHORTEST = 3


def latin_keys(tokens: list[str]) -> tuple[Int64, pa.StringArray]:
    """Return offsets int64 (n_tokens + 1,) and the keys of each token with C read as K or S, and Z as S.

    A token of fewer than three letters, or without either letter, has none.
    """
    return _keys([_latin(token) if "C" in token or "Z" in token else "" for token in tokens], old=False)


def old_keys(tokens: list[str]) -> tuple[Int64, pa.StringArray]:
    """Return offsets int64 (n_tokens + 1,) and the keys of each token with J read as Y besides; few have any."""
    return _keys([_latin(token) if "J" in token else "" for token in tokens], old=True)


def _latin(token: str) -> str:
    return _FOREIGN_Z.sub("S", _HARD_C.sub("K", _SOFT_C.sub("S", token)))


def _keys(readings: list[str], *, old: bool) -> tuple[Int64, pa.StringArray]:
    places = [place for place, reading in enumerate(readings) if len(reading) >= _SHORTEST]
    offsets, keys = phonetic_keys(pa.array([readings[place] for place in places], pa.string()), old=old)
    counts = np.zeros(len(readings) + 1, np.int64)
    counts[np.array(places, np.int64) + 1] = np.diff(offsets)
    return np.cumsum(counts), keys
