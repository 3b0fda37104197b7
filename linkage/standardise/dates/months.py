"""Names of months, and the other words of a date, from ``data/months.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

import jellyfish

_SHORTEST_CUT: Final = 3
_SHORTEST_SLIP: Final = 4

_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ROMAN_MONTHS: Final[Mapping[str, int]] = {numeral: month for month, numeral in enumerate(_ROMAN, start=1)}
"""Months as Roman numerals, as in 17-VIII-1945."""


class MonthWords(NamedTuple):
    """Words in upper case without marks.

    ``months``: name to month. ``spelled``: names that are known with one slip, and cut short. ``labels`` and ``silent``
    words say nothing; only labels may stand beside numbers alone. ``approximate`` ones make the date a guess.
    """

    months: Mapping[str, int]
    spelled: tuple[str, ...]
    labels: frozenset[str]
    silent: frozenset[str]
    approximate: frozenset[str]


@cache
def month_words() -> MonthWords:
    """Return the words, read once."""
    data = tomllib.loads((resources.files("linkage.standardise") / "data" / "months.toml").read_text(encoding="utf-8"))
    spelled, *others = (data.pop(key) for key in ("spelled", "labels", "silent", "approximate"))
    months = {name: int(month) for month, names in data.items() for name in names}
    return MonthWords(months, tuple(spelled), *map(frozenset, others))


@lru_cache(maxsize=4096)
def nearly_month(word: str) -> tuple[int, bool]:
    """Return the month of a folded word that is no known name, and whether it is misspelt; (0, False) for none.

    It is the beginning of a name (three letters or more: AGUS), or has one slip (four or more; Damerau-Levenshtein
    distance 1: SEPTEMBR). Names of two months (JUNI and JULI for JUMI) make none.
    """
    words = month_words()
    if len(word) < _SHORTEST_CUT:
        return 0, False
    cut = {words.months[name] for name in words.spelled if name.startswith(word)}
    if cut or len(word) < _SHORTEST_SLIP:
        return (cut.pop(), False) if len(cut) == 1 else (0, False)
    longest = max(map(len, words.spelled)) + 1
    if len(word) > longest:
        return 0, False
    near = {words.months[name] for name in words.spelled if jellyfish.damerau_levenshtein_distance(word, name) == 1}
    return (near.pop(), True) if len(near) == 1 else (0, False)
