"""How much rarer or commoner a shared value is where two people live than in the nation, in bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.standardise.column import Int32
from linkage.standardise.frequencies.strength import Float64, Int64
from linkage.standardise.frequencies.table import UNKNOWN, NameFrequencies

MOST_BITS: Final = 3.0
"""A value rarer here than in the nation adds no more. The pair pass drops pairs by national frequencies before regions
are looked at, and the survivors reach this far below the review threshold."""

_PAIR: Final = 2


@dataclass(frozen=True, repr=False)
class RegionalFrequencies:
    """Frequencies of a field's values by regency, laid out for the records at hand.

    ``table``: the counts, shrunk to province and nation. ``numbers`` int32 (n_values,): which number of the table each
    value at hand has, one past its end for a value it did not see. ``regions`` int32 (n_records,): the regency where
    each record's person is registered, four digits, 0 for unknown.
    """

    table: NameFrequencies
    numbers: Int32
    regions: Int32

    def bits(self, codes: Int32, left: Int32, right: Int32) -> Float64:
        """Return log2(f in the nation / f in the region) for pairs of records, float64 (n,), at most MOST_BITS.

        Negative where the value is commoner here. Of two spellings and two regions the commoner counts: a name that is
        common at one end of a move is no proof at the other. The pair itself is not counted. Where a region is not
        known, or has too few residents to tell, the nation speaks, and the shift is near 0; 0 for a missing value.

        Where people live counts, not where they were born: namesakes are found, blocked and judged by the office that
        sends them, and a birthplace is free text that is often wrong or half of it missing.

        ``codes`` int32 (n_records,): the field's values; ``left``, ``right`` int32 (n,): record numbers.
        """
        known = np.append(self.numbers, -1)
        one, other = known[codes[left]], known[codes[right]]
        nowhere = np.full(left.shape, UNKNOWN, np.int32)
        nation = np.maximum(self._of(one, nowhere), self._of(other, nowhere))
        here = [self._of(value, self.regions[side]) for value in (one, other) for side in (left, right)]
        shift = np.log2(nation) - np.log2(np.maximum.reduce(here))
        return np.minimum(np.where(np.isnan(shift), 0.0, shift), MOST_BITS)

    def borne_in(self, codes: Int32, regions: Int32) -> tuple[Int64, Int64]:
        """Return how many records of a regency bear a value, and how many bear any, int64 (n,) both.

        ``codes``, ``regions`` int32 (n,), none missing. One that only one record of the nation bears may count as
        borne by none.
        """
        return self.table.borne_in(self.numbers[codes], regions)

    @property
    def arrays(self) -> tuple[npt.NDArray[np.int32] | Int64 | Float64, ...]:
        """Everything it is made of, for a digest."""
        parts = [
            (grade.groups, grade.totals, grade.cells, grade.counts, grade.strengths) for grade in self.table.grades
        ]
        whole = np.array([self.table.n_residents, self.table.discount])
        return (self.numbers, self.regions, self.table.counts, whole, *(array for part in parts for array in part))

    def _of(self, values: npt.NDArray[np.int32], regions: Int32) -> Float64:
        return self.table.of(values, regions, left_out=_PAIR)
