"""What a feature may read: surviving pairs, the columns of their records, and what has been found out about both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from linkage.comparison.pair_pass import Survivors
from linkage.decision.agreement import Agreements
from linkage.decision.evidence import PairFacts, RecordFacts, UInt8
from linkage.decision.guards import guard_evidence
from linkage.encode import EncodedRecords
from linkage.spec import LinkageSpec
from linkage.standardise.column import Int32, Int64

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PairEvidence:
    """Surviving pairs (n_pairs,) and their records (n_records,).

    ``weight`` float64: Fellegi-Sunter match weight with the prior, in bits, before guards. ``guards`` uint8: bits of
    :class:`linkage.decision.guards.Guard`. ``value_counts`` int64 by field: records per distinct value, and
    ``token_counts`` int64 by field of names: records per token, of the run or of the last full run;
    ``bearers`` by field: how many of all its records have a value.
    """

    survivors: Survivors
    weight: Float64
    records: EncodedRecords
    spec: LinkageSpec
    people: RecordFacts
    facts: PairFacts
    agreements: Agreements
    guards: UInt8
    value_counts: Mapping[str, Int64]
    token_counts: Mapping[str, Int64]
    bearers: Mapping[str, int]

    @cached_property
    def kin_weight(self) -> Float64:
        """Match weight in bits, with what the guards say, float64 (n_pairs,): how sure a family is of another's kin."""
        return self.weight + guard_evidence(self.guards, self.facts, self.spec.guard_weights)

    @property
    def n_pairs(self) -> int:
        """Number of surviving pairs."""
        return int(self.survivors.left.size)

    def codes(self, field: str) -> tuple[Int32, Int32] | None:
        """Return the codes of a field on both sides, -1 for missing; None where no record has the field."""
        column = self.records.columns.get(field)
        if column is None or not len(column.content.values):
            return None
        return column.codes[self.survivors.left], column.codes[self.survivors.right]

    def integers(self, field: str) -> tuple[Int64, Int64] | None:
        """Return the numeric content of a field on both sides, 0 for missing; None where no record has the field."""
        column = self.records.columns.get(field)
        if column is None or column.content.integers is None or not column.content.integers.size:
            return None
        by_record = np.append(column.content.integers, np.int64(0))[column.codes]
        return by_record[self.survivors.left], by_record[self.survivors.right]
