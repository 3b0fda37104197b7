"""The kernels a comparison may name, as numbers; the one table to extend for a new kind of comparison.

A new kind needs: its name and relations in ``linkage.spec.comparisons.KERNELS`` (and what fields it fits, in
``comparison_checks``), a number here, a level kernel in :mod:`linkage.comparison.levels`, and a line in ``dispatch``
there. What it reads beyond the codes goes into :mod:`linkage.comparison.contents`.
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
    "enrolment": 1,
    "date": 2,
    "nik": 3,
    "number_distance": 4,
    "date_gap": 5,
    "region": 6,
    "place": 7,
    "nik_likeness": 8,
    "address": 9,
    "phonetic": 10,
    "token_overlap": 11,
    "jaro_winkler": 12,
    "name": 13,
    "levenshtein": 14,
    "damerau_levenshtein": 15,
    "initials": 16,
    "token_sort": 17,
    "token_set": 18,
    "combine": 19,
    "custom": 20,
}
"""In order of cost: the pass runs cheap comparisons first, so that most pairs end early."""

CHEAP: Final = frozenset(
    {
        *("enrolment", "date", "nik", "number_distance", "date_gap", "region", "place"),
        *("nik_likeness", "address", "phonetic", "token_overlap"),
    }
)

GLANCED: Final = frozenset({"jaro_winkler", "name"})
"""Dear kernels that tell most values apart at a glance, by a word of each. They run twice: all glances before any value
is read, for a pair dropped by then costs no more."""

ONE_TEXT_ONE_VALUE: Final = frozenset({"date", "nik", "nik_likeness", "place", "phonetic"})
"""Kernels that never find two different values to have their best relation: of a name there may be two spellings."""

MAY_BE_SILENT: Final = frozenset({"date_gap", "region", "place", "address", "phonetic"})
"""Kernels to which two values may say nothing of each other: the level *missing*, though both are there."""

LOOKS_AGAIN: Final = frozenset({"date", "nik", "date_gap", "region", "nik_likeness", "address", "enrolment"})
"""Kernels that look at equal values too where those are flagged: a half date, a street without its house,
any card status."""

INCLUSIVE: Final = frozenset({"region", "place", "address", "phonetic", "enrolment"})
"""Kernels whose relations hold each other: one that no level names counts as the next below it that is named."""
