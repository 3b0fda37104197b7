"""Cultures: how each names its children, which faiths it has, how its addresses read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.names.vocabulary import Vocabulary, load_vocabulary
from linkage.synthetic.package_data import read_data
from linkage.synthetic.streams import Float64, cumulative

COHORT_STARTS: Final = (1945, 1960, 1975, 1990, 2005)
"""First birth year of the second to the sixth naming cohort."""

SLOTS: Final = 5
"""Tokens of a name, at most."""

NOTHING, FAMILY, FATHER, ORDER = -1, -2, -3, -4
INHERITED: Final = 1000
"""Added to the number of a table whose token is the same for all of one male line."""

NATIVE, CHRISTIAN, MUSLIM, OTHER = range(4)
STYLE_OF_FAITH: Final = (NATIVE, MUSLIM, CHRISTIAN, CHRISTIAN, OTHER, OTHER, OTHER, OTHER)
"""The group of faiths, by code of religion (0 is not known)."""

_STYLE_KEYS: Final = ("patterns", "patterns_christian", "patterns_muslim", "patterns_other")
_WORDS: Final[Mapping[str, int]] = {"family": FAMILY, "father": FATHER, "order": ORDER}


@dataclass(frozen=True)
class Style:
    """A culture's patterns for one group of faiths: ``first`` is the number of its first pattern,
    ``running`` float64 (6 cohorts, n_patterns) their running shares."""

    first: int
    running: Float64


@dataclass(frozen=True)
class Cultures:
    """All cultures, by number in ``names``.

    ``patterns`` int16 (n_patterns, SLOTS): the number of a male name table, with INHERITED added where the token is the
    same for a male line, or one of NOTHING, FAMILY, FATHER, ORDER. ``styles[4 * c + g]`` names the children of culture
    c and group of faiths g (NATIVE, CHRISTIAN, MUSLIM, OTHER). ``family`` int16 (n,): table of inherited names, -1 for
    none. ``old_spelling`` float64 (n,): share of the usual rate. ``lineage``
    bool (n,): the pattern is inherited. ``faiths`` float64 (n, 8): running share by code of religion. ``streets``
    float64 (n,): addresses that are streets, per household outside cities. ``hamlets``: words before a hamlet's name.
    """

    names: tuple[str, ...]
    patterns: npt.NDArray[np.int16]
    styles: tuple[Style, ...]
    family: npt.NDArray[np.int16]
    old_spelling: Float64
    lineage: npt.NDArray[np.bool_]
    faiths: Float64
    streets: Float64
    hamlets: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def load_cultures() -> Cultures:
    """Return the cultures of the package's own table."""
    vocabulary = load_vocabulary()
    data = read_data("cultures.toml")
    patterns: list[list[int]] = []
    styles: list[Style] = []
    for culture in data.values():
        native = _style(culture["patterns"], vocabulary, patterns)
        styles += [native]
        styles += [_style(culture[key], vocabulary, patterns) if key in culture else native for key in _STYLE_KEYS[1:]]
    rows = list(data.values())
    return Cultures(
        names=tuple(data),
        patterns=np.array(patterns, np.int16),
        styles=tuple(styles),
        family=np.array([vocabulary.number(row["family"]) if "family" in row else -1 for row in rows], np.int16),
        old_spelling=np.array([float(row["old_spelling"]) for row in rows]),
        lineage=np.array([bool(row.get("lineage", False)) for row in rows]),
        faiths=np.array([_faiths(row["faiths"]) for row in rows]),
        streets=np.array([float(row.get("streets", 0.15)) for row in rows]),
        hamlets=tuple(tuple(row["hamlets"]) for row in rows),
    )


def _style(rows: Sequence[Sequence[Any]], vocabulary: Vocabulary, patterns: list[list[int]]) -> Style:
    first = len(patterns)
    for words, *_ in rows:
        codes = [_code(word, vocabulary) for word in str(words).split()]
        patterns.append(codes + [NOTHING] * (SLOTS - len(codes)))
    weights = np.array([row[1:] for row in rows], np.float64).T
    return Style(first, np.array([cumulative(weight) for weight in weights]))


def _code(word: str, vocabulary: Vocabulary) -> int:
    if word.startswith("="):
        return INHERITED + vocabulary.number(word[1:])
    return _WORDS[word] if word in _WORDS else vocabulary.number(word)


def _faiths(shares: Mapping[str, float]) -> Float64:
    return cumulative(np.array([float(shares.get(str(code), 0.0)) for code in range(8)]))
