"""The kernels a comparison may name, as numbers; the one table to extend for a new kind of comparison.

A new kind needs: its name and relations in ``linkage.spec.comparisons.KERNELS`` (and what fields it fits, in
``comparison_checks``), a number here, a level kernel in :mod:`linkage.comparison.levels`, and a line in ``dispatch``
there. What it reads beyond the codes goes into :mod:`linkage.comparison.tables`.
"""

from __future__ import annotations

from typing import Final

MAX_LEVELS: Final = 16
"""Level codes fit four bits of a packed agreement pattern."""

OPEN: Final = -1
"""The level of a comparison that is evaluated outside the kernel."""

UNSETTLED: Final = -2
"""The level of a comparison that a glance did not settle."""

OPCODES: Final = {
    "equal": 0,
    "date": 1,
    "nik": 2,
    "number_distance": 3,
    "token_overlap": 4,
    "jaro_winkler": 5,
    "name": 6,
    "levenshtein": 7,
    "damerau_levenshtein": 8,
    "combine": 9,
    "custom": 10,
}
"""In order of cost: the pass runs cheap comparisons first, so that most pairs end early."""

DISTANCES: Final = frozenset({"levenshtein", "damerau_levenshtein", "number_distance"})
"""Kernels whose levels are bounded by ``at_most``; the others that take bounds have ``at_least``."""

CHEAP: Final = frozenset({"date", "nik", "number_distance", "token_overlap"})

GLANCED: Final = frozenset({"jaro_winkler", "name"})
"""Dear kernels that tell most values apart at a glance, by a word of each. They run twice: all glances before any value
is read, for a pair dropped by then costs no more."""

ONE_TEXT_ONE_VALUE: Final = frozenset({"date", "nik"})
"""Kernels that never find two different values equal: of a name there may be two spellings."""
