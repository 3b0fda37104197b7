"""How two region codes relate upwards: one kernel over two codes of any depth, no allocation."""

from __future__ import annotations

from typing import Final

from linkage.similarity.jit import borrowing

UNKNOWN: Final = 0
"""A code is missing."""
DIFFERENT: Final = 1
"""Two provinces."""
SAME_PROVINCE: Final = 2
SAME_REGENCY: Final = 3
SAME_DISTRICT: Final = 4
SAME: Final = 5
"""The same village."""

RELATIONS: Final = ("unknown", "different", "same_province", "same_regency", "same_district", "same")
"""Names of the relations by code, best last; 0 counts as missing."""

_VILLAGE, _DISTRICT, _REGENCY, _PROVINCE = 10**9, 10**5, 10**3, 10


@borrowing
def region_relation(left: int, right: int) -> int:
    """Return the best relation of two regions, each its code as int64; 0 or less for missing. Symmetric.

    Codes are those of Permendagri 137/2017, as numbers: village 10 digits, sub-district 6, regency 4, province 2. Both
    are compared as deep as both go, so equal codes have the relation of their depth: 327301 twice is ``SAME_DISTRICT``;
    3273 beside 327301 is ``SAME_REGENCY``; a province beside anything in it is ``SAME_PROVINCE``. Codes that were
    replaced are the caller's to map to the newest.
    """
    if left <= 0 or right <= 0:
        return UNKNOWN
    if left == right and left >= _VILLAGE:
        return SAME
    one, other = _without_village(left), _without_village(right)
    if one == other and one >= _DISTRICT:
        return SAME_DISTRICT
    one, other = _up_to(one, _REGENCY), _up_to(other, _REGENCY)
    if one == other and one >= _REGENCY:
        return SAME_REGENCY
    return SAME_PROVINCE if _up_to(one, _PROVINCE) == _up_to(other, _PROVINCE) else DIFFERENT


@borrowing
def _without_village(code: int) -> int:
    return code // 10_000 if code >= _VILLAGE else code


@borrowing
def _up_to(code: int, depth: int) -> int:
    """Return the region above, two digits fewer, of a code that is deeper than ``depth`` (the least code of it)."""
    return code // 100 if code >= depth * 100 else code
