"""The residents of one cell as columns: who lives with whom, who is whose parent, who is a twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]

HEAD: Final = 1
HUSBAND: Final = 2
WIFE: Final = 3
CHILD: Final = 4
CHILD_IN_LAW: Final = 5
GRANDCHILD: Final = 6
PARENT: Final = 7
PARENT_IN_LAW: Final = 8
RELATIVE: Final = 9
HELPER: Final = 10
"""Codes of STAT_HBKEL, the relation to the head of the household."""

SINGLE: Final = 1
MARRIED: Final = 2
DIVORCED: Final = 3
WIDOWED: Final = 4
"""Codes of STAT_KWN in its classic form."""

ALIVE: Final = 0
DIED_REPORTED: Final = 1
DIED_UNREPORTED: Final = 2
"""Codes of ``People.vital``."""


@dataclass(frozen=True)
class People:
    """Residents in order of household, one row each; there are no nulls, -1 stands for no row.

    Attributes:
        household: int32, from 0 without gaps.
        relation: int8, a code of STAT_HBKEL from 1 to 10.
        sex: int8, 0 male and 1 female.
        birth: int32, days since 1970-01-01.
        mother, father: int32, row of the parent in this value, -1 when not in the household.
        order: int8, place among the full siblings from 0; twins have places of their own.
        twin: int32, row of the elder twin, which names itself; -1 for all others.
        marital: int8, a code of STAT_KWN from 1 to 4.
        vital: int8, 0 alive, 1 died and reported, 2 died and not reported.
        defaulted: bool, the birth date is a default date.
    """

    household: Int32
    relation: Int8
    sex: Int8
    birth: Int32
    mother: Int32
    father: Int32
    order: Int8
    twin: Int32
    marital: Int8
    vital: Int8
    defaulted: Bool

    @property
    def households(self) -> int:
        """Number of households."""
        return int(self.household[-1]) + 1 if self.household.size else 0
