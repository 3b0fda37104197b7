"""How two addresses relate: one kernel over two rows of part codes, no allocation."""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.jit import kernel
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

STREET, STREET_NUMBER, ALLEY, ESTATE, UNIT, HAMLET, RT, RW, VILLAGE = range(9)
"""Columns of a row of part codes."""
_COLUMNS: Final = 9


def part_codes(
    parts: AddressParts, *, rt: Int32 | None = None, rw: Int32 | None = None, village: Int32 | None = None
) -> Int32:
    """Return int32 (n, 9), the parts of each address that :func:`address_relation` compares, -1 for missing.

    Codes are those of ``parts``, so only rows of one reading compare. ``rt``, ``rw`` int32 (n,), 0 for none, and
    ``village`` (n,), codes of the caller's own with -1 for none, come from columns of their own; what the address
    itself says counts where the column has nothing (for RT and RW), or where no column is given (for the village).
    """
    codes = np.empty((parts.rt.shape[0], _COLUMNS), np.int32)
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
    for pair in range(left.shape[0]):
        found[pair] = address_relation(codes[left[pair]], codes[right[pair]])
    return found


@kernel
def address_relation(left: Int32, right: Int32) -> int:
    """Return the best relation of two rows (9,) of part codes. Symmetric.

    A part missing on one side is no agreement: no relation is higher than it would be if both named the same. Another
    village makes addresses different whatever else they share, for every town has a JALAN MERDEKA 5.
    """
    if _differ(left, right, VILLAGE):
        return DIFFERENT
    other_units = _differ(left, right, RT) or _differ(left, right, RW)
    other_street = _differ(left, right, STREET) or _differ(left, right, STREET_NUMBER)
    other_alley = _differ(left, right, ALLEY)
    # JALAN MAWAR III and JALAN MAWAR are two streets; with the street missing, the alley is the street.
    on_street = _agree(left, right, STREET) and left[STREET_NUMBER] == right[STREET_NUMBER]
    no_street = left[STREET] < 0 or right[STREET] < 0
    on_alley = _agree(left, right, ALLEY) and no_street
    on_estate = _agree(left, right, ESTATE)
    if on_street or on_alley or on_estate:
        one_alley = left[ALLEY] == right[ALLEY]
        one_street = left[STREET] == right[STREET] and not other_street
        sure = _agree(left, right, UNIT) and not other_units and one_alley and (one_street or on_estate)
        if sure and not (on_estate and other_street) and not _differ(left, right, ESTATE):
            return SAME_HOUSE
        return SAME_STREET
    one_hamlet = _agree(left, right, HAMLET)
    one_village = _agree(left, right, VILLAGE)
    # Where RW are not counted, RT alone tells; RW on one side only does not.
    neighbours = _agree(left, right, RT) and left[RW] == right[RW]
    if neighbours and (one_hamlet or (one_village and not _differ(left, right, HAMLET))):
        return SAME_NEIGHBOURS
    if one_hamlet:
        return SAME_HAMLET
    if one_village:
        return SAME_VILLAGE
    apart = other_street or other_alley or other_units or _differ(left, right, ESTATE) or _differ(left, right, HAMLET)
    return DIFFERENT if apart else UNKNOWN


@kernel
def _agree(left: Int32, right: Int32, column: int) -> bool:
    return bool(left[column] >= 0 and left[column] == right[column])


@kernel
def _differ(left: Int32, right: Int32, column: int) -> bool:
    return bool(left[column] >= 0 and right[column] >= 0 and left[column] != right[column])
