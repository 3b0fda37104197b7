"""How two addresses relate: one kernel over two rows of part codes, no allocation."""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.addresses.parts import AddressParts
from linkage.standardise.column import Int32, Int64, UInt8

UNKNOWN: Final = 0
"""No part stands on both sides that could tell: a missing value."""
DIFFERENT: Final = 1
"""Something that both name differs, and nothing below is the same."""
SAME_VILLAGE: Final = 2
SAME_HAMLET: Final = 3
SAME_NEIGHBOURS: Final = 4
"""The same RT and RW of the same hamlet or village."""
SAME_STREET: Final = 5
"""The same street, alley or estate; the house is another one or not known."""
SAME_HOUSE: Final = 6

RELATIONS: Final = (
    "unknown",
    "different",
    "same_village",
    "same_hamlet",
    "same_neighbours",
    "same_street",
    "same_house",
)
"""Names of the relations by code, best last; 0 counts as missing."""

STREET, STREET_NUMBER, ALLEY, ESTATE, UNIT, HAMLET, RT, RW, VILLAGE = range(9)
"""Where in a row of part codes a part stands."""
ROW_WIDTH: Final = 9
"""Columns of a row of part codes."""


def part_codes(
    parts: AddressParts, *, rt: Int32 | None = None, rw: Int32 | None = None, village: Int32 | None = None
) -> Int32:
    """Return int32 (n, 9), the parts of each address that :func:`address_relation` compares, -1 for missing.

    Codes are those of ``parts``, so only rows of one reading compare. ``rt``, ``rw`` int32 (n,), 0 for none, and
    ``village`` (n,), codes of the caller's own with -1 for none, come from columns of their own; what the address
    itself says counts where the column has nothing (for RT and RW), or where no column is given (for the village).
    """
    codes = np.empty((parts.rt.shape[0], ROW_WIDTH), np.int32)
    for column, part in ((STREET, parts.street), (ALLEY, parts.alley), (ESTATE, parts.estate), (UNIT, parts.unit)):
        codes[:, column] = part.codes
    codes[:, HAMLET] = parts.hamlet.codes
    codes[:, VILLAGE] = parts.village.codes if village is None else village
    codes[:, STREET_NUMBER] = _missing_zero(parts.street_number)
    codes[:, RT] = _missing_zero(parts.rt if rt is None else np.where(rt == 0, parts.rt, rt))
    codes[:, RW] = _missing_zero(parts.rw if rw is None else np.where(rw == 0, parts.rw, rw))
    return codes


def _missing_zero(numbers: Int32) -> Int32:
    return np.where(numbers == 0, -1, numbers).astype(np.int32)


@kernel
def address_relations(codes: Int32, left: Int64, right: Int64) -> UInt8:
    """Return uint8 (n_pairs,): the relation of rows ``left`` and ``right`` (n_pairs,) of :func:`part_codes`."""
    found = np.empty(left.shape[0], np.uint8)
    rows = codes.ravel()
    for pair in range(left.shape[0]):
        found[pair] = relation_of_rows(rows, left[pair], right[pair])
    return found


@borrowing
def address_relation(left: Int32, right: Int32) -> int:
    """Return :func:`relation_of_rows` of two rows (9,) of part codes of their own."""
    return _relate(left, 0, right, 0)


@borrowing
def relation_of_rows(rows: Int32, left: int, right: int) -> int:
    """Return the best relation of two rows of part codes, a code of :data:`RELATIONS`. Symmetric.

    ``rows`` int32 (n * 9,): :func:`part_codes` row after row. A part missing on one side is no agreement: no relation
    is higher than it would be if both named the same. Another village makes addresses different whatever else they
    share, for every town has a JALAN MERDEKA 5. ``UNKNOWN`` is this relation's missing.
    """
    return _relate(rows, left * ROW_WIDTH, rows, right * ROW_WIDTH)


@borrowing
def _relate(one: Int32, left: int, two: Int32, right: int) -> int:
    """Relate the parts from ``one[left]`` on and those from ``two[right]`` on."""
    if _differ(one, left, two, right, VILLAGE):
        return DIFFERENT
    other_units = _differ(one, left, two, right, RT) or _differ(one, left, two, right, RW)
    other_street = _differ(one, left, two, right, STREET) or _differ(one, left, two, right, STREET_NUMBER)
    other_alley = _differ(one, left, two, right, ALLEY)
    # JALAN MAWAR III and JALAN MAWAR are two streets; with the street missing, the alley is the street.
    one_number = one[left + STREET_NUMBER] == two[right + STREET_NUMBER]
    on_street = _agree(one, left, two, right, STREET) and one_number
    no_street = one[left + STREET] < 0 or two[right + STREET] < 0
    on_alley = _agree(one, left, two, right, ALLEY) and no_street
    on_estate = _agree(one, left, two, right, ESTATE)
    if on_street or on_alley or on_estate:
        one_alley = one[left + ALLEY] == two[right + ALLEY]
        one_street = one[left + STREET] == two[right + STREET] and not other_street
        one_way = one_alley and (one_street or on_estate)
        sure = _agree(one, left, two, right, UNIT) and not other_units and one_way
        if sure and not (on_estate and other_street) and not _differ(one, left, two, right, ESTATE):
            return SAME_HOUSE
        return SAME_STREET
    one_hamlet = _agree(one, left, two, right, HAMLET)
    other_hamlet = _differ(one, left, two, right, HAMLET)
    one_village = _agree(one, left, two, right, VILLAGE)
    # Where RW are not counted, RT alone tells; RW on one side only does not.
    neighbours = _agree(one, left, two, right, RT) and one[left + RW] == two[right + RW]
    if neighbours and (one_hamlet or (one_village and not other_hamlet)):
        return SAME_NEIGHBOURS
    if one_hamlet:
        return SAME_HAMLET
    if one_village:
        return SAME_VILLAGE
    apart = other_street or other_alley or other_units or other_hamlet or _differ(one, left, two, right, ESTATE)
    return DIFFERENT if apart else UNKNOWN


@borrowing
def _agree(one: Int32, left: int, two: Int32, right: int, part: int) -> bool:
    return bool(one[left + part] >= 0 and one[left + part] == two[right + part])


@borrowing
def _differ(one: Int32, left: int, two: Int32, right: int, part: int) -> bool:
    first, second = one[left + part], two[right + part]
    return bool(first >= 0 and second >= 0 and first != second)
