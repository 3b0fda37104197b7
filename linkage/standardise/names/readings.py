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
_HARD_C = re.compile(r"CH(?=[AEIOUR])|CC?(?=[AOULR])")
_SOFT_T = re.compile(r"T(?=IUS$)")
_FOREIGN_Z = re.compile(r"ZH?")
_ARABIC_OE = re.compile(r"HOE(?=[RLN])")
_FOREIGN = re.compile(r"[CZ]|HOE|TIUS$")
_SHORTEST = 3


def latin_keys(tokens: list[str]) -> tuple[Int64, pa.StringArray]:
    """Return offsets int64 (n_tokens + 1,) and the keys of each token in another reading of foreign letters.

    C and CH as K or S, Z as S, the T of -TIUS as S, the OE of CHOERUL as OI.

    A token of fewer than three letters, or without any of these, has none.
    """
    return _keys([_latin(token) if _FOREIGN.search(token) else "" for token in tokens], old=False)


def old_keys(tokens: list[str]) -> tuple[Int64, pa.StringArray]:
    """Return offsets int64 (n_tokens + 1,) and the keys of each token with J read as Y besides; few have any."""
    return _keys([_latin(token) if "J" in token else "" for token in tokens], old=True)


def _latin(token: str) -> str:
    token = _SOFT_T.sub("S", _ARABIC_OE.sub("HOI", token))
    return _FOREIGN_Z.sub("S", _HARD_C.sub("K", _SOFT_C.sub("S", token)))


def _keys(readings: list[str], *, old: bool) -> tuple[Int64, pa.StringArray]:
    places = [place for place, reading in enumerate(readings) if len(reading) >= _SHORTEST]
    offsets, keys = phonetic_keys(pa.array([readings[place] for place in places], pa.string()), old=old)
    counts = np.zeros(len(readings) + 1, np.int64)
    counts[np.array(places, np.int64) + 1] = np.diff(offsets)
    return np.cumsum(counts), keys
