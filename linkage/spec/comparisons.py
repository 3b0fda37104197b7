"""Comparisons of two records and their levels of agreement, best first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

KERNELS: Final[Mapping[str, tuple[str, ...] | None]] = {
    "equal": ("equal",),
    "jaro_winkler": None,
    "levenshtein": None,
    "damerau_levenshtein": None,
    "token_overlap": None,
    "number_distance": None,
    "name": ("equal", "phonetic", "partial", "similar"),
    "date": ("equal", "swapped", "typo", "year_month", "year"),
    "nik": ("equal", "typo", "prefix", "sex_shift"),
    "nik_likeness": (
        *("equal", "slip", "damaged_slip", "first_twelve", "adjacent", "day_40", "birth_part", "same_regency"),
    ),
    "place": ("same", "same_regency", "same_province"),
    "region": ("same", "same_district", "same_regency", "same_province"),
    "address": ("same_house", "same_street", "same_neighbours", "same_hamlet", "same_village"),
    "phonetic": ("equal", "shared_sound"),
    "enrolment": ("found_duplicate", "not_both"),
    "initials": ("equal", "initials", "within", "initials_within"),
    "token_sort": None,
    "token_set": None,
    "date_gap": None,
    "custom": None,
}
"""Comparison kernels. Those with ``None`` take thresholds; the others offer these named relations, best first.
``custom`` is a Python function that is given when the spec is used: a spec holds no code."""

DISTANCES: Final = frozenset({"levenshtein", "damerau_levenshtein", "number_distance", "date_gap"})
"""Kernels whose levels are bounded by ``at_most``; the others that take bounds have ``at_least``."""

Alternatives = tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
"""Alternatives, of which one must hold; each is a list of (part, accepted level names), all of which must hold."""

MISSING: Final = "missing"
DIFFERENT: Final = "different"


@dataclass(frozen=True)
class LevelSpec:
    """A level of agreement above "different".

    Exactly one of: ``at_least`` (similarity, 0 to 1), ``at_most`` (distance), ``relations`` (names a
    kernel offers), ``when`` (alternatives of level names of the combined parts). None of them: equality.
    """

    name: str
    at_least: float | None = None
    at_most: float | None = None
    relations: tuple[str, ...] = ()
    when: Alternatives = ()


@dataclass(frozen=True)
class ComparisonSpec:
    """How two records are compared on one field, or on parts that belong together.

    ``levels`` are best first; "different" and "missing" are implied. ``part``: feeds a combined
    comparison and has no weight of its own. ``keep``: pairs at the best level survive whatever
    their weight. ``m`` and ``u``: default probabilities, best level first, "different" last.
    """

    name: str
    levels: tuple[LevelSpec, ...]
    field: str = ""
    kernel: str = ""
    combine: tuple[str, ...] = ()
    term_frequency: bool = False
    keep: bool = False
    part: bool = False
    m: tuple[float, ...] = ()
    u: tuple[float, ...] = ()
    missing_when: Alternatives = ()
    default_dates: bool = False

    @cached_property
    def level_names(self) -> tuple[str, ...]:
        """Names by level code: 0 is "missing", 1 "different", the largest code the best level."""
        return (MISSING, DIFFERENT, *(level.name for level in reversed(self.levels)))

    def level_code(self, name: str) -> int:
        """Return the code of a level by its name."""
        return self.level_names.index(name)
