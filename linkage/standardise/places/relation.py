"""How two places relate upwards: one kernel over codes of place, town and area, no allocation."""

from __future__ import annotations

from typing import Final

from linkage.similarity.jit import borrowing

MISSING: Final = 0
"""One of the two is missing."""
UNCERTAIN: Final = 1
"""Two names, of which at least one could lie anywhere: a village, a hospital, a word the table does not know."""
DIFFERENT: Final = 2
SAME_PROVINCE: Final = 3
"""Two regencies of one province, or one is the province; also two places of one country abroad."""
SAME_REGENCY: Final = 4
"""One is a sub-district or town of the regency that the other is or lies in."""
SAME: Final = 5

RELATIONS: Final = ("missing", "uncertain", "different", "same_province", "same_regency", "same")
"""Names of the relations by code, best last; 0 is the missing level."""


@borrowing
def place_relation(left: int, right: int, left_town: int, right_town: int, left_area: int, right_area: int) -> int:
    """Return the best relation of two places. Symmetric.

    ``left``, ``right``: codes into one set of canonical places, negative for missing. Towns and areas are those of
    :class:`linkage.standardise.places.levels.PlaceColumn` (towns better of ``record_towns``), 0 where not certain.
    """
    if left < 0 or right < 0:
        return MISSING
    if left == right:
        return SAME
    if left_town > 0 and left_town == right_town:
        return SAME_REGENCY
    if left_area > 0 and right_area > 0:
        return SAME_PROVINCE if left_area == right_area else DIFFERENT
    return UNCERTAIN
