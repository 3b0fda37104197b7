"""Members of households by key: before they are kept and in order, they name each other by key instead of row."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.streams import Float64, Int64

Int8 = npt.NDArray[np.int8]
Bool = npt.NDArray[np.bool_]

SLOTS: Final = 1024
"""Keys of a household: ``household * SLOTS + slot`` names a member, in the order of a family card."""

SPOUSE_SLOT: Final = 1
CHILD_SLOTS: Final = 2
IN_LAW_SLOTS: Final = 18
GRANDCHILD_SLOTS: Final = 64
FOSTERED_SLOT: Final = 320
PARENT_SLOTS: Final = 340
PARENT_IN_LAW_SLOTS: Final = 342
RELATIVE_SLOTS: Final = 344
HELPER_SLOT: Final = 350
"""First slot of each kind. Child ``c`` by order of birth is in slot ``CHILD_SLOTS + c``, the spouse of that child in
``IN_LAW_SLOTS + c``, their children from ``GRANDCHILD_SLOTS + PLACES * c``; of parents the mother comes first."""

PLACES: Final = 16
"""Children of one union, fewer than this."""

_SECONDS: Final = (SPOUSE_SLOT, PARENT_SLOTS + 1, PARENT_IN_LAW_SLOTS + 1)


@dataclass(frozen=True)
class Members:
    """Members of households in no order, one row each.

    ``key`` int64, see ``SLOTS``; ``relation`` and ``sex`` int8; ``age`` float64, years; ``mother``, ``father`` and
    ``twin`` int64, key of the parent or the elder twin, who may not be there, -1 for none; ``order`` and
    ``marital`` int8.
    """

    key: Int64
    relation: Int8
    sex: Int8
    age: Float64
    mother: Int64
    father: Int64
    twin: Int64
    order: Int8
    marital: Int8

    @property
    def partner(self) -> Int64:
        """Return int64 (n,): for the second of a couple the key of the first, who may not exist; -1 for all others."""
        slot = self.key % SLOTS
        in_law = (slot >= IN_LAW_SLOTS) & (slot < IN_LAW_SLOTS + PLACES)
        back = np.where(in_law, IN_LAW_SLOTS - CHILD_SLOTS, np.where(np.isin(slot, _SECONDS), 1, 0))
        return np.where(back > 0, self.key - back, -1)

    def moved(self, by: Int64) -> Members:
        """Return the members with other household numbers, ``by`` (n,) higher than before."""
        keys = {name: getattr(self, name) for name in ("key", "mother", "father", "twin")}
        return replace(self, **{name: np.where(key >= 0, key + by * SLOTS, -1) for name, key in keys.items()})

    def take(self, rows: npt.NDArray[np.integer] | Bool) -> Members:
        """Return the members of some rows (numbers or a mask)."""
        return Members(*(getattr(self, item.name)[rows] for item in fields(self)))


def united(parts: list[Members]) -> Members:
    """Return the members of all parts."""
    return Members(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Members)))
