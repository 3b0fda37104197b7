"""Does a token look like a name at all? Told by its runs of three letters, of which names use few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

from linkage.standardise.names.known import known_names
from linkage.standardise.names.tables import name_tables

LEAST_NAMES: Final = 3
"""A run of letters that fewer known names have is odd: a list of names holds some slips of its own."""


def odd_runs(token: str) -> int:
    """Return how many runs of three letters, edges counted, hardly any known name has."""
    known = _known_runs()
    return sum(run not in known for run in _runs(token))


@cache
def _known_runs() -> frozenset[str]:
    tables = name_tables()
    names = {*known_names(), *tables.family, *tables.family.values(), *tables.clans}
    counted = Counter(chain.from_iterable(set(_runs(name)) for name in names))
    return frozenset(run for run, names_with_it in counted.items() if names_with_it >= LEAST_NAMES)


def _runs(token: str) -> Iterator[str]:
    edged = f"^{token}$"
    return (edged[place : place + 3] for place in range(len(edged) - 2))
