"""What a token of an address can be part of, and what the grammar says of all tokens."""

from __future__ import annotations

from typing import Final, NamedTuple

from linkage.standardise.column import Int32, Int64, UInt8, UInt64

MARK: Final = 1
"""A word that says what follows; part of the whole text alone."""
UNIT: Final = 2
"""RT, RW and their numbers."""
STREET: Final = 3
ALLEY: Final = 4
ESTATE: Final = 5
BLOCK: Final = 6
HOUSE: Final = 7
HAMLET: Final = 8
VILLAGE: Final = 9
DISTRICT: Final = 10
REGENCY: Final = 11
PROVINCE: Final = 12
POSTCODE: Final = 13
REST: Final = 14
STREET_NUMBER: Final = 15
LEAD: Final = 16
"""Words at the head of an address, until what follows says which part they are. No token keeps it."""
N_ROLES: Final = 17

BALI: Final = 1
"""Region context of an address: it lies in Bali. 0: not known."""
ELSEWHERE: Final = 2


class Texts(NamedTuple):
    """The texts of tokens, packed, and the sorted hashes of region names, with 1 for a province."""

    chars: UInt8
    edges: Int64
    known: UInt64
    is_province: UInt8


class Roles(NamedTuple):
    """What the grammar says of all tokens (n_tokens,), and of the numbers of each address.

    ``texts`` int64, ``roles`` uint8 and ``joins`` uint8 as the columns of ``numbers``; ``units`` int32 (n, 4): RT, RW,
    street number and postcode, 0 for none.
    """

    texts: Int64
    roles: UInt8
    joins: UInt8
    units: Int32
