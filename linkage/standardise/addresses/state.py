"""What is known of one address while the grammar reads it, int64 (STATE_SIZE,), and how a part begins and ends."""

from __future__ import annotations

from typing import Final

from linkage.similarity.jit import borrowing
from linkage.standardise.addresses.numbers import NONE, drop, rename, take
from linkage.standardise.addresses.roles import LEAD, N_ROLES, REST
from linkage.standardise.column import Int64

CURRENT, FILLED, OPENED, RT_FOUND, RW_FOUND, STREET_NUMBER_FOUND, POSTCODE_FOUND, USED = range(8)
"""Where it stands: the role that words get, whether it has one, whether any part has begun, the numbers found, and from
USED on one flag for each role that is taken."""
STATE_SIZE: Final = USED + N_ROLES


@borrowing
def close_part(state: Int64) -> None:
    """End the part that is open; the words to come belong to none."""
    state[CURRENT] = NONE
    state[FILLED] = 0


@borrowing
def open_part(state: Int64, role: int) -> None:
    """Let the words to come have a role, or be left over where it is taken."""
    state[CURRENT] = REST if state[USED + role] else role
    state[USED + role] = 1
    state[FILLED] = 0
    state[OPENED] = 1


@borrowing
def settle_lead(words: Int64, at: int, state: Int64, role: int) -> None:
    """The words at the head of the address turn out to be a street or an estate."""
    if state[CURRENT] == LEAD:
        rename(words, 0, at, LEAD, REST if state[USED + role] else role)
        state[USED + role] = 1


@borrowing
def take_once(words: Int64, at: int, end: int, state: Int64, role: int) -> None:
    """Take a house number or block, left over where there is one already."""
    drop(words, at, end)
    take(words, at, end, REST if state[USED + role] else role)
    state[USED + role] = 1
